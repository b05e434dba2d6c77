"""Time of extracting single pages on one core: `python -m benchmarks.speed PAGES.parquet`.

Each page goes through all systems, one after the other, before the next page comes, so that the noise of a busy machine
hits all alike. A system that fails on a page is timed all the same.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import platform
import random
import sys
import time
from collections.abc import Callable
from importlib import metadata
from pathlib import Path

from rich.console import Console
from rich.progress import track
from rich.table import Table

RESULTS = Path(__file__).parent / "results"


def systems() -> dict[str, Callable[[bytes], object]]:
    """The systems by name, each in its documented default call; those that are not installed are left out."""
    import lxml.html

    import boilerkit

    found: dict[str, Callable[[bytes], object]] = {
        "lxml parse alone": lambda page: lxml.html.fromstring(page),
        "boilerkit": lambda page: boilerkit.extract(page),
    }
    try:
        import trafilatura

        found["trafilatura"] = lambda page: trafilatura.extract(page)
    except ImportError:
        print("trafilatura is left out: pip install trafilatura", file=sys.stderr)
    return found


def measure(pages: list[bytes], callables: dict[str, Callable[[bytes], object]]) -> dict[str, list[float]]:
    """Milliseconds of each system for each page."""
    times: dict[str, list[float]] = {name: [] for name in callables}
    for call in callables.values():  # imports and caches are not a page's cost
        _timed(call, pages[0])
    for page in track(pages, "pages", console=Console(stderr=True)):
        for name, call in callables.items():
            times[name].append(_timed(call, page))
    return times


def _timed(call: Callable[[bytes], object], page: bytes) -> float:
    start = time.perf_counter()
    with contextlib.suppress(Exception):
        call(page)
    return 1000 * (time.perf_counter() - start)


def summary(times: dict[str, list[float]]) -> list[dict[str, object]]:
    """Mean, median and 95th percentile of each system, and its mean against Boilerkit's."""
    ours = sum(times["boilerkit"])
    rows = []
    for name, values in times.items():
        ordered = sorted(values)
        rows.append(
            {
                "system": name,
                "mean ms": round(sum(values) / len(values), 3),
                "median ms": round(ordered[len(ordered) // 2], 3),
                "95th percentile ms": round(ordered[int(0.95 * (len(ordered) - 1))], 3),
                "mean, times boilerkit's": round(sum(values) / ours, 2),
            }
        )
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.speed", description=__doc__)
    parser.add_argument("pages", type=Path, help="Parquet file with a column html")
    parser.add_argument("--limit", type=int, help="so many pages, chosen at random (always the same)")
    parser.add_argument("--out", type=Path, default=RESULTS / "speed.json")
    arguments = parser.parse_args()

    from datasets import load_dataset

    rows = load_dataset("parquet", data_files=str(arguments.pages), split="train", streaming=True)
    pages = [row["html"] for row in rows.select_columns(["html"])]
    if arguments.limit:
        pages = random.Random(0).sample(pages, min(arguments.limit, len(pages)))
    table = summary(measure(pages, systems()))
    show = Table(*table[0])
    for row in table:
        show.add_row(*map(str, row.values()))
    Console().print(show)
    command = f"python -m benchmarks.speed {arguments.pages.name}"
    if arguments.limit:
        command += f" --limit {arguments.limit}"
    result = {"command": command, "pages": len(pages)} | _context() | {"systems": table}
    arguments.out.write_text(json.dumps(result, indent=1) + "\n")


def _context() -> dict[str, object]:
    packages = ("boilerkit", "lxml", "numpy", "trafilatura")
    versions = {name: metadata.version(name) for name in packages if _installed(name)}
    return {
        "python": platform.python_version(),
        "machine": f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores",
        "versions": versions,
    }


def _installed(name: str) -> bool:
    try:
        metadata.version(name)
    except metadata.PackageNotFoundError:
        return False
    return True


if __name__ == "__main__":
    main()
