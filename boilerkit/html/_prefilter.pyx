# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True, initializedcheck=False
"""Removing markup that the walk does not read, on which the parser would spend a good part of its time.

Attributes that nothing reads, style sheets, and scripts other than JSON and formulas are removed: the walk fills the same columns
from the rest. Tags are read as browsers do, and as libxml2 does from version 2.14 on. From the first markup on that is so
odd that parsers may differ about it, the page stays unchanged.
"""

from libc.string cimport memcmp, memcpy, memset

from cpython.bytes cimport PyBytes_AS_STRING, PyBytes_FromStringAndSize

from boilerkit.blocks._buffers cimport Buffer, release, reserve
from boilerkit.html._attributes cimport A_UNUSED, attribute_kind
from boilerkit.html._tag_scanner cimport *

cdef enum:
    NAME_SIZE = 24  # bytes of an attribute's name that are read: longer names are known by their start

cdef struct Span:
    Py_ssize_t start, end


cdef struct Filter:
    const char* start
    const char* end
    Buffer removed  # Spans of the page, in order


cdef inline int remove(Filter* f, const char* start, const char* end) except -1 nogil:
    """Remove what is between two places, which are after all that was removed before."""
    cdef Span* span = <Span*>(f.removed.data + f.removed.size)
    if f.removed.size and skip_spaces(f.start + (span - 1).end) == start:  # one span for all attributes in a row
        (span - 1).end = end - f.start
        return 0
    reserve(&f.removed, sizeof(Span))
    span = <Span*>(f.removed.data + f.removed.size)
    span.start, span.end = start - f.start, end - f.start
    f.removed.size += sizeof(Span)
    return 0


cdef inline bint is_unused(Attribute* attribute) noexcept nogil:
    """Return whether nothing reads an attribute of this name."""
    cdef char[NAME_SIZE] lower
    cdef const char* name = attribute.name
    cdef Py_ssize_t i, size = min(attribute.name_end - name, NAME_SIZE - 1)
    for i in range(size):
        lower[i] = name[i] + 32 if c'A' <= name[i] <= c'Z' else name[i]
    lower[size] = 0
    return attribute_kind(lower) == A_UNUSED


# The functions that skip something return where it ends, NULL where the rest of the page is to stay unchanged.

cdef const char* skip_attributes(Filter* f, const char* s, bint is_start) except? NULL nogil:
    """Skip from the end of a tag's name to after the tag; remove the attributes of start tags that nothing reads."""
    cdef Attribute attribute
    cdef int found
    while True:
        found = read_attribute(&s, f.end, &attribute)
        if found != ATTRIBUTE:
            return NULL if found == UNFINISHED else s
        if attribute.is_odd:
            return NULL
        # Without it, a slash before the attribute or at its end might come to be at the end of the tag.
        if is_start and (attribute.name - 1)[0] != c'/' and (s - 1)[0] != c'/' and is_unused(&attribute):
            remove(f, attribute.name, s)


cdef bint may_be_data(const char* s, const char* end) noexcept nogil:
    """Return whether a script's start tag names JSON or formulas, or has character references, which could spell it."""
    while s < end:
        if s[0] == c'&' or s[0] == c'j' and s[1] == c's' and s[2] == c'o' and s[3] == c'n':
            return True
        if s[0] == c'm' and s[1] == c'a' and s[2] == c't' and s[3] == c'h':
            return True
        s += 1
    return False


cdef const char* skip_element(Filter* f, const char* name) except? NULL nogil:
    """Skip from a start tag's name to after the tag, or to the end tag where the content is not markup."""
    cdef bint is_odd = False
    cdef const char* name_end = skip_to(name, f.end, ENDS_NAME, &is_odd)
    cdef const char* inside
    cdef const char* s
    cdef int content
    if is_odd or name_end == f.end or name_end[0] == c'=':
        return NULL
    inside = skip_attributes(f, name_end, True)
    content = content_of(name)
    if inside == NULL or content == MARKUP:
        return inside
    if content == REST_OF_PAGE or (inside - 2)[0] == c'/':  # some parsers end the element at the slash
        return NULL
    s = skip_raw_text(inside, name, name_end - name, f.end)
    if s != NULL and content == UNUSED_TEXT and not may_be_data(name, inside):
        remove(f, inside, s)
    return s


cdef const char* skip_plain_comment(const char* s, const char* end) noexcept nogil:
    """Skip from after a comment's start to its end, if all parsers see it there."""
    cdef const char* after = skip_comment(s, end)
    return NULL if after == NULL or after - s < 3 or (after - 2)[0] == c'!' else after


cdef const char* skip_declaration(const char* s, const char* end) noexcept nogil:
    """Skip from after the "<" of a document type, or of what parsers take for a comment, to its end."""
    cdef const char* last = find(s, c'>', end)
    if last == NULL or (s[0] == c'!' and s[1] == c'[' and s[2] == c'C'):  # CDATA
        return NULL
    while s < last:
        if s[0] == c'"' or s[0] == c"'":
            s = find(s + 1, s[0], last)
            if s == NULL:
                return NULL
        s += 1
    return last + 1


cdef int find_unused(Filter* f) except -1 nogil:
    """Go over the page and remove what nothing reads."""
    cdef const char* s = f.start
    cdef size_t removed_before = 0
    cdef bint is_odd
    while s != NULL:
        s = find(s, c'<', f.end)
        if s == NULL:
            return 0
        s += 1
        if is_letter(s[0]):
            removed_before = f.removed.size
            s = skip_element(f, s)
            if s == NULL:
                f.removed.size = removed_before  # they may be part of what is odd about the tag
        elif s[0] == c'/' and is_letter(s[1]):
            is_odd = False
            s = skip_to(s + 1, f.end, ENDS_NAME, &is_odd)
            if not is_odd:
                s = skip_attributes(f, s, False)
            else:
                s = NULL
        elif s[0] == c'!' and s[1] == c'-' and s[2] == c'-':
            s = skip_plain_comment(s + 3, f.end)
        elif s[0] == c'!' or s[0] == c'?' or s[0] == c'/':
            s = skip_declaration(s, f.end)
    return 0


cdef Py_ssize_t removed_size(const Filter* f) noexcept nogil:
    cdef const Span* spans = <const Span*>f.removed.data
    cdef Py_ssize_t size = 0
    cdef size_t i
    for i in range(f.removed.size // sizeof(Span)):
        size += spans[i].end - spans[i].start
    return size


cdef void copy_rest(const Filter* f, char* to) noexcept nogil:
    """Copy what is not removed."""
    cdef const Span* spans = <const Span*>f.removed.data
    cdef const char* s = f.start
    cdef size_t i
    for i in range(f.removed.size // sizeof(Span)):
        memcpy(to, s, f.start + spans[i].start - s)
        to += f.start + spans[i].start - s
        s = f.start + spans[i].end
    memcpy(to, s, f.end - s)


def strip_unused_markup(bytes html not None, Py_ssize_t min_saving):
    """Return a page in UTF-8 without the markup that the walk does not read.

    Where that saves less than `min_saving` bytes, return the page itself.
    """
    cdef Filter f
    cdef Py_ssize_t size = len(html), saved
    cdef char* to
    memset(&f, 0, sizeof(Filter))
    f.start = html
    f.end = f.start + size
    try:
        with nogil:
            find_unused(&f)
            saved = removed_size(&f)
        if saved < max(min_saving, 1):
            return html
        result = PyBytes_FromStringAndSize(NULL, size - saved)
        to = PyBytes_AS_STRING(result)
        with nogil:
            copy_rest(&f, to)
        return result
    finally:
        release(&f.removed)
