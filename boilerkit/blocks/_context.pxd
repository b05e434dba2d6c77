# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True, initializedcheck=False
from libc.stdint cimport int32_t

from boilerkit.blocks._stats cimport BlockStats


cdef struct Sum:  # over some blocks
    double content  # expected words of content
    double words


cdef struct Run:  # of confident blocks
    Py_ssize_t first, last, blocks
    double words
    double total  # of their p


cdef class ContextColumns:
    cdef BlockStats stats
    cdef const double[::1] p
    cdef double highest
    cdef double[:, ::1] memory  # of the sums
    cdef double[::1] texts      # highest p of the blocks with equal texts
    cdef Sum* sums              # over the blocks before each block, [n_blocks + 1]
    cdef Sum* shapes            # over the blocks of one shape
    cdef float[::1] ranks
    cdef int32_t[::1] section_end   # the next heading after each block
    cdef int32_t[::1] nearest   # blocks to the nearest confident one
    cdef Py_ssize_t first, last  # confident blocks of the page, -1 for none
    cdef Run largest

    cdef int rank(self, const Py_ssize_t[::1] order, double least) except -1 nogil
    cdef void fill_near(self, float[:, ::1] X, Py_ssize_t first) noexcept nogil
    cdef void fill_page(self, float[:, ::1] X, Py_ssize_t first) noexcept nogil


cdef inline double weight(BlockStats stats, Py_ssize_t i) noexcept nogil:
    """Return the words of a block; one without any counts a little."""
    return stats.words[i] + 0.5


cdef inline double mean(const Sum* sums, Py_ssize_t first, Py_ssize_t end) noexcept nogil:
    """Return the mean p over the words of the blocks first..end."""
    cdef double words = sums[end].words - sums[first].words
    return (sums[end].content - sums[first].content) / (words if words > 0.5 else 0.5)
