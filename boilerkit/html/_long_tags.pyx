# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True, initializedcheck=False
"""Finding start tags of many bytes, whose attributes may take the parser too long.

Few pages need the search: where end tags are never far apart there is no long start tag, and that is quick to see.
"""

from boilerkit.html._tag_scanner cimport *


def long_tags(bytes data not None, Py_ssize_t size):
    """Return each start tag of more than `size` bytes: where its name ends, where it ends, and its attributes' number.

    A tag in which a quote is never closed ends at that quote.
    """
    cdef const char* start = data
    cdef const char* end = start + len(data)
    cdef const char* s = start
    cdef const char* tag
    cdef const char* name_end
    cdef Attribute attribute
    cdef Py_ssize_t n_attributes
    found = []
    with nogil:
        while True:
            tag = find(s, c'<', end)
            if tag == NULL:
                break
            s = tag + 1
            if not is_letter(s[0]):
                continue
            name_end = s = skip_to(s, end, ENDS_NAME, &attribute.is_odd)
            n_attributes = 0
            while read_attribute(&s, end, &attribute) == ATTRIBUTE:
                n_attributes += 1
            if s - tag > size:
                with gil:
                    found.append((name_end - start, s - start, n_attributes))
    return found


def may_contain_long_tag(bytes data not None, Py_ssize_t size):
    """Return whether more than `size` bytes in a row have no end tag, as a long start tag has none."""
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
