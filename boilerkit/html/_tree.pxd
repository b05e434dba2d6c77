# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True, initializedcheck=False
"""Going through the nodes of a tree."""

from lxml.includes.tree cimport XML_ELEMENT_NODE, xmlNode


cdef inline xmlNode* next_in(xmlNode* top, xmlNode* node) noexcept nogil:
    """Return the node after this one in document order, NULL where `top` ends."""
    if node.type == XML_ELEMENT_NODE and node.children != NULL:
        return node.children
    while node != top and node.next == NULL:
        node = node.parent
    return NULL if node == top else node.next
