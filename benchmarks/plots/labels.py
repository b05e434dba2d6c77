"""Names next to points, where they cover neither each other nor what is drawn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from typing import cast

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.transforms import Bbox
from numpy.typing import NDArray

Array = NDArray[np.float64]

_DISTANCES = (7.0, 13.0, 21.0, 31.0, 43.0, 57.0)  # points between a point and its name
_DIRECTIONS = ((1, 0), (-1, 0), (0.7, 0.7), (0.7, -0.7), (-0.7, 0.7), (-0.7, -0.7), (0, 1), (0, -1))
_LEADER_FROM = 15.0  # from this distance on a thin line, the leader, joins the point and its name
_MARGIN = 3.0  # points around names

# Costs, in points of distance.
_OUTSIDE, _ON_DOT, _ON_NAME, _ON_LEADER = 1000, 60, 500, 25


@dataclass(frozen=True)
class PointLabel:
    """A name for the point at x, y, in the units of the axes."""

    text: str
    x: float
    y: float
    color: str
    bold: bool = False


def place_labels(axes: Axes, labels: Sequence[PointLabel], avoid: Array) -> None:
    """Write the names of points, each at the place near its point that covers least of what is there.

    `avoid` holds points that names should not cover, [n, 2], in the units of the axes. Call it when everything else is
    drawn, as places depend on the layout.
    """
    figure = cast(Figure, axes.get_figure())
    figure.draw_without_rendering()
    dots = axes.transData.transform(np.vstack([avoid, [(label.x, label.y) for label in labels]]))
    taken: list[Bbox] = []
    for label in labels:
        offset, box, leader = _best_place(axes, label, dots, taken, figure.dpi / 72)
        taken.append(box)
        dots = np.vstack([dots, leader])
        _write(axes, label, offset)


def _best_place(
    axes: Axes, label: PointLabel, dots: Array, taken: Sequence[Bbox], pixels: float
) -> tuple[tuple[float, float], Bbox, Array]:
    """Return the offset of a name in points, its box, and points on its leader; a point is `pixels` pixels."""
    text = axes.text(0, 0, label.text, fontsize=9, fontweight="bold" if label.bold else "normal")
    extent = text.get_window_extent()
    text.remove()
    size = np.array([extent.width, extent.height])
    point, frame = axes.transData.transform((label.x, label.y)), axes.get_window_extent()
    best: tuple[float, tuple[float, float], Bbox, Array] | None = None
    for distance, direction in product(_DISTANCES, _DIRECTIONS):
        offset = (direction[0] * distance, direction[1] * distance)
        end = point + np.array(offset) * pixels
        low = end - size * (0.5 - np.sign(direction) / 2)  # the corner of the name, which is on the far side
        box = Bbox([low - _MARGIN * pixels, low + size + _MARGIN * pixels])
        has_leader = np.hypot(*offset) >= _LEADER_FROM
        leader = point + np.linspace(0.25, 1, 8)[:, None] * (end - point) if has_leader else np.zeros((0, 2))
        is_outside = box.x0 < frame.x0 or box.x1 > frame.x1 or box.y0 < frame.y0 or box.y1 > frame.y1
        cost = (
            distance
            + _OUTSIDE * is_outside
            + _ON_DOT * box.count_contains(dots)
            + _ON_NAME * box.count_overlaps(taken)
            + _ON_LEADER * sum(other.count_contains(leader) for other in taken)
        )
        if best is None or cost < best[0]:
            best = (cost, offset, box, leader)
    assert best is not None
    return best[1:]


def _write(axes: Axes, label: PointLabel, offset: tuple[float, float]) -> None:
    leader = {"arrowstyle": "-", "color": label.color, "linewidth": 0.5, "alpha": 0.6}
    written = axes.annotate(
        label.text,
        (label.x, label.y),
        offset,
        textcoords="offset points",
        ha="left" if offset[0] > 0 else "right" if offset[0] < 0 else "center",
        va="bottom" if offset[1] > 0 else "top" if offset[1] < 0 else "center",
        fontsize=9,
        fontweight="bold" if label.bold else "normal",
        color=label.color,
        arrowprops=leader if np.hypot(*offset) >= _LEADER_FROM else None,
        zorder=6,
    )
    written.set_in_layout(False)


def spread(heights: Sequence[float], gap: float) -> list[float]:
    """Return heights from 0 to 1, moved to lie at least `gap` apart and in that range, in the same order.

    They are moved as little as possible: groups of heights that are too close are spread around their mean.
    """
    order = np.argsort(heights, kind="stable")
    groups: list[list[float]] = []
    for index in order.tolist():
        groups.append([heights[index]])
        while len(groups) > 1 and _lowest(groups[-1], gap) < _lowest(groups[-2], gap) + gap * len(groups[-2]):
            last = groups.pop()
            groups[-1] += last
    found = np.empty(len(heights))
    found[order] = [_lowest(group, gap) + gap * number for group in groups for number in range(len(group))]
    return found.tolist()


def _lowest(group: Sequence[float], gap: float) -> float:
    """Return the lowest height of a group after it was spread."""
    extent = gap * (len(group) - 1)
    return max(min(sum(group) / len(group) - extent / 2, 1 - extent), 0)
