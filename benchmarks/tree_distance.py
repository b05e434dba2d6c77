"""The edit distance of ordered trees: Zhang & Shasha 1989, "Simple Fast Algorithms for the Editing Distance Between
Trees and Related Problems".

In plain Python: the libraries for it are not maintained, and apted takes five times as long.
"""

from __future__ import annotations

from collections.abc import Sequence

#: A tree: for each node, in post-order, the number of the first leaf in it, which is its own if it is a leaf.
Tree = Sequence[int]


def tree_distance(ours: Tree, theirs: Tree, changes: Sequence[Sequence[float]]) -> float:
    """Return the least cost of turning one tree into the other: 1 for each node to delete or to insert.

    `changes` has the cost of turning each node of the one into each node of the other. Both have a node at least.
    """
    between = [[0.0] * len(theirs) for _ in ours]
    for node in _roots(ours):
        for other in _roots(theirs):
            _fill(between, node, other, ours, theirs, changes)
    return between[-1][-1]


def _roots(tree: Tree) -> list[int]:
    """Return the nodes whose first leaf is not that of their parent, in post-order."""
    return sorted({leaf: node for node, leaf in enumerate(tree)}.values())


def _fill(
    between: list[list[float]], root: int, other_root: int, ours: Tree, theirs: Tree, changes: Sequence[Sequence[float]]
) -> None:
    """Set the distances of the subtrees that share their first leaf with one of two roots.

    Those of the subtrees in them that do not must be there. Rows are the forests of nodes from the root's first leaf to
    a node, columns those of the other tree; both begin with the empty forest.
    """
    start, other_start = ours[root], theirs[other_root]
    rows = [[float(size) for size in range(other_root - other_start + 2)]]
    for node in range(start, root + 1):
        above, before, row = rows[-1], rows[ours[node] - start], [rows[-1][0] + 1]
        for column, other in enumerate(range(other_start, other_root + 1)):
            least = min(above[column + 1], row[column]) + 1
            if ours[node] == start and theirs[other] == other_start:
                least = between[node][other] = min(least, above[column] + changes[node][other])
            else:
                least = min(least, before[theirs[other] - other_start] + between[node][other])
            row.append(least)
        rows.append(row)
