# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True, initializedcheck=False
"""The columns of `features.neighbourhood`: what stage one thought of the blocks around."""

import numpy as np

from libc.stdlib cimport calloc, free

from boilerkit.html.features._page_stats cimport *

cdef enum:
    N_OFFSETS = 6
    N_WINDOWS = 4
    N_WIDER = 4     # ancestors, counting those that hold more blocks
    SURE_WORDS = 5  # words that a block must have for stage one's answer to be trusted
    RUN = 3         # confident blocks no further apart make one run of content
    NOWHERE = 9999

cdef double CONFIDENT = 0.7

cdef int[N_OFFSETS] offsets = [-3, -2, -1, 1, 2, 3]
cdef int[N_WINDOWS] windows = [2, 5, 12, 30]

cdef enum:  # in the order of features.neighbourhood.COLUMNS
    P, P_AT
    P_AROUND = P_AT + N_OFFSETS
    P_UP = P_AROUND + N_WINDOWS
    P_PATH = P_UP + N_WIDER
    P_TEXT, P_HEADING, P_BEFORE, P_AFTER, P_SECTION, CONTENT_BEFORE, CONTENT_WORDS, CONTENT_SHARE, P_HIGHEST, PAGE_CUT
    P_OVER_CUT, P_RANK, FROM_FIRST, FROM_LAST, FROM_NEAREST, P_LARGEST, IN_LARGEST
    N_NEIGHBOURHOOD

cdef struct Sum:  # over some blocks
    double content  # expected words of content
    double words


cdef inline double mean(Sum before, Sum until) noexcept nogil:
    """Mean over the words of the blocks between two running sums."""
    cdef double words = until.words - before.words
    return (until.content - before.content) / (words if words > 0.5 else 0.5)


cdef inline double weight(PageStats survey, Py_ssize_t i) noexcept nogil:
    """Words of a block; one without any still counts a little."""
    return survey.blocks[i, B_WORDS] + 0.5


cdef struct Run:  # of confident blocks
    Py_ssize_t first, last, blocks
    int32_t words
    double total  # of their p


cdef class ContextColumns:
    """The columns of one page, given stage one's answers: what needs the whole page is computed once.

    `p` [n_blocks] is stage one's probability of content, `likeliest` [n_blocks] the blocks by falling p, and `cut` the
    page's cut (see `select.page_threshold`).
    """

    cdef PageStats survey
    cdef const double[::1] p
    cdef double cut, p_highest
    cdef double[:, ::1] room
    cdef Sum* sums          # over the blocks before each block, [n_blocks + 1]
    cdef Sum* paths         # over the blocks with equal paths
    cdef double* texts      # highest p of the blocks with equal texts
    cdef float[::1] ranks
    cdef int32_t[::1] nearest   # blocks to the nearest confident one
    cdef Py_ssize_t first, last  # confident blocks of the page, -1 for none
    cdef Run largest

    def __cinit__(
        self, PageStats survey not None, const double[::1] p not None, const Py_ssize_t[::1] likeliest not None, double cut
    ):
        cdef Py_ssize_t n = survey.n_blocks
        if not p.shape[0] == likeliest.shape[0] == n:
            raise ValueError("there is not one answer for each block")
        self.survey, self.p, self.cut = survey, p, cut
        self.room = np.empty((n + 1, 2))
        self.sums = <Sum*>&self.room[0, 0]
        self.ranks = np.empty(n, dtype=np.float32)
        self.nearest = np.empty(n, dtype=np.int32)
        self.paths = <Sum*>calloc(survey.n_paths, sizeof(Sum))
        self.texts = <double*>calloc(survey.n_texts + 1, sizeof(double))
        if self.paths == NULL or self.texts == NULL:
            raise MemoryError("no memory for the features of this page")
        with nogil:
            add_up(survey, self)
            find_ranks(survey, self, likeliest)
            find_confident(survey, self)
            self.largest = largest_run(survey, p)

    def __dealloc__(self):
        free(self.paths)
        free(self.texts)

    def fill(self, float[:, ::1] X not None, Py_ssize_t at, Py_ssize_t first):
        """Fill N_NEIGHBOURHOOD columns of X, [n_columns, n_rows], from column `at` on, for the blocks from `first` on."""
        cdef PageStats survey = self.survey
        check_room(survey, X, at, N_NEIGHBOURHOOD, first)
        X = X[at:]
        with nogil:
            fill_around(survey, self, X, first)
            fill_alike(survey, self, X, first)
            fill_course(survey, self, X, first)
            fill_ranks(survey, self, X, first)
            fill_distances(survey, self, X, first)


cdef void add_up(PageStats survey, ContextColumns columns) noexcept nogil:
    """Sums over the blocks before each, and over those of the same make."""
    cdef Sum* sums = columns.sums
    cdef Sum* path
    cdef double* highest
    cdef double p
    cdef Py_ssize_t i
    sums[0].content = sums[0].words = 0
    columns.p_highest = 0
    for i in range(survey.n_blocks):
        p = columns.p[i]
        sums[i + 1].content = sums[i].content + p * weight(survey, i)
        sums[i + 1].words = sums[i].words + weight(survey, i)
        path = &columns.paths[survey.path[survey.blocks[i, B_ELEMENT]]]
        path.content += p * weight(survey, i)
        path.words += weight(survey, i)
        highest = &columns.texts[survey.text[i]]
        highest[0] = max(highest[0], p)
        columns.p_highest = max(columns.p_highest, p)


