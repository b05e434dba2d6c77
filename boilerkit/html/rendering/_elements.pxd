# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True, initializedcheck=False
"""What single elements and texts of a page's tree are: questions that need no more than the node, or a few next to it."""

from libc.stdint cimport uint8_t
from libc.string cimport strcmp, strlen, strncmp, strstr

from lxml.includes.tree cimport XML_CDATA_SECTION_NODE, XML_ELEMENT_NODE, XML_TEXT_NODE, xmlAttr, xmlNode

from boilerkit.html.segmentation._formulas cimport has_name, tex_of_image
from boilerkit.html.segmentation._metadata cimport attribute_of

cdef enum:  # what classes say that an element is, as in roles.py
    MATH_ROLE = 1
    DISPLAYED = 2
    RENDERED_MATH = 4
    CALLOUT = 8
    CALLOUT_TITLE = 16
    TOOL = 32
    PERMALINK = 64
    GUTTER = 128
    CODE_LINE = 256
    CODE_TABLE = 512
    NOTE_LINK = 1024
    BACK_LINK = 2048
    EMOJI = 4096
    LEAD = 8192


cdef inline bint is_text(xmlNode* node) noexcept nogil:
    return (node.type == XML_TEXT_NODE or node.type == XML_CDATA_SECTION_NODE) and node.content != NULL


cdef inline int space_at(const uint8_t* s) noexcept nogil:
    """Return the bytes of the white space at `s`, 0 where there is none."""
    if s[0] == 32 or 9 <= s[0] <= 13:
        return 1
    return 2 if s[0] == 0xC2 and s[1] == 0xA0 else 0


cdef inline int nothing_at(const uint8_t* s) noexcept nogil:
    """Return the bytes of the character at `s` if it is dropped: one that shows nothing or that XML forbids."""
    if s[0] < 32 or s[0] == 127:
        return 1
    if s[0] == 0xC2:  # controls and the soft hyphen
        return 2 if s[1] < 0xA0 or s[1] == 0xAD else 0
    if s[0] == 0xE2 and ((s[1] == 0x80 and s[2] == 0x8B) or (s[1] == 0x81 and 0xA0 <= s[2] <= 0xA4)):
        return 3  # the zero-width space, the word joiner and their like
    if s[0] == 0xEF and ((s[1] == 0xBB and s[2] == 0xBF) or (s[1] == 0xBF and s[2] >= 0xBE)):
        return 3
    return 0


cdef inline bint is_blank(const char* text) noexcept nogil:
    cdef const uint8_t* s = <const uint8_t*>text
    cdef int n
    while s[0]:
        n = space_at(s)
        if n == 0:
            n = nothing_at(s)
        if n == 0:
            return False
        s += n
    return True


cdef inline str as_str(const char* value):
    return value[:strlen(value)].decode("utf-8", "replace") if value != NULL else ""


cdef inline int number_of(const char* value, int default, int most) noexcept nogil:
    """Return an attribute as a number up to `most`, `default` where it is none."""
    cdef int number = 0
    cdef bint found = False
    if value == NULL:
        return default
    while value[0] == c' ' or value[0] == c'\n' or value[0] == c'\t':
        value += 1
    while c'0' <= value[0] <= c'9':
        number = min(number * 10 + value[0] - c'0', most)
        found = True
        value += 1
    return number if found else default


cdef inline const char* as_c(const char* value) noexcept nogil:
    if value == NULL:
        return ""
    return value


cdef inline bint has_space(const char* text) noexcept nogil:
    while text[0]:
        if space_at(<const uint8_t*>text):
            return True
        text += 1
    return False


cdef inline int is_link(xmlNode* node) noexcept:
    return strcmp(<const char*>node.name, "a") == 0


cdef inline int is_image(xmlNode* node) noexcept:
    return strcmp(<const char*>node.name, "img") == 0


cdef inline int is_pre(xmlNode* node) noexcept:
    return strcmp(<const char*>node.name, "pre") == 0


cdef inline bint is_presentation(xmlNode* table) noexcept:
    """Return whether a table says that it is no data."""
    cdef const char* said = attribute_of(table, "role")
    return said != NULL and (strcmp(said, "presentation") == 0 or strcmp(said, "none") == 0)


cdef inline int is_cell(xmlNode* node) noexcept:
    return strcmp(<const char*>node.name, "td") == 0 or strcmp(<const char*>node.name, "th") == 0


