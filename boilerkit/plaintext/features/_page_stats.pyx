# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True, initializedcheck=False
"""The columns of a plain text as compiled code reads them, and what several groups of features need to know about it."""

import numpy as np

from libc.math cimport log2

from boilerkit.blocks._stats cimport number_groups

cdef enum:
    TEXT_WORDS = 12     # words of a block that reads like running text, if it has the end of a sentence;
    LONG_WORDS = 30     # without one
    HEADING_WORDS = 12  # most words of a line that may be a heading


cdef class TextPageStats(BlockStats):
    """One plain text, read once for all groups of features.

    - sums: running sums over the blocks before each block, [n_blocks + 1, N_SUMS]
    - is_text: which blocks read like running text, [n_blocks]
    - group_first, group_end: for each block the range of its group, the blocks without an empty line between
    - topic: for each topical token a number from 0 to n_topics that equal tokens share
    - topic_end: for each block the end of its tokens in `topic`

    A block may be a heading if it is a short line that begins a group, and ends with a colon or without punctuation.
    """

    def __init__(self, blocks):
        super().__init__(blocks.blocks, B_WORDS, B_TEXT_HASH)
        cdef int32_t[:, ::1] rows = np.empty((4, self.n_blocks), dtype=np.int32)
        self.word_tokens, self.pair_tokens = blocks.words, blocks.pairs
        self.whole_tokens, self.topic_tokens = blocks.wholes, blocks.topics
        self.sums = np.empty((self.n_blocks + 1, N_SUMS))
        self.is_text = np.empty(self.n_blocks, dtype=np.uint8)
        self.group_first, self.group_end, self.topic_end = rows[0], rows[1], rows[2]
        self.topic = np.empty(len(blocks.topics), dtype=np.int32)
        with nogil:
            add_up(self)
            find_groups(self)
            find_headings(self)
            find_shapes(self, rows[3])
            self.n_shapes = number_groups(rows[3], self.shape)
            self.n_topics = number_groups(self.topic_tokens[:, 1], self.topic)
            find_topics(self)

    @property
    def groups(self):
        """First block and end of each block's group, int32 [n_blocks] each."""
        return np.asarray(self.group_first), np.asarray(self.group_end)

    @property
    def headings(self):
        """The last block up to each that may be a heading, int32 [n_blocks]; -1 where there is none."""
        return np.asarray(self.heading)


cdef void add_up(TextPageStats stats) noexcept nogil:
    cdef double[:, ::1] sums = stats.sums
    cdef int32_t words
    cdef Py_ssize_t i
    for i in range(N_SUMS):
        sums[0, i] = 0
    for i in range(stats.n_blocks):
        words = get(stats, i, B_WORDS)
        stats.is_text[i] = words >= LONG_WORDS or words >= TEXT_WORDS and get(stats, i, B_SENTENCES) > 0
        sums[i + 1, SUM_WORDS] = sums[i, SUM_WORDS] + words
        sums[i + 1, SUM_SENTENCES] = sums[i, SUM_SENTENCES] + get(stats, i, B_SENTENCES)
        sums[i + 1, SUM_TEXT_WORDS] = sums[i, SUM_TEXT_WORDS] + (words if stats.is_text[i] else 0)
        sums[i + 1, SUM_CAPITALISED] = sums[i, SUM_CAPITALISED] + get(stats, i, B_CAPITALISED)


cdef void find_groups(TextPageStats stats) noexcept nogil:
    cdef Py_ssize_t i, first = 0, end = stats.n_blocks
    for i in range(stats.n_blocks):
        if get(stats, i, B_BLANKS) > 0:
            first = i
        stats.group_first[i] = <int32_t>first
    for i in range(stats.n_blocks - 1, -1, -1):
        stats.group_end[i] = <int32_t>end
        if get(stats, i, B_BLANKS) > 0:
            end = i


cdef inline bint may_be_heading(TextPageStats stats, Py_ssize_t i) noexcept nogil:
    return (
        0 < get(stats, i, B_WORDS) <= HEADING_WORDS
        and get(stats, i, B_BULLET) == BULLET_NONE
        and get(stats, i, B_ENDING) in (ENDS_PLAIN, ENDS_COLON)
        and (i == 0 or get(stats, i, B_BLANKS) > 0)
    )


cdef void find_headings(TextPageStats stats) noexcept nogil:
    cdef Py_ssize_t i, heading = -1
    for i in range(stats.n_blocks):
        if may_be_heading(stats, i):
            heading = i
        stats.heading[i] = <int32_t>heading


cdef void find_shapes(TextPageStats stats, int32_t[::1] shapes) noexcept nogil:
    """Put a block's list mark, indent, beginning, end and size into one number."""
    cdef Py_ssize_t i
    cdef int32_t size
    for i in range(stats.n_blocks):
        size = <int32_t>log2(get(stats, i, B_WORDS) + 1)
        shapes[i] = (
            (size if size < 6 else 6)
            + 8 * get(stats, i, B_BULLET)
            + 32 * get(stats, i, B_OPENING)
            + 256 * get(stats, i, B_ENDING)
            + 2048 * (get(stats, i, B_INDENT) if get(stats, i, B_INDENT) < 64 else 64)
        )


cdef void find_topics(TextPageStats stats) noexcept nogil:
    cdef Py_ssize_t i, end = 0
    for i in range(stats.n_blocks):
        while end < stats.topic_tokens.shape[0] and stats.topic_tokens[end, 0] == i:
            end += 1
        stats.topic_end[i] = <int32_t>end
