# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True, initializedcheck=False
"""The columns of an HTML page as compiled code reads them, and what several groups of features need to know about it."""

import numpy as np

from boilerkit.blocks._stats cimport number_groups
from boilerkit.html.tags import TAG_IDS

cdef enum:
    MAX_TAGS = 256

cdef int8_t heading_level[MAX_TAGS]
for level in range(1, 7):
    heading_level[<int>TAG_IDS[f"h{level}"]] = level


cdef class PageStats(BlockStats):
    """One HTML page, read once for all groups of features.

    - nothing: the row in `elements` that means "no element"
    - sums: running sums over the blocks before each block, [n_blocks + 1, N_SUMS]: those of the blocks first..end are
      sums[end] - sums[first]. SUM_TEXT_WORDS are the words of blocks that read like running text: at least ten words
      and more of them outside links than in them.
    - levels: 1 to 6 for blocks that are a heading or directly in one, else 0
    - h1, section: for each block the last one up to it that is an h1, and that is an h1 or h2; -1 where there is none
    - n_headings: for each block the number of blocks up to it that are headings
    - path: for each element (and "no element") a number from 0 to n_paths that elements with equal paths share
    - description_words: words of the page's description
    """

    def __init__(self, blocks):
        super().__init__(blocks.blocks, B_WORDS, B_TEXT_HASH)
        cdef int32_t[:, ::1] rows = np.empty((3, self.n_blocks), dtype=np.int32)
        self.elements = blocks.elements
        self.landmarks = blocks.landmarks
        self.element_tokens = blocks.element_tokens
        self.block_tokens = blocks.block_tokens
        self.page_tokens = blocks.page_tokens
        self.nothing = len(blocks.elements) - 1
        self.description_words = len(blocks.description.split())
        self.sums = np.empty((self.n_blocks + 1, N_SUMS))
        self.levels = np.empty(self.n_blocks, dtype=np.int8)
        self.h1, self.section, self.n_headings = rows[0], rows[1], rows[2]
        self.path = np.empty(self.nothing + 1, dtype=np.int32)
        with nogil:
            add_up(self)
            find_levels(self)
            find_headings(self)
            self.n_paths = self.n_shapes = number_groups(self.elements[:, E_PATH], self.path)
            find_shapes(self)

    @property
    def heading_levels(self):
        """1 to 6 for blocks that are a heading or directly in one, else 0; int8 [n_blocks]."""
        return np.asarray(self.levels)


cdef void add_up(PageStats stats) noexcept nogil:
    cdef double[:, ::1] sums = stats.sums
    cdef const int32_t* block
    cdef Py_ssize_t i
    cdef bint is_text
    for i in range(N_SUMS):
        sums[0, i] = 0
    for i in range(stats.n_blocks):
        block = &stats.blocks[i, 0]
        is_text = block[B_WORDS] >= 10 and 2 * block[B_LINK_WORDS] < block[B_WORDS]
        sums[i + 1, SUM_WORDS] = sums[i, SUM_WORDS] + block[B_WORDS]
        sums[i + 1, SUM_LINK_WORDS] = sums[i, SUM_LINK_WORDS] + block[B_LINK_WORDS]
        sums[i + 1, SUM_SENTENCES] = sums[i, SUM_SENTENCES] + block[B_SENTENCES]
        sums[i + 1, SUM_COMMAS] = sums[i, SUM_COMMAS] + block[B_COMMAS]
        sums[i + 1, SUM_TEXT_WORDS] = sums[i, SUM_TEXT_WORDS] + (block[B_WORDS] if is_text else 0)
        sums[i + 1, SUM_IMAGES] = sums[i, SUM_IMAGES] + block[B_IMAGES]


cdef void find_levels(PageStats stats) noexcept nogil:
    cdef int32_t element
    cdef Py_ssize_t i, step
    cdef int8_t level
    for i in range(stats.n_blocks):
        element = stats.blocks[i, B_ELEMENT]
        level = 0
        for step in range(3):
            level = max(level, heading_level[stats.elements[element, E_TAG]])
            element = up(stats, element, E_PARENT)
        stats.levels[i] = level


cdef void find_headings(PageStats stats) noexcept nogil:
    cdef int32_t heading = -1, h1 = -1, section = -1, count = 0, i
    for i in range(<int32_t>stats.n_blocks):
        if stats.levels[i] > 0:
            count += 1
            heading = i
            h1 = i if stats.levels[i] == 1 else h1
            section = i if stats.levels[i] < 3 else section
        stats.heading[i], stats.h1[i], stats.section[i], stats.n_headings[i] = heading, h1, section, count


cdef void find_shapes(PageStats stats) noexcept nogil:
    cdef Py_ssize_t i
    for i in range(stats.n_blocks):
        stats.shape[i] = stats.path[stats.blocks[i, B_ELEMENT]]
