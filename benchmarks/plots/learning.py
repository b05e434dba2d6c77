"""What more labelled pages are worth."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.figure import Figure
from matplotlib.ticker import FormatStrFormatter, NullLocator

from benchmarks.plots.style import MARKERS, PALETTE, new_figure, style
from benchmarks.statistics import Interval


@dataclass(frozen=True)
class LearningPoint:
    """The scores on a corpus of models that were trained on so many pages."""

    pages: int
    corpus: str
    word_f1: Interval
    shingle_f1: Interval


@style()
def learning_curve(points: Sequence[LearningPoint]) -> Figure:
    """Word F1 and 4-gram F1 with 95% intervals by the number of pages trained on, a line a corpus."""
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
        axes.set_xlabel("pages trained on (log scale)")
        axes.yaxis.set_major_formatter(FormatStrFormatter("%.2f"))
    handles, labels = figure.axes[0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside upper left", ncols=min(len(corpora), 4), columnspacing=1.6)
    return figure
