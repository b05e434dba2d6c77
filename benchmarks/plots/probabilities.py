"""Plots of a model's probabilities: precision against recall, calibration, and confusion of labels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import FormatStrFormatter, PercentFormatter

from benchmarks.plots.labels import PointLabel, place_labels
from benchmarks.plots.style import BLUE, GREY, new_figure, style


@dataclass(frozen=True)
class CurvePoint:
    """Mean word precision and recall over pages at a threshold."""

    threshold: float
    precision: float
    recall: float


@dataclass(frozen=True)
class Bins:
    """Blocks by probability, one value per bin.

    `upper` is the end of the bin, `predicted` the mean probability in it, `observed` the share that is content, `share`
    the share of all blocks by weight. `expected_error` is the expected calibration error.
    """

    upper: Sequence[float]
    predicted: Sequence[float]
    observed: Sequence[float]
    share: Sequence[float]
    expected_error: float


@style()
def precision_recall(
    system: str, curve: Sequence[CurvePoint], threshold: float, peers: Mapping[str, tuple[float, float]]
) -> Figure:
    """Draw a model's curve over its thresholds, its default marked; `peers` are points (precision, recall) by name."""
    figure = new_figure(5.4)
    axes = figure.add_subplot()
    recall = np.array([point.recall for point in curve])
    precision = np.array([point.precision for point in curve])
    default = min(curve, key=lambda point: abs(point.threshold - threshold))
    axes.plot(recall, precision, color=BLUE, linewidth=2, zorder=3)
    axes.plot([default.recall], [default.precision], "o", color=BLUE, markersize=9, zorder=5)
    labels = [PointLabel(f"{system}, threshold {default.threshold:g}", default.recall, default.precision, BLUE, True)]
    for point in (curve[0], curve[-1]):
        if point is not default:
            axes.plot([point.recall], [point.precision], "o", color=BLUE, markersize=4, zorder=4)
            labels.append(PointLabel(f"{point.threshold:g}", point.recall, point.precision, BLUE))
    for name, (its_precision, its_recall) in peers.items():
        axes.plot([its_recall], [its_precision], "o", color=GREY, markersize=6, zorder=4)
        labels.append(PointLabel(name, its_recall, its_precision, GREY))
    axes.set_xlabel("word recall, mean over pages")
    axes.set_ylabel("word precision, mean over pages with any text")
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_formatter(FormatStrFormatter("%.2f"))
    axes.margins(0.1)
    steps = np.linspace(0, len(curve) - 1, 200)
    numbers = np.arange(len(curve))
    drawn = np.column_stack([np.interp(steps, numbers, recall), np.interp(steps, numbers, precision)])
    place_labels(axes, labels, drawn)
    return figure


@style()
def reliability(bins: Bins) -> Figure:
    """Draw how often blocks of each probability are content, above the share of blocks in each bin."""
    figure = new_figure(5.6)
    axes, below = figure.subplots(2, 1, sharex=True, height_ratios=(4, 1))
    axes.plot([0, 1], [0, 1], color=GREY, linewidth=1, linestyle=(0, (4, 3)), zorder=2)
    axes.annotate(
        "as often as predicted", (0.3, 0.3), (6, -6), textcoords="offset points", color=GREY, fontsize=9, va="top"
    )
    filled = [number for number, share in enumerate(bins.share) if share > 0]
    predicted = [bins.predicted[number] for number in filled]
    observed = [bins.observed[number] for number in filled]
    axes.plot(predicted, observed, "o-", color=BLUE, linewidth=1.6, markersize=6, zorder=4)
    axes.set_ylabel("share that is content")
    axes.set_ylim(-0.03, 1.03)
    error = f"expected calibration error {bins.expected_error:.3f}"
    axes.text(0.03, 0.93, error, transform=axes.transAxes, fontsize=11, va="top")
    lower = [0.0, *bins.upper[:-1]]
    widths = [end - start for start, end in zip(lower, bins.upper, strict=True)]
    below.bar(lower, bins.share, [0.94 * width for width in widths], align="edge", color=BLUE, alpha=0.35)
    below.yaxis.set_major_formatter(PercentFormatter(1, decimals=0))
    below.set_ylabel("of all words")
    below.set_xlabel("predicted probability of being content")
    below.set_xlim(-0.02, 1.02)
    below.grid(visible=False, axis="x")
    return figure


_DARK = 0.55  # a cell's share over which its number is written in white


@style()
def confusion(labels: Sequence[str], counts: Sequence[Sequence[int]]) -> Figure:
    """Draw blocks by gold label (rows) and prediction (columns): shares of the row as tints, counts as numbers.

    `counts` is [n_labels, n_labels].
    """
    blocks = np.array(counts)
    shares = blocks / np.maximum(blocks.sum(axis=1, keepdims=True), 1)
    figure = new_figure(6.6)
    axes = figure.add_subplot()
    axes.imshow(shares, cmap="Blues", vmin=0, vmax=1, aspect="auto")
    axes.grid(visible=False)
    for (row, column), count in np.ndenumerate(blocks):
        if count:
            colour = "white" if shares[row, column] > _DARK else "#222222"
            axes.text(column, row, f"{count:,}", ha="center", va="center", fontsize=8, color=colour)
    axes.set_xticks(range(len(labels)), labels, rotation=40, ha="right", rotation_mode="anchor")
    named = [f"{label} ({total:,})" for label, total in zip(labels, blocks.sum(axis=1), strict=True)]
    axes.set_yticks(range(len(labels)), named)
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)
    axes.set_xlabel("label that the model predicts")
    axes.set_ylabel("label of the gold (blocks)")
    return figure
