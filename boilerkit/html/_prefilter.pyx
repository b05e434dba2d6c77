# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True, initializedcheck=False
"""Leaving out of a page's HTML what the walk passes over, before the parser spends a good part of its time on it.

Left out are attributes that nothing reads, style sheets, and scripts other than JSON: the walk fills the same columns
from what is left. Tags are told apart as browsers do (https://html.spec.whatwg.org/multipage/parsing.html, the
tokenization stage), and as libxml2 does from version 2.14 on. Where markup is so odd that parsers may differ about it,
the rest of the page stays as it is.
"""

from libc.string cimport memchr, memcmp, memcpy, memset

from cpython.bytes cimport PyBytes_AS_STRING, PyBytes_FromStringAndSize

from boilerkit.html._attributes cimport A_UNREAD, attribute_kind
from boilerkit.blocks._buffers cimport Buffer, release, reserve

cdef enum:
    NAME_ROOM = 24  # bytes of an attribute's name that are looked at; what is read is shorter, or known by its start

cdef enum:  # bits of what a sign is in a tag
    SPACE = 1
    ENDS_NAME = 2
    ODD = 4  # in a name

cdef unsigned char sign_class[256]
cdef int sign
for sign in b" \t\n\f\r":
    sign_class[sign] = SPACE | ENDS_NAME
for sign in b"/>=\0":
    sign_class[sign] = ENDS_NAME
for sign in b"\"'<`\v":
    sign_class[sign] = ODD

cdef enum:  # what the content of an element is
    MARKUP
    UNREAD_TEXT  # of scripts and style sheets
    RAW_TEXT  # in which tags are text, but for the end tag
    REST_OF_PAGE


cdef inline bint is_letter(char c) noexcept nogil:
    return c'a' <= (c | 0x20) <= c'z'


cdef inline bint is_space(char c) noexcept nogil:
    return sign_class[<unsigned char>c] & SPACE


cdef inline const char* skip_spaces(const char* s) noexcept nogil:
    while is_space(s[0]):
        s += 1
    return s


cdef struct Cut:
    Py_ssize_t start, end


cdef struct Cutting:
    const char* start
    const char* end  # where a NUL stands
    Buffer cuts  # of Cut, in order


cdef inline int cut(Cutting* c, const char* start, const char* end) except -1 nogil:
    """Leave out what stands between two places behind all that was left out before."""
    cdef Cut* place = <Cut*>(c.cuts.data + c.cuts.size)
    if c.cuts.size and skip_spaces(c.start + (place - 1).end) == start:  # one cut for all attributes in a row
        (place - 1).end = end - c.start
        return 0
    reserve(&c.cuts, sizeof(Cut))
    place = <Cut*>(c.cuts.data + c.cuts.size)
    place.start, place.end = start - c.start, end - c.start
    c.cuts.size += sizeof(Cut)
    return 0


cdef inline const char* find(const char* s, char sign, const char* end) noexcept nogil:
    return <const char*>memchr(s, sign, end - s)


cdef inline bint is_named(const char* s, const char* name, Py_ssize_t size) noexcept nogil:
    """Whether a tag's name is this one, of so many letters, in any case."""
    cdef Py_ssize_t i
    for i in range(size):
        if (s[i] | 0x20) != (name[i] | 0x20):
            return False
    return is_space(s[size]) or s[size] == c'/' or s[size] == c'>'


cdef inline bint is_unread(const char* name, const char* end) noexcept nogil:
    """Whether nothing reads an attribute of this name. What decides about a long one is its start."""
    cdef char[NAME_ROOM] lower
    cdef Py_ssize_t i, size = min(end - name, NAME_ROOM - 1)
    for i in range(size):
        lower[i] = name[i] + 32 if c'A' <= name[i] <= c'Z' else name[i]
    lower[size] = 0
    return attribute_kind(lower) == A_UNREAD


# The functions that pass over something return where it ends, NULL where the rest of the page is to stay as it is. The
# page ends with a NUL, and all they are given stands behind a "<", so that they may look at the next sign and at those before.

cdef const char* pass_name(const char* s) noexcept nogil:
    while not sign_class[<unsigned char>s[0]]:
        s += 1
    if sign_class[<unsigned char>s[0]] & ODD or s[0] == 0:
        return NULL
    return s


cdef const char* pass_value(const char* s, const char* end) noexcept nogil:
    """From behind an equals sign to the end of the value."""
    s = skip_spaces(s)
    if s[0] == c'"' or s[0] == c"'":
        s = find(s + 1, s[0], end)
        if s != NULL:
            s += 1
        return s
    while not is_space(s[0]) and s[0] != c'>':
        if sign_class[<unsigned char>s[0]] & ODD or s[0] == 0:
            return NULL
        s += 1
    return s


cdef const char* pass_attributes(Cutting* c, const char* s, bint is_start) except? NULL nogil:
    """From behind a tag's name to behind the tag; attributes that nothing reads are left out of start tags."""
    cdef const char* name
    cdef const char* name_end
    while True:
        while is_space(s[0]) or s[0] == c'/':
            s += 1
        if s[0] == c'>':
            return s + 1
        name = s
        name_end = s = pass_name(s)
        if s == NULL or name == s:  # an equals sign where a name should start
            return NULL
        if skip_spaces(s)[0] == c'=':
            s = pass_value(skip_spaces(s) + 1, c.end)
            if s == NULL:
                return NULL
        # A slash before or at the end of what is left out would stand before the tag's end then.
        if is_start and (name - 1)[0] != c'/' and (s - 1)[0] != c'/' and is_unread(name, name_end):
            cut(c, name, s)


