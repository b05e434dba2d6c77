# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True, initializedcheck=False
from libc.stdint cimport int32_t


cdef class BlockStats:
    cdef readonly Py_ssize_t n_blocks
    cdef Py_ssize_t n_texts, n_shapes
    cdef const int32_t[:, ::1] blocks
    cdef const int32_t[:] words
    cdef int32_t[::1] text
    cdef int32_t[::1] text_blocks
    cdef int32_t[::1] text_first
    cdef int32_t[::1] shape
    cdef int32_t[::1] heading


cdef struct Span:  # the blocks first..end
    Py_ssize_t first, end


cdef Py_ssize_t number_groups(const int32_t[:] keys, int32_t[::1] group) except -1 nogil


cdef inline Span window(Py_ssize_t block, Py_ssize_t reach, Py_ssize_t n_blocks) noexcept nogil:
    """Return the blocks at most `reach` away from one, itself included."""
    cdef Span span
    span.first = block - reach if block > reach else 0
    span.end = block + reach + 1 if block + reach < n_blocks else n_blocks
    return span


cdef inline double share(double part, double whole) noexcept nogil:
    """Return part / whole, where a whole of less than 1 counts as 1."""
    return part / (whole if whole > 1 else 1)


cdef inline int check_room(
    BlockStats stats, float[:, ::1] X, Py_ssize_t at, Py_ssize_t n_columns, Py_ssize_t first
) except -1:
    """Raise ValueError unless X has room for columns from `at` on, and the page has enough blocks from `first` on."""
    if not (0 <= at <= X.shape[0] - n_columns and 0 <= first <= stats.n_blocks - X.shape[1]):
        raise ValueError("the matrix does not fit the page")
    return 0
