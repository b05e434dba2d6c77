# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True, initializedcheck=False
"""The columns that the label model has once for each label of HTML: what words and names say about it."""

import numpy as np

from boilerkit.blocks.columns import check_columns
from boilerkit.html.features._columns cimport *
from boilerkit.html.features._page_stats cimport *
from boilerkit.html.features.columns import LABEL_COLUMNS

check_columns("columns of label features", LABEL_COLUMNS, LABEL_COLUMNS_CHECKSUM)

cdef class TokenScores:
    """The scores of the tokens of a page by owner, a block or an element.

    `rows` holds the row of each token in `scores` [n_known, n_labels], -1 for one that the vocabulary does not know.
    `mean` and `highest` are float32 [n_owners + 1, n_labels], 0 for an owner without known tokens, such as the last.
    """

    cdef float[:, ::1] mean, highest

    def __init__(
        self, const int32_t[::1] owners, const int32_t[::1] rows, const float[:, ::1] scores, Py_ssize_t n_owners
    ):
        cdef Py_ssize_t n_labels = scores.shape[1]
        cdef int32_t[::1] count = np.zeros(n_owners + 1, dtype=np.int32)
        self.mean = np.zeros((n_owners + 1, n_labels), dtype=np.float32)
        self.highest = np.zeros((n_owners + 1, n_labels), dtype=np.float32)
        with nogil:
            summarise_by_label(self, owners, rows, scores, count)


cdef void summarise_by_label(
    TokenScores result, const int32_t[::1] owners, const int32_t[::1] rows, const float[:, ::1] scores,
    int32_t[::1] count,
) noexcept nogil:
    cdef Py_ssize_t i, owner, label
    cdef float score
    for i in range(owners.shape[0]):
        if rows[i] < 0:
            continue
        owner = owners[i]
        for label in range(scores.shape[1]):
            score = scores[rows[i], label]
            result.mean[owner, label] += score
            if not count[owner] or score > result.highest[owner, label]:
                result.highest[owner, label] = score
        count[owner] += 1
    for owner in range(count.shape[0]):
        if count[owner] > 1:
            for label in range(scores.shape[1]):
                result.mean[owner, label] /= count[owner]


cdef class LabelColumns:
    """The per-label columns of one HTML page, from names on elements, words of blocks, and their chains of tags."""

    cdef PageStats stats
    cdef TokenScores names, words, tags
    cdef double[:, ::1] sums, by_path   # of the words' means: over the blocks before each, and over those of one path
    cdef int32_t[::1] path_blocks

    def __init__(
        self, PageStats stats not None, TokenScores names not None, TokenScores words not None,
        TokenScores tags not None,
    ):
        cdef Py_ssize_t n_labels = tags.mean.shape[1], n = stats.n_blocks
        if names.mean.shape[0] <= stats.nothing or words.mean.shape[0] != n + 1 or tags.mean.shape[0] != n + 1:
            raise ValueError("the tokens do not fit the page")
        self.stats, self.names, self.words, self.tags = stats, names, words, tags
        self.sums = np.empty((n + 1, n_labels))
        self.by_path = np.zeros((stats.n_paths, n_labels))
        self.path_blocks = np.zeros(stats.n_paths, dtype=np.int32)
        with nogil:
            add_up_words(stats, self, words)

    def fill(self, float[:, ::1] X not None, Py_ssize_t at, Py_ssize_t first):
        """Fill the columns of X, [n_columns, n_rows], from column `at` on, for the blocks from `first` on."""
        cdef PageStats stats = self.stats
        check_room(stats, X, at, N_LABEL_COLUMNS * self.tags.mean.shape[1], first)
        cdef TokenScores names = self.names, words = self.words, tags = self.tags
        X = X[at:]
        with nogil:
            fill_names(stats, names, words, tags, X, first)
            fill_words(stats, self, words, X, first)


