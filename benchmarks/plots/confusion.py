"""Which labels are taken for which."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.figure import Figure

from benchmarks.plots.style import new_figure, style

_DARK = 0.55  # a cell's share over which its number is written in white


@style()
def confusion(labels: Sequence[str], counts: Sequence[Sequence[int]]) -> Figure:
    """Blocks by gold label (rows) and answer (columns): each cell's share of its row as a tint, its count as a number.

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
    axes.set_xlabel("label that the model gives")
    axes.set_ylabel("label of the gold (blocks)")
    return figure
