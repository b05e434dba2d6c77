"""Plots of scores: next to speed, by page type, and by the number of training pages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import FormatStrFormatter, NullLocator

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
    """A system: its mean milliseconds per page, and its word F1."""

    system: str
    ms: float
    score: Interval


@style()
def quality_against_speed(points: Sequence[SpeedPoint], parse_ms: float | None) -> Figure:
    """Draw word F1 with 95% intervals by milliseconds per page; `parse_ms` is what parsing alone takes, if known."""
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
    axes.set_xlabel("milliseconds per page, one core (log scale)")
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
    """Draw word F1 of some systems with 95% intervals, `scores[system][page type]`, a row for each type of `pages`.

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


@dataclass(frozen=True)
class LearningPoint:
    """The scores on a corpus of models that were trained on this number of pages."""

    pages: int
    corpus: str
    word_f1: Interval
    shingle_f1: Interval


@style()
def learning_curve(points: Sequence[LearningPoint]) -> Figure:
    """Draw word F1 and 4-gram F1 with 95% intervals by the number of training pages, a line per corpus."""
    figure = new_figure(4.4)
    corpora = list(dict.fromkeys(point.corpus for point in points))
    sizes = sorted({point.pages for point in points})
    for axes, title in zip(figure.subplots(1, 2, sharey=True), ("word F1", "4-gram F1"), strict=True):
        axes.set_xscale("log")
        for number, corpus in enumerate(corpora):
            its = sorted((point for point in points if point.corpus == corpus), key=lambda point: point.pages)
            scores = [point.word_f1 if title == "word F1" else point.shingle_f1 for point in its]
            pages, colour = [point.pages for point in its], PALETTE[number % len(PALETTE)]
            lows, highs = [score.low for score in scores], [score.high for score in scores]
            axes.fill_between(pages, lows, highs, color=colour, alpha=0.13, linewidth=0)
            values, marker = [score.value for score in scores], MARKERS[number % len(MARKERS)]
            axes.plot(pages, values, marker + "-", color=colour, markersize=5, linewidth=1.6, label=corpus)
        axes.set_title(title)
        axes.set_xticks(sizes, [f"{size:,}" for size in sizes])
        axes.xaxis.set_minor_locator(NullLocator())
        axes.set_xlabel("training pages (log scale)")
        axes.yaxis.set_major_formatter(FormatStrFormatter("%.2f"))
    handles, labels = figure.axes[0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside upper left", ncols=min(len(corpora), 4), columnspacing=1.6)
    return figure


@dataclass(frozen=True)
class AdaptationPoint:
    """Mean word F1 on a corpus before and after adapting to this number of pages, and the ends of its draws."""

    corpus: str
    pages: int
    shipped: float
    adapted: float
    least: float
    most: float


@style()
def adaptation_curves(points: Sequence[AdaptationPoint]) -> Figure:
    """Draw word F1 by the number of pages adapted to, a line per corpus that begins with the shipped model."""
    figure = new_figure(4.4)
    axes = figure.add_subplot()
    sizes = sorted({point.pages for point in points})
    for number, corpus in enumerate(dict.fromkeys(point.corpus for point in points)):
        its = sorted((point for point in points if point.corpus == corpus), key=lambda point: point.pages)
        colour, marker = PALETTE[number % len(PALETTE)], MARKERS[number % len(MARKERS)]
        start = float(np.mean([point.shipped for point in its]))
        pages, values = [0, *(point.pages for point in its)], [start, *(point.adapted for point in its)]
        least, most = [start, *(point.least for point in its)], [start, *(point.most for point in its)]
        axes.fill_between(pages, least, most, color=colour, alpha=0.13, linewidth=0)
        axes.plot(pages, values, marker + "-", color=colour, markersize=5, linewidth=1.6, label=corpus)
    axes.set_xticks([0, *sizes])
    axes.set_xlabel("pages adapted to (0: the shipped model)")
    axes.set_ylabel("word F1 on the other pages")
    axes.yaxis.set_major_formatter(FormatStrFormatter("%.2f"))
    figure.legend(loc="outside upper left", ncols=3, columnspacing=1.6)
    return figure