cdef void fill_names(
    PageStats stats, TokenScores names, TokenScores words, TokenScores tags, float[:, ::1] X, Py_ssize_t first
) noexcept nogil:
    """Fill the scores of the names on the elements around a block."""
    cdef Py_ssize_t n_labels = tags.mean.shape[1], i, row, label, level
    cdef int32_t[ANCESTORS] above
    cdef float near, further, far, highest
    for row in range(X.shape[1]):
        i = first + row
        above[0] = stats.blocks[i, B_ELEMENT]
        for level in range(1, ANCESTORS):
            above[level] = up(stats, above[level - 1], E_PARENT)
        for label in range(n_labels):
            near = further = far = 0
            highest = names.highest[above[0], label]
            for level in range(ANCESTORS):
                if level < NEAR:
                    near += names.mean[above[level], label]
                elif level < FURTHER:
                    further += names.mean[above[level], label]
                else:
                    far += names.mean[above[level], label]
                highest = max(highest, names.highest[above[level], label])
            X[L_TOKENS * n_labels + label, row] = near + further + far + 2 * words.mean[i, label] + tags.mean[i, label]
            X[L_NAMES_NEAR * n_labels + label, row] = near / NEAR
            X[L_NAMES_FURTHER * n_labels + label, row] = further / (FURTHER - NEAR)
            X[L_NAMES_HIGHEST * n_labels + label, row] = highest


cdef void add_up_words(PageStats stats, LabelColumns columns, TokenScores words) noexcept nogil:
    """Sum up the words' means over the blocks before each, and over those with equal paths."""
    cdef Py_ssize_t i, label
    cdef int32_t path
    for label in range(columns.sums.shape[1]):
        columns.sums[0, label] = 0
    for i in range(stats.n_blocks):
        path = stats.shape[i]
        columns.path_blocks[path] += 1
        for label in range(columns.sums.shape[1]):
            columns.sums[i + 1, label] = columns.sums[i, label] + words.mean[i, label]
            columns.by_path[path, label] += words.mean[i, label]


cdef void fill_words(
    PageStats stats, LabelColumns columns, TokenScores words, float[:, ::1] X, Py_ssize_t first
) noexcept nogil:
    """Fill the scores of the first words of a block, and of the blocks around it."""
    cdef Py_ssize_t n = stats.n_blocks, n_labels = columns.sums.shape[1], i, row, label, level, heading
    cdef int32_t element, path, opening
    cdef Span span
    for row in range(X.shape[1]):
        i = first + row
        heading = stats.heading[i]
        if heading < 0:
            heading = n
        element = stats.blocks[i, B_ELEMENT]
        path = stats.shape[i]
        for level in range(N_LABEL_LEVELS):
            element = up(stats, element, E_WIDER_ANCESTOR)
            if level == 0:
                opening = stats.elements[element, E_FIRST_BLOCK]
            fill_mean(
                X, (L_WORDS_UP1 + level) * n_labels, row, columns.sums,
                stats.elements[element, E_FIRST_BLOCK], stats.elements[element, E_END_BLOCK],
            )
        span = window(i, LABEL_WINDOW, n)
        fill_mean(X, L_WORDS_AROUND * n_labels, row, columns.sums, span.first, span.end)
        for label in range(n_labels):
            X[L_WORDS_MEAN * n_labels + label, row] = words.mean[i, label]
            X[L_WORDS_HIGHEST * n_labels + label, row] = words.highest[i, label]
            X[L_OPENING * n_labels + label, row] = words.mean[opening, label]
            X[L_HEADING * n_labels + label, row] = words.mean[heading, label]
            X[L_WORDS_PATH * n_labels + label, row] = <float>(
                columns.by_path[path, label] / columns.path_blocks[path]
            )


cdef inline void fill_mean(
    float[:, ::1] X, Py_ssize_t column, Py_ssize_t row, const double[:, ::1] sums, Py_ssize_t first, Py_ssize_t end
) noexcept nogil:
    """Fill the means over the blocks first..end, one for each label."""
    cdef Py_ssize_t label
    cdef double count = max(end - first, 1)
    for label in range(sums.shape[1]):
        X[column + label, row] = <float>((sums[end, label] - sums[first, label]) / count)
