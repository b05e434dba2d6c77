"""The generated section of docs/metadata.md, from the results of `metadata`."""

from __future__ import annotations

from benchmarks.metadata import FOLDER, shown_row
from benchmarks.results import RESULTS, read_json
from boilerkit.model.card import markdown_table


def scores() -> str:
    """Return the table of systems."""
    return markdown_table([shown_row(row) for row in read_json(RESULTS / FOLDER / "wcxb-dev.json")["rows"]])


SECTIONS = {"metadata": scores}
