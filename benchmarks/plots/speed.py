"""Plots of time: by the size of the page, and by step."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import cast

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from benchmarks.plots.labels import spread
from benchmarks.plots.style import BLUE, LIGHT_GREY, PALETTE, colour_of, new_figure, note, plain_log_ticks, style
from benchmarks.systems import is_boilerkit

_LABEL_GAP = 0.042  # of the height of the axes, less where there are many lines
_LABELS_AT = 1.03  # of their width


@dataclass(frozen=True)
class GrowthLine:
    """A system's milliseconds on synthetic pages of some sizes in bytes, and the exponent of its growth, if known."""

    system: str
    bytes: Sequence[int]
    ms: Sequence[float]
    exponent: float | None


@style()
def time_by_size(lines: Sequence[GrowthLine], page_bytes: Sequence[int], page_ms: Sequence[float]) -> Figure:
    """Draw lines over synthetic pages, with Boilerkit's times for the pages of corpora as a cloud behind them.

    `page_bytes` and `page_ms` hold a value for each page of the corpora, and are empty if it was not measured.
    """
    figure = new_figure(5.6)
    axes = figure.add_subplot()
    axes.set_xscale("log")
    axes.set_yscale("log")
    if len(page_bytes):
        axes.scatter(page_bytes, page_ms, s=7, color=BLUE, alpha=0.2, linewidths=0, rasterized=True, zorder=2)
        note(axes, "lines: synthetic pages\ndots: boilerkit on pages of the corpora", 0.02, "left")
    for line in lines:
        ours = is_boilerkit(line.system)
        axes.plot(
            line.bytes,
            line.ms,
            "o-",
            color=colour_of(line.system),
            linewidth=2.4 if ours else 1.1,
            markersize=4 if ours else 2.5,
            alpha=1 if ours else 0.75,
            zorder=5 if ours else 3,
        )
    axes.set_xlabel("bytes of the page (log scale)")
    axes.set_ylabel("milliseconds, one core (log scale)")
    plain_log_ticks(axes.xaxis)
    plain_log_ticks(axes.yaxis)
    _name(axes, [line for line in lines if line.bytes])
    return figure


def _name(axes: Axes, lines: Sequence[GrowthLine]) -> None:
    """Write names and exponents in a column to the right, each tied to the end of its line."""
    cast(Figure, axes.get_figure()).draw_without_rendering()  # settles the limits of the axes
    ends = np.array([(line.bytes[-1], line.ms[-1]) for line in lines]).reshape(-1, 2)
    heights = axes.transAxes.inverted().transform(axes.transData.transform(ends))[:, 1]
    gap = min(_LABEL_GAP, 1 / max(len(lines), 1))
    for line, end, height in zip(lines, ends, spread(heights.tolist(), gap), strict=True):
        exponent = "" if line.exponent is None else f"  size$^{{{line.exponent:.2f}}}$"
        axes.annotate(
            line.system.replace("$", r"\$") + exponent,
            (end[0], end[1]),
            (_LABELS_AT, height),
            textcoords="axes fraction",
            color=colour_of(line.system),
            fontsize=9,
            fontweight="bold" if is_boilerkit(line.system) else "normal",
            va="center",
            arrowprops={
                "arrowstyle": "-",
                "color": colour_of(line.system),
                "linewidth": 0.5,
                "alpha": 0.5,
                "relpos": (0, 0.5),
                "shrinkA": 1,
                "shrinkB": 2,
            },
            annotation_clip=False,
            parse_math=True,
        )


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
