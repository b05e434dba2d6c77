# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True, initializedcheck=False
"""From plain text to the columns of a TextBlocks, in three passes over its characters, without the GIL."""

from libc.stdint cimport int32_t
from libc.stdlib cimport free, malloc
from libc.string cimport memset

from cpython.unicode cimport PyUnicode_DATA, PyUnicode_KIND

import numpy as np

from boilerkit.blocks._buffers cimport as_matrix, release
from boilerkit.blocks.columns import check_columns
from boilerkit.plaintext.segmentation._columns cimport *
from boilerkit.plaintext.segmentation._counting cimport *
from boilerkit.plaintext.segmentation._lines cimport *
from boilerkit.plaintext.segmentation.columns import BLOCK_COLUMNS

check_columns("columns of blocks of plain text", BLOCK_COLUMNS, BLOCK_COLUMNS_CHECKSUM)

INT32 = np.dtype(np.int32)


def count_lines(str page not None):
    """Return the number of lines that have text."""
    cdef Text text
    text.kind, text.data, text.length = PyUnicode_KIND(page), PyUnicode_DATA(page), len(page)
    cdef Py_ssize_t n
    with nogil:
        n = find_lines(&text, NULL)
    return n


def split(str page not None, Py_ssize_t n):
    """Return a dict of the columns of a page that has n lines of text, as TextBlocks takes them."""
    cdef Text text
    text.kind, text.data, text.length = PyUnicode_KIND(page), PyUnicode_DATA(page), len(page)
    cdef Line* lines = <Line*>malloc((n + 1) * sizeof(Line))
    cdef State s
    cdef Py_ssize_t i, n_blocks = 0
    cdef int32_t[:, ::1] view
    memset(&s, 0, sizeof(State))
    try:
        if lines == NULL:
            raise MemoryError("no memory for the columns of this page")
        with nogil:
            find_lines(&text, lines)
            join_lines(lines, n)
            for i in range(n):
                n_blocks += 0 if lines[i].joined else 1
        blocks = np.zeros((n_blocks, N_BLOCK_COLUMNS), dtype=np.int32)
        view = blocks
        with nogil:
            fill_blocks(&text, lines, n, &s, view)
        return {
            "text": page,
            "blocks": blocks,
            "words": as_matrix(&s.words, 2, INT32),
            "pairs": as_matrix(&s.pairs, 2, INT32),
            "wholes": as_matrix(&s.wholes, 2, INT32),
            "topics": as_matrix(&s.topics, 2, INT32),
        }
    finally:
        free(lines)
        release(&s.words)
        release(&s.pairs)
        release(&s.wholes)
        release(&s.topics)


cdef int fill_blocks(
    const Text* text, const Line* lines, Py_ssize_t n, State* s, int32_t[:, ::1] blocks
) except -1 nogil:
    cdef Py_ssize_t i
    cdef int32_t* row = NULL
    s.block = -1
    for i in range(n):
        if not lines[i].joined:
            if row != NULL:
                count(text, s, row)
            s.block += 1
            row = &blocks[s.block, 0]
            row[B_START] = <int32_t>lines[i].start
            row[B_INDENT] = lines[i].indent
            row[B_BULLET] = lines[i].bullet
            row[B_BLANKS] = lines[i].blanks
        row[B_END] = <int32_t>lines[i].end
        row[B_LINES] += 1
    if row != NULL:
        count(text, s, row)
    return 0
