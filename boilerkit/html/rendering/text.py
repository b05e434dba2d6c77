"""Kept blocks as plain text, from the columns alone: no tree is needed."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from boilerkit.html.rendering._layout import join_blocks, layout_tables, nearest_chosen, separators_between
from boilerkit.html.segmentation.blocks import IN_PREFORMATTED, HtmlBlocks
from boilerkit.html.tags import TAG_IDS, TAGS

_PARAGRAPHS, _LINES, _CELLS, _WORDS = range(4)
_SEPARATORS = ("\n\n", "\n", " | ", " ")  # by the numbers above
_TD, _TH = TAG_IDS["td"], TAG_IDS["th"]

# The deepest of these elements that contains two neighbouring blocks determines their separator.
_STRUCTURES = {
    _PARAGRAPHS: "td th caption article section blockquote",  # running text, even inside a list or a table
    _LINES: "ul ol menu dir dl li dt dd select option table",
    _CELLS: "tr",
}
_NO_STRUCTURE = -1


def _separators_by_tag() -> NDArray[np.int8]:
    by_name = {name: separator for separator, names in _STRUCTURES.items() for name in names.split()}
    return np.array([by_name.get(name, _NO_STRUCTURE) for name in TAGS], dtype=np.int8)


_SEPARATOR_BY_TAG = _separators_by_tag()
_IS_STRUCTURE = (_SEPARATOR_BY_TAG != _NO_STRUCTURE).view(np.uint8)
_IS_TABLE = np.array([name == "table" for name in TAGS], dtype=np.uint8)
_IS_ITEM = np.array([name == "li" for name in TAGS], dtype=np.uint8)
_OL = TAG_IDS["ol"]
_BULLETS = frozenset("-–—*•·‣▪▸►»›→✓✔☐☑")  # items that start with one need no other
#: An item of more blocks is a part of the page, such as a post of a thread, and has no marker.
MAX_ITEM_BLOCKS = 6


def to_text(blocks: HtmlBlocks, keep: NDArray[np.bool_], list_markers: bool = True) -> str:
    """Return the text of the blocks that `keep` (bool [n_blocks]) selects, in document order.

    A blank line separates paragraphs, a line break the items of a list and the rows of a table, " | " the cells of a
    row. A row of several cells is on one line, except for preformatted text. With `list_markers`, the items of
    numbered lists start with their number, those of other lists with "- ".
    """
    kept = np.flatnonzero(keep & ~_line_numbers(blocks))
    if not len(kept):
        return ""
    cells = _cells_of(blocks, kept)
    markers = _markers_of(blocks, kept, cells) if list_markers else {}
    between = _between(blocks, kept)
    return join_blocks(blocks.text, blocks.blocks, kept, between, cells, markers, _SEPARATORS, _CELLS, _WORDS)


def _markers_of(blocks: HtmlBlocks, kept: NDArray[np.intp], cells: NDArray[np.intp]) -> dict[int, str]:
    """Return what a kept block starts with, by its place in `kept`: the marker of the list item that it is first in."""
    nothing = len(blocks.elements) - 1
    item = nearest_chosen(blocks.elements, _IS_ITEM)[blocks.block("element")[kept]]
    before = np.concatenate([[-1], kept[:-1]])
    first, end = blocks.element("first_block")[item], blocks.element("end_block")[item]
    is_first = (item < nothing) & (before < first) & (end - first <= MAX_ITEM_BLOCKS) & (cells < 0)
    places = np.flatnonzero(is_first)
    numbers, parents = blocks.element("number")[item[places]], blocks.element("parent")[item[places]]
    is_numbered = blocks.element("tag")[parents] == _OL
    first_chars = [blocks.text[start] for start in blocks.block("start")[kept[places]].tolist()]
    return {
        place: f"{number}. " if numbered else "- "
        for place, number, numbered, char in zip(
            places.tolist(), numbers.tolist(), is_numbered.tolist(), first_chars, strict=True
        )
        if numbered or char not in _BULLETS
    }


def _line_numbers(blocks: HtmlBlocks) -> NDArray[np.bool_]:
    """Return which blocks are the numbers of lines of code, which stand beside it: bool [n_blocks]."""
    is_number = (blocks.block("digits") == blocks.block("chars")) & (blocks.block("lines") > 1)
    are_lines: NDArray[np.bool_] = is_number & ((blocks.block("context") & IN_PREFORMATTED) != 0)
    return are_lines


def in_tables(blocks: HtmlBlocks) -> NDArray[np.bool_]:
    """Return which blocks are in a table that is not for the layout of the page, bool [n_blocks]."""
    table = nearest_chosen(blocks.elements, _IS_TABLE)
    is_data = ~layout_tables(blocks.elements)
    is_data[-1] = False  # the row that means no table
    inside: NDArray[np.bool_] = is_data[table[blocks.block("element")]]
    return inside


def _between(blocks: HtmlBlocks, kept: NDArray[np.intp]) -> NDArray[np.int8]:
    """Return the separator between each kept block and the next: int8 [n_kept - 1] for `kept` intp [n_kept]."""
    structure = nearest_chosen(blocks.elements, _IS_STRUCTURE)
    element = blocks.block("element")[kept[:-1]]
    return separators_between(blocks.elements, element, kept[1:], structure, _SEPARATOR_BY_TAG, _PARAGRAPHS)


def _cells_of(blocks: HtmlBlocks, kept: NDArray[np.intp]) -> NDArray[np.intp]:
    """Return the number of the outermost cell that each kept block is in, intp [n_kept] for `kept` intp [n_kept].

    It is -1 outside cells. Cells that are alone in their row and those of layout tables do not count.
    """
    cells = _cells_with_neighbours(blocks)
    if not len(cells):
        return np.full(len(kept), -1, dtype=np.intp)
    starts, ends = blocks.element("first_block")[cells], blocks.element("end_block")[cells]
    outermost = starts >= np.maximum.accumulate(np.concatenate(([0], ends)))[:-1]
    starts, ends = starts[outermost], ends[outermost]
    cell = np.searchsorted(starts, kept, side="right") - 1
    return np.where((cell >= 0) & (kept < ends[cell]), cell, -1)


def _cells_with_neighbours(blocks: HtmlBlocks) -> NDArray[np.intp]:
    """Return the rows of cells with text that are in a data table and not alone in their row: intp [n]."""
    tags = blocks.element("tag")
    cells = np.flatnonzero((tags == _TD) | (tags == _TH))
    if not len(cells):
        return cells
    row = blocks.element("parent")[cells]
    cells = cells[np.bincount(row[row >= 0], minlength=len(tags))[row] > 1]
    cells = cells[blocks.element("end_block")[cells] > blocks.element("first_block")[cells]]
    around = nearest_chosen(blocks.elements, _IS_TABLE)[cells]
    return cells[(around < len(tags) - 1) & ~layout_tables(blocks.elements)[around]]
