# cython: language_level=3
from lxml.includes.tree cimport xmlNode

cdef enum:
    MAX_CLASSES = 500        # bytes of the classes that are looked at
    SHORT = 24               # bytes of a text that is looked at as a whole


cdef class Lookahead:
    cdef Py_ssize_t budget

    cdef int text_of(self, xmlNode* top, char* text, int size) noexcept
    cdef bint has_only_digits(self, xmlNode* top, bint several) noexcept
    cdef xmlNode* find_element(self, xmlNode* top, int (*matches)(xmlNode*) noexcept) noexcept
    cdef int role_of(self, xmlNode* node) except -1
    cdef bytes language_of(self, xmlNode* node)
    cdef bytes language_at(self, xmlNode* node)
