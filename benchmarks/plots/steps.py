"""Where the time for a page goes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from matplotlib.figure import Figure

from benchmarks.plots.style import FAINT, PALETTE, new_figure, style


@dataclass(frozen=True)
class StepsBar:
    """A run, and what its steps take on average, as multiples of the time that lxml's parser takes alone."""

    run: str
    steps: Mapping[str, float]


@style()
def time_by_step(bars: Sequence[StepsBar]) -> Figure:
    """A bar a run, made of the steps of the last one, which others may lack, next to parsing alone."""
    figure = new_figure(1.5 + 0.55 * len(bars))
    axes = figure.add_subplot()
    names = [bar.run for bar in bars]
    starts = [0.0] * len(bars)
    for number, step in enumerate(bars[-1].steps):
        widths = [bar.steps.get(step, 0.0) for bar in bars]
        colour = PALETTE[number] if number < len(PALETTE) else FAINT
        axes.barh(names, widths, left=starts, color=colour, label=step, height=0.6)
        starts = [start + width for start, width in zip(starts, widths, strict=True)]
    axes.axvline(1, color="#222222", linewidth=1, linestyle=(0, (2, 3)))
    axes.grid(axis="y", visible=False)
    axes.set_xlabel("mean time of a page, times that of lxml's parser alone (dotted)")
    figure.legend(loc="outside upper left", ncols=len(bars[-1].steps), columnspacing=1.2, handlelength=1)
    return figure
