"""`boilerkit info`: what a model is and what it was trained on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import click
from rich.table import Table

import boilerkit
from boilerkit.cli.common import show, table
from boilerkit.html.features import STAGE_ONE, STAGE_TWO
from boilerkit.model.content import ContentModel
from boilerkit.model.store import ARRAYS, CONFIG, FORMAT_VERSION, shipped_folder

_PIPED_WIDTH = 120


@click.command("info", short_help="Show what a model is and what it was trained on.")
@click.argument("model", required=False, type=click.Path(path_type=Path))
def command(model: Path | None) -> None:
    """Show what a model is, what it was trained on and how well it does: the one in folder MODEL, else the shipped one.

    \b
    Examples:
      boilerkit info
      boilerkit info my-model
    """
    folder = model or shipped_folder()
    iter_pages = boilerkit.load_model(folder)
    facts = table("Model", ("", ""), _facts(folder, iter_pages).items())
    show(facts, *_tables("Card", iter_pages.card), piped_width=_PIPED_WIDTH)


def _facts(folder: Path, model: ContentModel) -> dict[str, object]:
    slope, intercept = model.calibration
    sizes = [f"{name} {(folder / name).stat().st_size / 1024:,.0f} KiB" for name in (CONFIG, ARRAYS)]
    words = [f"{len(hashes):,} {kind}" for kind, hashes in model.vocabulary.hashes.items()]
    return {
        "folder": str(folder.resolve()),
        "format version": FORMAT_VERSION,
        "files": ", ".join(sizes),
        "threshold": _plain(model.threshold),
        "calibration": f"slope {slope:.3f}, intercept {intercept:.3f}",
        "stage one": f"{len(model.stage_one.roots):,} trees over {len(STAGE_ONE)} features",
        "stage two": f"{len(model.stage_two.roots):,} trees over {len(STAGE_TWO)} features",
        "vocabulary": ", ".join(words),
    }


def _tables(title: str, card: Mapping[str, Any]) -> Iterator[Table]:
    """A card as tables: one of its plain values, one of its series of numbers, one of each list of rows or of
    sentences, then those of each mapping in it.

    Cards are free: models made elsewhere may say other things than `boilerkit train` does.
    """
    series = _series(card)
    rows = {name: value for name, value in card.items() if _is_rows(value)}
    sentences = {name: value for name, value in card.items() if _is_sentences(value)}
    mappings = {name: value for name, value in card.items() if isinstance(value, Mapping)}
    elsewhere = series.keys() | rows.keys() | sentences.keys() | mappings.keys()
    plain = [(_spaced(name), _plain(value)) for name, value in card.items() if name not in elsewhere]
    if plain:
        yield table(title, ("", ""), plain)
    if series:
        yield table(
            "" if plain else title, [_spaced(name) for name in series], list(zip(*series.values(), strict=True))
        )
    for name, value in rows.items():
        columns = list(dict.fromkeys(column for row in value for column in row))
        cells = [[row.get(column) for column in columns] for row in value]
        yield table(_spaced(name), [_spaced(column) for column in columns], cells)
    for name, value in sentences.items():
        yield table(_spaced(name), ("", ""), [("-", sentence) for sentence in value])
    for name, value in mappings.items():
        yield from _tables(_spaced(name), value)


def _plain(value: object) -> object:
    return f"{value:g}" if isinstance(value, float) else value


def _is_rows(value: object) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(row, Mapping) for row in value)


def _is_sentences(value: object) -> bool:
    """Texts with blanks in them; a list of mere names fits on a line."""
    return (
        isinstance(value, list)
        and all(isinstance(item, str) for item in value)
        and any(" " in item.strip() for item in value)
    )


def _series(card: Mapping[str, Any]) -> dict[str, list[float]]:
    """The lists of numbers of a card, where there are several and all are of one length."""
    found = {name: value for name, value in card.items() if _is_numbers(value)}
    return found if len(found) > 1 and len({len(value) for value in found.values()}) == 1 else {}


def _is_numbers(value: object) -> bool:
    return (
        isinstance(value, list)
        and bool(value)
        and all(isinstance(item, int | float) and not isinstance(item, bool) for item in value)
    )


def _spaced(name: str) -> str:
    return name.replace("_", " ")
