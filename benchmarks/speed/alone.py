"""Peak memory and cold start: each system in fresh interpreters that import nothing but what its users import."""

from __future__ import annotations

import json
import random
import subprocess
import sys
import time
from collections.abc import Sequence
from importlib import metadata
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks.errors import BenchmarkError
from benchmarks.speed.generated import generated_page
from benchmarks.speed.pages import SavedPage
from benchmarks.speed.snippets import BASELINE, code_of
from benchmarks.speed.timing import LIMIT_SECONDS
from benchmarks.systems import System
from boilerkit.cli.progress import bar

MEMORY_PAGES = 100
REPEATS = 5
FIRST_PAGE = 50_000  # bytes of the page that a cold start extracts

# The scripts get the code that defines `extract`, and then the files of pages.

# Linux hands the peak that getrusage gives on to the programs that a process starts; theirs alone is in /proc.
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


def memory_rows(systems: Sequence[System], pages: Sequence[SavedPage]) -> list[dict[str, Any]]:
    """The peak of resident memory of each system, in MB: once it is iter_pages, and after `MEMORY_PAGES` pages at most."""
    chosen = random.Random(0).sample(pages, min(MEMORY_PAGES, len(pages)))
    rows = []
    named = _named(systems)
    with bar("Measuring memory", len(named)) as advance:
        for name, version in named:
            start, peak = memory_of(name, [page.file for page in chosen])
            rows.append(
                {"system": name, "version": version, "start_mb": round(start / 1e6, 1), "peak_mb": round(peak / 1e6, 1)}
            )
            advance()
    return rows


def memory_of(name: str, files: Sequence[Path]) -> tuple[int, int]:
    """The peak of resident memory of one system, in bytes: once it is iter_pages, and after the pages in some files."""
    start, peak = json.loads(_run(name, _MEMORY, *map(str, files)))
    return start, peak


def start_rows(systems: Sequence[System]) -> list[dict[str, Any]]:
    """Seconds from starting Python to its end, with a first page in between: the median of `REPEATS` fresh processes.

    One process more goes before, untimed, so that files are in memory and modules compiled.
    """
    named = _named(systems)
    seconds: dict[str, list[float]] = {name: [] for name, _ in named}
    with TemporaryDirectory() as folder, bar("Starting", (1 + REPEATS) * len(named)) as advance:
        page = Path(folder) / "page.html"
        page.write_bytes(generated_page(FIRST_PAGE))
        for _ in range(1 + REPEATS):
            for name, _ in named:
                begin = time.perf_counter()
                _run(name, _START, str(page))
                seconds[name].append(time.perf_counter() - begin)
                advance()
    return [
        {"system": name, "version": version, "seconds": round(median(seconds[name][1:]), 4)} for name, version in named
    ]


def _named(systems: Sequence[System]) -> list[tuple[str, str]]:
    """Names and versions of the baseline and the systems."""
    return [(BASELINE, metadata.version("lxml")), *((system.name, system.version) for system in systems)]


def _run(name: str, script: str, *files: str) -> str:
    """The last line that a script prints about a system and files of pages. Raises BenchmarkError where it fails."""
    command = [sys.executable, "-c", script, code_of(name), *files]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", errors="replace", check=False)
    if done.returncode:
        said = (done.stderr.strip().splitlines() or [f"exit code {done.returncode}"])[-1]
        raise BenchmarkError(f"{name} cannot be run in a process of its own ({said}); leave it out, or mend it")
    return (done.stdout.splitlines() or [""])[-1]
