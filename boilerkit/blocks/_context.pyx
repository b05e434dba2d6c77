# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True, initializedcheck=False
"""The context features that both input formats have: what stage one predicted for the blocks around a block."""

import numpy as np

from boilerkit.blocks._stats cimport Span, share, window
from boilerkit.blocks._context_columns cimport *
from boilerkit.blocks.columns import check_columns
from boilerkit.blocks.context_columns import NEAR, OFFSETS, PAGE, WINDOWS

check_columns("columns of context features near a block", NEAR, NEAR_CHECKSUM)
check_columns("columns of context features of the page", PAGE, PAGE_CHECKSUM)

cdef enum:
    SURE_WORDS = 5  # words that a block must have for a prediction to be confident
    MAX_GAP = 3     # confident blocks no further apart are one run of content
    NOWHERE = 9999

cdef double CONFIDENT = 0.7

cdef int[N_OFFSETS] offsets = OFFSETS
cdef int[N_WINDOWS] windows = WINDOWS


cdef class ContextColumns:
    """The context of one page's blocks, given stage one's predictions. What depends on the whole page is computed once.

    `p` [n_blocks] is stage one's probability of content, and `order` [n_blocks] the blocks by falling p. Each input
    format has a subclass, which calls `rank` once, and in whose `fill` the columns of `fill_near` and `fill_page` and
    its own follow each other.
    """

    def __cinit__(
        self, BlockStats stats not None, const double[::1] p not None, const Py_ssize_t[::1] order not None
    ):
        cdef Py_ssize_t n = stats.n_blocks
        if not p.shape[0] == order.shape[0] == n:
            raise ValueError("there is not one prediction for each block")
        self.stats, self.p = stats, p
        self.memory = np.zeros((n + 1 + stats.n_shapes, 2))
        self.sums = <Sum*>&self.memory[0, 0]
        self.shapes = self.sums + n + 1
        self.texts = np.zeros(stats.n_texts)
        self.ranks = np.empty(n, dtype=np.float32)
        cdef int32_t[:, ::1] rows = np.empty((2, n), dtype=np.int32)
        self.section_end, self.nearest = rows[0], rows[1]
        with nogil:
            add_up(self, stats)
            find_section_ends(self, stats)
            find_confident(self, stats)
            self.largest = largest_run(stats, p)

    cdef int rank(self, const Py_ssize_t[::1] order, double least) except -1 nogil:
        """Find the share of the page's words in more probable blocks, each of which counts `least` words more."""
        cdef Py_ssize_t k
        cdef double words = 0
        for k in range(order.shape[0]):
            self.ranks[order[k]] = <float>share(words, self.sums[order.shape[0]].words)
            words += self.stats.words[order[k]] + least
        return 0

    cdef void fill_near(self, float[:, ::1] X, Py_ssize_t first) noexcept nogil:
        """Fill the columns about a block and those near it."""
        cdef Py_ssize_t n = self.stats.n_blocks, i, k, row, beside
        cdef Span span
        for row in range(X.shape[1]):
            i = first + row
            X[P, row] = self.p[i]
            for k in range(N_OFFSETS):
                beside = i + offsets[k]
                X[P_AT_MINUS_3 + k, row] = self.p[beside] if 0 <= beside < n else 0
            for k in range(N_WINDOWS):
                span = window(i, windows[k], n)
                X[P_AROUND2 + k, row] = mean(self.sums, span.first, span.end)

    cdef void fill_page(self, float[:, ::1] X, Py_ssize_t first) noexcept nogil:
        """Fill the columns about blocks that are alike, and about the page."""
        fill_alike(self, self.stats, X, first)
        fill_course(self, self.stats, X, first)
        fill_distances(self, X, first)


cdef void add_up(ContextColumns columns, BlockStats stats) noexcept nogil:
    """Sum up over the blocks before each, and over those that are alike."""
    cdef Sum* sums = columns.sums
    cdef Sum* shape
    cdef double* highest
    cdef double p
    cdef Py_ssize_t i
    sums[0].content = sums[0].words = 0
    columns.highest = 0
    for i in range(stats.n_blocks):
        p = columns.p[i]
        sums[i + 1].content = sums[i].content + p * weight(stats, i)
        sums[i + 1].words = sums[i].words + weight(stats, i)
        shape = &columns.shapes[stats.shape[i]]
        shape.content += p * weight(stats, i)
        shape.words += weight(stats, i)
        highest = &columns.texts[stats.text[i]]
        highest[0] = max(highest[0], p)
        columns.highest = max(columns.highest, p)


