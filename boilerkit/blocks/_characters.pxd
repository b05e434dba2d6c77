# cython: language_level=3
"""What HTML and plain text agree on about characters outside ASCII, by code point.

They differ in details, on which trained models depend: the modules of each define what it adds.
"""

from libc.stdint cimport uint32_t


cdef inline bint is_kana_or_han(uint32_t c) noexcept nogil:
    """Kana and the CJK ideographs of the first plane: no spaces between words, each character counts as a word."""
    return 0x3041 <= c <= 0x30FF or 0x3400 <= c <= 0x9FFF


cdef inline bint is_latin1_symbol(uint32_t c) noexcept nogil:
    """The symbols of Latin-1 between its controls and its letters, without the two ordinals and the micro sign."""
    return 0x80 <= c < 0xC0 and c != 0xAA and c != 0xB5 and c != 0xBA


cdef inline bint is_symbol_beyond_latin1(uint32_t c) noexcept nogil:
    """Punctuation, symbols and the private characters of icon fonts in the first plane; not joiners inside words."""
    return 0x2000 <= c <= 0xFFFF and (
        c <= 0x2BFF and c != 0x200C and c != 0x200D
        or 0x2E00 <= c <= 0x303F and not 0x3005 <= c <= 0x3007
        or 0xE000 <= c <= 0xF8FF
        or 0xFE00 <= c <= 0xFE6F
        or 0xFEFF <= c <= 0xFF0F
        or 0xFF1A <= c <= 0xFF20
        or 0xFF3B <= c <= 0xFF40
        or 0xFF5B <= c <= 0xFF65
        or c >= 0xFFE0
    )


cdef inline bint is_sentence_end(uint32_t c) noexcept nogil:
    """The ellipsis, and the full stops, question and exclamation marks of Chinese, Japanese, Hindi, Arabic and Urdu."""
    return c >= 0x061F and (
        c == 0x2026 or c == 0x3002 or c == 0xFF01 or c == 0xFF1F or c == 0x061F or c == 0x06D4 or c == 0x0964
    )
