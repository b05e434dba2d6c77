# cython: language_level=3
from libc.string cimport strcmp

from lxml.includes.tree cimport xmlAttr, xmlNode

from boilerkit.html.segmentation._state cimport Walk
from boilerkit.html.segmentation._tables cimport MAX_TAGS

cdef bint describes_page[MAX_TAGS]  # elements that `read_metadata` reads, by tag number

cdef int read_metadata(Walk* w, xmlNode* node, int tag) except -1 nogil
cdef void count_described_words(Walk* w) noexcept nogil


cdef inline const char* value_of(xmlAttr* attribute) noexcept nogil:
    if attribute.children == NULL or attribute.children.content == NULL:
        return ""
    return <const char*>attribute.children.content


cdef inline const char* attribute_of(xmlNode* node, const char* name) noexcept nogil:
    """Return the value of a node's attribute, NULL where it has none of this name."""
    cdef xmlAttr* attribute = node.properties
    while attribute != NULL:
        if strcmp(<const char*>attribute.name, name) == 0:
            return value_of(attribute)
        attribute = attribute.next
    return NULL
