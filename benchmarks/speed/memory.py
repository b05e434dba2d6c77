"""Peak memory: of each system on real pages, and of Boilerkit by size and shape of the page."""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks.progress import progress
from benchmarks.speed.pages import SavedPage
from benchmarks.speed.process import BASELINE, PARSER, Program, run_alone
from benchmarks.speed.synthetic_pages import SHAPES, synthetic_page
from benchmarks.speed.timing import LIMIT_SECONDS
from benchmarks.systems import System

#: The peak of memory that `extract` may take: a multiple of the page, and what Python, NumPy, lxml and the model need.
BYTES_PER_PAGE_BYTE, BASE_BYTES = 6, 80_000_000

MOST_PAGES = 100  # of the corpora, on which each system's peak is taken
MOST_LARGEST = 3  # of the largest pages, whose own peak is taken

# The peak of getrusage is passed on to programs that a process starts on Linux; their own peak is in /proc.
_MEMORY = f"""
import json, resource, signal, sys

class OverTime(BaseException):
    pass

def interrupt(*_):
    raise OverTime

def peak():
    if sys.platform == "linux":
        with open("/proc/self/status") as status:
            return next(1024 * int(line.split()[1]) for line in status if line.startswith("VmHWM:"))
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)

exec(sys.argv[1])
start = peak()
signal.signal(signal.SIGALRM, interrupt)
for name in sys.argv[2:]:
    with open(name, "rb") as file:
        page = file.read()
    try:
        signal.alarm({LIMIT_SECONDS})
        extract(page)
        signal.alarm(0)
    except (Exception, OverTime):
        signal.alarm(0)
print()
print(json.dumps([start, peak()]))
"""


def peak_memory(program: Program, files: Sequence[Path]) -> tuple[int, int]:
    """Return the peak of resident memory in bytes: before the first page, and after the pages in some files."""
    start, peak = json.loads(run_alone(program, _MEMORY, *files))
    return start, peak


def memory_rows(systems: Sequence[System], pages: Sequence[SavedPage]) -> list[dict[str, Any]]:
    """Return the peak of each system in MB, before the first page and after MOST_PAGES pages at most."""
    files = [page.file for page in random.Random(0).sample(pages, min(MOST_PAGES, len(pages)))]
    programs = [BASELINE, *map(Program.of, systems)]
    rows = []
    with progress("Measuring memory", len(programs)) as advance:
        for program in programs:
            start, peak = peak_memory(program, files)
            rows.append(
                {"system": program.name, "version": program.version}
                | {"start_mb": round(start / 1e6, 1), "peak_mb": round(peak / 1e6, 1)}
            )
            advance()
    return rows


def shape_rows(system: System, pages: Sequence[SavedPage], sizes: Sequence[int]) -> list[dict[str, Any]]:
    """Return the peak of processes that extract one page, and of processes that only parse it with lxml.

    The pages are the MOST_LARGEST largest of `pages`, and synthetic ones of all shapes and of some sizes in bytes.
    """
    largest = sorted(pages, key=lambda page: page.size, reverse=True)[:MOST_LARGEST]
    rows = []
    with (
        TemporaryDirectory() as folder,
        progress("Measuring memory by size and shape", len(largest) + len(SHAPES) * len(sizes)) as advance,
    ):
        for page in largest:
            rows.append({"shape": f"page {page.id} of {page.corpus}", **_peaks(system, page.file)})
            advance()
        for shape in SHAPES:
            for size in sizes:
                file = Path(folder) / "page.html"
                file.write_bytes(synthetic_page(size, shape))
                rows.append({"shape": shape, **_peaks(system, file)})
                advance()
    return rows


def _peaks(system: System, file: Path) -> dict[str, Any]:
    n_bytes = file.stat().st_size
    peak = peak_memory(Program.of(system), [file])[1]
    limit = BYTES_PER_PAGE_BYTE * n_bytes + BASE_BYTES
    return {
        "mb": round(n_bytes / 1e6, 2),
        "peak_mb": round(peak / 1e6, 1),
        "parse_mb": round(peak_memory(PARSER, [file])[1] / 1e6, 1),
        "limit_mb": round(limit / 1e6, 1),
        "times_size": round((peak - BASE_BYTES) / n_bytes, 2),
        "within": peak <= limit,
    }
