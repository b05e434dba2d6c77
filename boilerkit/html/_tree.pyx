# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True, initializedcheck=False
"""From an lxml tree to nodes that compiled code reads: in lxml's memory, or copied through lxml's Python interface.

Nothing of lxml is imported as a type, and its functions only where its memory is read: both may fail with an lxml that
this module was not compiled for.
"""

from cpython.bytearray cimport PyByteArray_AS_STRING
from cpython.bytes cimport PyBytes_AS_STRING

from lxml.includes.tree cimport (
    XML_COMMENT_NODE,
    XML_ELEMENT_NODE,
    XML_HTML_DOCUMENT_NODE,
    XML_TEXT_NODE,
    xmlAttr,
    xmlChar,
    xmlElementType,
    xmlNode,
)

from lxml.etree import iselement

cdef extern from "etree_api.h":
    struct LxmlDocument:
        pass
    struct LxmlElement:
        LxmlDocument* _doc
        xmlNode* _c_node
    int import_lxml__etree() except -1
    object element_of_node "(PyObject*)elementFactory" (LxmlDocument* document, xmlNode* node)

cdef bint reads_memory = False


def read_memory(bint fits):
    """Let trees be read in lxml's memory if it `fits`: if it has the layout that compiled modules were compiled for.

    Return whether they are read there. They are not where lxml has not the functions of its headers; then, and before
    the first call, trees are copied.
    """
    global reads_memory
    reads_memory = False
    if fits:
        try:
            import_lxml__etree()
            reads_memory = True
        except (ImportError, TypeError):
            pass
    return reads_memory


cdef class Tree:
    def __cinit__(self, root):
        if not iselement(root):
            raise TypeError(f"the root of a tree is an element of lxml's, not {type(root).__name__}")
        self.root = root
        if reads_memory:
            self.top = (<LxmlElement*>root)._c_node
        else:
            self.owned = []
            self.top = copy_tree(self.owned, root)

    cdef object element(self, xmlNode* node):
        """Return the element that a node is of."""
        if self.owned is None:
            return element_of_node((<LxmlElement*>self.root)._doc, node)
        return <object>node._private


# --- Copies: of HTML, whose names have no namespaces, and of a node no more than compiled code reads -------------------

cdef xmlNode* copy_tree(list owned, root) except NULL:
    """Return a copy of a tree, whose nodes have their elements in `_private`. All of it is freed with `owned`."""
    cdef xmlNode* document = <xmlNode*>zeros(owned, sizeof(xmlNode))
    cdef xmlNode* parent = document
    cdef xmlNode* node
    document.type = XML_HTML_DOCUMENT_NODE
    for element in root.iter():
        owned.append(element)
        above = element.getparent()
        while parent != document and <object>parent._private is not above:
            parent = parent.parent
        is_element = isinstance(element.tag, str)  # and no comment or instruction
        node = append_node(owned, parent, XML_ELEMENT_NODE if is_element else XML_COMMENT_NODE)
        node._private = <void*>element
        append_text(owned, parent, element.tail)
        if is_element:
            node.name = utf8(owned, element.tag)
            add_attributes(owned, node, element)
            append_text(owned, node, element.text)
            parent = node
        else:
            node.content = utf8(owned, element.text or "")
    return document.children


cdef int add_attributes(list owned, xmlNode* node, element) except -1:
    cdef xmlAttr* attribute
    cdef xmlAttr** end = &node.properties
    for name, value in element.items():
        attribute = <xmlAttr*>zeros(owned, sizeof(xmlAttr))
        attribute.name = utf8(owned, name)
        append_text(owned, <xmlNode*>attribute, value)  # its fields for children are where a node has them
        end[0] = attribute
        end = &attribute.next
    return 0


cdef int append_text(list owned, xmlNode* parent, text) except -1:
    if text is not None:
        append_node(owned, parent, XML_TEXT_NODE).content = utf8(owned, text)
    return 0


cdef xmlNode* append_node(list owned, xmlNode* parent, xmlElementType type) except NULL:
    cdef xmlNode* node = <xmlNode*>zeros(owned, sizeof(xmlNode))
    node.type = type
    node.parent, node.prev = parent, parent.last
    if parent.last == NULL:
        parent.children = node
    else:
        parent.last.next = node
    parent.last = node
    return node


cdef xmlChar* utf8(list owned, str text) except NULL:
    encoded = text.encode()
    owned.append(encoded)
    return <xmlChar*>PyBytes_AS_STRING(encoded)


cdef void* zeros(list owned, size_t size) except NULL:
    memory = bytearray(size)
    owned.append(memory)
    return PyByteArray_AS_STRING(memory)