cdef void fill_around(PageStats survey, ContextColumns columns, float[:, ::1] X, Py_ssize_t first) noexcept nogil:
    cdef const Sum* sums = columns.sums
    cdef Py_ssize_t n = survey.n_blocks, i, k, row, beside, start, end
    cdef int32_t element
    for row in range(X.shape[1]):
        i = first + row
        X[P, row] = columns.p[i]
        for k in range(N_OFFSETS):
            beside = i + offsets[k]
            X[P_AT + k, row] = columns.p[beside] if 0 <= beside < n else 0
        for k in range(N_WINDOWS):
            start, end = max(i - windows[k], 0), min(i + windows[k] + 1, n)
            X[P_AROUND + k, row] = mean(sums[start], sums[end])
        element = survey.blocks[i, B_ELEMENT]
        for k in range(N_WIDER):
            element = up(survey, element, E_WIDER)
            start, end = survey.elements[element, E_FIRST_BLOCK], survey.elements[element, E_END_BLOCK]
            X[P_UP + k, row] = mean(sums[start], sums[end])


cdef void fill_alike(PageStats survey, ContextColumns columns, float[:, ::1] X, Py_ssize_t first) noexcept nogil:
    """What stage one thought of blocks of the same make."""
    cdef const Sum* path
    cdef Py_ssize_t row
    for row in range(X.shape[1]):
        path = &columns.paths[survey.path[survey.blocks[first + row, B_ELEMENT]]]
        X[P_PATH, row] = path.content / path.words
        X[P_TEXT, row] = columns.texts[survey.text[first + row]]


cdef void fill_course(PageStats survey, ContextColumns columns, float[:, ::1] X, Py_ssize_t first) noexcept nogil:
    """The page's course up to the block and after it."""
    cdef const Sum* sums = columns.sums
    cdef Sum page = sums[survey.n_blocks]
    cdef Py_ssize_t i, row, heading, following
    for row in range(X.shape[1]):
        i = first + row
        heading = last_heading(survey, i, H_BLOCK)
        following = survey.headings[survey.heading[i] + 1, H_BLOCK]
        X[P_HEADING, row] = columns.p[heading] if heading >= 0 else -1
        X[P_SECTION, row] = mean(sums[i], sums[following])
        X[P_BEFORE, row] = mean(sums[0], sums[i])
        X[P_AFTER, row] = mean(sums[i + 1], page)
        X[CONTENT_BEFORE, row] = sums[i].content / max(page.content, 0.5)
        X[CONTENT_WORDS, row] = page.content
        X[CONTENT_SHARE, row] = mean(sums[0], page)
        X[P_HIGHEST, row] = columns.p_highest


cdef void find_ranks(PageStats survey, ContextColumns columns, const Py_ssize_t[::1] likeliest) noexcept nogil:
    """The share of the page's words in likelier blocks."""
    cdef Py_ssize_t n = survey.n_blocks, k
    cdef double words = 0, page_words = survey.sums[n, SUM_WORDS] + 0.5 * n
    for k in range(n):
        columns.ranks[likeliest[k]] = <float>share(words, page_words)
        words += weight(survey, likeliest[k])


cdef void fill_ranks(PageStats survey, ContextColumns columns, float[:, ::1] X, Py_ssize_t first) noexcept nogil:
    """How p compares with what the whole page lets expect: on a listing even the likeliest blocks have a low p."""
    cdef Py_ssize_t row
    for row in range(X.shape[1]):
        X[PAGE_CUT, row] = columns.cut
        X[P_OVER_CUT, row] = columns.p[first + row] / max(columns.cut, 1e-6)
        X[P_RANK, row] = columns.ranks[first + row]


cdef inline bint is_sure(PageStats survey, const double[::1] p, Py_ssize_t i) noexcept nogil:
    return p[i] > CONFIDENT and survey.blocks[i, B_WORDS] >= SURE_WORDS


cdef Run largest_run(PageStats survey, const double[::1] p) noexcept nogil:
    """The run with the most words, the first of equal ones; without blocks where there is none."""
    cdef Run largest, run
    cdef Py_ssize_t i
    largest.first = largest.last = largest.blocks = largest.words = 0
    largest.total = 0
    run = largest
    for i in range(survey.n_blocks):
        if not is_sure(survey, p, i):
            continue
        if run.blocks == 0 or i - run.last > RUN:
            run.first, run.blocks, run.words, run.total = i, 0, 0, 0
        run.last = i
        run.blocks += 1
        run.words += survey.blocks[i, B_WORDS]
        run.total += p[i]
        if run.words > largest.words:
            largest = run
    return largest


cdef void find_confident(PageStats survey, ContextColumns columns) noexcept nogil:
    """The first and the last confident block, and how far the nearest is."""
    cdef Py_ssize_t n = survey.n_blocks, i, first = -1, last = -1, before = -1
    for i in range(n - 1, -1, -1):
        if is_sure(survey, columns.p, i):
            first = i
            last = max(last, i)
        columns.nearest[i] = <int32_t>(first - i) if first >= 0 else NOWHERE
    for i in range(n):
        if is_sure(survey, columns.p, i):
            before = i
        if before >= 0:
            columns.nearest[i] = min(columns.nearest[i], <int32_t>(i - before))
    columns.first, columns.last = first, last


cdef void fill_distances(PageStats survey, ContextColumns columns, float[:, ::1] X, Py_ssize_t first) noexcept nogil:
    """How far the confident content blocks are."""
    cdef Run largest = columns.largest
    cdef Py_ssize_t i, row
    for row in range(X.shape[1]):
        i = first + row
        X[FROM_FIRST, row] = i - columns.first if columns.first >= 0 else NOWHERE
        X[FROM_LAST, row] = i - columns.last if columns.first >= 0 else NOWHERE
        X[FROM_NEAREST, row] = columns.nearest[i]
        X[P_LARGEST, row] = largest.total / largest.blocks if largest.blocks else 0
        X[IN_LARGEST, row] = largest.blocks > 0 and largest.first <= i <= largest.last
