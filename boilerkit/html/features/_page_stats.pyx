# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True, initializedcheck=False
"""A page's columns as compiled code reads them, and what several families of features need of them."""

import os

import numpy as np

from libc.stdint cimport uint64_t
from libc.stdlib cimport calloc, free

from boilerkit.html.tags import TAG_IDS

cdef enum:
    MAX_TAGS = 256

#: Multiplying by an odd number that nobody knows spreads keys that somebody made to collide (Dietzfelbinger et al.
#: 1997, "A Reliable Randomized Algorithm for the Closest-Pair Problem"). What is computed does not depend on it.
cdef uint64_t secret = int.from_bytes(os.urandom(8), "little") | 1

cdef int8_t heading_level[MAX_TAGS]
for level in range(1, 7):
    heading_level[<int>TAG_IDS[f"h{level}"]] = level


cdef class PageStats:
    """One page, read once for all families.

    - nothing: the row in `elements` that stands for "no element"
    - sums: running sums over the blocks before each block, [n_blocks + 1, N_SUMS]: those of the blocks first..end are
      sums[end] - sums[first]. SUM_TEXT_WORDS are the words of blocks that read like running text: at least ten words
      and more of them outside links than in them.
    - levels: 1 to 6 for blocks that are a heading or stand right in one, else 0
    - heading: for each block how many of the blocks up to it are headings, which is the row in `headings` of the last
      one; that row holds that block, and the last ones up to it that are an h1 and that are an h1 or h2. They are -1
      where there is none, as in the first row. Behind the last heading stands a row with the number of blocks.
    - path: for each element (and "no element") a number from 0 to n_paths that those with equal paths share
    - text: for each block a number from 0 to n_texts that those with equal text share
    - description_words: words of the page's description
    """

    def __init__(self, table):
        self.blocks = table.blocks
        self.elements = table.elements
        self.landmarks = table.landmarks
        self.element_tokens = table.element_tokens
        self.block_tokens = table.block_tokens
        self.page_tokens = table.page_tokens
        self.n_blocks = len(table.blocks)
        self.nothing = len(table.elements) - 1
        self.description_words = len(table.description.split())
        self.sums = np.empty((self.n_blocks + 1, N_SUMS))
        self.levels = np.empty(self.n_blocks, dtype=np.int8)
        self.heading = np.empty(self.n_blocks, dtype=np.int32)
        self.headings = np.empty((self.n_blocks + 2, N_HEADING_COLUMNS), dtype=np.int32)
        self.path = np.empty(self.nothing + 1, dtype=np.int32)
        self.text = np.empty(self.n_blocks, dtype=np.int32)
        with nogil:
            add_up(self)
            find_headings(self)
            number_headings(self)
            self.n_paths = number_groups(self.elements, E_PATH, self.path)
            self.n_texts = number_groups(self.blocks, B_TEXT_HASH, self.text)

    @property
    def heading_levels(self):
        """1 to 6 for blocks that are a heading or stand right in one, else 0; int8 [n_blocks]."""
        return np.asarray(self.levels)


cdef void add_up(PageStats survey) noexcept nogil:
    cdef double[:, ::1] sums = survey.sums
    cdef const int32_t* block
    cdef Py_ssize_t i
    cdef bint is_text
    for i in range(N_SUMS):
        sums[0, i] = 0
    for i in range(survey.n_blocks):
        block = &survey.blocks[i, 0]
        is_text = block[B_WORDS] >= 10 and 2 * block[B_LINK_WORDS] < block[B_WORDS]
        sums[i + 1, SUM_WORDS] = sums[i, SUM_WORDS] + block[B_WORDS]
        sums[i + 1, SUM_LINK_WORDS] = sums[i, SUM_LINK_WORDS] + block[B_LINK_WORDS]
        sums[i + 1, SUM_SENTENCES] = sums[i, SUM_SENTENCES] + block[B_SENTENCES]
        sums[i + 1, SUM_COMMAS] = sums[i, SUM_COMMAS] + block[B_COMMAS]
        sums[i + 1, SUM_TEXT_WORDS] = sums[i, SUM_TEXT_WORDS] + (block[B_WORDS] if is_text else 0)
        sums[i + 1, SUM_IMAGES] = sums[i, SUM_IMAGES] + block[B_IMAGES]


cdef void find_headings(PageStats survey) noexcept nogil:
    cdef int32_t element
    cdef Py_ssize_t i, step
    cdef int8_t level
    for i in range(survey.n_blocks):
        element = survey.blocks[i, B_ELEMENT]
        level = 0
        for step in range(3):
            level = max(level, heading_level[survey.elements[element, E_TAG]])
            element = up(survey, element, E_PARENT)
        survey.levels[i] = level


cdef void number_headings(PageStats survey) noexcept nogil:
    cdef int32_t* last = &survey.headings[0, 0]
    cdef int32_t* its
    cdef int32_t count = 0
    cdef Py_ssize_t i
    last[H_BLOCK] = last[H_H1] = last[H_SECTION] = -1
    for i in range(survey.n_blocks):
        if survey.levels[i] > 0:
            count += 1
            its = &survey.headings[count, 0]
            its[H_BLOCK] = <int32_t>i
            its[H_H1] = <int32_t>i if survey.levels[i] == 1 else last[H_H1]
            its[H_SECTION] = <int32_t>i if survey.levels[i] < 3 else last[H_SECTION]
            last = its
        survey.heading[i] = count
    survey.headings[count + 1, H_BLOCK] = <int32_t>survey.n_blocks


cdef Py_ssize_t number_groups(const int32_t[:, ::1] rows, int column, int32_t[::1] group) except -1 nogil:
    """Give rows with equal keys in a column equal numbers, from 0 in the order in which they come; returns how many."""
    cdef Py_ssize_t n = rows.shape[0], count = 0, i
    cdef int bits = 1
    cdef uint64_t slot
    cdef int32_t* first  # by slot: one more than the first row with the key that is there
    while (1 << bits) < 2 * n:
        bits += 1
    first = <int32_t*>calloc(1 << bits, sizeof(int32_t))
    if first == NULL:
        with gil:
            raise MemoryError("no memory for the features of this page")
    for i in range(n):
        slot = (<uint32_t>rows[i, column] * secret) >> (64 - bits)
        while first[slot] and rows[first[slot] - 1, column] != rows[i, column]:
            slot = (slot + 1) & ((1 << bits) - 1)
        if first[slot]:
            group[i] = group[first[slot] - 1]
        else:
            first[slot] = <int32_t>i + 1
            group[i] = <int32_t>count
            count += 1
    free(first)
    return count
