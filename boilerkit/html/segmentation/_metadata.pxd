# cython: language_level=3
from lxml.includes.tree cimport xmlNode

from boilerkit.html.segmentation._state cimport Walk

cdef bint describes_page[256]  # by tag number: elements that `read_metadata` reads

cdef int read_metadata(Walk* w, xmlNode* node, int tag) except -1 nogil
cdef void count_described_words(Walk* w) noexcept nogil
