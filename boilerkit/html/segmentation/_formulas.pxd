# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True, initializedcheck=False
"""Where pages carry the TeX of their formulas: in MathML, in scripts, and in the descriptions of pictures."""

from libc.string cimport strcmp, strlen, strncmp, strstr

from lxml.includes.tree cimport XML_ELEMENT_NODE, xmlNode

from boilerkit.html._tree cimport next_in
from boilerkit.html.segmentation._metadata cimport attribute_of

cdef enum:
    MAX_ANNOTATION_STEPS = 2000  # nodes of MathML among which its TeX is looked for
    MAX_PICTURES = 4             # drawings of one formula before its script


cdef inline bint is_white(char c) noexcept nogil:
    return c == c' ' or 9 <= c <= 13


cdef inline bint is_only_white(const char* s) noexcept nogil:
    """Return whether a text is white space, or there is none."""
    if s != NULL:
        while is_white(s[0]):
            s += 1
    return s == NULL or s[0] == 0


cdef inline bint has_name(const char* classes, const char* name) noexcept nogil:
    """Return whether a name is among the classes of an element."""
    cdef size_t size = strlen(name)
    cdef const char* s = strstr(classes, name)
    while s != NULL:
        if (s == classes or is_white((s - 1)[0])) and (s[size] == 0 or is_white(s[size])):
            return True
        s = strstr(s + 1, name)
    return False


cdef inline bint is_tex_script(xmlNode* node) noexcept nogil:
    cdef const char* kind
    if node.type != XML_ELEMENT_NODE or strcmp(<const char*>node.name, "script") != 0:
        return False
    kind = attribute_of(node, "type")
    return kind != NULL and strncmp(kind, "math/tex", 8) == 0


cdef inline bint is_tex_annotation(xmlNode* node) noexcept nogil:
    cdef const char* encoding
    if node.type != XML_ELEMENT_NODE or strcmp(<const char*>node.name, "annotation") != 0:
        return False
    encoding = attribute_of(node, "encoding")
    return encoding != NULL and (strstr(encoding, "tex") != NULL or strstr(encoding, "TeX") != NULL)


cdef inline const char* tex_of_math(xmlNode* math) noexcept nogil:
    """Return the TeX that MathML carries, NULL for none."""
    cdef const char* tex = attribute_of(math, "alttext")
    cdef xmlNode* node = next_in(math, math)
    cdef int steps = 0
    if not is_only_white(tex):
        return tex
    while node != NULL and steps < MAX_ANNOTATION_STEPS:
        steps += 1
        if is_tex_annotation(node) and node.children != NULL and not is_only_white(<const char*>node.children.content):
            return <const char*>node.children.content
        node = next_in(math, node)
    return NULL


cdef inline const char* tex_of_image(xmlNode* image) noexcept nogil:
    """Return the description of a picture of a formula, NULL for other pictures."""
    cdef const char* classes = attribute_of(image, "class")
    cdef const char* alt = attribute_of(image, "alt")
    if classes == NULL or is_only_white(alt):
        return NULL
    if (has_name(classes, "tex") or has_name(classes, "latex") or has_name(classes, "math")
            or strstr(classes, "mwe-math-fallback-image") != NULL):
        return alt
    return NULL


cdef inline bint is_followed_by_script(xmlNode* picture) noexcept nogil:
    """Return whether the script with the source of a formula follows its picture, perhaps after another picture of it."""
    cdef const char* classes
    cdef xmlNode* node = picture
    cdef int steps
    for steps in range(MAX_PICTURES):
        node = node.next
        while node != NULL and node.type != XML_ELEMENT_NODE and is_only_white(<const char*>node.content):
            node = node.next
        if node == NULL or node.type != XML_ELEMENT_NODE:
            return False
        if is_tex_script(node):
            return True
        classes = attribute_of(node, "class")
        if classes == NULL or strstr(classes, "MathJax") == NULL:
            return False
    return False
