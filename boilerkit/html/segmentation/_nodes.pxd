# cython: language_level=3
"""Reading libxml2's nodes. Only after `lxml_abi.check_lxml` is it known that they are as these functions expect."""

from libc.string cimport strcmp

from lxml.includes.tree cimport xmlAttr, xmlNode


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
