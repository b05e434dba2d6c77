# cython: language_level=3, boundscheck=False, wraparound=False
"""The elements that may say whose a page is, found without a Python object for each of the others."""

from libc.string cimport strcmp

from lxml.includes.tree cimport XML_ELEMENT_NODE, xmlNode

from boilerkit.html._tree cimport Tree, next_in
from boilerkit.html.segmentation._metadata cimport attribute_of


cdef bint declares(const char* tag) noexcept:
    """Return whether elements of this name say something by themselves."""
    return strcmp(tag, "meta") == 0 or strcmp(tag, "link") == 0 or strcmp(tag, "script") == 0 or strcmp(tag, "time") == 0


def declaring_elements(root, is_telling_class):
    """Return the elements below `root` that may say whose the page is, each with its number among all elements.

    They are those of `declares`, and those with one of the attributes itemprop, property and rel, or with classes for
    which `is_telling_class` is true.
    """
    cdef Tree tree = Tree(root)
    cdef xmlNode* node = tree.top
    cdef const char* classes
    cdef int order = -1
    cdef dict known = {}
    found = []
    while node != NULL:
        if node.type == XML_ELEMENT_NODE:
            order += 1
            if declares(<const char*> node.name) or attribute_of(node, "itemprop") != NULL or (
                attribute_of(node, "property") != NULL or attribute_of(node, "rel") != NULL
            ):
                found.append((order, tree.element(node)))
            else:
                classes = attribute_of(node, "class")
                if classes != NULL:
                    name = <bytes> classes
                    telling = known.get(name)
                    if telling is None:
                        telling = known[name] = is_telling_class(name.decode("utf-8", "replace"))
                    if telling:
                        found.append((order, tree.element(node)))
        node = next_in(tree.top, node)
    return found
