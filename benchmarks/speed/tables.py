"""Results of `speed` as tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rich.table import Table

from boilerkit.cli.common import table


def speed_tables(results: Mapping[str, Any]) -> list[Table]:
    """A table for single pages, memory, cold start and growth each."""
    pages = ", ".join(f"{corpus['pages']:,} of {corpus['corpus']}" for corpus in results["corpora"])
    growth = [
        {
            "system": row["system"],
            "exponent": row["exponent"],
            "exponent_all_sizes": row["exponent_all_sizes"],
            "largest_mb": row["bytes"][-1] / 1e6 if row["bytes"] else None,
            "seconds": row["ms"][-1] / 1000 if row["ms"] else None,
            "stopped": row["stopped"],
        }
        for row in results["growth"]
    ]
    return [
        _table(f"Single pages, one core ({pages})", results["pages"]["rows"]),
        _table("Peak of memory", results["memory"]),
        _table("Cold start, with the first page", results["start"]),
        _table("Time by the size of the page: time ~ size ** exponent", growth),
    ]


def _table(title: str, rows: Sequence[Mapping[str, Any]]) -> Table:
    columns = list(rows[0])
    headings = [_HEADINGS.get(name, name.replace("_", " ")) for name in columns]
    return table(title, headings, [[row[name] for name in columns] for row in rows])


_HEADINGS = {
    "mean_ms": "mean ms",
    "median_ms": "median ms",
    "p95_ms": "95th percentile ms",
    "pages_per_second": "pages/s",
    "mb_per_second": "MB/s",
    "times_parse": "× parse",
    "times_boilerkit": "× boilerkit",
    "over_time": "of these over time",
    "start_mb": "MB when iter_pages",
    "peak_mb": "MB at most",
    "exponent": "exponent from 100 kB",
    "exponent_all_sizes": "from 10 kB",
    "largest_mb": "largest MB",
    "stopped": "no larger because",
}
