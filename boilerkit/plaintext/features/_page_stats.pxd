# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True, initializedcheck=False
from libc.stdint cimport int32_t, uint8_t, uint32_t

from boilerkit.blocks._stats cimport BlockStats, Span, check_room, share, window
from boilerkit.plaintext.segmentation._columns cimport *

cdef enum:  # columns of `TextPageStats.sums`
    SUM_WORDS, SUM_SENTENCES, SUM_TEXT_WORDS, SUM_CAPITALISED
    N_SUMS


cdef class TextPageStats(BlockStats):
    cdef Py_ssize_t n_topics
    cdef const int32_t[:, ::1] word_tokens
    cdef const int32_t[:, ::1] pair_tokens
    cdef const int32_t[:, ::1] whole_tokens
    cdef const int32_t[:, ::1] topic_tokens
    cdef double[:, ::1] sums
    cdef uint8_t[::1] is_text
    cdef int32_t[::1] group_first
    cdef int32_t[::1] group_end
    cdef int32_t[::1] topic
    cdef int32_t[::1] topic_end


cdef inline int32_t get(TextPageStats stats, Py_ssize_t i, int column) noexcept nogil:
    return stats.blocks[i, column]


cdef inline Span group(TextPageStats stats, Py_ssize_t i) noexcept nogil:
    """Return the group that a block is in."""
    cdef Span span
    span.first, span.end = stats.group_first[i], stats.group_end[i]
    return span


cdef inline Span topics(TextPageStats stats, Py_ssize_t i) noexcept nogil:
    """Return where in `topic` the topical tokens of a block are."""
    cdef Span span
    span.first, span.end = stats.topic_end[i - 1] if i else 0, stats.topic_end[i]
    return span
