"""Makes trees ready to be summed up by `model._trees`."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from boilerkit.model._trees import Forest

#: Leaves of a tree have a bit each; one with more of them is walked.
MOST_LEAVES = 32
_EVERY = (1 << MOST_LEAVES) - 1

_Ints = NDArray[np.int32]
_Doubles = NDArray[np.float64]


def made_ready(roots: _Ints, feature: _Ints, threshold: _Doubles, left: _Ints, right: _Ints, value: _Doubles) -> Forest:
    """A forest of the arrays that `model.trees.Trees` describes.

    For each tree it also holds its splits (a row from `first_split`, which is [n_trees + 1], on): what they ask, and in
    `split_kept` the bits of the leaves that rows which go right may end in. `leaves` [n_trees, MOST_LEAVES] are the
    nodes that the bits stand for; `is_large` [n_trees] tells trees that have too many.
    """
    leaves = np.zeros((len(roots), MOST_LEAVES), dtype=np.int32)
    is_large = np.zeros(len(roots), dtype=np.uint8)
    first_split: list[int] = [0]
    splits: list[int] = []
    kept: list[int] = []
    children = [feature.tolist(), left.tolist(), right.tolist()]
    for tree, root in enumerate(roots.tolist()):
        its_splits, its_leaves = _numbered(root, *children)
        is_large[tree] = len(its_leaves) > MOST_LEAVES
        if not is_large[tree]:
            splits += its_splits.keys()
            kept += its_splits.values()
            leaves[tree, : len(its_leaves)] = its_leaves
        first_split.append(len(splits))
    nodes = np.array(splits, dtype=np.intp)
    return Forest(
        *(roots, feature, threshold, left, right, value),
        np.array(first_split, dtype=np.int32),
        feature[nodes],
        _rounded_down(threshold[nodes]),
        np.array(kept, dtype=np.uint32),
        leaves,
        is_large,
    )


def _numbered(root: int, feature: list[int], left: list[int], right: list[int]) -> tuple[dict[int, int], list[int]]:
    """The splits of a tree with the bits that they keep, and its leaves from left to right; it stops at too many."""
    kept: dict[int, int] = {}
    leaves: list[int] = []
    first: dict[int, int] = {}  # leaves that were found before those of a split
    coming = [(root, -1)]  # a node, and the split on whose right it is
    while coming and len(leaves) <= MOST_LEAVES:
        node, above = coming.pop()
        if above >= 0:
            kept[above] = _EVERY ^ ((1 << len(leaves)) - (1 << first[above]))
        if feature[node] < 0:
            leaves.append(node)
        else:
            first[node] = len(leaves)
            coming += [(right[node], node), (left[node], -1)]
    return kept, leaves


def _rounded_down(numbers: _Doubles) -> NDArray[np.float32]:
    """The greatest float32 that is not over each number: those are at most the one that are at most the other."""
    with np.errstate(over="ignore"):
        rounded = numbers.astype(np.float32)
    return np.where(rounded > numbers, np.nextafter(rounded, np.float32(-np.inf)), rounded)
