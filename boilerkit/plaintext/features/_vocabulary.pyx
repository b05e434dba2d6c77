# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True, initializedcheck=False
"""The group "vocabulary" of plain text: the scores of a block's words, and of those around it."""

import numpy as np

from libc.stdlib cimport calloc, free

from boilerkit.blocks._lookup cimport Lookup, Summary, summarise
from boilerkit.blocks.columns import check_columns
from boilerkit.plaintext.features._columns cimport *
from boilerkit.plaintext.features._page_stats cimport *
from boilerkit.plaintext.features.columns import OFFSETS, VOCABULARY, WINDOWS

check_columns("columns of vocabulary features", VOCABULARY, VOCABULARY_CHECKSUM)

cdef int[N_OFFSETS] offsets = OFFSETS
cdef int[N_WINDOWS] windows = WINDOWS


cdef class VocabularyColumns:
    """The group "vocabulary" of one plain text. `lookups` has a Lookup for each token type; tokens are looked up once.

    - words, pairs, wholes, topics: summaries of the tokens of each block, [n_blocks]
    - scores: the token score of each block, [n_blocks]: the means of its words and its pairs and the score of the whole
    - sums: running sums of these over the blocks before each block, [n_blocks + 1]
    """

    cdef TextPageStats stats
    cdef Summary* words
    cdef Summary* pairs
    cdef Summary* wholes
    cdef Summary* topics
    cdef float[::1] scores
    cdef double[::1] sums

    def __cinit__(self, TextPageStats stats not None, dict lookups not None):
        cdef Lookup words = lookups["words"], pairs = lookups["pairs"], wholes = lookups["wholes"]
        cdef Lookup topics = lookups["topics"]
        cdef Py_ssize_t n = stats.n_blocks
        self.stats = stats
        self.words = <Summary*>calloc(4 * n + 1, sizeof(Summary))
        if self.words == NULL:
            raise MemoryError("no memory for the features of this page")
        self.pairs, self.wholes, self.topics = self.words + n, self.words + 2 * n, self.words + 3 * n
        self.scores, self.sums = np.empty(n, dtype=np.float32), np.empty(n + 1)
        with nogil:
            summarise(self.words, n, stats.word_tokens, words)
            summarise(self.pairs, n, stats.pair_tokens, pairs)
            summarise(self.wholes, n, stats.whole_tokens, wholes)
            summarise(self.topics, n, stats.topic_tokens, topics)
            add_up_scores(self)

    def __dealloc__(self):
        free(self.words)

    def fill(self, float[:, ::1] X not None, Py_ssize_t at, Py_ssize_t first):
        """Fill the columns of X, [n_columns, n_rows], from column `at` on, for the blocks from `first` on."""
        cdef TextPageStats stats = self.stats
        check_room(stats, X, at, N_VOCABULARY, first)
        X = X[at:]
        with nogil:
            fill_own(self, X, first)
            fill_around(stats, self, X, first)


cdef void add_up_scores(VocabularyColumns columns) noexcept nogil:
    cdef Py_ssize_t i
    columns.sums[0] = 0
    for i in range(columns.scores.shape[0]):
        columns.scores[i] = columns.words[i].mean + columns.pairs[i].mean + <float>columns.wholes[i].total
        columns.sums[i + 1] = columns.sums[i] + columns.scores[i]


cdef void fill_own(VocabularyColumns columns, float[:, ::1] X, Py_ssize_t first) noexcept nogil:
    """Fill the scores of a block's own tokens."""
    cdef const Summary* words
    cdef const Summary* pairs
    cdef const Summary* topics
    cdef Py_ssize_t row
    for row in range(X.shape[1]):
        words, pairs, topics = &columns.words[first + row], &columns.pairs[first + row], &columns.topics[first + row]
        X[V_WORDS_MEAN, row] = words.mean
        X[V_WORDS_LOWEST, row] = words.lowest
        X[V_WORDS_HIGHEST, row] = words.highest
        X[V_WORDS_KNOWN, row] = words.known
        X[V_PAIRS_MEAN, row] = pairs.mean
        X[V_PAIRS_LOWEST, row] = pairs.lowest
        X[V_PAIRS_HIGHEST, row] = pairs.highest
        X[V_WHOLE, row] = columns.wholes[first + row].total
        X[V_TOKEN_SCORE, row] = columns.scores[first + row]
        X[V_TOPICS_MEAN, row] = topics.mean
        X[V_TOPICS_LOWEST, row] = topics.lowest
        X[V_TOPICS_HIGHEST, row] = topics.highest
        X[V_TOPICS_SUM, row] = topics.total


cdef void fill_around(TextPageStats stats, VocabularyColumns columns, float[:, ::1] X, Py_ssize_t first) noexcept nogil:
    """Fill the token scores of the blocks around a block."""
    cdef Py_ssize_t n = stats.n_blocks, i, k, row, beside
    cdef Span span
    for row in range(X.shape[1]):
        i = first + row
        for k in range(N_OFFSETS):
            beside = i + offsets[k]
            X[V_AT_MINUS_3_TOKEN_SCORE + k, row] = columns.scores[beside] if 0 <= beside < n else 0
        for k in range(N_WINDOWS):
            X[V_AROUND2_TOKEN_SCORE + k, row] = mean_score(columns, window(i, windows[k], n))
        X[V_GROUP_TOKEN_SCORE, row] = mean_score(columns, group(stats, i))
        X[V_HEADING_TOKEN_SCORE, row] = columns.scores[stats.heading[i]] if stats.heading[i] >= 0 else 0
        span.first, span.end = 0, n
        X[V_PAGE_TOKEN_SCORE, row] = mean_score(columns, span)


cdef inline float mean_score(VocabularyColumns columns, Span span) noexcept nogil:
    return <float>((columns.sums[span.end] - columns.sums[span.first]) / (span.end - span.first))
