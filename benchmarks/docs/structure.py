"""The generated section of docs/outputs.md, from the results of `structure`."""

from __future__ import annotations

from benchmarks.results import RESULTS, read_json
from benchmarks.structure import FILE, shown_row
from boilerkit.model.card import markdown_table


def scores() -> str:
    """Return the table of systems."""
    return markdown_table([shown_row(row) for row in read_json(RESULTS / FILE)["rows"]])


SECTIONS = {"structure": scores}
