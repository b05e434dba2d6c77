# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True, initializedcheck=False
"""Validating UTF-8 without making a str of it, which takes many times longer."""

from libc.stdint cimport uint8_t, uint64_t
from libc.string cimport memcpy

cdef enum:
    STRIDE = 32  # bytes of ASCII that are checked at a time

cdef uint64_t HIGH_BITS = 0x8080808080808080u


def count_sequences(bytes data not None):
    """Return the number of valid UTF-8 sequences of more than one byte, and the number of broken ones.

    Valid is what the Unicode Standard calls well-formed in table 3-7, as Python's codec has it. A broken sequence is
    its first byte and the continuation bytes after it, three bytes at most.
    """
    cdef const uint8_t* start = data
    cdef const uint8_t* end = start + len(data)
    cdef Py_ssize_t n_valid = 0, n_broken = 0
    with nogil:
        count(start, end, &n_valid, &n_broken)
    return n_valid, n_broken


cdef void count(const uint8_t* s, const uint8_t* end, Py_ssize_t* n_valid, Py_ssize_t* n_broken) noexcept nogil:
    cdef int n
    while s < end:
        while end - s >= STRIDE and is_ascii(s):
            s += STRIDE
        while s < end and s[0] < 0x80:
            s += 1
        while s < end and s[0] >= 0x80:
            n = sequence_length(s)
            if n == 0:
                n_broken[0] += 1
                n = 1
                while n < 3 and s[n] & 0xC0 == 0x80:  # the NUL after `data` is none
                    n += 1
            else:
                n_valid[0] += 1
            s += n


cdef inline bint is_ascii(const uint8_t* s) noexcept nogil:
    cdef uint64_t[4] words
    memcpy(words, s, STRIDE)  # which compiles to loads from an unaligned address
    return ((words[0] | words[1] | words[2] | words[3]) & HIGH_BITS) == 0


cdef inline int sequence_length(const uint8_t* s) noexcept nogil:
    """Return the bytes of the valid sequence at `s`, 0 where it is invalid. The NUL after `data` ends a cut one."""
    cdef uint8_t least = 0x80, most = 0xBF  # bounds of the second byte
    if s[0] < 0xC2 or s[0] > 0xF4:
        return 0
    if s[0] == 0xE0:
        least = 0xA0  # less would fit in two bytes
    elif s[0] == 0xED:
        most = 0x9F  # more would be surrogates
    elif s[0] == 0xF0:
        least = 0x90
    elif s[0] == 0xF4:
        most = 0x8F  # more is beyond Unicode
    if not least <= s[1] <= most:
        return 0
    if s[0] < 0xE0:
        return 2
    if s[2] & 0xC0 != 0x80:
        return 0
    if s[0] < 0xF0:
        return 3
    return 4 if s[3] & 0xC0 == 0x80 else 0
