"""Plots of a model from the inside: what its two stages say of the blocks of a page, and what their trees read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from textwrap import shorten

from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator, PercentFormatter

from benchmarks.plots.style import BLUE, GREY, LIGHT_GREY, new_figure, style


@dataclass(frozen=True)
class StagedBlock:
    """A block of a page: its text, and the probability of being content that each stage gives it."""

    text: str
    stage_one: float
    stage_two: float


@style()
def two_stages(blocks: Sequence[StagedBlock], threshold: float) -> Figure:
    """Draw the blocks of a page from top to bottom, each with an arrow from stage one's probability to stage two's."""
    figure = new_figure(1.2 + 0.2 * len(blocks))
    axes = figure.add_subplot()
    axes.axvline(threshold, color=GREY, linewidth=1, linestyle=(0, (4, 3)), zorder=1)
    for row, block in enumerate(blocks):
        colour = BLUE if block.stage_two > threshold else GREY
        axes.plot([block.stage_one, block.stage_two], [row, row], color=colour, linewidth=1.4, alpha=0.6, zorder=2)
        axes.plot([block.stage_one], [row], "o", markersize=5, color="white", markeredgecolor=colour, zorder=3)
        axes.plot([block.stage_two], [row], "o", markersize=6, color=colour, zorder=4)
    axes.set_yticks(range(len(blocks)), [shorten(block.text, 46, placeholder=" …") for block in blocks], fontsize=8)
    axes.set_ylim(len(blocks) - 0.4, -1.6)
    axes.tick_params(axis="y", length=0)
    axes.set_xlim(-0.03, 1.03)
    axes.text(threshold, -0.9, f" threshold {threshold:g}", color=GREY, fontsize=9, va="center")
    axes.set_xlabel("probability of being content\n○ stage one, ● stage two, blue: kept")
    return figure


@style()
def split_shares(stages: Mapping[str, Mapping[str, float]], top: Sequence[tuple[str, float]]) -> Figure:
    """Draw what share of the splits reads each group of features, by stage, and the features that are read most."""
    figure = new_figure(6.2)
    left, right = figure.subplots(1, 2, width_ratios=(1, 1))
    groups = list(dict.fromkeys(group for shares in stages.values() for group in shares))
    height = 0.8 / len(stages)
    for number, (stage, shares) in enumerate(stages.items()):
        rows = [row + number * height for row in range(len(groups))]
        colour = (LIGHT_GREY, BLUE)[number % 2]
        left.barh(rows, [shares.get(group, 0.0) for group in groups], height, color=colour, label=stage)
    left.set_yticks([row + 0.4 - height / 2 for row in range(len(groups))], groups)
    left.set_title("By group")
    left.legend(loc="center right")
    right.barh(range(len(top)), [share for _, share in top], 0.7, color=BLUE)
    right.set_yticks(range(len(top)), [name for name, _ in top], fontsize=8)
    right.set_title("Most read by stage one")
    for axes in (left, right):
        axes.invert_yaxis()
        axes.tick_params(axis="y", length=0)
        axes.grid(visible=False, axis="y")
        axes.xaxis.set_major_locator(MaxNLocator(4, steps=(1, 2, 5, 10)))
        axes.xaxis.set_major_formatter(PercentFormatter(1, decimals=0))
        axes.set_xlabel("share of the splits that a block meets")
    return figure
