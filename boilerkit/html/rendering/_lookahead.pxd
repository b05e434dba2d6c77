# cython: language_level=3
from lxml.includes.tree cimport xmlNode

cdef enum:
    MAX_CLASSES = 500        # bytes of the classes that are looked at
    MAX_LINES = 10_000_000   # no code has more
    SHORT = 24               # bytes of a text that is looked at as a whole


cdef class Lookahead:
    cdef Py_ssize_t budget

    cdef int text_of(self, xmlNode* top, char* text, int size) noexcept
    cdef bint counts_lines(self, xmlNode* top, int at_least) noexcept
    cdef xmlNode* find_element(self, xmlNode* top, int (*matches)(xmlNode*) noexcept) noexcept
    cdef int role_of(self, xmlNode* node) except -1
    cdef bytes language_of(self, xmlNode* node)
    cdef bytes language_at(self, xmlNode* node)
