# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True, initializedcheck=False
"""The context features of plain text: those that both input formats have, and those of groups and of shared words."""

import numpy as np

from boilerkit.blocks._context cimport ContextColumns, Sum, mean
from boilerkit.blocks.columns import check_columns
from boilerkit.plaintext.features._columns cimport *
from boilerkit.plaintext.features._page_stats cimport *
from boilerkit.plaintext.features.columns import CONTEXT

check_columns("columns of context features", CONTEXT, CONTEXT_CHECKSUM)


cdef class TextContextColumns(ContextColumns):
    """The group "context" of one plain text.

    - everywhere: sums over the tokens of each topic on the page, [n_topics]
    - own: the same over those of the block whose row is being filled; zeros between rows
    """

    cdef double[:, :, ::1] topic_memory
    cdef Sum* everywhere
    cdef Sum* own

    def __init__(self, TextPageStats stats, const double[::1] p, const Py_ssize_t[::1] order):
        self.topic_memory = np.zeros((2, stats.n_topics + 1, 2))
        self.everywhere, self.own = <Sum*>&self.topic_memory[0, 0, 0], <Sum*>&self.topic_memory[1, 0, 0]
        with nogil:
            self.rank(order, 0)
            add_up_topics(stats, self)

    def fill(self, float[:, ::1] X not None, Py_ssize_t at, Py_ssize_t first):
        """Fill the columns of X, [n_columns, n_rows], from column `at` on, for the blocks from `first` on."""
        cdef TextPageStats stats = self.stats
        check_room(stats, X, at, N_CONTEXT, first)
        X = X[at:]
        with nogil:
            self.fill_near(X, first)
            fill_groups(stats, self, X, first)
            self.fill_page(X[C_P_SHAPE:], first)
            fill_topics(stats, self, X, first)


cdef void add_up_topics(TextPageStats stats, TextContextColumns columns) noexcept nogil:
    cdef Py_ssize_t k
    for k in range(stats.topic.shape[0]):
        columns.everywhere[stats.topic[k]].content += columns.p[stats.topic_tokens[k, 0]]
        columns.everywhere[stats.topic[k]].words += 1


cdef void fill_groups(
    TextPageStats stats, TextContextColumns columns, float[:, ::1] X, Py_ssize_t first
) noexcept nogil:
    cdef Py_ssize_t row
    cdef Span span
    for row in range(X.shape[1]):
        span = group(stats, first + row)
        X[C_P_GROUP, row] = mean(columns.sums, span.first, span.end)


cdef void fill_topics(
    TextPageStats stats, TextContextColumns columns, float[:, ::1] X, Py_ssize_t first
) noexcept nogil:
    """Fill how probable it is that the other blocks with the same words are content."""
    cdef const Sum* everywhere = columns.everywhere
    cdef Sum* own = columns.own
    cdef Py_ssize_t row, k
    cdef double total, found, others
    cdef int32_t topic
    cdef Span span
    for row in range(X.shape[1]):
        span = topics(stats, first + row)
        for k in range(span.first, span.end):
            own[stats.topic[k]].content += columns.p[first + row]
            own[stats.topic[k]].words += 1
        total = found = 0
        for k in range(span.first, span.end):
            topic = stats.topic[k]
            others = everywhere[topic].words - own[topic].words
            if others > 0:
                total += (everywhere[topic].content - own[topic].content) / others
                found += 1
        for k in range(span.first, span.end):
            own[stats.topic[k]].content = own[stats.topic[k]].words = 0
        X[C_P_TOPICS, row] = total / found if found else -1
        X[C_P_TOPICS_SHARE, row] = share(total, span.end - span.first)
