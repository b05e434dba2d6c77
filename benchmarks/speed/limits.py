"""What `extract` must keep to as pages grow, and as it starts: memory, growth, loading the model."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks.results import REPOSITORY
from benchmarks.speed.alone import memory_of
from benchmarks.speed.growth import FITTED_FROM, exponent
from benchmarks.speed.pages import SavedPage
from benchmarks.speed.profile import run_steps
from benchmarks.speed.shapes import SHAPES, shaped_page
from benchmarks.speed.snippets import PARSE
from boilerkit.cli.progress import bar
from boilerkit.html.document import read

#: The peak of memory that a page may take: so many times its size, and what Python, NumPy, lxml and the model need.
TIMES_SIZE, BESIDES = 6, 80_000_000  # bytes

REPEATS = 7
LARGEST = 3  # real pages whose memory is measured

_LOAD = """
import time
import boilerkit
start = time.perf_counter()
boilerkit.load_model()
print(time.perf_counter() - start)
"""


def memory_by_shape(sizes: Sequence[int]) -> list[dict[str, Any]]:
    """The peak of memory in MB of a process that extracts one page, and of one that only parses it with lxml.

    For pages of all shapes and some sizes in bytes.
    """
    rows = []
    with TemporaryDirectory() as folder, bar("Measuring memory by shape", len(SHAPES) * len(sizes)) as advance:
        file = Path(folder) / "page.html"
        for shape in SHAPES:
            for size in sizes:
                file.write_bytes(shaped_page(shape, size))
                rows.append({"shape": shape, **_peaks(file)})
                advance()
    return rows


def memory_of_largest(pages: Sequence[SavedPage]) -> list[dict[str, Any]]:
    """The same for the LARGEST largest of some pages."""
    largest = sorted(pages, key=lambda page: page.size, reverse=True)[:LARGEST]
    return [{"shape": f"page {page.id} of {page.corpus}", **_peaks(page.file)} for page in largest]


def _peaks(file: Path) -> dict[str, Any]:
    n_bytes = file.stat().st_size
    peak = memory_of("boilerkit", [file])[1]
    limit = TIMES_SIZE * n_bytes + BESIDES
    return {
        "mb": round(n_bytes / 1e6, 2),
        "peak_mb": round(peak / 1e6, 1),
        "parse_mb": round(memory_of(PARSE, [file])[1] / 1e6, 1),
        "limit_mb": round(limit / 1e6, 1),
        "times_size": round((peak - BESIDES) / n_bytes, 2),
        "within": peak <= limit,
    }


def growth_rows(shape: str, sizes: Sequence[int]) -> list[dict[str, Any]]:
    """How the time grows with the size of pages of a shape, in bytes: of parsing, of `extract`, and of its steps.

    `exponent` is that of pages from FITTED_FROM on, as `growth.exponent` describes it; None where a step takes no time.
    """
    with TemporaryDirectory() as folder:
        files = [Path(folder) / str(size) for size in sizes]
        n_bytes = [file.write_bytes(shaped_page(shape, size)) for file, size in zip(files, sizes, strict=True)]
        blocks = [len(read(file.read_bytes())[1]) for file in files]
        found = run_steps(REPOSITORY, files, (PARSE, "boilerkit"))
    times = found["ms"] | {f"step: {step}": ms for step, ms in found["steps"].items()}
    return [
        {
            "shape": shape,
            "of": name,
            **_exponents(dict(zip(n_bytes, ms, strict=True))),
            "bytes": n_bytes,
            "blocks": blocks,
            "ms": ms,
        }
        for name, ms in times.items()
    ]


def _exponents(ms: dict[int, float]) -> dict[str, float | None]:
    if min(ms.values()) <= 0:
        return {"exponent": None, "exponent_all_sizes": None}
    found = {"exponent": exponent(ms, FITTED_FROM), "exponent_all_sizes": exponent(ms, 0)}
    return {name: None if value is None else round(value, 3) for name, value in found.items()}


def load_ms() -> float:
    """Milliseconds that loading the shipped model takes: the median of REPEATS processes, one more going before."""
    command = [sys.executable, "-c", _LOAD]
    seconds = [
        float(subprocess.run(command, capture_output=True, text=True, check=True).stdout) for _ in range(1 + REPEATS)
    ]
    return round(1000 * median(seconds[1:]), 2)
