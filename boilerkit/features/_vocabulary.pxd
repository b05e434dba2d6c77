# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True, initializedcheck=False
from libc.stdint cimport int32_t, uint32_t


cdef class Lookup:
    cdef const uint32_t[::1] hashes
    cdef const float[::1] scores
    cdef const int32_t[::1] starts
    cdef int shift


cdef Py_ssize_t find(Lookup lookup, uint32_t token) noexcept nogil
