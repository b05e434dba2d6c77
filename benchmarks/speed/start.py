"""Cold start: from starting Python to the first page, and loading the shipped model."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks.progress import progress
from benchmarks.speed.process import BASELINE, Program, run_alone
from benchmarks.speed.synthetic_pages import synthetic_page
from benchmarks.speed.timing import ROUNDS
from benchmarks.systems import System

FIRST_PAGE = 50_000  # bytes of the page that a cold start extracts

_START = """
import sys
exec(sys.argv[1])
with open(sys.argv[2], "rb") as file:
    page = file.read()
try:
    extract(page)
except Exception:
    pass
"""

_LOAD = """
import time
import boilerkit
start = time.perf_counter()
boilerkit.load_model()
print(time.perf_counter() - start)
"""


def start_rows(systems: Sequence[System]) -> list[dict[str, Any]]:
    """Return the seconds from starting Python to its end, with a first page: the median of ROUNDS fresh processes.

    The processes of one more round come first, untimed, so that files are in memory and modules compiled.
    """
    programs = [BASELINE, *map(Program.of, systems)]
    seconds: dict[str, list[float]] = {program.name: [] for program in programs}
    with TemporaryDirectory() as folder, progress("Cold start", (1 + ROUNDS) * len(programs)) as advance:
        page = Path(folder) / "page.html"
        page.write_bytes(synthetic_page(FIRST_PAGE))
        for _ in range(1 + ROUNDS):
            for program in programs:
                begin = time.perf_counter()
                run_alone(program, _START, page)
                seconds[program.name].append(time.perf_counter() - begin)
                advance()
    return [
        {"system": program.name, "version": program.version, "seconds": round(median(seconds[program.name][1:]), 4)}
        for program in programs
    ]


def load_ms() -> float:
    """Return the milliseconds that loading the shipped model takes, measured as in `start_rows`."""
    seconds = [float(run_alone(BASELINE, _LOAD)) for _ in range(1 + ROUNDS)]
    return round(1000 * median(seconds[1:]), 2)
