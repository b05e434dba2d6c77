# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True, initializedcheck=False
"""Buffers that grow without the GIL and become arrays without being copied."""

from libc.stdint cimport int32_t, uint32_t
from libc.stdlib cimport realloc
from libc.string cimport memset

cdef enum:
    FIRST_CAPACITY = 16384  # bytes


cdef struct Buffer:
    char* data
    size_t size
    size_t capacity


cdef inline int reserve(Buffer* buffer, size_t more) except -1 nogil:
    """Make room for `more` bytes at the end of the buffer."""
    cdef size_t capacity
    cdef char* data
    if buffer.size + more > buffer.capacity:
        capacity = 2 * (buffer.size + more) + FIRST_CAPACITY
        data = <char*>realloc(buffer.data, capacity)
        if data == NULL:
            with gil:
                raise MemoryError("no memory for this page")
        buffer.data = data
        buffer.capacity = capacity
    return 0


cdef inline int32_t* add_row(Buffer* buffer, int width) except NULL nogil:
    """Append a row of `width` zeros. The pointer to it is valid until the buffer grows."""
    reserve(buffer, width * sizeof(int32_t))
    cdef int32_t* row = <int32_t*>(buffer.data + buffer.size)
    memset(row, 0, width * sizeof(int32_t))
    buffer.size += width * sizeof(int32_t)
    return row


cdef inline int add_token(Buffer* buffer, Py_ssize_t owner, uint32_t token) except -1 nogil:
    cdef int32_t* row = add_row(buffer, 2)
    row[0] = <int32_t>owner
    row[1] = <int32_t>token
    return 0


cdef void release(Buffer* buffer) noexcept nogil
cdef object as_matrix(Buffer* buffer, int width, object dtype)
