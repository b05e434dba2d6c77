"""How the time grows with the size of a page, by synthetic pages that double in size."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

import boilerkit
from benchmarks.progress import progress
from benchmarks.speed.steps import StepTimer
from benchmarks.speed.synthetic_pages import synthetic_page
from benchmarks.speed.timing import LONG_SECONDS, TimedSystem, Timing, best_of_rounds, gc_paused, timed_systems, warm_up
from benchmarks.systems import BOILERKIT, System

SMALLEST = 10_000  # bytes

#: The exponent is that of pages from this size on, in bytes: on smaller ones a system's fixed costs hide the growth.
FITTED_FROM = 100_000


@dataclass
class Growth:
    """The milliseconds of one system by the size of the page in bytes, and why it got no larger pages."""

    name: str
    version: str
    ms: dict[int, float] = field(default_factory=dict)
    gave_text: bool = False
    stopped: str = ""

    def add(self, size: int, timing: Timing) -> None:
        """Add a time; stop after one over LONG_SECONDS, a failure, or a page that was refused.

        Some systems refuse a large page by returning no text at once: in less time than a smaller page took.
        """
        refused = self.gave_text and not timing.text and timing.ms < max(self.ms.values())
        if timing.error or refused:
            self.stopped = f"{timing.error or 'returned no text at once'} on {size / 1e6:.2f} MB"
            return
        self.gave_text = self.gave_text or bool(timing.text)
        self.ms[size] = timing.ms
        if timing.ms > 1000 * LONG_SECONDS:
            self.stopped = f"took {timing.ms / 1000:.1f} s on {size / 1e6:.2f} MB"


def page_sizes(largest: int) -> list[int]:
    """Return sizes that double up to the largest, none under SMALLEST."""
    sizes = [largest]
    while sizes[0] // 2 >= SMALLEST:
        sizes.insert(0, sizes[0] // 2)
    return sizes


def growth_results(systems: Sequence[System], shape: str, sizes: Sequence[int]) -> dict[str, Any]:
    """Return how the time grows with the size of synthetic pages of a shape: rows of the systems and of the steps.

    The steps are those of `boilerkit`; there are none without it.
    """
    timer = StepTimer() if any(system.name == BOILERKIT for system in systems) else None
    grown, steps = grow(timed_systems(systems), shape, sizes, timer)
    rows = [
        {"system": growth.name, "version": growth.version, **_fitted(growth.ms), "stopped": growth.stopped}
        for growth in grown
    ]
    blocks = [len(boilerkit.analyze(synthetic_page(size, shape)).blocks) for size in sizes]
    return {
        "shape": shape,
        "blocks": blocks,
        "rows": rows,
        "steps": [{"step": step, **_fitted(ms)} for step, ms in steps.items()],
    }


def grow(
    systems: Sequence[TimedSystem], shape: str, sizes: Sequence[int], timer: StepTimer | None = None
) -> tuple[list[Growth], dict[str, dict[int, float]]]:
    """Time each system on pages that grow; also return the milliseconds of each step of `timer` by size."""
    grown = {system.name: Growth(system.name, system.version) for system in systems}
    steps: dict[str, dict[int, float]] = {}
    warm_up(systems, synthetic_page(sizes[0], shape))
    with gc_paused(), progress(f"Timing pages of growing size, {shape}", len(sizes)) as advance:
        for size in sizes:
            page = synthetic_page(size, shape)
            going = [system for system in systems if not grown[system.name].stopped]
            for name, timing in best_of_rounds([*going, timer.system] if timer else going, page).items():
                if name in grown:
                    grown[name].add(len(page), timing)
            for step, ms in timer.take_best().items() if timer else ():
                steps.setdefault(step, {})[len(page)] = ms
            advance()
    return list(grown.values()), steps


def _fitted(ms: Mapping[int, float]) -> dict[str, Any]:
    """Return the exponents from FITTED_FROM and from the smallest size on, and all points."""
    return {
        "exponent": exponent(ms, FITTED_FROM),
        "exponent_all_sizes": exponent(ms, 0),
        "bytes": list(ms),
        "ms": [round(value, 3) for value in ms.values()],
    }


def exponent(ms: Mapping[int, float], smallest: int) -> float | None:
    """Return the power of the size that the time grows with, on pages of at least `smallest` bytes.

    It is the slope of the least squares line through the logarithms of times over those of sizes: 1 if time is
    proportional to size, 2 if twice the size takes four times as long. None for less than two sizes, and if a page
    takes no time.
    """
    points = [(size, value) for size, value in ms.items() if size >= smallest]
    if len(points) < 2 or min(value for _, value in points) <= 0:
        return None
    sizes, values = np.log(np.array(points)).T
    return round(float(np.polyfit(sizes, values, 1)[0]), 3)
