# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True, initializedcheck=False
"""What programs put into pages and nobody would copy: formulas that are drawn, links to a heading itself, links to edit."""

from libc.stdint cimport uint8_t
from libc.string cimport memcpy, strcmp, strlen, strncmp, strstr

from lxml.includes.tree cimport XML_ELEMENT_NODE, XML_TEXT_NODE, xmlNode

from boilerkit.html._tree cimport next_in
from boilerkit.html.segmentation._metadata cimport attribute_of
from boilerkit.html.segmentation._state cimport Walk
from boilerkit.html.segmentation._text cimport add_characters

cdef enum:
    MAX_TEX = 1000          # bytes of a formula that is tidied
    MAX_ANNOTATION_STEPS = 2000  # nodes of MathML among which its TeX is looked for
    MAX_SCRIPT_STEPS = 4    # siblings among which the script of a formula is looked for


cdef inline bint is_white(char c) noexcept nogil:
    return c == c' ' or 9 <= c <= 13


cdef inline int add_tex(Walk* w, const char* tex, bint displayed) except -1 nogil:
    """Take in a formula as `$TeX$`, one that stands on its own as `$$TeX$$`."""
    cdef char[MAX_TEX + 1] tidy
    cdef const char* mark = "$$" if displayed else "$"
    cdef size_t size
    while is_white(tex[0]):
        tex += 1
    size = strlen(tex)
    while size and is_white(tex[size - 1]):
        size -= 1
    if size > 15 and strncmp(tex, "{\\displaystyle ", 15) == 0 and tex[size - 1] == c'}':  # as Wikipedia writes it
        tex += 15
        size -= 16
    if not size:
        return 0
    add_characters(w, mark)
    if size <= MAX_TEX:
        memcpy(tidy, tex, size)
        tidy[size] = 0
        add_characters(w, tidy)
    else:
        add_characters(w, tex)
        w.pending_space = False
    return add_characters(w, mark)


cdef inline const char* tex_of_math(xmlNode* math) noexcept nogil:
    """Return the TeX that MathML carries, NULL for none."""
    cdef const char* tex = attribute_of(math, "alttext")
    cdef const char* encoding
    cdef xmlNode* node = next_in(math, math)
    cdef int steps = 0
    if tex != NULL and tex[0]:
        return tex
    while node != NULL and steps < MAX_ANNOTATION_STEPS:
        steps += 1
        if node.type == XML_ELEMENT_NODE and strcmp(<const char*>node.name, "annotation") == 0:
            encoding = attribute_of(node, "encoding")
            if encoding != NULL and strstr(encoding, "tex") != NULL and node.children != NULL:
                return <const char*>node.children.content
        node = next_in(math, node)
    return NULL


cdef inline bint is_tex_script(xmlNode* node) noexcept nogil:
    cdef const char* kind
    if node.type != XML_ELEMENT_NODE or strcmp(<const char*>node.name, "script") != 0:
        return False
    kind = attribute_of(node, "type")
    return kind != NULL and strncmp(kind, "math/tex", 8) == 0


cdef inline bint has_class(const char* classes, const char* name) noexcept nogil:
    """Return whether a name is among the classes of an element."""
    cdef size_t size = strlen(name)
    cdef const char* s = strstr(classes, name)
    while s != NULL:
        if (s == classes or is_white((s - 1)[0])) and (s[size] == 0 or is_white(s[size])):
            return True
        s = strstr(s + 1, name)
    return False


cdef inline bint is_drawn(xmlNode* node) noexcept nogil:
    """Return whether an element draws a formula whose source is elsewhere, or is a link to edit a section."""
    cdef const char* classes = attribute_of(node, "class")
    cdef int i
    if classes == NULL:
        return False
    if has_class(classes, "katex-html") or has_class(classes, "mw-editsection"):
        return True
    if strncmp(classes, "MathJax", 7) == 0:
        for i in range(MAX_SCRIPT_STEPS):
            node = node.next
            if node == NULL or is_tex_script(node):
                return node != NULL
    return False


cdef inline bint is_after_math(xmlNode* image) noexcept nogil:
    """Return whether an element is right before a picture: the MathML of the same formula."""
    return image.prev != NULL and image.prev.type == XML_ELEMENT_NODE


cdef inline const char* tex_of_image(xmlNode* image) noexcept nogil:
    """Return the description of a picture of a formula, NULL for other pictures and for those beside their MathML."""
    cdef const char* classes = attribute_of(image, "class")
    if classes == NULL or not (has_class(classes, "tex") or has_class(classes, "latex") or has_class(classes, "math") or (
        strncmp(classes, "mwe-math-fallback-image", 23) == 0 and not is_after_math(image)
    )):
        return NULL
    return attribute_of(image, "alt")


cdef inline bint is_permalink(xmlNode* link) noexcept nogil:
    """Return whether a link consists of a sign, and leads to a place in the page."""
    cdef const char* href = attribute_of(link, "href")
    cdef const char* s
    cdef size_t size
    if link.children == NULL or link.children.next != NULL or link.children.type != XML_TEXT_NODE:
        return False
    s = <const char*>link.children.content
    if href == NULL or strstr(href, "#") == NULL or s == NULL:
        return False
    while is_white(s[0]):
        s += 1
    size = strlen(s)
    while size and is_white(s[size - 1]):
        size -= 1
    return (
        size == 1 and s[0] == c'#'
        or size == 2 and (strncmp(s, "\xc2\xb6", 2) == 0 or strncmp(s, "\xc2\xa7", 2) == 0)
        or size == 4 and strncmp(s, "\xf0\x9f\x94\x97", 4) == 0
    )
