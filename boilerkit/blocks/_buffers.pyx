# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True, initializedcheck=False
from cpython.buffer cimport PyBuffer_FillInfo
from libc.stdlib cimport free, realloc

import numpy as np


cdef void release(Buffer* buffer) noexcept nogil:
    """Free the memory of a buffer, which is empty then."""
    free(buffer.data)
    buffer.data = NULL
    buffer.size = buffer.capacity = 0


cdef class Memory:
    """Owns the memory of a former buffer, for an array over it."""

    cdef char* data
    cdef Py_ssize_t size

    def __getbuffer__(self, Py_buffer* view, int flags):
        PyBuffer_FillInfo(view, self, self.data, self.size, False, flags)

    def __dealloc__(self):
        free(self.data)


cdef object as_matrix(Buffer* buffer, int width, object dtype):
    """Return a matrix of `width` columns over the memory of a buffer, which is empty then."""
    cdef Memory memory = Memory()
    memory.data, memory.size = buffer.data, buffer.size
    buffer.data = NULL
    release(buffer)
    cdef char* trimmed = <char*>realloc(memory.data, max(memory.size, 1))
    if trimmed != NULL:
        memory.data = trimmed
    return np.ndarray((memory.size // (width * dtype.itemsize), width), dtype, memory)
