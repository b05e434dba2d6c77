# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True, initializedcheck=False
from libc.math cimport isnan
from libc.stdint cimport int32_t, uint32_t


cdef struct Slot:
    uint32_t token
    float score  # NaN: nothing is there


cdef class Lookup:
    cdef object hashes, scores, room
    cdef Slot* slots
    cdef int shift  # 32 minus the bits of a slot's number


cdef inline uint32_t first_slot(Lookup lookup, uint32_t token) noexcept nogil:
    return (token * 0x9E3779B1u) >> lookup.shift


cdef inline uint32_t next_slot(Lookup lookup, uint32_t slot) noexcept nogil:
    return (slot + 1) & (0xFFFFFFFFu >> lookup.shift)


cdef inline bint find(Lookup lookup, uint32_t token, float* score) noexcept nogil:
    """Return whether a token is known, and set its score."""
    cdef uint32_t slot = first_slot(lookup, token)
    while not isnan(lookup.slots[slot].score):
        if lookup.slots[slot].token == token:
            score[0] = lookup.slots[slot].score
            return True
        slot = next_slot(lookup, slot)
    return False


cdef struct Summary:  # of the known tokens of one owner; all are 0 where it has none
    double total
    float mean, lowest, highest
    int32_t known


cdef void summarise(Summary* result, Py_ssize_t n_owners, const int32_t[:, ::1] tokens, Lookup lookup) noexcept nogil
