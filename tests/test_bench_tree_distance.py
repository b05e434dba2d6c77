"""The edit distance of trees, next to the recursive definition of it."""

from __future__ import annotations

from functools import cache

from hypothesis import given
from hypothesis import strategies as st

from benchmarks.tree_distance import tree_distance

#: A tree as nested tuples: the children of the root, each a tree.
Nested = tuple["Nested", ...]

trees = st.recursive(st.just(()), lambda children: st.lists(children, max_size=3).map(tuple), max_leaves=5)


def first_leaves(tree: Nested) -> list[int]:
    found: list[int] = []

    def add(node: Nested) -> None:
        first = len(found)
        for child in node:
            add(child)
        found.append(first)

    add(tree)
    return found


def size(forest: Nested) -> int:
    return sum(1 + size(tree) for tree in forest)


def defined(ours: Nested, theirs: Nested, changes: list[list[float]]) -> float:
    """The distance by its definition: the last root of two forests is deleted, inserted or changed."""

    @cache
    def distance(forest: Nested, other: Nested, at: int, other_at: int) -> float:
        """`at` and `other_at` are the numbers of the last roots."""
        if not forest or not other:
            return size(forest) + size(other)
        (*left, last), (*other_left, other_last) = forest, other
        n, m = size(last), size(other_last)
        return min(
            distance((*left, *last), other, at - 1, other_at) + 1,
            distance(forest, (*other_left, *other_last), at, other_at - 1) + 1,
            distance(tuple(left), tuple(other_left), at - n - 1, other_at - m - 1)
            + distance(last, other_last, at - 1, other_at - 1)
            + changes[at][other_at],
        )

    return distance((ours,), (theirs,), size(ours), size(theirs))


@given(trees, trees, st.data())
def test_distances_are_those_of_the_definition(ours: Nested, theirs: Nested, data: st.DataObject) -> None:
    n, m = size(ours) + 1, size(theirs) + 1
    cost = st.sampled_from([0.0, 0.25, 0.5, 1.0, 2.0])
    changes = data.draw(st.lists(st.lists(cost, min_size=m, max_size=m), min_size=n, max_size=n))
    assert tree_distance(first_leaves(ours), first_leaves(theirs), changes) == defined(ours, theirs, changes)


def test_distance_of_two_small_trees() -> None:
    row_of_two, row_of_one = [0, 1, 0], [0, 0]
    assert tree_distance(row_of_two, row_of_one, [[0, 1], [0, 1], [1, 0]]) == 1
    assert tree_distance([0], [0], [[0.25]]) == 0.25
