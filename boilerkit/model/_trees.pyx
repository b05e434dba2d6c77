# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True, initializedcheck=False
"""Summing up the trees of a gradient-boosted model over the rows of a matrix.

Going down a tree row by row, a processor guesses wrong at every other node. So a row holds a bit for each leaf of each
tree that it may still end in, and a split that sends it to the right takes away the leaves on its left. The first leaf
that is left is the row's (Lucchese et al. 2015, "QuickScorer: A Fast Algorithm to Rank Documents with Additive
Ensembles of Regression Trees"). Splits are tried column by column, in the order of their thresholds, each on some rows
at once without a branch. Rows that stand together are alike, so most splits have a threshold that is under or over all
of them: those under all are tried once, those over all not at all. Trees with more leaves than there are bits are
walked.
"""

from libc.stdint cimport int32_t, uint8_t, uint32_t
from libc.stdlib cimport free, malloc
from libc.string cimport memset

import numpy as np

cdef enum:
    ROWS = 64  # tried at once: their bits for a hundred trees stay in the fastest memory
    MOST_LEAVES = 32


cdef class Forest:
    """The arrays of `model.trees.Trees` and what `model.forest.made_ready` adds to them, both checked by the caller."""

    cdef const int32_t[::1] roots, feature, left, right
    cdef const double[::1] threshold, value
    cdef const int32_t[::1] first_split, split_tree
    cdef const float[::1] split_threshold
    cdef const uint32_t[::1] split_kept
    cdef const double[:, ::1] leaves
    cdef const uint8_t[::1] is_large
    cdef tuple arguments

    def __init__(self, *arguments):
        self.arguments = arguments
        self.roots, self.feature, self.threshold, self.left, self.right, self.value = arguments[:6]
        (
            self.first_split, self.split_tree, self.split_threshold, self.split_kept, self.leaves, self.is_large,
        ) = arguments[6:]

    def __reduce__(self):
        return Forest, self.arguments

    def log_odds(self, const float[:, ::1] columns not None):
        """Sum of the leaf values that each row falls into, over all trees; `columns` is [n_features, n_rows]."""
        cdef Py_ssize_t n_trees = self.roots.shape[0], n = columns.shape[1], first = 0
        cdef uint32_t* open_leaves  # [n_trees, ROWS] bits of each row, and behind them [n_trees] bits of all rows
        if columns.shape[0] < self.first_split.shape[0] - 1:
            raise ValueError(f"the trees read {self.first_split.shape[0] - 1} columns, not {columns.shape[0]}")
        result = np.zeros(n, dtype=np.float64)
        cdef double[::1] total = result
        with nogil:
            open_leaves = <uint32_t*>malloc((n_trees * (ROWS + 1) + 1) * sizeof(uint32_t))
            if open_leaves == NULL:
                with gil:
                    raise MemoryError("no memory for the trees' leaves")
            while first < n:
                find_leaves(self, columns, first, min(n, first + ROWS), open_leaves)
                add_leaves(self, columns, first, min(n, first + ROWS), open_leaves, &total[0])
                first += ROWS
            free(open_leaves)
        return result


cdef void find_leaves(
    Forest forest, const float[:, ::1] columns, Py_ssize_t first, Py_ssize_t end, uint32_t* open_leaves
) noexcept nogil:
    """Try all splits on some rows."""
    cdef Py_ssize_t n_trees = forest.roots.shape[0], column, row
    cdef uint32_t* open_to_all = open_leaves + n_trees * ROWS
    cdef const float* thresholds = NULL
    cdef const int32_t* trees = NULL
    cdef const uint32_t* kept = NULL
    cdef int32_t split, last
    cdef const float* x
    cdef float[ROWS] padded  # where there are fewer rows, the last one stands there again
    cdef float lowest, highest
    memset(open_leaves, 0xFF, n_trees * (ROWS + 1) * sizeof(uint32_t))
    if forest.split_tree.shape[0]:
        thresholds, trees, kept = &forest.split_threshold[0], &forest.split_tree[0], &forest.split_kept[0]
    for column in range(forest.first_split.shape[0] - 1):
        split, last = forest.first_split[column], forest.first_split[column + 1]
        if split == last:
            continue
        x = &columns[column, first]
        if end - first < ROWS:
            for row in range(ROWS):
                padded[row] = x[min(row, end - first - 1)]
            x = padded
        find_range(x, &lowest, &highest)
        while split < last and thresholds[split] < lowest:
            open_to_all[trees[split]] &= kept[split]
            split += 1
        while split < last and thresholds[split] < highest:
            close_leaves(open_leaves + trees[split] * ROWS, x, thresholds[split], ~kept[split])
            split += 1


cdef inline void find_range(const float* x, float* lowest, float* highest) noexcept nogil:
    """The least and the greatest of ROWS numbers: one half against the other, as compilers take several at once."""
    cdef float[32] low, high
    cdef Py_ssize_t row
    for row in range(32):
        low[row] = x[row] if x[row] < x[32 + row] else x[32 + row]
        high[row] = x[row] if x[row] > x[32 + row] else x[32 + row]
    halve(low, high, 16)
    halve(low, high, 8)
    lowest[0], highest[0] = low[0], high[0]
    for row in range(1, 8):
        lowest[0] = min(lowest[0], low[row])
        highest[0] = max(highest[0], high[row])


cdef inline void halve(float* low, float* high, Py_ssize_t half) noexcept nogil:
    cdef Py_ssize_t k
    for k in range(half):
        low[k] = low[k] if low[k] < low[half + k] else low[half + k]
        high[k] = high[k] if high[k] > high[half + k] else high[half + k]


cdef inline void close_leaves(uint32_t* open_leaves, const float* x, float threshold, uint32_t lost) noexcept nogil:
    """Rows over the threshold lose some leaves. Written so that compilers take several rows at once."""
    cdef Py_ssize_t row
    for row in range(ROWS):
        open_leaves[row] &= ~(lost & -<uint32_t>(x[row] > threshold))


cdef void add_leaves(
    Forest forest, const float[:, ::1] columns, Py_ssize_t first, Py_ssize_t end, const uint32_t* open_leaves,
    double* total,
) noexcept nogil:
    """Add what the leaves of some rows hold, tree by tree, so that sums are rounded as on a walk down the trees."""
    cdef Py_ssize_t n_trees = forest.roots.shape[0], tree, row
    cdef const uint32_t* open_to_all = open_leaves + n_trees * ROWS
    cdef const double* leaves
    for tree in range(n_trees):
        if forest.is_large[tree]:
            walk_tree(forest, tree, columns, first, end, total)
            continue
        leaves = &forest.leaves[tree, 0]
        for row in range(end - first):
            total[first + row] += leaves[lowest_bit(open_leaves[tree * ROWS + row] & open_to_all[tree])]


cdef inline int lowest_bit(uint32_t bits) noexcept nogil:
    """The number of the lowest bit that is set: by de Bruijn's sequence, as not all compilers have a name for it."""
    return BIT_NUMBERS[((bits & (0 - bits)) * <uint32_t>0x077CB531u) >> 27]


cdef int[32] BIT_NUMBERS
for number in range(32):
    BIT_NUMBERS[((0x077CB531 << number) & 0xFFFFFFFF) >> 27] = number


cdef void walk_tree(
    Forest forest, Py_ssize_t tree, const float[:, ::1] columns, Py_ssize_t first, Py_ssize_t end, double* total
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
