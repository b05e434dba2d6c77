"""The generated sections of docs/performance.md, from the results of `speed`."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from benchmarks.results import RESULTS, read_json
from benchmarks.speed import FILE
from benchmarks.speed.figures import REFERENCES
from benchmarks.speed.memory import BASE_BYTES, BYTES_PER_PAGE_BYTE
from benchmarks.speed.timing import ALL_LABELS, PARSE
from benchmarks.systems import BOILERKIT
from boilerkit.cli.card import markdown_table

STEPS_PICTURE, SIZE_PICTURE = "performance-steps", "performance-size"

_SHOWN = (PARSE, "resiliparse", BOILERKIT, ALL_LABELS)

Row = Mapping[str, Any]


@cache
def results() -> dict[str, Any]:
    """Return what `speed` wrote."""
    return read_json(RESULTS / FILE)


def setup() -> str:
    """Say which pages were timed on which machine."""
    values = results()
    pages = " and ".join(f"{corpus['pages']:,} pages of {corpus['corpus']}" for corpus in values["corpora"])
    sizes, context = values["pages"]["columns"]["bytes"], values["context"]
    versions = ", ".join(f"{name} {version}" for name, version in context["versions"].items())
    return (
        f"{pages}, {sum(sizes) / len(sizes) / 1000:,.0f} kB each on average; one core of {context['machine']}; "
        f"Python {context['python']}, {versions}."
    )


def single_pages() -> str:
    """Return the table of times for single pages."""
    return markdown_table([_times(row) for row in results()["pages"]["rows"] if row["system"] in _SHOWN])


def by_corpus() -> str:
    """Return the table of times by corpus."""
    rows = [row for row in results()["pages"]["rows_by_corpus"] if row["system"] in _SHOWN]
    return markdown_table([{"corpus": row["corpus"], **_times(row)} for row in rows])


def _times(row: Row) -> dict[str, str]:
    cells = {"system": row["system"], "mean ms": f"{row['mean_ms']:.2f}", "median ms": f"{row['median_ms']:.2f}"}
    for name in REFERENCES:
        if name != BOILERKIT and f"times_{name}" in row:
            ratios = (row[f"times_{name}{suffix}"] for suffix in ("", "_median", "_p95"))
            cells[f"× {name}: means, median, 95%"] = ", ".join(f"{ratio:.2f}" for ratio in ratios)
    return cells


def steps() -> str:
    """Return the table of the steps of `extract`."""
    rows = [
        {
            "step": row["step"],
            "ms": f"{row['mean_ms']:.3f}",
            "× parse": f"{row['times_parse']:.2f}",
            "share": f"{row['share']:.0%}",
        }
        for row in results()["pages"]["steps"]
    ]
    return f"![Time by step](pictures/{STEPS_PICTURE}.png)\n\n{markdown_table(rows)}"


def start() -> str:
    """Return the table of cold start and loading."""
    values = results()
    ms = {row["system"]: 1000 * row["seconds"] for row in values["start"]}
    baseline = values["start"][0]["system"]
    rows = {
        "loading the shipped model": values["load_ms"],
        f"Python with `{baseline}`": ms[baseline],
        "Python with `import boilerkit` and the first page": ms[BOILERKIT],
        "the difference": ms[BOILERKIT] - ms[baseline],
    }
    return markdown_table([{"what": what, "ms": f"{value:.0f}"} for what, value in rows.items()])


def memory() -> str:
    """Return the table of peaks of memory by size and shape of the page."""
    limit = f"The limit is {BYTES_PER_PAGE_BYTE} times the page and {BASE_BYTES / 1e6:.0f} MB."
    return f"{limit}\n\n{markdown_table([_peak(row) for row in results()['memory_by_shape']])}"


def _peak(row: Row) -> dict[str, str]:
    return {
        "shape": row["shape"],
        "page": f"{row['mb']:g}",
        "peak": f"{row['peak_mb']:,.0f}",
        "lxml's parse alone": f"{row['parse_mb']:,.0f}",
        "limit": f"{row['limit_mb']:,.0f}",
        "within": "yes" if row["within"] else "**no**, nor lxml" if row["parse_mb"] > row["limit_mb"] else "**no**",
    }


def growth() -> str:
    """Return the table of exponents, of systems and of steps."""
    rows = []
    for shape in results()["growth"]:
        of = {row["system"]: row for row in shape["rows"] if row["system"] in (PARSE, BOILERKIT)}
        of |= {f"step: {row['step']}": row for row in shape["steps"]}
        for name, row in of.items():
            rows.append(
                {
                    "pages": shape["shape"],
                    "of": name,
                    "from 10 kB": _exponent(row["exponent_all_sizes"]),
                    "from 100 kB": _exponent(row["exponent"]),
                    "largest": f"{row['bytes'][-1] / 1e6:.0f} MB, {shape['blocks'][-1]:,} blocks",
                    "seconds": f"{row['ms'][-1] / 1000:.2f}",
                }
            )
    return f"![Time by size](pictures/{SIZE_PICTURE}.png)\n\n{markdown_table(rows)}"


def _exponent(exponent: float | None) -> str:
    return "–" if exponent is None else f"{exponent:.3f}"


def parallel() -> str:
    """Return the table of threads and processes."""
    return markdown_table(
        [
            {
                "mode": row["mode"],
                "number": str(row["workers"]),
                "pages per second": f"{row['pages_per_second']:.0f}",
                "× one": f"{row['times_one']:.2f}",
            }
            for row in results()["parallel"]
        ]
    )
