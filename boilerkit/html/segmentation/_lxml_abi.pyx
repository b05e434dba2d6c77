# cython: language_level=3
"""Whether lxml's trees have the memory layout of the headers that compiled modules, this one too, are compiled with.

Pointers are compared with those that lxml itself found, and are followed only after that, so that compiled code that
does not fit is detected without a crash.
"""

from libc.string cimport strncmp

from lxml.includes.tree cimport XML_ATTRIBUTE_NODE, XML_ELEMENT_NODE, XML_TEXT_NODE, xmlAttr, xmlNode

cdef extern from "etree.h":
    struct LxmlElement:
        xmlNode* _c_node

cdef extern from "lxml-version.h":
    const char* LXML_VERSION_STRING

cdef extern from "libxml/xmlversion.h":
    const char* LIBXML_DOTTED_VERSION

LXML = LXML_VERSION_STRING.decode()
LIBXML2 = LIBXML_DOTTED_VERSION.decode()
ELEMENT_SIZE = sizeof(LxmlElement)


def layout_matches(root, first, second):
    """Return whether the fields that are read are found in `<a b="c" d="e"><f/><g/>h</a>`, given its root, f and g.

    They have to be elements of lxml's, of `ELEMENT_SIZE`.
    """
    cdef xmlNode* a = (<LxmlElement*>root)._c_node
    cdef xmlNode* f = (<LxmlElement*>first)._c_node
    cdef xmlNode* g = (<LxmlElement*>second)._c_node
    # Each of these reads a node that lxml has; only then is it safe to follow pointers.
    if not (a.type == XML_ELEMENT_NODE and a.children == f and f.next == g and f.parent == a and g.parent == a):
        return False
    # Attributes before text: short text is inside the node itself, where another layout has no pointer.
    return is_named(f, b"f") and have_attributes(a) and is_text(g.next, b"h")


cdef bint have_attributes(xmlNode* a):
    cdef xmlAttr* b = a.properties  # the fields around it are empty here
    if b == NULL or b.type != XML_ATTRIBUTE_NODE or b.next == NULL or b.next.type != XML_ATTRIBUTE_NODE:
        return False
    return strncmp(<const char*>b.next.name, "d", 2) == 0 and is_text(b.children, b"c")


cdef bint is_named(xmlNode* node, const char* name):
    return node.name != NULL and strncmp(<const char*>node.name, name, 2) == 0


cdef bint is_text(xmlNode* node, const char* text):
    if node == NULL or node.type != XML_TEXT_NODE or node.content == NULL:
        return False
    return strncmp(<const char*>node.content, text, 2) == 0
