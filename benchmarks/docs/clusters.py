"""The generated section of docs/clusters.md, from the results of `clusters`."""

from __future__ import annotations

from benchmarks.clusters import FILE, shown_rows
from benchmarks.results import RESULTS, read_json
from boilerkit.model.card import markdown_table


def costs() -> str:
    """Return what was measured on, and the table of systems."""
    values = read_json(RESULTS / FILE)
    pages = f"{values['pages']:,} pages of {values['corpus']}, {values['mean_bytes'] / 1000:,.0f} kB each on average"
    measured = f"{pages}; one core of {values['context']['machine']}."
    return f"{measured}\n\n{markdown_table(shown_rows(values['rows']))}"


SECTIONS = {"clusters": costs}
