# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True, initializedcheck=False
"""Mending markup of which libxml2 makes another tree than browsers do, one that loses or joins text.

- It takes some elements that can have no content for the parents of what follows: `<source>`, `<wbr>` and the like.
- What follows `</body>` or `</html>` is missing from its tree.
- It ignores `</br>`, which is a line break to browsers, and `</p>` without a start, which ends what is before it.

Tags are read as browsers do (https://html.spec.whatwg.org/multipage/parsing.html).
"""

from libc.string cimport memcpy, memset, strlen

from cpython.bytes cimport PyBytes_AS_STRING, PyBytes_FromStringAndSize

from boilerkit.blocks._buffers cimport Buffer, release, reserve
from boilerkit.html._tag_scanner cimport *

cdef enum:
    MAX_LAST_TAGS = 8


cdef struct Edit:
    Py_ssize_t start, end
    const char* replacement


cdef struct Mending:
    const char* start
    const char* end
    Buffer edits          # Edits, in order
    Py_ssize_t depth      # start tags without end tags so far, but for those that need none
    Py_ssize_t max_depth


cdef inline int replace(Mending* m, const char* start, const char* end, const char* replacement) except -1 nogil:
    cdef Edit* edit
    reserve(&m.edits, sizeof(Edit))
    edit = <Edit*>(m.edits.data + m.edits.size)
    edit.start, edit.end, edit.replacement = start - m.start, end - m.start, replacement
    m.edits.size += sizeof(Edit)
    return 0


cdef inline bint is_missing_void(const char* name) noexcept nogil:
    """Return whether this is a void element that libxml2 does not know as one."""
    cdef char c = name[0] | 0x20
    if c == c's':
        return is_named(name, "source", 6)
    if c == c'w':
        return is_named(name, "wbr", 3)
    if c == c't':
        return is_named(name, "track", 5)
    if c == c'e':
        return is_named(name, "embed", 5)
    if c == c'b':
        return is_named(name, "bgsound", 7)
    return c == c'k' and is_named(name, "keygen", 6)


cdef inline bint ends_by_itself(const char* name) noexcept nogil:
    """Return whether an element with this start tag needs no end tag."""
    cdef char c = name[0] | 0x20
    if c == c'b':
        return is_named(name, "br", 2) or is_named(name, "base", 4)
    if c == c'i':
        return is_named(name, "img", 3) or is_named(name, "input", 5)
    if c == c'l':
        return is_named(name, "li", 2) or is_named(name, "link", 4)
    if c == c'm':
        return is_named(name, "meta", 4)
    if c == c'p':
        return is_named(name, "p", 1) or is_named(name, "param", 5)
    if c == c'h':
        return is_named(name, "hr", 2)
    if c == c'd':
        return is_named(name, "dt", 2) or is_named(name, "dd", 2)
    if c == c't':
        return is_named(name, "td", 2) or is_named(name, "tr", 2) or is_named(name, "th", 2)
    if c == c'o':
        return is_named(name, "option", 6)
    if c == c'a':
        return is_named(name, "area", 4)
    return c == c'c' and is_named(name, "col", 3)


cdef const char* skip_attributes(const char* s, const char* end) noexcept nogil:
    """Skip from the end of a tag's name to after the tag; return NULL where the page ends in it."""
    cdef Attribute attribute
    cdef int found = ATTRIBUTE
    while found == ATTRIBUTE:
        found = read_attribute(&s, end, &attribute)
    return s if found == TAG_END else NULL


cdef const char* mend_start_tag(Mending* m, const char* name) except? NULL nogil:
    """Mend a start tag. Return where to go on, NULL where nothing more can be mended."""
    cdef bint is_odd = False
    cdef const char* name_end
    cdef const char* inside
    if is_missing_void(name):
        inside = skip_attributes(skip_to(name, m.end, ENDS_NAME, &is_odd), m.end)
        if inside != NULL and (inside - 2)[0] != c'/':
            replace(m, inside - 1, inside - 1, " /")
        return inside
    if ends_by_itself(name):
        return name
    if content_of(name) != MARKUP:
        name_end = skip_to(name, m.end, ENDS_NAME, &is_odd)
        inside = skip_attributes(name_end, m.end)
        if inside == NULL or (inside - 2)[0] == c'/':  # where libxml2 ends the element
            return inside
        return skip_raw_text(inside, name, name_end - name, m.end)
    m.depth += 1
    if m.depth > m.max_depth:
        m.max_depth = m.depth
    return name