cdef int content_of(const char* name) noexcept nogil:
    """What the content of the element of a start tag is."""
    cdef char first = name[0] | 0x20
    if first == c's':
        return UNREAD_TEXT if is_named(name, "script", 6) or is_named(name, "style", 5) else MARKUP
    if first == c't':
        return RAW_TEXT if is_named(name, "textarea", 8) or is_named(name, "title", 5) else MARKUP
    if first == c'n':
        return RAW_TEXT if is_named(name, "noframes", 8) or is_named(name, "noembed", 7) else MARKUP
    if is_named(name, "iframe", 6) or is_named(name, "xmp", 3):
        return RAW_TEXT
    return REST_OF_PAGE if is_named(name, "plaintext", 9) else MARKUP


cdef bint may_be_json(const char* s, const char* end) noexcept nogil:
    """Whether a script's start tag names JSON, or has character references, which could spell it."""
    while s < end:
        if s[0] == c'&' or s[0] == c'j' and s[1] == c's' and s[2] == c'o' and s[3] == c'n':
            return True
        s += 1
    return False


cdef const char* pass_raw_text(const char* s, const char* name, Py_ssize_t size, const char* end) noexcept nogil:
    """To the end tag of this name, of so many letters; a script in a comment in a script makes that hard to tell."""
    cdef bint in_comment = False
    while True:
        s = find(s, c'<', end)
        if s == NULL:
            return NULL
        if s[1] == c'/' and is_named(s + 2, name, size):
            return s
        if s[1] == c'!' and s[2] == c'-' and s[3] == c'-':
            in_comment = True
        if in_comment and is_named(s + 1, name, size):
            return NULL
        s += 1


cdef const char* pass_element(Cutting* c, const char* name) except? NULL nogil:
    """From a start tag's name to behind the tag, or where the content is no markup, to the end tag."""
    cdef const char* name_end = pass_name(name)
    cdef const char* inside
    cdef const char* s
    cdef int content
    if name_end == NULL or name_end[0] == c'=':
        return NULL
    inside = pass_attributes(c, name_end, True)
    content = content_of(name)
    if inside == NULL or content == MARKUP:
        return inside
    if content == REST_OF_PAGE or (inside - 2)[0] == c'/':  # some parsers take the slash for the element's end
        return NULL
    s = pass_raw_text(inside, name, name_end - name, c.end)
    if s != NULL and content == UNREAD_TEXT and not may_be_json(name, inside):
        cut(c, inside, s)
    return s


cdef const char* pass_comment(const char* s, const char* end) noexcept nogil:
    """From behind a comment's start to its end."""
    if s[0] == c'>' or (s[0] == c'-' and s[1] == c'>'):
        return NULL
    while True:
        s = find(s, c'>', end)
        if s == NULL or memcmp(s - 3, b"--!", 3) == 0:
            return NULL
        s += 1
        if memcmp(s - 3, b"-->", 3) == 0:
            return s


cdef const char* pass_declaration(const char* s, const char* end) noexcept nogil:
    """From behind the "<" of a document type, or of what parsers take for a comment, to its end."""
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


cdef int leave_out_unread(Cutting* c) except -1 nogil:
    cdef const char* s = c.start
    cdef size_t cuts_before = 0
    while s != NULL:
        s = find(s, c'<', c.end)
        if s == NULL:
            return 0
        s += 1
        if is_letter(s[0]):
            cuts_before = c.cuts.size
            s = pass_element(c, s)
            if s == NULL:
                c.cuts.size = cuts_before  # what is odd about the tag may have to do with them
        elif s[0] == c'/' and is_letter(s[1]):
            s = pass_name(s + 1)
            if s != NULL:
                s = pass_attributes(c, s, False)
        elif s[0] == c'!' and s[1] == c'-' and s[2] == c'-':
            s = pass_comment(s + 3, c.end)
        elif s[0] == c'!' or s[0] == c'?' or s[0] == c'/':
            s = pass_declaration(s, c.end)
    return 0


cdef Py_ssize_t left_out(const Cutting* c) noexcept nogil:
    """Bytes that are left out."""
    cdef const Cut* cuts = <const Cut*>c.cuts.data
    cdef Py_ssize_t size = 0
    cdef size_t i
    for i in range(c.cuts.size // sizeof(Cut)):
        size += cuts[i].end - cuts[i].start
    return size


cdef void copy_rest(const Cutting* c, char* to) noexcept nogil:
    """Copy what is left between the cuts."""
    cdef const Cut* cuts = <const Cut*>c.cuts.data
    cdef const char* s = c.start
    cdef size_t i
    for i in range(c.cuts.size // sizeof(Cut)):
        memcpy(to, s, c.start + cuts[i].start - s)
        to += c.start + cuts[i].start - s
        s = c.start + cuts[i].end
    memcpy(to, s, c.end - s)


def strip_unused_markup(bytes html not None, Py_ssize_t least):
    """A page's HTML in UTF-8 without what the walk passes over; the page itself where that is under `least` bytes."""
    cdef Cutting c
    cdef Py_ssize_t size = len(html), less
    cdef char* to
    memset(&c, 0, sizeof(Cutting))
    c.start = html
    c.end = c.start + size
    try:
        with nogil:
            leave_out_unread(&c)
            less = left_out(&c)
        if less < max(least, 1):
            return html
        result = PyBytes_FromStringAndSize(NULL, size - less)
        to = PyBytes_AS_STRING(result)
        with nogil:
            copy_rest(&c, to)
        return result
    finally:
        release(&c.cuts)
