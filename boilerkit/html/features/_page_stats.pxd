# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True, initializedcheck=False
from libc.stdint cimport int8_t, int32_t, uint8_t, uint32_t

from boilerkit.html.segmentation._columns cimport *

cdef enum:  # columns of `PageStats.sums`
    SUM_WORDS, SUM_LINK_WORDS, SUM_SENTENCES, SUM_COMMAS, SUM_TEXT_WORDS, SUM_IMAGES
    N_SUMS

cdef enum:  # columns of `PageStats.headings`
    H_BLOCK, H_H1, H_SECTION
    N_HEADING_COLUMNS


cdef class PageStats:
    cdef readonly Py_ssize_t n_blocks
    cdef readonly Py_ssize_t nothing
    cdef readonly Py_ssize_t description_words
    cdef Py_ssize_t n_paths, n_texts
    cdef const int32_t[:, ::1] blocks
    cdef const int32_t[:, ::1] elements
    cdef const uint8_t[:, ::1] landmarks
    cdef const int32_t[:, ::1] element_tokens
    cdef const int32_t[:, ::1] block_tokens
    cdef const int32_t[:, ::1] page_tokens
    cdef double[:, ::1] sums
    cdef int8_t[::1] levels
    cdef int32_t[::1] heading
    cdef int32_t[:, ::1] headings
    cdef int32_t[::1] path
    cdef int32_t[::1] text


cdef Py_ssize_t number_groups(const int32_t[:, ::1] rows, int column, int32_t[::1] group) except -1 nogil


cdef inline int32_t up(PageStats survey, int32_t element, int column) noexcept nogil:
    """The row that E_PARENT or E_WIDER leads to; from the root to the row of "no element"."""
    cdef int32_t above = survey.elements[element, column]
    return above if above >= 0 else <int32_t>survey.nothing


cdef inline int32_t last_heading(PageStats survey, Py_ssize_t block, int column) noexcept nogil:
    """The last block up to this one, itself included, that is a heading of the column's kind; -1 for none."""
    return survey.headings[survey.heading[block], column]


cdef inline double held(PageStats survey, int32_t element, int column) noexcept nogil:
    """Sum over the blocks in an element."""
    cdef const int32_t* row = &survey.elements[element, 0]
    return survey.sums[row[E_END_BLOCK], column] - survey.sums[row[E_FIRST_BLOCK], column]


cdef inline int check_room(
    PageStats survey, float[:, ::1] X, Py_ssize_t at, Py_ssize_t n_columns, Py_ssize_t first
) except -1:
    """Raise ValueError unless X has room for columns from `at` on, and the page a block from `first` on for each row."""
    if not (0 <= at <= X.shape[0] - n_columns and 0 <= first <= survey.n_blocks - X.shape[1]):
        raise ValueError("the matrix does not fit the page")
    return 0


cdef inline double share(double part, double whole) noexcept nogil:
    """The part of a whole that counts as 1 where it is less."""
    return part / (whole if whole > 1 else 1)
