"""Names next to points, where they cover neither each other nor what is drawn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

Array = NDArray[np.float64]

_PASSES = 5
_DISTANCES = (7.0, 13.0, 21.0, 31.0, 43.0)  # points between a point and its name
_DIRECTIONS = ((1, 0), (-1, 0), (0.7, 0.7), (0.7, -0.7), (-0.7, 0.7), (-0.7, -0.7), (0, 1), (0, -1))
_LEADER_FROM = 15.0  # from this distance on a thin line, the leader, joins the point and its name
_MARGIN = 3.0  # points around names

# Costs, in points of distance.
_OUTSIDE, _ON_DOT, _ON_NAME, _CROSSING = 1000, 60, 50, 25


@dataclass(frozen=True)
class PointLabel:
    """A name for the point at x, y, in the units of the axes."""

    text: str
    x: float
    y: float
    color: str
    bold: bool = False


@dataclass(frozen=True)
class _Place:
    """Where a name may stand: its offset in points from the point, and what it covers, in pixels."""

    offset: tuple[float, float]
    box: tuple[float, float, float, float]  # left, bottom, right, top
    leader: Array  # points on it, [n, 2]; none where it needs no leader
    cost: float  # of what is there already, and of the distance


def place_labels(axes: Axes, labels: Sequence[PointLabel], avoid: Array) -> None:
    """Write the names of points, each at the place near its point that covers least.

    `avoid` holds points that names should not cover, [n, 2], in the units of the axes. To be called when all else is
    drawn, as places depend on the layout. Each name in turn takes its best place given the others, some times over.
    """
    figure = cast(Figure, axes.get_figure())
    figure.draw_without_rendering()
    dots = axes.transData.transform(np.vstack([avoid, [(label.x, label.y) for label in labels]]))
    places = [_places(axes, label, dots, figure.dpi / 72) for label in labels]
    chosen = [min(options, key=lambda place: place.cost) for options in places]
    for _ in range(_PASSES):
        for number, options in enumerate(places):
            others = chosen[:number] + chosen[number + 1 :]
            chosen[number] = min(
                options,
                key=lambda place: place.cost + sum(_clash(place, other) for other in others),
            )
    for label, place in zip(labels, chosen, strict=True):
        _write(axes, label, place.offset)


def _places(axes: Axes, label: PointLabel, dots: Array, pixels: float) -> list[_Place]:
    """All places of a name; a point is so many `pixels`."""
    text = axes.text(0, 0, label.text, fontsize=9, fontweight="bold" if label.bold else "normal")
    extent = text.get_window_extent()
    text.remove()
    point, frame, margin = axes.transData.transform((label.x, label.y)), axes.get_window_extent(), _MARGIN * pixels
    places = []
    for distance in _DISTANCES:
        for right, up in _DIRECTIONS:
            offset = (right * distance, up * distance)
            end = point + np.array(offset) * pixels
            left, bottom = end - (extent.width * _share_before(right), extent.height * _share_before(up))
            box = (left - margin, bottom - margin, left + extent.width + margin, bottom + extent.height + margin)
            outside = box[0] < frame.x0 or box[1] < frame.y0 or box[2] > frame.x1 or box[3] > frame.y1
            leader = point + np.linspace(0.25, 1, 8)[:, None] * (end - point) if _leads(offset) else np.zeros((0, 2))
            crossed = (np.linalg.norm(dots[:, None] - leader, axis=2) < margin).any(axis=1).sum()
            cost = distance + _ON_DOT * _inside(box, dots) + _OUTSIDE * outside + _CROSSING * crossed
            places.append(_Place(offset, box, leader, float(cost)))
    return places


def _leads(offset: tuple[float, float]) -> bool:
    return float(np.hypot(*offset)) >= _LEADER_FROM


def _inside(box: tuple[float, float, float, float], dots: Array) -> int:
    """How many of some dots lie in a box."""
    return int(((dots >= box[:2]) & (dots <= box[2:])).all(axis=1).sum())


def _share_before(direction: float) -> float:
    """The share of a name that lies left of, or below, the end of its offset."""
    return 0.0 if direction > 0 else 1.0 if direction < 0 else 0.5


def _clash(place: _Place, other: _Place) -> float:
    """What two names cost that cover each other, or each other's leaders."""
    width = min(place.box[2], other.box[2]) - max(place.box[0], other.box[0])
    height = min(place.box[3], other.box[3]) - max(place.box[1], other.box[1])
    area = _ON_NAME * (1 + width * height / 100) if width > 0 and height > 0 else 0.0
    return area + _CROSSING * (_inside(place.box, other.leader) + _inside(other.box, place.leader))


def _write(axes: Axes, label: PointLabel, offset: tuple[float, float]) -> None:
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
        arrowprops={"arrowstyle": "-", "color": label.color, "linewidth": 0.5, "alpha": 0.6}
        if _leads(offset)
        else None,
        zorder=6,
    )
    written.set_in_layout(False)


def spread(heights: Sequence[float], gap: float) -> list[float]:
    """Heights from 0 to 1, moved as little as needed to lie at least `gap` apart and in that range, in the same order.

    Groups of heights that are too close are spread around their mean.
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
    """The lowest height of a group after it was spread."""
    extent = gap * (len(group) - 1)
    return max(min(sum(group) / len(group) - extent / 2, 1 - extent), 0)
