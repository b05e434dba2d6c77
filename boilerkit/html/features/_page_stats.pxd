# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True, initializedcheck=False
from libc.stdint cimport int8_t, int32_t, uint8_t, uint32_t

from boilerkit.blocks._stats cimport BlockStats, Span, check_room, share, window
from boilerkit.html.segmentation._columns cimport *

cdef enum:  # columns of `PageStats.sums`
    SUM_WORDS, SUM_LINK_WORDS, SUM_SENTENCES, SUM_COMMAS, SUM_TEXT_WORDS, SUM_IMAGES
    N_SUMS


cdef class PageStats(BlockStats):
    cdef readonly Py_ssize_t nothing
    cdef readonly Py_ssize_t description_words
    cdef Py_ssize_t n_paths
    cdef const int32_t[:, ::1] elements
    cdef const uint8_t[:, ::1] landmarks
    cdef const int32_t[:, ::1] element_tokens
    cdef const int32_t[:, ::1] block_tokens
    cdef const int32_t[:, ::1] page_tokens
    cdef double[:, ::1] sums
    cdef int8_t[::1] levels
    cdef int32_t[::1] h1
    cdef int32_t[::1] section
    cdef int32_t[::1] n_headings
    cdef int32_t[::1] path


cdef inline int32_t up(PageStats stats, int32_t element, int column) noexcept nogil:
    """Return the row that E_PARENT or E_WIDER_ANCESTOR leads to; from the root, the row of "no element"."""
    cdef int32_t above = stats.elements[element, column]
    return above if above >= 0 else <int32_t>stats.nothing


cdef inline double element_sum(PageStats stats, int32_t element, int column) noexcept nogil:
    """Return the sum over the blocks in an element."""
    cdef const int32_t* row = &stats.elements[element, 0]
    return stats.sums[row[E_END_BLOCK], column] - stats.sums[row[E_FIRST_BLOCK], column]
