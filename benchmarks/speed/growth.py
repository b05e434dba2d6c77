"""How the time grows with the size of a page, by generated pages that double in size."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from benchmarks.speed.generated import generated_page
from benchmarks.speed.timing import Contender, Timing, contenders, garbage_between_calls, rotated, timed, warm_up
from benchmarks.systems import System
from boilerkit.cli.progress import bar

SMALLEST = 10_000  # bytes
REPEATS = 3
STOP_SECONDS = 10

#: The exponent is that of pages from this size on, in bytes: on smaller ones a system's fixed costs hide the growth.
FITTED_FROM = 100_000


@dataclass
class Growth:
    """Of one contender: the best milliseconds by the size of the page in bytes, and why larger ones were left out."""

    name: str
    version: str
    best: dict[int, float] = field(default_factory=dict)
    gave_text: bool = False
    stopped: str = ""

    def take(self, size: int, timing: Timing, stop_seconds: float) -> None:
        """Note a time; stop after one over `stop_seconds`, a failure, or a page that was refused.

        Some systems refuse a large page by giving no text at once: in less time than a smaller page took.
        """
        smaller = [ms for other, ms in self.best.items() if other < size]
        refused = self.gave_text and not timing.text and timing.ms < max(smaller)
        if timing.why or refused:
            self.stopped = f"{timing.why or 'gave no text at once'} on {size / 1e6:.2f} MB"
            return
        self.gave_text = self.gave_text or bool(timing.text)
        self.best[size] = min(timing.ms, self.best.get(size, timing.ms))
        if timing.ms > 1000 * stop_seconds:
            self.stopped = f"took {timing.ms / 1000:.1f} s on {size / 1e6:.2f} MB"


def page_sizes(largest: int) -> list[int]:
    """Sizes that double up to the largest, none under `SMALLEST`."""
    sizes = [largest]
    while sizes[0] // 2 >= SMALLEST:
        sizes.insert(0, sizes[0] // 2)
    return sizes


def grow_systems(systems: Sequence[System], sizes: Sequence[int]) -> list[Growth]:
    """`grow` of the baselines and systems."""
    return grow(contenders(systems), sizes)


def grow(measured: Sequence[Contender], sizes: Sequence[int], stop_seconds: float = STOP_SECONDS) -> list[Growth]:
    """Time each contender `REPEATS` times on a generated page of each size, smaller pages first, taking turns."""
    found = {contender.name: Growth(contender.name, contender.version) for contender in measured}
    warm_up(measured, generated_page(sizes[0]))
    with garbage_between_calls(), bar("Timing larger and larger pages", len(sizes)) as advance:
        for size in sizes:
            page = generated_page(size)
            for turn in range(REPEATS):
                for contender in rotated(measured, turn):
                    growth = found[contender.name]
                    if not growth.stopped:
                        growth.take(len(page), timed(contender.call, contender.prepare(page)), stop_seconds)
            advance()
    return list(found.values())


def exponent(times: Mapping[int, float], smallest: int) -> float | None:
    """The power of the size that the time grows with, on pages of at least `smallest` bytes.

    It is the slope of the least squares line through the logarithms of times over those of sizes: 1 where time is
    proportional to size, 2 where twice the size takes four times as long. None for less than two sizes.
    """
    points = [(size, ms) for size, ms in times.items() if size >= smallest]
    if len(points) < 2:
        return None
    sizes, ms = np.log(np.array(points)).T
    return float(np.polyfit(sizes, ms, 1)[0])


def growth_rows(found: Sequence[Growth]) -> list[dict[str, Any]]:
    """What results say of the growth of each contender, with all points."""
    return [
        {
            "system": growth.name,
            "version": growth.version,
            "exponent": _rounded(exponent(growth.best, FITTED_FROM)),
            "exponent_all_sizes": _rounded(exponent(growth.best, 0)),
            "bytes": list(growth.best),
            "ms": [round(ms, 3) for ms in growth.best.values()],
            "stopped": growth.stopped,
        }
        for growth in found
    ]


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 3)
