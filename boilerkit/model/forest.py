"""Compile trees into the form that `model._trees` evaluates: QuickScorer (Lucchese et al. 2015)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from boilerkit.model._trees import Forest

#: Each leaf of a tree has a bit in one of the tree's masks; a tree with more leaves is walked node by node.
MAX_LEAVES = 64
#: Most splits are far down in their tree and change one mask: two short masks take half the time of a long one.
MASK_BITS = 32
_ALL_LEAVES = (1 << MAX_LEAVES) - 1
_MASK = (1 << MASK_BITS) - 1

_Ints = NDArray[np.int32]
_Doubles = NDArray[np.float64]


def compile_forest(
    roots: _Ints, feature: _Ints, threshold: _Doubles, left: _Ints, right: _Ints, value: _Doubles
) -> Forest:
    """Return a forest of the arrays that `model.trees.TreeEnsemble` describes.

    It also holds the masks of all trees: `first_mask` [n_trees + 1] says where those of each begin; a tree with too
    many leaves has none. `leaves` [n_masks, MASK_BITS] are the values of the leaves that the bits stand for. The splits
    of all trees are ordered by the columns that they ask, those of a column by rising thresholds: `first_split`
    [n_columns + 1] says where those of each begin. `split_mask` is a mask that a split changes, `split_kept` the bits
    of the leaves in it that rows which go right may end in.
    """
    first_mask = [0]
    leaves = np.zeros((len(roots) * MAX_LEAVES // MASK_BITS, MASK_BITS))
    splits: list[int] = []
    masks: list[int] = []
    kept: list[int] = []
    children = [feature.tolist(), left.tolist(), right.tolist()]
    for root in roots.tolist():
        its_splits, its_leaves = _leaf_masks(root, *children)
        n_masks = 0 if len(its_leaves) > MAX_LEAVES else -(-len(its_leaves) // MASK_BITS)
        for number in range(n_masks):
            mask = first_mask[-1] + number
            for split, all_kept in its_splits.items():
                its_kept = all_kept >> number * MASK_BITS & _MASK
                if its_kept != _MASK:
                    splits.append(split)
                    masks.append(mask)
                    kept.append(its_kept)
            its_values = value[its_leaves[number * MASK_BITS : (number + 1) * MASK_BITS]]
            leaves[mask, : len(its_values)] = its_values
        first_mask.append(first_mask[-1] + n_masks)
    nodes = np.array(splits, dtype=np.intp)
    thresholds = _rounded_down(threshold[nodes])
    order = np.lexsort((thresholds, feature[nodes]))
    sizes = np.bincount(feature[nodes]) if len(nodes) else np.zeros(0, dtype=np.intp)
    return Forest(
        *(roots, feature, threshold, left, right, value),
        np.concatenate([[0], np.cumsum(sizes)]).astype(np.int32),
        np.array(masks, dtype=np.int32)[order],
        thresholds[order],
        np.array(kept, dtype=np.uint32)[order],
        np.array(first_mask, dtype=np.int32),
        leaves[: first_mask[-1]],
    )


def _leaf_masks(root: int, feature: list[int], left: list[int], right: list[int]) -> tuple[dict[int, int], list[int]]:
    """The splits of a tree with the bits that they keep, and its leaves from left to right; it stops at too many."""
    kept: dict[int, int] = {}
    leaves: list[int] = []
    first: dict[int, int] = {}  # leaves that were found before those of a split
    coming = [(root, -1)]  # a node, and the split on whose right it is
    while coming and len(leaves) <= MAX_LEAVES:
        node, above = coming.pop()
        if above >= 0:
            kept[above] = _ALL_LEAVES ^ ((1 << len(leaves)) - (1 << first[above]))
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
