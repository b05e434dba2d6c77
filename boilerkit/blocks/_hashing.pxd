# cython: language_level=3
"""The hashes of words, names and texts."""

from libc.stdint cimport uint32_t

cdef enum:  # Hashes start from a seed of their type: the class "share" and the word "share" are different tokens.
    SEED_WORD = 0x811C9DC5u
    SEED_TEXT = 0x2F0B4A27u
    SEED_PAIR = 0x3C6EF372u  # of words, in plain text
    SEED_LINK = 0x3C6EF372u  # from here on: in HTML
    SEED_NAME = 0x4B1D9A35u
    SEED_WHOLE_NAME = 0x5A827999u
    SEED_ROLE = 0x6ED9EBA1u
    SEED_PATH = 0x7F4A7C15u
    SEED_PAGE = 0x8F1BBCDCu


cdef inline uint32_t mix(uint32_t h, uint32_t value) noexcept nogil:
    """One step of FNV-1a."""
    return (h ^ value) * 0x01000193u


cdef inline uint32_t finish(uint32_t h) noexcept nogil:
    """Spread the bits of an FNV hash, whose low bits are weak (the finaliser of MurmurHash3)."""
    h = (h ^ (h >> 16)) * 0x85EBCA6Bu
    h = (h ^ (h >> 13)) * 0xC2B2AE35u
    return h ^ (h >> 16)
