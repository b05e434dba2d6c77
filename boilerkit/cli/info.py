"""`boilerkit info`: what a model is and what it was trained on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sized
from pathlib import Path
from typing import Any, get_args

import click
from rich.table import Table

import boilerkit
from boilerkit.blocks.columns import InputFormat
from boilerkit.documents import feature_set
from boilerkit.model.content import ContentModel
from boilerkit.model.storage import CONFIG, CONTENT_ARRAYS, FORMAT_VERSION, LABEL_ARRAYS, shipped_folder
from boilerkit.terminal.console import print_tables, table

_PIPED_WIDTH = 120


@click.command("info", short_help="Show what a model is and what it was trained on.")
@click.argument("model", required=False, type=click.Path(path_type=Path))
@click.option(
    "--input-format",
    type=click.Choice(get_args(InputFormat)),
    default="html",
    show_default=True,
    help="Which shipped model to show, where no MODEL is given.",
)
def command(model: Path | None, input_format: InputFormat) -> None:
    """Show what a model is, what it was trained on and how well it does: the one in folder MODEL, or a shipped one.

    \b
    Examples:
      boilerkit info
      boilerkit info --input-format text
      boilerkit info my-model
    """
    folder = model or shipped_folder(input_format)
    loaded = boilerkit.load_model(folder)
    facts = table("Model", ("", ""), _facts(folder, loaded).items())
    print_tables(facts, *_tables("Card", loaded.card), piped_width=_PIPED_WIDTH)


def _facts(folder: Path, model: ContentModel) -> dict[str, object]:
    slope, intercept = model.calibration
    features = feature_set(model.input_format)
    files = [folder / name for name in (CONFIG, CONTENT_ARRAYS, LABEL_ARRAYS) if (folder / name).exists()]
    facts: dict[str, object] = {
        "folder": str(folder.resolve()),
        "input format": model.input_format,
        "version": model.version,
        "format version": FORMAT_VERSION,
        "files": ", ".join(f"{file.name} {file.stat().st_size / 1024:,.0f} KiB" for file in files),
        "threshold": _plain(model.threshold),
        "calibration": f"slope {slope:.3f}, intercept {intercept:.3f}",
        "stage one": f"{len(model.stage_one.roots):,} trees over {len(features.stage_one)} features",
        "stage two": f"{len(model.stage_two.roots):,} trees over {len(features.stage_two)} features",
        "vocabulary": _sizes(model.vocabulary.hashes),
    }
    if model.labels is not None:
        n_trees = sum(len(trees.roots) for trees in model.labels.trees.values())
        facts["labels"] = f"{len(model.labels.trees)}: {n_trees:,} trees over {len(features.label_features)} features"
        facts["label model version"] = model.labels.version
        facts["label vocabulary"] = _sizes(model.labels.vocabulary.hashes)
    return facts


def _sizes(hashes: Mapping[str, Sized]) -> str:
    return ", ".join(f"{len(tokens):,} {token_type}" for token_type, tokens in hashes.items())


def _tables(title: str, card: Mapping[str, Any]) -> Iterator[Table]:
    """Yield a card as tables: its plain values, its series of numbers, each list of rows or sentences, each mapping.

    Cards are free-form: those of other tools may hold other things than those of `boilerkit train`.
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
    """Return whether a value is a list of texts with blanks in them; a list of names fits on a line."""
    return (
        isinstance(value, list)
        and all(isinstance(item, str) for item in value)
        and any(" " in item.strip() for item in value)
    )


def _series(card: Mapping[str, Any]) -> dict[str, list[float]]:
    """Return the lists of numbers of a card, if there are several and all have one length."""
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
