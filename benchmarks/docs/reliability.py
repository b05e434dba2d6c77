"""The generated section of docs/reliability.md, from the results of `reliability`."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from benchmarks.reliability.command import FILE
from benchmarks.reliability.growth import growth_of, worst_ms
from benchmarks.reliability.long_run import FILE as LONG_RUN
from benchmarks.results import RESULTS, read_json
from boilerkit.model.card import markdown_table


def damaged() -> str:
    """Return what damaged pages came to."""
    found = read_json(RESULTS / FILE)["damaged"]
    kinds = found["failures"]
    row = {
        "damaged pages": f"{found['pages']:,}",
        "MB": f"{found['bytes'] / 1e6:,.0f}",
        "ended processes or over 60 seconds": kinds.get("process", 0),
        "unexpected errors": kinds.get("error", 0),
        "what does not hold": sum(kinds.values()) - kinds.get("process", 0) - kinds.get("error", 0),
        "ms per MB": f"{found['ms per MB']:,}",
        "worst ms per MB": f"{found['worst ms per MB']:,}",
    }
    return markdown_table([row])


def hostile() -> str:
    """Return the table of shapes: the worst milliseconds per MB by format, and the highest exponent."""
    rows: list[dict[str, Any]] = []
    for shape, group in groupby(read_json(RESULTS / FILE)["shapes"], key=lambda row: str(row["shape"])):
        of_shape = list(group)
        exponents = [power for row in of_shape if (power := growth_of(row)) is not None]
        rows.append(
            {
                "shape": f"`{shape}`" if shape.startswith(("<", "&")) else shape,
                **{f"{row['format']}, worst ms per MB": f"{worst_ms(row):,.0f}" for row in of_shape},
                "largest page, MB": " · ".join(f"{max(row['bytes']) / 1e6:.3g}" for row in of_shape),
                "highest exponent": max(exponents, default="–"),
            }
        )
    return markdown_table(rows)


def long() -> str:
    """Return what a long run came to."""
    found = read_json(RESULTS / LONG_RUN)
    row = {
        "pages": f"{found['pages']:,}",
        "MB": f"{found['megabytes']:,}",
        "processes": found["jobs"],
        "killed": f"{found['kills']} times",
        "minutes": f"{found['seconds'] / 60:.0f}",
        "rows": f"{found['rows']:,}",
        "twice": found["twice"],
        "missing": found["missing"],
        "errors reported": f"{found['errors']:,}",
        "MB of memory over time": " ".join(map(str, found["memory"])),
    }
    return markdown_table([row])


SECTIONS = {"damaged": damaged, "hostile": hostile, "long-run": long}
