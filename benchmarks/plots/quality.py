"""How good systems are: next to how fast, and by page type."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import FormatStrFormatter

from benchmarks.plots.labels import PointLabel, place_labels
from benchmarks.plots.style import (
    GREY,
    LIGHT_GREY,
    MARKERS,
    PALETTE,
    colour_of,
    new_figure,
    note,
    plain_log_ticks,
    style,
)
from benchmarks.statistics import Interval
from benchmarks.systems import is_boilerkit


@dataclass(frozen=True)
class SpeedPoint:
    """A system: its mean milliseconds a page, and its word F1."""

    system: str
    ms: float
    score: Interval


@style()
def quality_against_speed(points: Sequence[SpeedPoint], parse_ms: float | None) -> Figure:
    """Word F1 with 95% intervals by milliseconds a page; `parse_ms` is what parsing alone takes, None if not known."""
    figure = new_figure(5.2)
    axes = figure.add_subplot()
    axes.set_xscale("log")
    drawn = []
    for point in points:
        value, low, high = point.score.value, point.score.low, point.score.high
        ours, colour = is_boilerkit(point.system), colour_of(point.system)
        axes.plot([point.ms, point.ms], [low, high], color=colour, linewidth=1.2, alpha=1 if ours else 0.6, zorder=3)
        axes.plot([point.ms], [value], "o", color=colour, markersize=9 if ours else 6, zorder=4)
        drawn += [(point.ms, y) for y in np.linspace(low, high, 12)]
    if parse_ms is not None:
        axes.axvline(parse_ms, color=GREY, linewidth=1, linestyle=(0, (2, 3)), zorder=1)
        axes.annotate(
            "parsing alone",
            (parse_ms, 0.01),
            (4, 0),
            ("data", "axes fraction"),
            "offset points",
            color=GREY,
            fontsize=9,
        )
    axes.set_xlabel("milliseconds a page, one core (log scale)")
    axes.set_ylabel("word F1")
    axes.yaxis.set_major_formatter(FormatStrFormatter("%.2f"))
    axes.margins(x=0.2, y=0.1)
    plain_log_ticks(axes.xaxis)
    note(axes, "better: up and to the left", 0.99, "right")
    labels = [
        PointLabel(point.system, point.ms, point.score.value, colour_of(point.system), is_boilerkit(point.system))
        for point in points
    ]
    place_labels(axes, labels, np.array(drawn))
    return figure


@style()
def by_page_type(scores: Mapping[str, Mapping[str, Interval]], pages: Mapping[str, int]) -> Figure:
    """Word F1 of some systems with 95% intervals, `scores[system][page type]`, a row for each type of `pages`.

    `pages` holds the number of pages by type; rows come in its order.
    """
    figure = new_figure(1.2 + 0.62 * len(pages))
    axes = figure.add_subplot()
    rows = np.arange(len(pages))
    for row in rows[:-1]:
        axes.axhline(row + 0.5, color=LIGHT_GREY, linewidth=0.8)
    for number, (system, found) in enumerate(scores.items()):
        shown = [(row, found[name]) for row, name in enumerate(pages) if name in found]
        places = [row + 0.7 * ((number + 0.5) / len(scores) - 0.5) for row, _ in shown]
        values = [score.value for _, score in shown]
        colour = PALETTE[number % len(PALETTE)]
        lows, highs = [score.low for _, score in shown], [score.high for _, score in shown]
        axes.hlines(places, lows, highs, color=colour, linewidth=1.2, alpha=0.55, zorder=3)
        marker = MARKERS[number % len(MARKERS)]
        axes.plot(
            values, places, marker, color=colour, markersize=7 if is_boilerkit(system) else 5.5, label=system, zorder=4
        )
    axes.set_yticks(rows, [f"{name} ({count:,})" for name, count in pages.items()])
    axes.set_ylim(len(pages) - 0.5, -0.5)
    axes.tick_params(axis="y", length=0)
    axes.grid(visible=False, axis="y")
    axes.set_xlabel("word F1")
    figure.legend(loc="outside upper left", ncols=min(len(scores), 5), handletextpad=0.1, columnspacing=1.4)
    return figure
