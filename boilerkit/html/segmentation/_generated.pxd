# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True, initializedcheck=False
"""What programs put into pages and nobody would copy: formulas that are drawn, links to a heading itself, links to edit."""

from libc.stdint cimport uint8_t
from libc.string cimport memcpy, strlen, strncmp, strstr

from lxml.includes.tree cimport XML_ELEMENT_NODE, XML_TEXT_NODE, xmlNode

from boilerkit.html.segmentation._formulas cimport has_name, is_followed_by_script, is_white
from boilerkit.html.segmentation._metadata cimport attribute_of
from boilerkit.html.segmentation._state cimport Walk
from boilerkit.html.segmentation._text cimport add_characters

cdef enum:
    MAX_TEX = 1000          # bytes of a formula that is tidied


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


cdef inline bint is_drawn(xmlNode* node) noexcept nogil:
    """Return whether an element draws a formula whose source is elsewhere, or is a link to edit a section."""
    cdef const char* classes = attribute_of(node, "class")
    if classes == NULL:
        return False
    if has_name(classes, "katex-html") or has_name(classes, "mw-editsection"):
        return True
    return strncmp(classes, "MathJax", 7) == 0 and is_followed_by_script(node)


cdef inline bint is_beside_math(xmlNode* image) noexcept nogil:
    """Return whether a picture of a formula is right after an element: the MathML of the same formula."""
    cdef const char* classes = attribute_of(image, "class")
    if image.prev == NULL or image.prev.type != XML_ELEMENT_NODE:
        return False
    return classes != NULL and strstr(classes, "mwe-math-fallback-image") != NULL


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
