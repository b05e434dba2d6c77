# cython: language_level=3
"""Which attributes are read, and as what: the walk reads these, the prefilter removes all others."""

from libc.string cimport strcmp, strncmp

cdef enum:
    A_UNUSED
    A_CLASS, A_ID, A_HREF, A_STYLE, A_HIDDEN
    A_ROLE  # all that name the role of an element
    A_OTHER  # read on some elements only


cdef inline int attribute_kind(const char* name) noexcept nogil:
    """Return what an attribute of this name, in lower case, is read as. Its first letter settles most of them."""
    cdef char c = name[0]
    if c == c'c':
        if strcmp(name, "class") == 0:
            return A_CLASS
        return A_OTHER if strcmp(name, "content") == 0 else A_UNUSED
    if c == c'i':
        if strcmp(name, "id") == 0:
            return A_ID
        return A_ROLE if strncmp(name, "item", 4) == 0 else A_UNUSED
    if c == c'h':
        if strcmp(name, "href") == 0:
            return A_HREF
        return A_HIDDEN if strcmp(name, "hidden") == 0 else A_UNUSED
    if c == c's':
        if strcmp(name, "style") == 0:
            return A_STYLE
        return A_OTHER if strcmp(name, "start") == 0 or strcmp(name, "shadowrootmode") == 0 else A_UNUSED
    if c == c'r':
        return A_ROLE if strcmp(name, "role") == 0 or strcmp(name, "rel") == 0 else A_UNUSED
    if c == c'd':
        if strcmp(name, "display") == 0:
            return A_OTHER
        return A_ROLE if strcmp(name, "data-testid") == 0 or strcmp(name, "data-component") == 0 else A_UNUSED
    if c == c'a':
        if strncmp(name, "aria-label", 10) == 0:
            return A_ROLE
        return A_OTHER if strcmp(name, "alt") == 0 or strcmp(name, "alttext") == 0 else A_UNUSED
    if c == c'p':
        return A_ROLE if strcmp(name, "property") == 0 else A_UNUSED
    if strcmp(name, "name") == 0 or strcmp(name, "type") == 0 or strcmp(name, "open") == 0 or strcmp(name, "value") == 0 or (
        strcmp(name, "encoding") == 0
    ):
        return A_OTHER
    return A_UNUSED
