"""What `extract` must keep to as pages grow, and as it starts: memory, growth, loading the model."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks.speed.alone import memory_of
from benchmarks.speed.growth import grow_systems, growth_rows
from benchmarks.speed.shapes import SHAPES, shaped_page, short_blocks
from benchmarks.speed.snippets import PARSE
from benchmarks.systems import System
from boilerkit.cli.progress import bar

#: The peak of memory that a page may take: so many times its size, and what Python, NumPy, lxml and the model need.
TIMES_SIZE, BESIDES = 6, 80_000_000  # bytes

REPEATS = 7

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
                n_bytes = file.write_bytes(shaped_page(shape, size))
                peak = memory_of("boilerkit", [file])[1]
                limit = TIMES_SIZE * n_bytes + BESIDES
                rows.append(
                    {
                        "shape": shape,
                        "mb": round(n_bytes / 1e6, 2),
                        "peak_mb": round(peak / 1e6, 1),
                        "parse_mb": round(memory_of(PARSE, [file])[1] / 1e6, 1),
                        "limit_mb": round(limit / 1e6, 1),
                        "times_size": round((peak - BESIDES) / n_bytes, 2),
                        "within": peak <= limit,
                    }
                )
                advance()
    return rows


def growth_by_blocks(systems: Sequence[System], sizes: Sequence[int]) -> list[dict[str, Any]]:
    """As `growth_rows`, on pages of blocks of two words, whose number grows with the size, and with that number."""
    rows = growth_rows(grow_systems(systems, sizes, short_blocks))
    blocks = {len(page): page.count(b"<p>") for page in map(short_blocks, sizes)}
    return [row | {"blocks": [blocks[size] for size in row["bytes"]]} for row in rows]


def load_ms() -> float:
    """Milliseconds that loading the shipped model takes: the median of REPEATS processes, one more going before."""
    command = [sys.executable, "-c", _LOAD]
    seconds = [
        float(subprocess.run(command, capture_output=True, text=True, check=True).stdout) for _ in range(1 + REPEATS)
    ]
    return round(1000 * median(seconds[1:]), 2)
