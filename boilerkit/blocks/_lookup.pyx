# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True, initializedcheck=False
"""Hash tables from tokens to their scores, and summaries of the scores of many tokens."""

import numpy as np

from libc.math cimport isnan
from libc.stdint cimport int32_t, uint32_t

from boilerkit.blocks._stats cimport share


cdef class Lookup:
    """Scores by token: a hash table of `hashes` (uint32, distinct) and `scores` (float32, numbers).

    A token and its score are side by side, so that a look-up costs one access to memory, which is most of its time.
    """

    def __init__(self, hashes, scores):
        cdef const uint32_t[::1] tokens = np.ascontiguousarray(hashes, dtype=np.uint32)
        cdef const float[::1] values = np.ascontiguousarray(scores, dtype=np.float32)
        cdef Py_ssize_t i
        cdef uint32_t slot
        if tokens.shape[0] != values.shape[0] or np.isnan(scores).any():
            raise ValueError("there is not one score for each token")
        bits = max(3 * len(hashes) // 2, 1).bit_length()  # at most two thirds of the table are full
        if bits > 31:
            raise ValueError("more tokens than a table holds")
        self.hashes, self.scores = hashes, scores
        self.shift = 32 - bits
        self.room = np.full((1 << bits, 2), np.nan, dtype=np.float32)
        cdef float[:, ::1] room = self.room
        self.slots = <Slot*>&room[0, 0]
        for i in range(tokens.shape[0]):
            slot = first_slot(self, tokens[i])
            while not isnan(self.slots[slot].score):
                slot = next_slot(self, slot)
            self.slots[slot].token = tokens[i]
            self.slots[slot].score = values[i]

    def __reduce__(self):
        return Lookup, (self.hashes, self.scores)

    def scores_of(self, const uint32_t[::1] tokens not None, float unknown):
        """Return the score of each token, float32; `unknown` for one that has none."""
        cdef Py_ssize_t n = tokens.shape[0], i
        result = np.full(n, unknown, dtype=np.float32)
        cdef float[::1] scores = result
        with nogil:
            for i in range(n):
                find(self, tokens[i], &scores[i])
        return result


cdef void summarise(Summary* result, Py_ssize_t n_owners, const int32_t[:, ::1] tokens, Lookup lookup) noexcept nogil:
    """Summarise the scores of each owner's known tokens in `result`, which holds zeros; tokens are owner and hash."""
    cdef Summary* summary
    cdef float score = 0
    cdef Py_ssize_t i
    for i in range(tokens.shape[0]):
        if find(lookup, <uint32_t>tokens[i, 1], &score):
            summary = &result[tokens[i, 0]]
            summary.total += score
            summary.lowest = min(summary.lowest, score)
            summary.highest = max(summary.highest, score)
            summary.known += 1
    for i in range(n_owners):
        result[i].mean = <float>share(result[i].total, result[i].known)
