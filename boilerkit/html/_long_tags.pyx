# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True, initializedcheck=False
"""Finding start tags of many bytes, in about the time that it takes to look at the bytes inside of tags.

Few pages need that: where end tags are never far apart there is no long start tag, and to see this takes no time.
"""

from libc.string cimport memchr


cdef inline bint is_letter(char c) noexcept nogil:
    return c'a' <= c <= c'z' or c'A' <= c <= c'Z'


cdef inline const char* tag_end(const char* s, const char* end) noexcept nogil:
    """Where a tag ends that `s` is in: behind its ">", at a quote that nothing closes, or at the end of the page."""
    while s < end:
        if s[0] == c'>':
            return s + 1
        if s[0] == c'"' or s[0] == c"'":
            closing = <const char*>memchr(s + 1, s[0], end - s - 1)
            if closing == NULL:
                return s
            s = closing
        s += 1
    return end


def long_tags(bytes data not None, Py_ssize_t size):
    """Start and end of each start tag of more than `size` bytes, in order; signs in quotes do not end a tag."""
    cdef const char* start = data
    cdef const char* end = start + len(data)
    cdef const char* s = start
    cdef const char* tag
    found = []
    with nogil:
        while s < end:
            tag = <const char*>memchr(s, c'<', end - s)
            if tag == NULL:
                break
            s = tag + 1
            if s < end and is_letter(s[0]):
                s = tag_end(s, end)
                if s - tag > size:
                    with gil:
                        found.append((tag - start, s - start))
    return found


cdef inline bint is_space(char c) noexcept nogil:
    return c == c' ' or c'\t' <= c <= c'\r'


cdef inline const char* skip_spaces(const char* s, const char* end) noexcept nogil:
    while s < end and is_space(s[0]):
        s += 1
    return s


cdef inline const char* value_end(const char* s, const char* end) noexcept nogil:
    """Where an attribute's value ends that starts at `s`: behind its closing quote, or at white space or ">"."""
    cdef const char* closing = NULL
    if s < end and (s[0] == c'"' or s[0] == c"'"):
        closing = <const char*>memchr(s + 1, s[0], end - s - 1)
    if closing != NULL:
        return closing + 1
    while s < end and s[0] != c'>' and not is_space(s[0]):
        s += 1
    return s


def count_attributes(bytes data not None, Py_ssize_t start, Py_ssize_t end):
    """How many attributes stand between two places in a page; the tag's name counts as one."""
    if not 0 <= start <= end <= len(data):
        raise ValueError("these places are not in the page")
    cdef const char* s = <const char*>data + start
    cdef const char* last = <const char*>data + end
    cdef Py_ssize_t count = 0
    with nogil:
        while s < last:
            if is_between_names(s[0]):
                s += 1
                continue
            count += 1
            while s < last and not is_between_names(s[0]):
                s += 1
            s = skip_spaces(s, last)
            if s < last and s[0] == c'=':
                s = value_end(skip_spaces(s + 1, last), last)
    return count


cdef inline bint is_between_names(char c) noexcept nogil:
    return is_space(c) or c == c'"' or c == c"'" or c == c'>' or c == c'=' or c == c'/'


def may_contain_long_tag(bytes data not None, Py_ssize_t size):
    """Whether more than `size` bytes in a row are without the start of an end tag, which a flood of attributes is."""
    cdef const char* start = data
    cdef const char* end = start + len(data)
    cdef const char* s
    with nogil:
        while end - start > size:
            s = start + size - 1
            while s >= start and not (s[0] == c'<' and s[1] == c'/'):
                s -= 1
            if s < start:
                break
            start = s + 1
    return end - start > size
