# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True, initializedcheck=False
"""What the features of both input formats need to know about the blocks of a page."""

import os

import numpy as np

from libc.stdint cimport uint32_t, uint64_t
from libc.stdlib cimport calloc, free

#: Multiplying by a secret odd number spreads keys even where a page was made to let them collide (Dietzfelbinger et al.
#: 1997, "A Reliable Randomized Algorithm for the Closest-Pair Problem"). No result depends on the number.
cdef uint64_t secret = int.from_bytes(os.urandom(8), "little") | 1


cdef class BlockStats:
    """The blocks of one page, [n_blocks, n_columns], and which of them are alike.

    `words` and `text_hash` are numbers of columns.

    - words: words of each block, [n_blocks]
    - text: for each block a number from 0 to n_texts that blocks with equal text share
    - text_blocks, text_first: the number of blocks of each text, and the first of them, [n_texts]
    - shape: for each block a number from 0 to n_shapes that blocks share which look alike: in HTML those with the same
      path of tags and classes, in plain text those with equal list marks, indents, beginnings, ends and sizes
    - heading: for each block the last one up to it, itself included, that is a heading; -1 where there is none

    Each input format fills `shape` and `heading`.
    """

    def __init__(self, const int32_t[:, ::1] blocks, int words, int text_hash):
        self.n_blocks = blocks.shape[0]
        self.blocks, self.words = blocks, blocks[:, words]
        cdef int32_t[:, ::1] rows = np.empty((3, self.n_blocks), dtype=np.int32)
        self.text, self.shape, self.heading = rows[0], rows[1], rows[2]
        with nogil:
            self.n_texts = number_groups(blocks[:, text_hash], self.text)
        rows = np.zeros((2, self.n_texts), dtype=np.int32)
        self.text_blocks, self.text_first = rows[0], rows[1]
        with nogil:
            count_texts(self)


cdef void count_texts(BlockStats stats) noexcept nogil:
    cdef Py_ssize_t i
    for i in range(stats.n_blocks):
        if stats.text_blocks[stats.text[i]] == 0:
            stats.text_first[stats.text[i]] = <int32_t>i
        stats.text_blocks[stats.text[i]] += 1


cdef Py_ssize_t number_groups(const int32_t[:] keys, int32_t[::1] group) except -1 nogil:
    """Give equal keys equal numbers, from 0 in the order in which they come. Return how many there are."""
    cdef Py_ssize_t n = keys.shape[0], count = 0, i
    cdef int bits = 1
    cdef uint64_t slot
    cdef int32_t* first  # by slot: one more than the index of the first key that is there
    while (1 << bits) < 2 * n:
        bits += 1
    first = <int32_t*>calloc(1 << bits, sizeof(int32_t))
    if first == NULL:
        with gil:
            raise MemoryError("no memory for the features of this page")
    for i in range(n):
        slot = (<uint32_t>keys[i] * secret) >> (64 - bits)
        while first[slot] and keys[first[slot] - 1] != keys[i]:
            slot = (slot + 1) & ((1 << bits) - 1)
        if first[slot]:
            group[i] = group[first[slot] - 1]
        else:
            first[slot] = <int32_t>i + 1
            group[i] = <int32_t>count
            count += 1
    free(first)
    return count
