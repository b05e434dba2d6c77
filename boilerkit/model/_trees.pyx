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

from libc.math cimport NAN, isnan
from libc.stdint cimport int32_t, uint32_t, uint64_t
from libc.stdlib cimport free, malloc
from libc.string cimport memset

import numpy as np

cdef extern from *:
    """
    #ifdef _MSC_VER
    #include <intrin.h>
    static __inline int boilerkit_lowest_bit(unsigned __int64 bits) {
        unsigned long number;
        _BitScanForward64(&number, bits);
        return (int)number;
    }
    #else
    #define boilerkit_lowest_bit __builtin_ctzll
    #endif
    """
    int lowest_bit "boilerkit_lowest_bit"(uint64_t bits) noexcept nogil  # the number of the lowest bit that is set

cdef enum:
    ROWS = 64  # tried at once: their masks of a hundred trees stay in the fastest memory
    MASK_BITS = 32


cdef struct Range:
    float lowest, highest


cdef class Matrix:
    """The columns of some rows, float32 [n_columns, n_rows], as forests read them, and what one found out for all."""

    cdef const float[:, ::1] columns
    cdef Range* ranges  # of each column over ROWS rows at a time, [n_rows / ROWS, n_columns]; no numbers: not yet known

    def __cinit__(self, const float[:, ::1] columns not None):
        cdef Py_ssize_t n_ranges = (columns.shape[1] + ROWS - 1) // ROWS * columns.shape[0], i
        self.columns = columns
        self.ranges = <Range*>malloc(n_ranges * sizeof(Range) + 1)
        if self.ranges == NULL:
            raise MemoryError("no memory for the ranges of the columns")
        for i in range(n_ranges):
            self.ranges[i].lowest = NAN

    def __dealloc__(self):
        free(self.ranges)


cdef class Forest:
    """The arrays of a `TreeEnsemble` and what `compile_forest` adds to them, both checked by the caller."""

    cdef const int32_t[::1] roots, feature, left, right
    cdef const double[::1] threshold, value
    cdef const int32_t[::1] first_split, split_mask, first_mask
    cdef const float[::1] split_threshold
    cdef const uint32_t[::1] split_kept
    cdef const double[:, ::1] leaves
    cdef tuple arguments

    def __init__(self, *arguments):
        self.arguments = arguments
        self.roots, self.feature, self.threshold, self.left, self.right, self.value = arguments[:6]
        (
            self.first_split, self.split_mask, self.split_threshold, self.split_kept, self.first_mask, self.leaves,
        ) = arguments[6:]

    def __reduce__(self):
        return Forest, self.arguments

    def log_odds(self, Matrix matrix not None):
        """Sum of the leaf values that each row of the matrix falls into, over all trees."""
        cdef Py_ssize_t n_masks = self.leaves.shape[0], n = matrix.columns.shape[1], first = 0
        cdef uint32_t* open_leaves  # [n_masks, ROWS] bits of each row, and behind them [n_masks] bits of all rows
        if matrix.columns.shape[0] < self.first_split.shape[0] - 1:
            raise ValueError(f"the trees read {self.first_split.shape[0] - 1} columns, not {matrix.columns.shape[0]}")
        result = np.zeros(n, dtype=np.float64)
        cdef double[::1] total = result
        with nogil:
            open_leaves = <uint32_t*>malloc((n_masks * (ROWS + 1) + 1) * sizeof(uint32_t))
            if open_leaves == NULL:
                with gil:
                    raise MemoryError("no memory for the trees' leaves")
            while first < n:
                find_leaves(self, matrix, first, open_leaves)
                add_leaves(self, matrix.columns, first, min(n, first + ROWS), open_leaves, &total[0])
                first += ROWS
            free(open_leaves)
        return result


cdef void find_leaves(Forest forest, Matrix matrix, Py_ssize_t first, uint32_t* open_leaves) noexcept nogil:
    """Try all splits on ROWS rows."""
    cdef Py_ssize_t n_masks = forest.leaves.shape[0], column
    cdef uint32_t* open_to_all = open_leaves + n_masks * ROWS
    cdef const float* thresholds = NULL
    cdef const int32_t* masks = NULL
    cdef const uint32_t* kept = NULL
    cdef Range* ranges = matrix.ranges + first // ROWS * matrix.columns.shape[0]
    cdef int32_t split, last
    cdef const float* x
    cdef float[ROWS] padded
    memset(open_leaves, 0xFF, n_masks * (ROWS + 1) * sizeof(uint32_t))
    if forest.split_mask.shape[0]:
        thresholds, masks, kept = &forest.split_threshold[0], &forest.split_mask[0], &forest.split_kept[0]
    for column in range(forest.first_split.shape[0] - 1):
        split, last = forest.first_split[column], forest.first_split[column + 1]
        if split == last:
            continue
        if isnan(ranges[column].lowest):
            ranges[column] = range_of(rows_of(matrix.columns, column, first, padded))
        while split < last and thresholds[split] < ranges[column].lowest:
            open_to_all[masks[split]] &= kept[split]
            split += 1
        if split == last or thresholds[split] >= ranges[column].highest:
            continue
        x = rows_of(matrix.columns, column, first, padded)
        while split < last and thresholds[split] < ranges[column].highest:
            close_leaves(open_leaves + masks[split] * ROWS, x, thresholds[split], ~kept[split])
            split += 1


cdef inline const float* rows_of(
    const float[:, ::1] columns, Py_ssize_t column, Py_ssize_t first, float* padded
) noexcept nogil:
    """ROWS numbers of a column; where there are fewer, the last one comes again."""
    cdef Py_ssize_t left = columns.shape[1] - first, row
    cdef const float* x = &columns[column, first]
    if left >= ROWS:
        return x
    for row in range(ROWS):
        padded[row] = x[min(row, left - 1)]
    return padded


cdef inline Range range_of(const float* x) noexcept nogil:
    """The least and the greatest of ROWS numbers: one half against the other, as compilers take several at once."""
    cdef Range found
    cdef float[32] low, high
    cdef Py_ssize_t row
    for row in range(32):
        low[row] = x[row] if x[row] < x[32 + row] else x[32 + row]
        high[row] = x[row] if x[row] > x[32 + row] else x[32 + row]
    halve(low, high, 16)
    halve(low, high, 8)
    halve(low, high, 4)
    halve(low, high, 2)
    halve(low, high, 1)
    found.lowest, found.highest = low[0], high[0]
    return found


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
    cdef Py_ssize_t tree, mask, n_masks, row
    cdef const uint32_t* open_to_all = open_leaves + forest.leaves.shape[0] * ROWS
    cdef const uint32_t* masks
    cdef const double* leaves
    cdef uint64_t bits
    for tree in range(forest.roots.shape[0]):
        mask, n_masks = forest.first_mask[tree], forest.first_mask[tree + 1] - forest.first_mask[tree]
        if not n_masks:
            walk_tree(forest, tree, columns, first, end, total)
            continue
        leaves, masks = &forest.leaves[mask, 0], open_leaves + mask * ROWS
        for row in range(end - first):
            bits = masks[row] & open_to_all[mask]
            if n_masks == 2:
                bits |= <uint64_t>(masks[ROWS + row] & open_to_all[mask + 1]) << MASK_BITS
            total[first + row] += leaves[lowest_bit(bits)]


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