cdef bint is_last(const char* s, const char* end) noexcept nogil:
    """Return whether nothing but white space and a few other end tags follow."""
    cdef int i
    for i in range(MAX_LAST_TAGS):
        s = skip_spaces(s)
        if s[0] != c'<' or s[1] != c'/':
            return s == end
        s = find(s, c'>', end)
        if s == NULL:
            return False
        s += 1
    return False


cdef const char* mend_end_tag(Mending* m, const char* name) except? NULL nogil:
    """Mend an end tag and return where to go on."""
    cdef char c = name[0] | 0x20
    cdef const char* tag_end
    if c == c'b' and is_named(name, "br", 2):
        replace(m, name - 1, name, "")
    elif c == c'p' and name[1] == c'>' and name[2] != c'<' and name + 2 != m.end and not is_space(name[2]):
        replace(m, name + 2, name + 2, " ")
    elif (c == c'b' and is_named(name, "body", 4)) or (c == c'h' and is_named(name, "html", 4)):
        tag_end = find(name, c'>', m.end)
        if tag_end != NULL and not is_last(tag_end + 1, m.end):
            replace(m, name - 2, tag_end + 1, "")
    if m.depth > 0 and not ends_by_itself(name):
        m.depth -= 1
    return name


cdef int find_edits(Mending* m) except -1 nogil:
    cdef const char* s = m.start
    while s != NULL:
        s = find(s, c'<', m.end)
        if s == NULL:
            return 0
        s += 1
        if is_letter(s[0]):
            s = mend_start_tag(m, s)
        elif s[0] == c'/' and is_letter(s[1]):
            s = mend_end_tag(m, s + 1)
        elif s[0] == c'!' and s[1] == c'-' and s[2] == c'-':
            s += 3
            if s[0] != c'>' and not (s[0] == c'-' and s[1] == c'>'):  # otherwise it ends here
                s = skip_comment(s, m.end)
    return 0


cdef Py_ssize_t growth(const Mending* m) noexcept nogil:
    """Return by how many bytes the edits make the page longer."""
    cdef const Edit* edits = <const Edit*>m.edits.data
    cdef Py_ssize_t size = 0
    cdef size_t i
    for i in range(m.edits.size // sizeof(Edit)):
        size += <Py_ssize_t>strlen(edits[i].replacement) - (edits[i].end - edits[i].start)
    return size


cdef void write(const Mending* m, char* to) noexcept nogil:
    cdef const Edit* edits = <const Edit*>m.edits.data
    cdef const char* s = m.start
    cdef Py_ssize_t size
    cdef size_t i
    for i in range(m.edits.size // sizeof(Edit)):
        size = m.start + edits[i].start - s
        memcpy(to, s, size)
        to += size
        size = <Py_ssize_t>strlen(edits[i].replacement)
        memcpy(to, edits[i].replacement, size)
        to += size
        s = m.start + edits[i].end
    memcpy(to, s, m.end - s)


def mend(bytes markup not None):
    """Return a page in UTF-8, mended, and a bound of the depth of its tree.

    The bound counts elements that are never closed, so that it may be far above the depth.
    """
    cdef Mending m
    cdef char* to
    memset(&m, 0, sizeof(Mending))
    m.start = markup
    m.end = m.start + len(markup)
    try:
        with nogil:
            find_edits(&m)
        if not m.edits.size:
            return markup, m.max_depth
        result = PyBytes_FromStringAndSize(NULL, len(markup) + growth(&m))
        to = PyBytes_AS_STRING(result)
        with nogil:
            write(&m, to)
        return result, m.max_depth
    finally:
        release(&m.edits)
