# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True, initializedcheck=False
"""Reading the tags of a page in UTF-8 as browsers do.

The rules are those of https://html.spec.whatwg.org/multipage/parsing.html (the tokenization stage). Pages are bytes
objects, whose end is followed by a NUL: so all functions may look at the character they are at.
"""

from libc.string cimport memchr

cdef extern from *:
    """
    enum { TAG_SPACE = 1, ENDS_NAME = 2, ENDS_VALUE = 4, ODD = 8 };
    static const unsigned char tag_class[256] = {
        [' '] = TAG_SPACE | ENDS_NAME | ENDS_VALUE, ['\\t'] = TAG_SPACE | ENDS_NAME | ENDS_VALUE,
        ['\\n'] = TAG_SPACE | ENDS_NAME | ENDS_VALUE, ['\\f'] = TAG_SPACE | ENDS_NAME | ENDS_VALUE,
        ['\\r'] = TAG_SPACE | ENDS_NAME | ENDS_VALUE, ['>'] = ENDS_NAME | ENDS_VALUE, ['/'] = ENDS_NAME,
        ['='] = ENDS_NAME,
        ['"'] = ODD, ['\\''] = ODD, ['<'] = ODD, ['`'] = ODD, ['\\v'] = ODD, [0] = ODD,
    };
    """
    const unsigned char[256] tag_class  # what each byte is in a tag
    const unsigned char TAG_SPACE, ENDS_NAME, ENDS_VALUE
    const unsigned char ODD  # browsers take it for a part of a name or value, other parsers may not

cdef enum:  # what `read_attribute` has come to
    ATTRIBUTE
    TAG_END
    UNFINISHED  # the page ends, or a quote is never closed


cdef struct Attribute:
    const char* name
    const char* name_end
    bint is_odd  # parsers may read it in different ways


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
    while is_space(s[0]) or s[0] == c'/':
        s += 1
    if s[0] == c'>':
        at[0] = s + 1
        return TAG_END
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