cdef void find_section_ends(ContextColumns columns, BlockStats stats) noexcept nogil:
    cdef Py_ssize_t i, end = stats.n_blocks
    for i in range(stats.n_blocks - 1, -1, -1):
        columns.section_end[i] = <int32_t>end
        if stats.heading[i] == i:
            end = i


cdef inline bint is_confident(BlockStats stats, const double[::1] p, Py_ssize_t i) noexcept nogil:
    return p[i] > CONFIDENT and stats.words[i] >= SURE_WORDS


cdef Run largest_run(BlockStats stats, const double[::1] p) noexcept nogil:
    """Return the run with the most words, the first of equal ones; one without blocks where there is none."""
    cdef Run largest, run
    cdef Py_ssize_t i
    largest.first = largest.last = largest.blocks = 0
    largest.words = largest.total = 0
    run = largest
    for i in range(stats.n_blocks):
        if not is_confident(stats, p, i):
            continue
        if run.blocks == 0 or i - run.last > MAX_GAP:
            run.first, run.blocks, run.words, run.total = i, 0, 0, 0
        run.last = i
        run.blocks += 1
        run.words += stats.words[i]
        run.total += p[i]
        if run.words > largest.words:
            largest = run
    return largest


cdef void find_confident(ContextColumns columns, BlockStats stats) noexcept nogil:
    """Find the first and the last confident block, and how far the nearest is."""
    cdef Py_ssize_t n = stats.n_blocks, i, first = -1, last = -1, before = -1
    for i in range(n - 1, -1, -1):
        if is_confident(stats, columns.p, i):
            first = i
            last = max(last, i)
        columns.nearest[i] = <int32_t>(first - i) if first >= 0 else NOWHERE
    for i in range(n):
        if is_confident(stats, columns.p, i):
            before = i
        if before >= 0:
            columns.nearest[i] = min(columns.nearest[i], <int32_t>(i - before))
    columns.first, columns.last = first, last


cdef void fill_alike(ContextColumns columns, BlockStats stats, float[:, ::1] X, Py_ssize_t first) noexcept nogil:
    """Fill what stage one predicted for blocks of the same shape and of the same text."""
    cdef const Sum* shape
    cdef Py_ssize_t row
    for row in range(X.shape[1]):
        shape = &columns.shapes[stats.shape[first + row]]
        X[P_SHAPE, row] = shape.content / shape.words
        X[P_TEXT, row] = columns.texts[stats.text[first + row]]


cdef void fill_course(ContextColumns columns, BlockStats stats, float[:, ::1] X, Py_ssize_t first) noexcept nogil:
    """Fill what comes before and after the block on the page."""
    cdef const Sum* sums = columns.sums
    cdef Py_ssize_t n = stats.n_blocks, i, row, heading
    for row in range(X.shape[1]):
        i = first + row
        heading = stats.heading[i]
        X[P_HEADING, row] = columns.p[heading] if heading >= 0 else -1
        X[P_BEFORE, row] = mean(sums, 0, i)
        X[P_AFTER, row] = mean(sums, i + 1, n)
        X[P_SECTION, row] = mean(sums, i, columns.section_end[i])
        X[CONTENT_BEFORE, row] = sums[i].content / max(sums[n].content, 0.5)
        X[CONTENT_WORDS, row] = sums[n].content
        X[CONTENT_SHARE, row] = mean(sums, 0, n)
        X[P_HIGHEST, row] = columns.highest
        X[P_RANK, row] = columns.ranks[i]


cdef void fill_distances(ContextColumns columns, float[:, ::1] X, Py_ssize_t first) noexcept nogil:
    """Fill how far the confident blocks are."""
    cdef Run largest = columns.largest
    cdef Py_ssize_t i, row
    for row in range(X.shape[1]):
        i = first + row
        X[FROM_FIRST, row] = i - columns.first if columns.first >= 0 else NOWHERE
        X[FROM_LAST, row] = i - columns.last if columns.first >= 0 else NOWHERE
        X[FROM_NEAREST, row] = columns.nearest[i]
        X[P_LARGEST, row] = largest.total / largest.blocks if largest.blocks else 0
        X[IN_LARGEST, row] = largest.blocks > 0 and largest.first <= i <= largest.last
