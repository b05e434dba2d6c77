"""Which tables are there for the layout of the page and hold no tabular data."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from boilerkit.html.rendering._layout import find_layout_tables
from boilerkit.html.segmentation.blocks import HtmlBlocks
from boilerkit.html.tags import TAGS

# What an element is, as bits. A `td` that holds one of the last is a part of the page: cells of data hold words,
# figures and short lists.
_NAMES = {
    1: "table",
    2: "td",
    4: "th caption",
    8: "td th",
    16: "table h1 h2 h3 h4 h5 h6 article section main nav header footer form",
}
_BITS = np.array([sum(bit for bit, names in _NAMES.items() if name in names.split()) for name in TAGS], dtype=np.uint8)


def layout_tables(table: HtmlBlocks) -> NDArray[np.bool_]:
    """Which rows in `elements` are tables with a part of a page in a cell, or tables with one column only."""
    return find_layout_tables(table.elements, _BITS)
