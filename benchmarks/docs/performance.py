"""The generated sections of docs/performance.md, from the results of `speed`."""

from __future__ import annotations

from functools import cache
from typing import Any

from benchmarks.results import RESULTS, read_json
from benchmarks.speed import FILE, tables
from benchmarks.speed.memory import BASE_BYTES, BYTES_PER_PAGE_BYTE
from benchmarks.speed.timing import ALL_LABELS, PARSE
from benchmarks.systems import BOILERKIT
from boilerkit.model.card import markdown_table

STEPS_PICTURE, SIZE_PICTURE = "performance-steps", "performance-size"

_SHOWN = (PARSE, "resiliparse", BOILERKIT, ALL_LABELS)


@cache
def results() -> dict[str, Any]:
    """Return what `speed` wrote."""
    return read_json(RESULTS / FILE)


def _setup() -> str:
    sizes, context = results()["pages"]["columns"]["bytes"], results()["context"]
    versions = ", ".join(f"{name} {version}" for name, version in context["versions"].items())
    return (
        f"{tables.page_names(results())}, {sum(sizes) / len(sizes) / 1000:,.0f} kB each on average; one core of "
        f"{context['machine']}; Python {context['python']}, {versions}."
    )


def _times(rows: str) -> str:
    return markdown_table(tables.ratio_rows([row for row in results()["pages"][rows] if row["system"] in _SHOWN]))


def _memory() -> str:
    limit = f"The limit is {BYTES_PER_PAGE_BYTE} times the page and {BASE_BYTES / 1e6:.0f} MB."
    return f"{limit}\n\n{markdown_table(tables.shape_rows(results()))}"


def _growth() -> str:
    blocks = " and ".join(f"{shape['blocks'][-1]:,} blocks ({shape['shape']})" for shape in results()["growth"])
    picture = f"![Time by size](pictures/{SIZE_PICTURE}.png)"
    return f"{picture}\n\nThe largest pages have {blocks}.\n\n{markdown_table(tables.step_growth_rows(results()))}"


SECTIONS = {
    "setup": _setup,
    "single-pages": lambda: _times("rows"),
    "corpora": lambda: _times("rows_by_corpus"),
    "steps": lambda: f"![Time by step](pictures/{STEPS_PICTURE}.png)\n\n{markdown_table(tables.step_rows(results()))}",
    "start": lambda: markdown_table(tables.start_rows(results())),
    "memory": _memory,
    "growth": _growth,
    "parallel": lambda: markdown_table(tables.parallel_rows(results())),
}
