# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True, initializedcheck=False
"""Summing up the trees of a gradient-boosted model over the rows of a matrix.

Going down a tree row by row, a processor guesses wrong at every other node. So each split of a tree is instead tried
on all rows, one after the other, without a branch: a row holds a bit for each leaf that it may still end in, and a
split that sends it to the right takes away the leaves on its left. The first leaf that is left is the row's (Lucchese
et al. 2015, "QuickScorer: A Fast Algorithm to Rank Documents with Additive Ensembles of Regression Trees"). Splits on
columns that are the same all over the page are tried once. Trees with more leaves than there are bits are walked.
"""

from libc.stdint cimport int32_t, uint8_t, uint32_t
from libc.string cimport memset

import numpy as np

cdef enum:
    ROWS = 1024  # so many at a time, so that their bits stay in the fastest memory

cdef uint32_t EVERY = 0xFFFFFFFFu


cdef class Forest:
    """The arrays of `model.trees.Trees` and what `model.forest.made_ready` adds to them, both checked by the caller."""

    cdef const int32_t[::1] roots, feature, left, right
    cdef const double[::1] threshold, value
    cdef const int32_t[::1] first_split, split_feature
    cdef const float[::1] split_threshold
    cdef const uint32_t[::1] split_kept
    cdef const int32_t[:, ::1] leaves
    cdef const uint8_t[::1] is_large
    cdef tuple arguments

    def __init__(self, *arguments):
        self.arguments = arguments
        self.roots, self.feature, self.threshold, self.left, self.right, self.value = arguments[:6]
        (
            self.first_split, self.split_feature, self.split_threshold, self.split_kept, self.leaves, self.is_large,
        ) = arguments[6:]

    def __reduce__(self):
        return Forest, self.arguments

    def log_odds(self, const float[:, ::1] columns not None):
        """Sum of the leaf values that each row falls into, over all trees; `columns` is [n_features, n_rows]."""
        cdef Py_ssize_t n = columns.shape[1], first = 0, end, tree
        result = np.zeros(n, dtype=np.float64)
        cdef double[::1] total = result
        cdef uint8_t[::1] is_constant = np.empty(columns.shape[0], dtype=np.uint8)
        with nogil:
            find_constant(columns, is_constant)
            while first < n:
                end = min(n, first + ROWS)
                for tree in range(self.roots.shape[0]):
                    if self.is_large[tree]:
                        walk_tree(self, tree, columns, first, end, total)
                    else:
                        add_tree(self, tree, columns, is_constant, first, end, total)
                first = end
        return result


cdef void find_constant(const float[:, ::1] columns, uint8_t[::1] is_constant) noexcept nogil:
    """Which columns hold one number only."""
    cdef Py_ssize_t column, row
    cdef const float* x
    for column in range(columns.shape[0]):
        x = &columns[column, 0]
        row = 1
        while row < columns.shape[1] and x[row] == x[0]:
            row += 1
        is_constant[column] = row >= columns.shape[1]


cdef void add_tree(
    Forest forest, Py_ssize_t tree, const float[:, ::1] columns, const uint8_t[::1] is_constant, Py_ssize_t first,
    Py_ssize_t end, double[::1] total,
) noexcept nogil:
    cdef uint32_t open_leaves[ROWS]
    cdef uint32_t open_to_all = EVERY
    cdef Py_ssize_t split, row, n = end - first
    cdef const float* x
    memset(open_leaves, 0xFF, sizeof(open_leaves))
    for split in range(forest.first_split[tree], forest.first_split[tree + 1]):
        x = &columns[forest.split_feature[split], first]
        if not is_constant[forest.split_feature[split]]:
            close_leaves(open_leaves, x, n, forest.split_threshold[split], forest.split_kept[split])
        elif x[0] > forest.split_threshold[split]:
            open_to_all &= forest.split_kept[split]
    for row in range(n):
        total[first + row] += forest.value[forest.leaves[tree, lowest_bit(open_leaves[row] & open_to_all)]]


cdef inline void close_leaves(
    uint32_t* open_leaves, const float* x, Py_ssize_t n, float threshold, uint32_t kept
) noexcept nogil:
    """Rows over the threshold keep the leaves of `kept` only. Written so that compilers take several rows at once."""
    cdef Py_ssize_t row
    for row in range(n):
        open_leaves[row] &= kept | (<uint32_t>(x[row] > threshold) - 1)


cdef inline int lowest_bit(uint32_t bits) noexcept nogil:
    """The number of the lowest bit that is set: by de Bruijn's sequence, as not all compilers have a name for it."""
    return BIT_NUMBERS[((bits & (0 - bits)) * <uint32_t>0x077CB531u) >> 27]


cdef int[32] BIT_NUMBERS
for number in range(32):
    BIT_NUMBERS[((0x077CB531 << number) & 0xFFFFFFFF) >> 27] = number


cdef void walk_tree(
    Forest forest, Py_ssize_t tree, const float[:, ::1] columns, Py_ssize_t first, Py_ssize_t end, double[::1] total
) noexcept nogil:
    cdef Py_ssize_t row
    cdef int32_t node
    for row in range(first, end):
        node = forest.roots[tree]
        while forest.feature[node] >= 0:
            if columns[forest.feature[node], row] <= forest.threshold[node]:
                node = forest.left[node]
            else:
                node = forest.right[node]
        total[row] += forest.value[node]
