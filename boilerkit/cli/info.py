"""`boilerkit info`: what a model is and what it was trained on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import click
from rich.table import Table

import boilerkit
from boilerkit.cli.common import console, table
from boilerkit.features import STAGE_ONE, STAGE_TWO
from boilerkit.model.content import ContentModel
from boilerkit.model.store import ARRAYS, CONFIG, FORMAT_VERSION, shipped_folder


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
    loaded = boilerkit.load_model(folder)
    out = console()
    out.print(table("Model", ("", ""), _facts(folder, loaded).items()))
    for part in _tables("Card", loaded.card):
        out.print(part)


def _facts(folder: Path, model: ContentModel) -> dict[str, object]:
    slope, intercept = model.calibration
    sizes = [f"{name} {(folder / name).stat().st_size / 1024:,.0f} KiB" for name in (CONFIG, ARRAYS)]
    words = [f"{len(hashes):,} {kind}" for kind, hashes in model.vocabulary.hashes.items()]
    return {
        "folder": str(folder),
        "format version": FORMAT_VERSION,
        "files": ", ".join(sizes),
        "threshold": _plain(model.threshold),
        "calibration": f"slope {slope:.3f}, intercept {intercept:.3f}",
        "stage one": f"{len(model.stage_one.roots):,} trees over {len(STAGE_ONE)} features",
        "stage two": f"{len(model.stage_two.roots):,} trees over {len(STAGE_TWO)} features",
        "vocabulary": ", ".join(words),
    }


def _tables(title: str, card: Mapping[str, Any]) -> Iterator[Table]:
    """A card as tables: one of its plain values, then one of each list of rows, then those of each mapping in it.

    Cards are free: models made elsewhere may say other things than `boilerkit train` does.
    """
    rows = {name: value for name, value in card.items() if _is_rows(value)}
    mappings = {name: value for name, value in card.items() if isinstance(value, Mapping)}
    plain = [
        (_spaced(name), _plain(value)) for name, value in card.items() if name not in rows and name not in mappings
    ]
    if plain:
        yield table(title, ("", ""), plain)
    for name, value in rows.items():
        columns = list(dict.fromkeys(column for row in value for column in row))
        cells = [[row.get(column) for column in columns] for row in value]
        yield table(_spaced(name), [_spaced(column) for column in columns], cells)
    for name, value in mappings.items():
        yield from _tables(_spaced(name), value)


def _plain(value: object) -> object:
    return f"{value:g}" if isinstance(value, float) else value


def _is_rows(value: object) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(row, Mapping) for row in value)


def _spaced(name: str) -> str:
    return name.replace("_", " ")
