# cython: language_level=3
"""What HTML and plain text agree on about characters outside ASCII, by code point.

They differ in details, on which trained models depend: the modules of each define what it adds.
"""

from libc.stdint cimport uint32_t


cdef enum:  # how words are told apart
    SPACED      # by spaces and punctuation
    UNSPACED    # Thai, Lao, Burmese and Khmer letters, without spaces between words
    IDEOGRAPHIC  # Chinese characters and kana

# About as many letters of a text in these scripts as have a word in its English translation.
cdef enum:
    UNSPACED_WORD = 6
    IDEOGRAPHIC_WORD = 2


cdef inline int script_of(uint32_t c) noexcept nogil:
    """Return how words are told apart in the script of a letter."""
    if c < 0x0E00:
        return SPACED
    if c <= 0x0EFF or 0x1000 <= c <= 0x109F or 0x1780 <= c <= 0x17FF:
        return UNSPACED
    if (
        0x3005 <= c <= 0x3007 or 0x3040 <= c <= 0x30FF or 0x3400 <= c <= 0x9FFF
        or 0xF900 <= c <= 0xFAFF or 0x20000 <= c <= 0x3FFFF
    ):
        return IDEOGRAPHIC
    return SPACED


cdef inline bint ends_before(int word_script, int word_length, int script) noexcept nogil:
    """Return whether a word of some letters of one script ends before a letter of another, or of the same."""
    return (
        script != word_script
        or script == UNSPACED and word_length >= UNSPACED_WORD
        or script == IDEOGRAPHIC and word_length >= IDEOGRAPHIC_WORD
    )


cdef inline bint is_wide_comma(uint32_t c) noexcept nogil:
    """The commas of Chinese, Japanese and Arabic."""
    return c == 0xFF0C or c == 0x3001 or c == 0x060C


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
