# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True, initializedcheck=False
"""Layout: which tables are not tabular data, and what separates blocks. Elements follow their parents in all arrays."""

import numpy as np

from libc.stdint cimport int8_t, int32_t, uint8_t

from boilerkit.html.segmentation._columns cimport *

from boilerkit.html.tags import TAGS

cdef enum:  # bits of a tag
    TABLE = 1
    PLAIN_CELL = 2
    HEADING = 4
    CELL = 8
    PART = 16

# A `td` that contains one of these is a part of the page: cells of data contain words, figures and short lists.
PARTS = "table h1 h2 h3 h4 h5 h6 article section main nav header footer form".split()


def nearest_chosen(const int32_t[:, ::1] elements not None, const uint8_t[::1] chosen not None):
    """Return the row of the nearest element whose tag is chosen, for each element; the last row where there is none.

    `chosen` is by tag. An element itself is nearer than its ancestors.
    """
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


def separators_between(
    const int32_t[:, ::1] elements not None,
    const int32_t[::1] element not None,
    const Py_ssize_t[::1] following not None,
    const int32_t[::1] structure not None,
    const int8_t[::1] separators not None,
    int8_t outside,
):
    """Return the separator, by tag, of the deepest structure that contains a block and the next; `outside` for none.

    `element` [n] are the elements of the blocks, `following` [n] the next blocks, `structure` is from `nearest_chosen`.
    A structure that does not contain the next block contains no later one, so all climbs together take linear time.
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
            found[i] = separators[elements[at, E_TAG]] if at != nothing else outside
    return result


cdef uint8_t[::1] tag_bits = np.array(
    [
        TABLE * (name == "table")
        | PLAIN_CELL * (name == "td")
        | HEADING * (name in ("th", "caption"))
        | CELL * (name in ("td", "th"))
        | PART * (name in PARTS)
        for name in TAGS
    ],
    dtype=np.uint8,
)


def layout_tables(const int32_t[:, ::1] elements not None):
    """Return which elements are tables for the layout of the page, bool [n_elements + 1].

    These have a part of the page in a cell, or only one column. The last row of all arrays means no table and no cell.
    """
    cdef Py_ssize_t nothing = elements.shape[0] - 1, i, up
    cdef uint8_t bits
    cdef int32_t[::1] around = np.full(nothing + 1, nothing, dtype=np.int32)      # the table it is in or is itself
    cdef int32_t[::1] in_cell_of = np.full(nothing + 1, nothing, dtype=np.int32)  # the table in whose `td` it is
    cdef int32_t[::1] row_size = np.zeros(nothing + 1, dtype=np.int32)
    cdef uint8_t[::1] holds_part = np.zeros(nothing + 1, dtype=np.uint8)
    cdef uint8_t[::1] has_columns = np.zeros(nothing + 1, dtype=np.uint8)
    result = np.zeros(nothing + 1, dtype=bool)
    cdef uint8_t[::1] is_layout = result.view(np.uint8)
    with nogil:
        for i in range(nothing):
            bits = tag_bits[elements[i, E_TAG]]
            up = elements[i, E_PARENT] if elements[i, E_PARENT] >= 0 else nothing
            around[i] = <int32_t>i if bits & TABLE else around[up]
            if bits & PLAIN_CELL:
                in_cell_of[i] = around[up]
            elif not bits & (TABLE | HEADING):
                in_cell_of[i] = in_cell_of[up]
            if bits & PART:
                holds_part[in_cell_of[up]] = True
            if bits & CELL:
                row_size[up] += 1
                if row_size[up] > 1:
                    has_columns[around[up]] = True
        for i in range(nothing):
            if tag_bits[elements[i, E_TAG]] & TABLE:
                is_layout[i] = holds_part[i] or not has_columns[i]
    return result


def join_blocks(
    str text not None,
    const int32_t[:, ::1] blocks not None,
    const Py_ssize_t[::1] kept not None,
    const int8_t[::1] between not None,
    const Py_ssize_t[::1] cells not None,
    dict markers not None,
    tuple separators not None,
    int8_t between_cells,
    int8_t in_cell,
):
    """Return the text of kept blocks with separators between them.

    `kept` [n] are their rows in `blocks`, `between` [n - 1] numbers of `separators`, `cells` [n] the cell that each is
    in, -1 for none, `markers` what stands before a block, by its place in `kept`. A cell is on one line, except for
    preformatted text: its line breaks become spaces, and separators in it other than `between_cells` become `in_cell`.
    """
    cdef Py_ssize_t k
    cdef const int32_t* block
    cdef int8_t separator
    cdef bint flows, flowed = False
    cdef list pieces = []
    for k in range(kept.shape[0]):
        block = &blocks[kept[k], 0]
        flows = cells[k] >= 0 and not block[B_CONTEXT] & IN_PREFORMATTED
        if k:
            separator = between[k - 1]
            if flows and flowed and cells[k] == cells[k - 1] and separator != between_cells:
                separator = in_cell
            pieces.append(separators[separator])
        if k in markers:
            pieces.append(markers[k])
        piece = text[block[B_START]:block[B_END]]
        pieces.append(piece.replace("\n", " ") if flows else piece)
        flowed = flows
    return "".join(pieces)
