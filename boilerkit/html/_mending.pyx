# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True, initializedcheck=False
"""Mending markup of which libxml2 makes another tree than browsers do, one that loses or joins text.

- It takes some elements that can have no content for the parents of what follows: `<source>`, `<wbr>` and the like.
- What follows `</body>` or `</html>` is missing from its tree.
- It ignores `</br>`, which is a line break to browsers, and `</p>` without a start, which ends what is before it.
- Its time grows with the square of an element's attributes. So where there are very many, all are removed.
"""

import os

from libc.stdint cimport uint32_t
from libc.string cimport memcpy, memset, strlen

from cpython.bytes cimport PyBytes_AS_STRING, PyBytes_FromStringAndSize

from boilerkit.blocks._buffers cimport Buffer, release, reserve
from boilerkit.blocks._hashing cimport finish, mix
from boilerkit.html._tag_scanner cimport *

cdef enum:
    MAX_LAST_TAGS = 8
    MAX_ATTRIBUTES = 500  # an element with more loses them all
    N_NAME_CLASSES = 1024

#: Names are put into classes by a hash that no page can foresee, so that none can hide how deep it is.
cdef uint32_t secret = int.from_bytes(os.urandom(4), "little")


cdef struct Edit:
    Py_ssize_t start, end
    const char* replacement


cdef struct Mending:
    const char* start
    const char* end
    Buffer edits          # Edits, in order
    Py_ssize_t depth      # start tags without end tags so far, but for those that need none
    Py_ssize_t max_depth
    Py_ssize_t n_start_tags
    Py_ssize_t[N_NAME_CLASSES] n_open  # of these start tags, by the class of their names


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


cdef int name_class(const Tag* tag) noexcept nogil:
    cdef uint32_t h = secret
    cdef const char* s = tag.name
    while s < tag.name_end:
        h = mix(h, <unsigned char>s[0] | 0x20)
        s += 1
    return finish(h) % N_NAME_CLASSES


cdef inline int drop_flood(Mending* m, const Tag* tag) except -1 nogil:
    if tag.n_attributes > MAX_ATTRIBUTES:
        replace(m, tag.name_end, tag.end - 1 - tag.is_empty, "")
    return 0


cdef int mend_start_tag(Mending* m, const Tag* tag) except -1 nogil:
    m.n_start_tags += 1
    drop_flood(m, tag)
    if tag.is_empty:
        return 0
    if is_missing_void(tag.name):
        return replace(m, tag.end - 1, tag.end - 1, " /")
    if tag.content == MARKUP and not ends_by_itself(tag.name):
        m.depth += 1
        m.max_depth = max(m.depth, m.max_depth)
        m.n_open[name_class(tag)] += 1
    return 0


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


cdef int mend_end_tag(Mending* m, const Tag* tag) except -1 nogil:
    cdef const char* name = tag.name
    cdef char c = name[0] | 0x20
    cdef int class_
    if c == c'b' and is_named(name, "br", 2):
        replace(m, name - 1, name, "")
        drop_flood(m, tag)
    elif c == c'p' and name[1] == c'>' and name[2] != c'<' and name + 2 != m.end and not is_space(name[2]):
        replace(m, name + 2, name + 2, " ")
    elif (c == c'b' and is_named(name, "body", 4)) or (c == c'h' and is_named(name, "html", 4)):
        if not is_last(tag.end, m.end):
            replace(m, tag.start, tag.end, "")
    class_ = name_class(tag)
    if m.n_open[class_]:
        m.n_open[class_] -= 1
        m.depth -= 1
    return 0


cdef int find_edits(Mending* m) except -1 nogil:
    cdef Tag tag
    cdef const char* s = next_tag(m.start, m.end, &tag)
    while s != NULL:
        if tag.is_end_tag:
            mend_end_tag(m, &tag)
        else:
            mend_start_tag(m, &tag)
        s = next_tag(s, m.end, &tag)
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
    """Return a page in UTF-8, mended, a bound of the depth of its tree, and the number of its start tags.

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
            return markup, m.max_depth, m.n_start_tags
        result = PyBytes_FromStringAndSize(NULL, len(markup) + growth(&m))
        to = PyBytes_AS_STRING(result)
        with nogil:
            write(&m, to)
        return result, m.max_depth, m.n_start_tags
    finally:
        release(&m.edits)


def next_tag_after(bytes markup not None, Py_ssize_t at):
    """Return where the next tag starts, where its name starts and ends, where it ends, and where to search on.

    Return None where there is none.
    """
    cdef Tag tag
    cdef const char* start = markup
    cdef const char* after = next_tag(start + min(at, len(markup)), start + len(markup), &tag)
    if after == NULL:
        return None
    return tag.start - start, tag.name - start, tag.name_end - start, tag.end - start, after - start
