# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True, initializedcheck=False
"""Reading the tags of a page in UTF-8 as browsers do.

The rules are those of https://html.spec.whatwg.org/multipage/parsing.html (the tokenization stage). Pages are bytes
objects, whose end is followed by a NUL: so all functions may look at the character they are at.
"""

from libc.string cimport memchr, memcmp

cdef extern from *:
    """
    enum { TAG_SPACE = 1, ENDS_NAME = 2, ENDS_VALUE = 4, ODD = 8, ENDS_TAG_NAME = 16 };
    enum { ENDS_ALL = ENDS_NAME | ENDS_VALUE | ENDS_TAG_NAME };
    static const unsigned char tag_class[256] = {
        [' '] = TAG_SPACE | ENDS_ALL, ['\\t'] = TAG_SPACE | ENDS_ALL, ['\\n'] = TAG_SPACE | ENDS_ALL,
        ['\\f'] = TAG_SPACE | ENDS_ALL, ['\\r'] = TAG_SPACE | ENDS_ALL,
        ['>'] = ENDS_ALL, ['/'] = ENDS_NAME | ENDS_TAG_NAME, ['='] = ENDS_NAME,
        ['"'] = ODD, ['\\''] = ODD, ['<'] = ODD, ['`'] = ODD, ['\\v'] = ODD, [0] = ODD,
    };
    """
    const unsigned char[256] tag_class  # what each byte is in a tag
    const unsigned char TAG_SPACE
    const unsigned char ENDS_NAME, ENDS_VALUE  # of attributes
    const unsigned char ENDS_TAG_NAME
    const unsigned char ODD  # browsers take it for a part of a name or value, other parsers may not

cdef enum:  # what `read_attribute` has come to
    ATTRIBUTE
    TAG_END
    EMPTY_TAG_END  # a slash, and the end: libxml2 ends the element, too
    UNFINISHED  # the page ends, or a quote is never closed

cdef enum:  # what the content of an element is
    MARKUP
    UNUSED_TEXT  # scripts and style sheets
    RAW_TEXT  # without tags but the end tag
    REST_OF_PAGE


cdef struct Attribute:
    const char* name
    const char* name_end
    bint is_odd  # parsers may read it in different ways


cdef struct Tag:
    const char* start
    const char* name
    const char* name_end
    const char* end
    Py_ssize_t n_attributes
    bint is_end_tag
    bint is_empty  # ends with a slash
    int content


cdef inline bint is_letter(char c) noexcept nogil:
    return c'a' <= (c | 0x20) <= c'z'


cdef inline bint is_space(char c) noexcept nogil:
    return tag_class[<unsigned char>c] & TAG_SPACE


cdef inline const char* skip_spaces(const char* s) noexcept nogil:
    while is_space(s[0]):
        s += 1
    return s


cdef inline const char* find(const char* s, char c, const char* end) noexcept nogil:
    return <const char*>memchr(s, c, end - s)


cdef inline const char* skip_to(const char* s, const char* end, unsigned char ends, bint* is_odd) noexcept nogil:
    """Return where a name or an unquoted value that starts at `s` ends; set `is_odd` if it has an odd character."""
    while True:
        while not tag_class[<unsigned char>s[0]] & (ends | ODD):
            s += 1
        if s == end or tag_class[<unsigned char>s[0]] & ends:
            return s
        is_odd[0] = True
        s += 1


cdef inline int read_attribute(const char** at, const char* end, Attribute* attribute) noexcept nogil:
    """Read the next attribute of a tag and move `at` to its end, or else to the tag's end or where it breaks off."""
    cdef const char* s = at[0]
    cdef const char* value
    cdef bint is_odd
    cdef int found
    while is_space(s[0]) or s[0] == c'/':
        s += 1
    if s[0] == c'>':
        found = EMPTY_TAG_END if s > at[0] and (s - 1)[0] == c'/' else TAG_END
        at[0] = s + 1
        return found
    attribute.name = s
    is_odd = s[0] == c'='  # which belongs to the name here
    while not tag_class[<unsigned char>s[0]]:  # a quicker loop, which reads most names to their end
        s += 1
    s = skip_to(s + is_odd, end, ENDS_NAME, &is_odd)
    attribute.name_end = at[0] = s
    if s == end:
        return UNFINISHED
    value = skip_spaces(s)
    if value[0] == c'=':
        s = skip_spaces(value + 1)
        if s[0] == c'"' or s[0] == c"'":
            value = find(s + 1, s[0], end)
            if value == NULL:
                at[0] = s
                return UNFINISHED
            s = value + 1
        else:
            s = skip_to(s, end, ENDS_VALUE, &is_odd)
        at[0] = s
    attribute.is_odd = is_odd
    return ATTRIBUTE


