# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True, initializedcheck=False
"""Trees as compiled code reads them, and going through their nodes."""

from lxml.includes.tree cimport XML_ELEMENT_NODE, xmlNode


cdef class Tree:
    """The nodes of an lxml tree: lxml's own where their layout is known, else copies of them."""

    cdef xmlNode* top
    cdef object root
    cdef list owned  # what copies consist of, None where there are none

    cdef object element(self, xmlNode* node)


cdef inline xmlNode* next_in(xmlNode* top, xmlNode* node) noexcept nogil:
    """Return the node after this one in document order, NULL where `top` ends."""
    if node.type == XML_ELEMENT_NODE and node.children != NULL:
        return node.children
    while node != top and node.next == NULL:
        node = node.parent
    return NULL if node == top else node.next
