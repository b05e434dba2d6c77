# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True, initializedcheck=False
"""Passes over the elements of a page for what stands around each; parents stand before their children."""

import numpy as np

from libc.stdint cimport int8_t, int32_t, uint8_t

from boilerkit.html.segmentation._columns cimport *

cdef enum:  # bits of a tag, as in output.layout
    TABLE = 1
    PLAIN_CELL = 2
    HEADING = 4
    CELL = 8
    PART = 16


def nearest(const int32_t[:, ::1] elements not None, const uint8_t[::1] chosen not None):
    """The nearest element whose tag is chosen, itself or above, for each: rows, the last one where there is none."""
    cdef Py_ssize_t nothing = elements.shape[0] - 1, i
    cdef int32_t parent
    result = np.empty(nothing + 1, dtype=np.int32)
    cdef int32_t[::1] found = result
    with nogil:
        found[nothing] = <int32_t>nothing
        for i in range(nothing):
            parent = elements[i, E_PARENT]
            found[i] = <int32_t>i if chosen[elements[i, E_TAG]] else found[parent if parent >= 0 else nothing]
    return result


def kinds_between(
    const int32_t[:, ::1] elements not None,
    const int32_t[::1] element not None,
    const Py_ssize_t[::1] following not None,
    const int32_t[::1] structure not None,
    const int8_t[::1] kinds not None,
    int8_t outside,
):
    """The kind (by tag) of the deepest structure that holds a block and the one after it; `outside` for none.

    `element` [n] are the elements of the blocks, `following` [n] the blocks after them, `structure` is of `nearest`.
    A structure that the next block is not in is left for good: all climbs together pass each element once.
    """
    cdef Py_ssize_t nothing = elements.shape[0] - 1, i
    cdef int32_t at, parent
    result = np.empty(element.shape[0], dtype=np.int8)
    cdef int8_t[::1] found = result
    with nogil:
        for i in range(element.shape[0]):
            at = structure[element[i]]
            while at != nothing and elements[at, E_END_BLOCK] <= following[i]:
                parent = elements[at, E_PARENT]
                at = structure[parent if parent >= 0 else nothing]
            found[i] = kinds[elements[at, E_TAG]] if at != nothing else outside
    return result


def find_layout_tables(const int32_t[:, ::1] elements not None, const uint8_t[::1] bits not None):
    """Tells for each element whether it is a table with a part of a page in a cell, or one with one column only.

    `bits` says by tag what an element is. The last row of the arrays here stands for no table and no cell.
    """
    cdef Py_ssize_t nothing = elements.shape[0] - 1, i, up
    cdef uint8_t its
    cdef int32_t[::1] around = np.full(nothing + 1, nothing, dtype=np.int32)      # the table it is in or is itself
    cdef int32_t[::1] in_cell_of = np.full(nothing + 1, nothing, dtype=np.int32)  # the table in whose `td` it is
    cdef int32_t[::1] row_size = np.zeros(nothing + 1, dtype=np.int32)
    cdef uint8_t[::1] holds_part = np.zeros(nothing + 1, dtype=np.uint8)
    cdef uint8_t[::1] has_columns = np.zeros(nothing + 1, dtype=np.uint8)
    result = np.zeros(nothing + 1, dtype=bool)
    cdef uint8_t[::1] is_layout = result.view(np.uint8)
    with nogil:
        for i in range(nothing):
            its = bits[elements[i, E_TAG]]
            up = elements[i, E_PARENT] if elements[i, E_PARENT] >= 0 else nothing
            around[i] = <int32_t>i if its & TABLE else around[up]
            if its & PLAIN_CELL:
                in_cell_of[i] = around[up]
            elif not its & (TABLE | HEADING):
                in_cell_of[i] = in_cell_of[up]
            if its & PART:
                holds_part[in_cell_of[up]] = True
            if its & CELL:
                row_size[up] += 1
                if row_size[up] > 1:
                    has_columns[around[up]] = True
        for i in range(nothing):
            if bits[elements[i, E_TAG]] & TABLE:
                is_layout[i] = holds_part[i] or not has_columns[i]
    return result


def joined(
    str text not None,
    const int32_t[:, ::1] blocks not None,
    const Py_ssize_t[::1] kept not None,
    const int8_t[::1] kinds not None,
    const Py_ssize_t[::1] cells not None,
    tuple separators not None,
    int8_t between_cells,
    int8_t in_cell,
):
    """The text of kept blocks, each parted from the next by the separator of its kind.

    `kept` [n] are their rows in `blocks`, `kinds` [n - 1] numbers of `separators`, `cells` [n] the cell that each is
    in, -1 for none. A cell stays on one line, but for preformatted text: its line breaks become spaces, and what parts
    its blocks, unless that is `between_cells`, becomes `in_cell`.
    """
    cdef Py_ssize_t k
    cdef const int32_t* block
    cdef int8_t kind
    cdef bint flows, flowed = False
    cdef list pieces = []
    for k in range(kept.shape[0]):
        block = &blocks[kept[k], 0]
        flows = cells[k] >= 0 and not block[B_CONTEXT] & IN_PREFORMATTED
        if k:
            kind = kinds[k - 1]
            if flows and flowed and cells[k] == cells[k - 1] and kind != between_cells:
                kind = in_cell
            pieces.append(separators[kind])
        piece = text[block[B_START]:block[B_END]]
        pieces.append(piece.replace("\n", " ") if flows else piece)
        flowed = flows
    return "".join(pieces)
