"""The generated section of docs/benchmarks.md: the runs that all figures of the documentation come from."""

from __future__ import annotations

from benchmarks.results import RESULTS
from benchmarks.runs import measured_in, run_rows
from boilerkit.model.card import markdown_table


def runs() -> str:
    """Return the table of runs, with the files of results that each wrote."""
    return markdown_table([row | {"command": f"`{row['command']}`"} for row in run_rows(measured_in(RESULTS))])


SECTIONS = {"runs": runs}
