# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True, initializedcheck=False
from libc.stdint cimport int32_t

from boilerkit.plaintext.segmentation._text cimport *


cdef struct Line:
    Py_ssize_t start, end   # of what is not white space
    int32_t reach           # characters from the start of the line to `end`
    int32_t indent          # columns of white space before `start`
    int32_t first           # characters of its first word
    int32_t blanks          # lines without text before it
    int32_t bullet
    bint joined             # continues the paragraph of the line before


cdef Py_ssize_t find_lines(const Text* text, Line* lines) noexcept nogil
cdef void join_lines(Line* lines, Py_ssize_t n) noexcept nogil
