"""How the time for a page is divided."""

from __future__ import annotations

from collections.abc import Mapping

from matplotlib.figure import Figure

from benchmarks.plots.style import LIGHT_GREY, PALETTE, new_figure, style


@style()
def time_by_step(steps: Mapping[str, float]) -> Figure:
    """Draw a bar of steps, as multiples of the time that lxml's parser takes alone, which is marked."""
    figure = new_figure(2)
    axes = figure.add_subplot()
    start = 0.0
    for number, (step, width) in enumerate(steps.items()):
        colour = PALETTE[number] if number < len(PALETTE) else LIGHT_GREY
        axes.barh("extract", width, left=start, color=colour, label=step, height=0.6)
        start += width
    axes.axvline(1, color="#222222", linewidth=1, linestyle=(0, (2, 3)))
    axes.grid(axis="y", visible=False)
    axes.set_xlabel("mean time per page, as a multiple of lxml's parser alone (dotted)")
    figure.legend(loc="outside upper left", ncols=len(steps), columnspacing=1.2, handlelength=1)
    return figure
