# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True, initializedcheck=False
"""A plain text as compiled code reads it."""

cdef extern from "Python.h":
    Py_UCS4 PyUnicode_READ(int kind, const void* data, Py_ssize_t index) nogil
    bint Py_UNICODE_ISSPACE(Py_UCS4 c) nogil


cdef struct Text:
    int kind
    const void* data
    Py_ssize_t length


cdef inline Py_UCS4 at(const Text* text, Py_ssize_t i) noexcept nogil:
    return PyUnicode_READ(text.kind, text.data, i)


cdef inline bint breaks_line(Py_UCS4 c) noexcept nogil:
    """Return whether a character ends a line, as for str.splitlines."""
    return 10 <= c <= 13 or 0x1C <= c <= 0x1E or c == 0x85 or c == 0x2028 or c == 0x2029
