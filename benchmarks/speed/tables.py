"""The results of `speed` as rows of text, for the screen, the report and docs/performance.md."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from benchmarks.speed.figures import REFERENCES
from benchmarks.speed.timing import PARSE
from benchmarks.systems import BOILERKIT
from benchmarks.tables import short_version

Row = Mapping[str, Any]
Rows = list[dict[str, str]]


def page_names(results: Row) -> str:
    """Return which pages were timed."""
    return " and ".join(f"{corpus['pages']:,} pages of {corpus['corpus']}" for corpus in results["corpora"])


def system_rows(results: Row) -> Rows:
    """Return a row per system, the fastest first: times of single pages, memory and cold start."""
    memory = {row["system"]: row["peak_mb"] for row in results["memory"]}
    start = {row["system"]: row["seconds"] for row in results["start"]}
    return [
        {
            "system": row["system"],
            "version": short_version(row["version"]),
            "mean ms": f"{row['mean_ms']:,.2f}",
            "median ms": f"{row['median_ms']:,.2f}",
            "95th percentile ms": f"{row['p95_ms']:,.2f}",
            "× parse": f"{row['times_parse']:,.1f}",
            "pages/s": f"{row['pages_per_second']:,.0f}",
            "MB/s": f"{row['mb_per_second']:,.1f}",
            "peak memory MB": _number(memory.get(row["system"]), ",.0f"),
            "cold start s": _number(start.get(row["system"]), ".2f"),
            "failed pages": str(row["failures"]),
            "of these over time": str(row["over_time"]),
        }
        for row in sorted(results["pages"]["rows"], key=lambda row: float(row["mean_ms"]))
    ]


def ratio_rows(rows: list[Row]) -> Rows:
    """Return a row per system, and per corpus if the rows have one: means, medians and ratios to the references."""
    return [_ratios(row) for row in rows]


def _ratios(row: Row) -> dict[str, str]:
    cells = {name: row[name] for name in ("corpus", "system") if name in row}
    cells |= {"mean ms": f"{row['mean_ms']:.2f}", "median ms": f"{row['median_ms']:.2f}"}
    for name in REFERENCES:
        if name != BOILERKIT and f"times_{name}" in row:
            ratios = (row[f"times_{name}{suffix}"] for suffix in ("", "_median", "_p95"))
            cells[f"× {name}: means, median, 95%"] = ", ".join(f"{ratio:.2f}" for ratio in ratios)
    return cells


def step_rows(results: Row) -> Rows:
    """Return a row per step of `extract`."""
    return [
        {
            "step": row["step"],
            "ms": f"{row['mean_ms']:.3f}",
            "× parse": f"{row['times_parse']:.2f}",
            "share": f"{row['share']:.0%}",
        }
        for row in results["pages"]["steps"]
    ]


def growth_rows(results: Row) -> Rows:
    """Return a row per system and shape of page: the exponents, the largest page and its time."""
    return [
        _growth(shape["shape"], row["system"], row) | {"no larger because": row["stopped"]}
        for shape in results["growth"]
        for row in shape["rows"]
    ]


def step_growth_rows(results: Row) -> Rows:
    """Return a row per shape of page for parsing, for `extract` and for each of its steps."""
    rows = []
    for shape in results["growth"]:
        grown = {row["system"]: row for row in shape["rows"] if row["system"] in (PARSE, BOILERKIT)}
        grown |= {f"step: {row['step']}": row for row in shape["steps"]}
        rows += [_growth(shape["shape"], name, row) for name, row in grown.items()]
    return rows


def _growth(shape: str, name: str, row: Row) -> dict[str, str]:
    return {
        "pages": shape,
        "of": name,
        "exponent from 10 kB": _number(row["exponent_all_sizes"], ".3f"),
        "from 100 kB": _number(row["exponent"], ".3f"),
        "largest MB": f"{row['bytes'][-1] / 1e6:.2f}" if row["bytes"] else "–",
        "its seconds": f"{row['ms'][-1] / 1000:.2f}" if row["ms"] else "–",
    }


def start_rows(results: Row) -> Rows:
    """Return a row for loading the model and for each part of a cold start of Boilerkit."""
    ms = {row["system"]: 1000 * row["seconds"] for row in results["start"]}
    baseline = results["start"][0]["system"]
    rows = {
        "loading the shipped model": results["load_ms"],
        f"Python with `{baseline}`": ms[baseline],
        "Python with `import boilerkit` and the first page": ms[BOILERKIT],
        "the difference": ms[BOILERKIT] - ms[baseline],
    }
    return [{"what": what, "ms": f"{value:.0f}"} for what, value in rows.items()]


def shape_rows(results: Row) -> Rows:
    """Return a row per size and shape of page: the peaks of memory in MB, and whether they are within the limit."""
    return [
        {
            "shape": row["shape"],
            "page": f"{row['mb']:g}",
            "peak": f"{row['peak_mb']:,.0f}",
            "lxml's parse alone": f"{row['parse_mb']:,.0f}",
            "limit": f"{row['limit_mb']:,.0f}",
            "within": "yes" if row["within"] else "no, nor lxml" if row["parse_mb"] > row["limit_mb"] else "no",
        }
        for row in results["memory_by_shape"]
    ]


def parallel_rows(results: Row) -> Rows:
    """Return a row per number of threads and of processes."""
    return [
        {
            "mode": row["mode"],
            "number": str(row["workers"]),
            "pages per second": f"{row['pages_per_second']:.0f}",
            "× one": f"{row['times_one']:.2f}",
        }
        for row in results["parallel"]
    ]


def _number(value: float | None, form: str) -> str:
    return "–" if value is None else f"{value:{form}}"