cdef inline int is_math_element(xmlNode* node) noexcept:
    return strcmp(<const char*>node.name, "math") == 0


cdef inline int is_math_image(xmlNode* node) noexcept:
    return is_image(node) and tex_of_image(node) != NULL


cdef inline bint is_displayed(xmlNode* node, int role) noexcept:
    """Return whether a formula stands on its own."""
    cdef const char* value
    cdef xmlNode* parent = node.parent
    if role & DISPLAYED:
        return True
    value = attribute_of(node, "display")
    if value != NULL:
        return strcmp(value, "block") == 0 or strcmp(value, "true") == 0
    value = attribute_of(node, "type")
    if value != NULL and strstr(value, "mode=display") != NULL:
        return True
    value = attribute_of(node, "class")
    if value != NULL and (strstr(value, "display") != NULL):
        return True
    if parent != NULL and parent.type == XML_ELEMENT_NODE:
        value = attribute_of(parent, "class")
        if value != NULL and (has_name(value, "katex-display") or has_name(value, "MathJax_Display")):
            return True
    node = first_child(node)
    return node != NULL and strcmp(<const char*>node.name, "math") == 0 and is_block_math(node)


cdef inline bint is_block_math(xmlNode* node) noexcept:
    cdef const char* value = attribute_of(node, "display")
    return value != NULL and strcmp(value, "block") == 0


cdef inline xmlNode* first_child(xmlNode* node) noexcept:
    """Return the element that an element begins with, NULL where it begins with text or nothing."""
    node = node.children
    while node != NULL and node.type != XML_ELEMENT_NODE:
        if is_text(node) and not is_blank(<const char*>node.content):
            return NULL
        node = node.next
    return node


cdef inline const char* fragment_of(const char* href) noexcept nogil:
    """Return the fragment of a link within the page, with its sign, NULL for another link."""
    if href == NULL or href[0] != c'#' or href[1] == 0:
        return NULL
    return href


cdef inline bint looks_like_note(const char* fragment) noexcept nogil:
    return (strstr(fragment, "note") != NULL or strstr(fragment, "fn") != NULL or strstr(fragment, "ref") != NULL
            or strstr(fragment, "bib") != NULL or strstr(fragment, "ftn") != NULL or strstr(fragment, "cite") != NULL)


cdef inline bint names_note(xmlNode* link) noexcept nogil:
    """Return whether a link's attributes say that it leads to a footnote."""
    cdef const char* value
    value = attribute_of(link, "role")
    if value != NULL and strcmp(value, "doc-noteref") == 0:
        return True
    if attribute_of(link, "data-footnote-ref") != NULL:
        return True
    value = attribute_of(link, "data-type")
    if value != NULL and strcmp(value, "noteref") == 0:
        return True
    value = attribute_of(link, "epub:type")
    return value != NULL and strcmp(value, "noteref") == 0


cdef inline bint is_picture_address(bytes url):
    path = url.partition(b"?")[0].lower()
    return path.endswith((b".jpg", b".jpeg", b".png", b".gif", b".webp", b".avif"))


cdef inline dict attributes_of(xmlNode* node):
    cdef xmlAttr* attribute = node.properties
    cdef dict found = {}
    while attribute != NULL:
        name = as_str(<const char*>attribute.name)
        if name not in found:
            found[name] = as_str(<const char*>attribute.children.content) if (
                attribute.children != NULL and attribute.children.content != NULL) else ""
        attribute = attribute.next
    return found


cdef inline list child_sources(xmlNode* node):
    """Return the attributes of the `source` elements that are children of a node, of the first few."""
    cdef xmlNode* child = node.children
    cdef list found = []
    while child != NULL and len(found) < 16:
        if child.type == XML_ELEMENT_NODE and strcmp(<const char*>child.name, "source") == 0:
            found.append(attributes_of(child))
        child = child.next
    return found


cdef inline list picture_sources(xmlNode* image):
    cdef xmlNode* parent = image.parent
    cdef int steps
    for steps in range(3):  # libxml2 puts what follows a `source` into it
        if parent == NULL or parent.type != XML_ELEMENT_NODE:
            return []
        if strcmp(<const char*>parent.name, "picture") == 0:
            return child_sources(parent)
        parent = parent.parent
    return []


cdef inline int is_base(xmlNode* node) noexcept:
    return strcmp(<const char*>node.name, "base") == 0 and attribute_of(node, "href") != NULL
