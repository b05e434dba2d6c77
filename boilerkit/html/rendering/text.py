"""Kept blocks as plain text, made from the columns alone."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from boilerkit.html.rendering._layout import joined, kinds_between, nearest
from boilerkit.html.rendering.layout import layout_tables
from boilerkit.html.segmentation.blocks import HtmlBlocks
from boilerkit.html.tags import TAG_IDS, TAGS

_PARAGRAPHS, _LINES, _CELLS, _WORDS = range(4)
_SEPARATORS = ("\n\n", "\n", " | ", " ")  # by the numbers above
_TD, _TH = TAG_IDS["td"], TAG_IDS["th"]

# What parts two blocks is said by the deepest of these elements that both stand in.
_STRUCTURES = {
    _PARAGRAPHS: "td th caption article section blockquote",  # flowing text again, inside a list or a table
    _LINES: "ul ol menu dir dl li dt dd select option table",
    _CELLS: "tr",
}
_NO_STRUCTURE = -1


def _kinds() -> NDArray[np.int8]:
    """What parts blocks in each kind of element, int8 [len(TAGS)]; `_NO_STRUCTURE` where the element has no say."""
    kind_of = {name: kind for kind, names in _STRUCTURES.items() for name in names.split()}
    return np.array([kind_of.get(name, _NO_STRUCTURE) for name in TAGS], dtype=np.int8)


_KINDS = _kinds()
_PARTING = (_KINDS != _NO_STRUCTURE).view(np.uint8)
_IS_TABLE = np.array([name == "table" for name in TAGS], dtype=np.uint8)


def to_text(table: HtmlBlocks, keep: NDArray[np.bool_]) -> str:
    """The text of the blocks that `keep` (bool [n_blocks]) selects, in document order.

    A blank line parts paragraphs, a line break the items of a list and the rows of a table, " | " the cells of a row. A
    row of several cells stays on one line, but for preformatted text.
    """
    kept = np.flatnonzero(keep)
    if not len(kept):
        return ""
    cells = _cells_of(table, kept)
    return joined(table.text, table.blocks, kept, _between(table, kept), cells, _SEPARATORS, _CELLS, _WORDS)


def _between(table: HtmlBlocks, kept: NDArray[np.intp]) -> NDArray[np.int8]:
    """The kind of separator between each kept block and the next: int8 [n_kept - 1] for `kept` intp [n_kept]."""
    structure = nearest(table.elements, _PARTING)
    element = table.block("element")[kept[:-1]]
    return kinds_between(table.elements, element, kept[1:], structure, _KINDS, _PARAGRAPHS)


def _cells_of(table: HtmlBlocks, kept: NDArray[np.intp]) -> NDArray[np.intp]:
    """Which outermost cell each kept block is in, intp [n_kept] for `kept` intp [n_kept].

    That is a number, -1 outside of cells; those that are alone in their row and those of layout tables do not count.
    """
    cells = _cells_with_neighbours(table)
    if not len(cells):
        return np.full(len(kept), -1, dtype=np.intp)
    starts, ends = table.element("first_block")[cells], table.element("end_block")[cells]
    outermost = starts >= np.maximum.accumulate(np.concatenate(([0], ends)))[:-1]
    starts, ends = starts[outermost], ends[outermost]
    cell = np.searchsorted(starts, kept, side="right") - 1
    return np.where((cell >= 0) & (kept < ends[cell]), cell, -1)


def _cells_with_neighbours(table: HtmlBlocks) -> NDArray[np.intp]:
    """Rows in `elements` of the cells with text that have others in their row and are in a table of data: intp [n]."""
    tags = table.element("tag")
    cells = np.flatnonzero((tags == _TD) | (tags == _TH))
    if not len(cells):
        return cells
    row = table.element("parent")[cells]
    cells = cells[np.bincount(row[row >= 0], minlength=len(tags))[row] > 1]
    cells = cells[table.element("end_block")[cells] > table.element("first_block")[cells]]
    around = nearest(table.elements, _IS_TABLE)[cells]
    return cells[(around < len(tags) - 1) & ~layout_tables(table)[around]]
