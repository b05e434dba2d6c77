# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True, initializedcheck=False
"""The columns of `features.neighbourhood`: what stage one thought of the blocks around."""

import numpy as np

from libc.stdlib cimport calloc, free

from boilerkit.features._survey cimport *

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


cdef inline double weight(Survey survey, Py_ssize_t i) noexcept nogil:
    """Words of a block; one without any still counts a little."""
    return survey.blocks[i, B_WORDS] + 0.5


def fill_neighbourhood(
    Survey survey not None,
    float[:, ::1] X not None,
    Py_ssize_t at,
    const double[::1] p not None,
    const Py_ssize_t[::1] likeliest not None,
    double cut,
):
    """Fill N_NEIGHBOURHOOD columns of X from column `at` on.

    `p` [n_blocks] is stage one's probability of content, `likeliest` [n_blocks] the blocks by falling p, and `cut` the
    page's cut (see `select.page_cut`).
    """
    cdef Py_ssize_t n = survey.n_blocks
    if not X.shape[1] == p.shape[0] == likeliest.shape[0] == n or at < 0 or X.shape[0] < at + N_NEIGHBOURHOOD:
        raise ValueError("the matrix does not fit the page")
    cdef double[:, ::1] room = np.empty((n + 1, 2))
    cdef Sum* sums = <Sum*>&room[0, 0]
    with nogil:
        add_up(survey, p, sums)
        fill_around(survey, X, at, p, sums)
        fill_alike(survey, X, at, p)
        fill_course(survey, X, at, p, sums)
        fill_ranks(survey, X, at, p, likeliest, cut)
        fill_distances(survey, X, at, p)


cdef void add_up(Survey survey, const double[::1] p, Sum* sums) noexcept nogil:
    """Running sums over the blocks before each block, [n_blocks + 1]."""
    cdef Py_ssize_t i
    sums[0].content = sums[0].words = 0
    for i in range(survey.n_blocks):
        sums[i + 1].content = sums[i].content + p[i] * weight(survey, i)
        sums[i + 1].words = sums[i].words + weight(survey, i)


cdef void fill_around(Survey survey, float[:, ::1] X, Py_ssize_t at, const double[::1] p, Sum* sums) noexcept nogil:
    cdef Py_ssize_t n = survey.n_blocks, i, k, beside, first, end
    cdef int32_t element
    for i in range(n):
        X[at + P, i] = p[i]
        for k in range(N_OFFSETS):
            beside = i + offsets[k]
            X[at + P_AT + k, i] = p[beside] if 0 <= beside < n else 0
        for k in range(N_WINDOWS):
            first, end = max(i - windows[k], 0), min(i + windows[k] + 1, n)
            X[at + P_AROUND + k, i] = mean(sums[first], sums[end])
        element = survey.blocks[i, B_ELEMENT]
        for k in range(N_WIDER):
            element = up(survey, element, E_WIDER)
            first, end = survey.elements[element, E_FIRST_BLOCK], survey.elements[element, E_END_BLOCK]
            X[at + P_UP + k, i] = mean(sums[first], sums[end])


cdef int fill_alike(Survey survey, float[:, ::1] X, Py_ssize_t at, const double[::1] p) except -1 nogil:
    """What stage one thought of blocks of the same make."""
    cdef Sum* paths = <Sum*>calloc(survey.n_paths, sizeof(Sum))
    cdef double* highest = <double*>calloc(survey.n_texts + 1, sizeof(double))
    cdef Sum* path
    cdef Py_ssize_t i
    try:
        if paths == NULL or highest == NULL:
            with gil:
                raise MemoryError("no memory for the features of this page")
        for i in range(survey.n_blocks):
            path = &paths[survey.path[survey.blocks[i, B_ELEMENT]]]
            path.content += p[i] * weight(survey, i)
            path.words += weight(survey, i)
            highest[survey.text[i]] = max(highest[survey.text[i]], p[i])
        for i in range(survey.n_blocks):
            path = &paths[survey.path[survey.blocks[i, B_ELEMENT]]]
            X[at + P_PATH, i] = path.content / path.words
            X[at + P_TEXT, i] = highest[survey.text[i]]
    finally:
        free(paths)
        free(highest)
    return 0


cdef void fill_course(Survey survey, float[:, ::1] X, Py_ssize_t at, const double[::1] p, Sum* sums) noexcept nogil:
    """The page's course up to the block and after it."""
    cdef Py_ssize_t n = survey.n_blocks, i, following = n
    cdef Sum page = sums[n]
    cdef double heading = -1, highest = 0
    for i in range(n):
        highest = max(highest, p[i])
    for i in range(n - 1, -1, -1):
        X[at + P_SECTION, i] = mean(sums[i], sums[following])
        if survey.levels[i] > 0:
            following = i
    for i in range(n):
        if survey.levels[i] > 0:
            heading = p[i]
        X[at + P_HEADING, i] = heading
        X[at + P_BEFORE, i] = mean(sums[0], sums[i])
        X[at + P_AFTER, i] = mean(sums[i + 1], page)
        X[at + CONTENT_BEFORE, i] = sums[i].content / max(page.content, 0.5)
        X[at + CONTENT_WORDS, i] = page.content
        X[at + CONTENT_SHARE, i] = mean(sums[0], page)
        X[at + P_HIGHEST, i] = highest


cdef void fill_ranks(
    Survey survey, float[:, ::1] X, Py_ssize_t at, const double[::1] p, const Py_ssize_t[::1] likeliest, double cut
) noexcept nogil:
    """How p compares with what the whole page lets expect: on a listing even the likeliest blocks have a low p."""
    cdef Py_ssize_t n = survey.n_blocks, i, k
    cdef double words = 0, page_words = survey.sums[n, SUM_WORDS] + 0.5 * n
    for k in range(n):
        i = likeliest[k]
        X[at + PAGE_CUT, i] = cut
        X[at + P_OVER_CUT, i] = p[i] / max(cut, 1e-6)
        X[at + P_RANK, i] = share(words, page_words)
        words += weight(survey, i)


cdef inline bint is_sure(Survey survey, const double[::1] p, Py_ssize_t i) noexcept nogil:
    return p[i] > CONFIDENT and survey.blocks[i, B_WORDS] >= SURE_WORDS


cdef struct Run:  # of confident blocks
    Py_ssize_t first, last, blocks
    int32_t words
    double total  # of their p


cdef Run largest_run(Survey survey, const double[::1] p) noexcept nogil:
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


cdef void fill_distances(Survey survey, float[:, ::1] X, Py_ssize_t at, const double[::1] p) noexcept nogil:
    """How far the confident content blocks are."""
    cdef Py_ssize_t n = survey.n_blocks, i, first = -1, last = -1, before = -1
    cdef Run largest = largest_run(survey, p)
    for i in range(n - 1, -1, -1):
        if is_sure(survey, p, i):
            first = i
            last = max(last, i)
        X[at + FROM_NEAREST, i] = first - i if first >= 0 else NOWHERE
    for i in range(n):
        if is_sure(survey, p, i):
            before = i
        if before >= 0:
            X[at + FROM_NEAREST, i] = min(X[at + FROM_NEAREST, i], <float>(i - before))
        X[at + FROM_FIRST, i] = i - first if first >= 0 else NOWHERE
        X[at + FROM_LAST, i] = i - last if first >= 0 else NOWHERE
        X[at + P_LARGEST, i] = largest.total / largest.blocks if largest.blocks else 0
        X[at + IN_LARGEST, i] = largest.blocks > 0 and largest.first <= i <= largest.last