cdef inline bint is_named(const char* s, const char* name, Py_ssize_t size) noexcept nogil:
    """Return whether a tag's name is this one, which has `size` letters, in any case."""
    cdef Py_ssize_t i
    for i in range(size):
        if (s[i] | 0x20) != (name[i] | 0x20):
            return False
    return is_space(s[size]) or s[size] == c'/' or s[size] == c'>'


cdef inline int content_of(const char* name) noexcept nogil:
    """Return what the content of an element with this start tag is."""
    cdef char first = name[0] | 0x20
    if first == c's':
        return UNUSED_TEXT if is_named(name, "script", 6) or is_named(name, "style", 5) else MARKUP
    if first == c't':
        return RAW_TEXT if is_named(name, "textarea", 8) or is_named(name, "title", 5) else MARKUP
    if first == c'n':
        return RAW_TEXT if is_named(name, "noframes", 8) or is_named(name, "noembed", 7) else MARKUP
    if is_named(name, "iframe", 6) or is_named(name, "xmp", 3):
        return RAW_TEXT
    return REST_OF_PAGE if is_named(name, "plaintext", 9) else MARKUP


cdef inline const char* skip_raw_text(const char* s, const char* name, Py_ssize_t size, const char* end) noexcept nogil:
    """Skip to the end tag of this name; a comment in a script may hold scripts, with their end tags."""
    cdef bint is_script = is_named(name, "script", 6)
    cdef bint in_comment = False, in_inner = False
    while True:
        if not in_comment:
            s = find(s, c'<', end)
        else:
            while s < end and s[0] != c'<' and s[0] != c'-':
                s += 1
        if s == NULL or s >= end:
            return NULL
        if s[0] == c'-':
            if s[1] == c'-' and s[2] == c'>':
                in_comment = in_inner = False
        elif s[1] == c'/' and is_named(s + 2, name, size):
            if not in_inner:
                return s
            in_inner = False
        elif is_script and not in_comment:
            in_comment = s[1] == c'!' and s[2] == c'-' and s[3] == c'-'
        elif in_comment and not in_inner:
            in_inner = is_named(s + 1, name, size)
        s += 1


cdef inline const char* skip_comment(const char* s, const char* end) noexcept nogil:
    """Skip from after a comment's start to its end."""
    cdef const char* start = s
    if s[0] == c'>':
        return s + 1
    if s[0] == c'-' and s[1] == c'>':
        return s + 2
    while True:
        s = find(s, c'>', end)
        if s == NULL:
            return NULL
        s += 1
        if s - start >= 3 and memcmp(s - 3, b"-->", 3) == 0:
            return s
        if s - start >= 4 and memcmp(s - 4, b"--!>", 4) == 0:
            return s


cdef inline const char* skip_no_tag(const char* s, const char* end) noexcept nogil:
    """Skip a comment, a declaration or a lone "<", from after the "<"."""
    if s[0] == c'!' and s[1] == c'-' and s[2] == c'-':
        return skip_comment(s + 3, end)
    if s[0] == c'!' or s[0] == c'?' or s[0] == c'/':
        s = find(s, c'>', end)
        return NULL if s == NULL else s + 1
    return s


cdef inline const char* next_tag(const char* s, const char* end, Tag* tag) noexcept nogil:
    """Read the next tag from `s` on and return where the search for the one after it begins.

    Return NULL if there is none, or none that ends: parsers ignore such a tag and all that it holds.
    """
    cdef Attribute attribute
    cdef bint is_odd
    cdef int found = ATTRIBUTE
    while True:
        s = find(s, c'<', end)
        if s == NULL:
            return NULL
        tag.is_end_tag = s[1] == c'/'
        tag.name = s + 1 + tag.is_end_tag
        if is_letter(tag.name[0]):
            break
        s = skip_no_tag(s + 1, end)
        if s == NULL:
            return NULL
    tag.start = s
    s = tag.name_end = skip_to(tag.name, end, ENDS_TAG_NAME, &is_odd)
    tag.n_attributes = -1
    while found == ATTRIBUTE:
        tag.n_attributes += 1
        found = read_attribute(&s, end, &attribute)
    if found == UNFINISHED:
        return NULL
    tag.end = s
    tag.is_empty = found == EMPTY_TAG_END
    tag.content = MARKUP if tag.is_end_tag or tag.is_empty else content_of(tag.name)
    if tag.content == MARKUP:
        return s
    if tag.content == REST_OF_PAGE:
        return end
    s = skip_raw_text(s, tag.name, tag.name_end - tag.name, end)
    return end if s == NULL else s
