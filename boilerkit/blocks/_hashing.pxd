"""The hashes of words, names and texts."""

from libc.stdint cimport uint32_t


cdef inline uint32_t mix(uint32_t h, uint32_t value) noexcept nogil:
    """One step of FNV-1a."""
    return (h ^ value) * 0x01000193u


cdef inline uint32_t finish(uint32_t h) noexcept nogil:
    """Spread the bits of an FNV hash, whose low bits are weak (the finaliser of MurmurHash3)."""
    h = (h ^ (h >> 16)) * 0x85EBCA6Bu
    h = (h ^ (h >> 13)) * 0xC2B2AE35u
    return h ^ (h >> 16)
