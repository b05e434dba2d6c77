# cython: language_level=3
from libc.stdint cimport uint8_t, uint32_t

cdef enum:
    MAX_TAGS = 256
    N_LANDMARKS = 22

cdef enum:  # flags of elements, as in html.tags
    BLOCK = 1
    INVISIBLE = 2
    PREFORMATTED = 4
    LINK = 8
    EMPHASIS = 16
    BREAK = 32
    PICTURE = 64
    FIELD = 128
    NOT_HIDEABLE = 256

cdef enum:
    C_PUNCTUATION, C_SPACE, C_LETTER, C_CAPITAL, C_DIGIT, C_HIGH

cdef uint8_t char_class[256]    # C_* of each byte
cdef uint8_t lower[256]         # ASCII letters in lower case, other bytes unchanged
cdef uint8_t normalized[256]    # the same, with one digit for all

cdef int tag_flags[MAX_TAGS]
cdef int tag_landmark[MAX_TAGS]  # number of the element's landmark, -1 for none

cdef uint32_t hash_name(const char* name) noexcept nogil
cdef int tag_number(const char* name) noexcept nogil
