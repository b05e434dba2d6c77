# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True, initializedcheck=False
"""Characters outside ASCII, in UTF-8."""

from libc.stdint cimport uint8_t, uint32_t

from boilerkit.blocks._characters cimport is_latin1_symbol, is_symbol_beyond_latin1


cdef inline int sequence_length(uint8_t lead) noexcept nogil:
    """Return the bytes of the UTF-8 sequence that starts with `lead`."""
    if lead < 0xC0:
        return 1
    if lead < 0xE0:
        return 2
    return 3 if lead < 0xF0 else 4


cdef inline uint32_t code_point(const uint8_t* s) noexcept nogil:
    """Decode the sequence at `s`; 0, which no text contains, for one that a NUL breaks off."""
    if s[0] < 0xC0 or s[1] == 0:
        return 0
    if s[0] < 0xE0:
        return (s[0] & 0x1F) << 6 | (s[1] & 0x3F)
    if s[2] == 0:
        return 0
    if s[0] < 0xF0:
        return (s[0] & 0x0F) << 12 | (s[1] & 0x3F) << 6 | (s[2] & 0x3F)
    if s[3] == 0:
        return 0
    return (s[0] & 0x07) << 18 | (s[1] & 0x3F) << 12 | (s[2] & 0x3F) << 6 | (s[3] & 0x3F)


cdef inline uint32_t fold(uint32_t byte, uint32_t previous) noexcept nogil:
    """Lower the case of ASCII letters and of those of Latin-1."""
    if 65 <= byte <= 90 or (previous == 0xC3 and 0x80 <= byte <= 0x9E and byte != 0x97):
        return byte + 32
    return byte


cdef inline int unicode_space(const uint8_t* s) noexcept nogil:
    """Return the bytes of a space outside ASCII, 0 for another character."""
    if s[0] == 0xC2:
        return 2 if s[1] == 0xA0 or s[1] == 0x85 else 0
    if s[0] == 0xE2:
        if s[1] == 0x80:
            return 3 if 0x80 <= s[2] <= 0x8A or 0xA8 <= s[2] <= 0xA9 or s[2] == 0xAF else 0
        return 3 if s[1] == 0x81 and s[2] == 0x9F else 0
    if s[0] == 0xE3:
        return 3 if s[1] == 0x80 and s[2] == 0x80 else 0
    return 3 if s[0] == 0xE1 and s[1] == 0x9A and s[2] == 0x80 else 0


cdef inline int unseen(const uint8_t* s, bint in_text) noexcept nogil:
    """Return the bytes of a character that nobody sees: a soft hyphen, a place for a line break. 0 for others.

    Joiners and marks of direction are such only where no text is: in a text they matter.
    """
    if s[0] == 0xC2:
        return 2 if s[1] == 0xAD else 0
    if s[0] == 0xE2 and s[1] == 0x80:
        if s[2] == 0x8B:
            return 3
        return 3 if not in_text and (0x8C <= s[2] <= 0x8F or 0xAA <= s[2] <= 0xAE) else 0
    if s[0] == 0xE2 and s[1] == 0x81:
        return 3 if s[2] == 0xA0 or not in_text and 0xA6 <= s[2] <= 0xA9 else 0
    return 3 if s[0] == 0xEF and s[1] == 0xBB and s[2] == 0xBF else 0


# HTML and plain text differ in these.

cdef inline bint is_symbol(uint32_t c) noexcept nogil:
    """Whether a character is punctuation, a symbol or emoji; × and ÷ are not, other than in plain text."""
    return is_latin1_symbol(c) or is_symbol_beyond_latin1(c) or 0x1F000 <= c <= 0x1FFFF


cdef inline bint closes_quote(uint32_t c) noexcept nogil:
    return 0x201C <= c <= 0x201D or c == 0x2019 or c == 0xBB or c == 0x300D
