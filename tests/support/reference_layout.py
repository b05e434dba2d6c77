"""Which tables are for layout, in plain Python: a slow reference for the compiled search."""

from __future__ import annotations

from boilerkit.html.segmentation.blocks import HtmlBlocks
from boilerkit.html.tags import TAG_IDS

_TABLE, _ROW, _CELL = TAG_IDS["table"], TAG_IDS["tr"], TAG_IDS["td"]
_HEADINGS = frozenset(TAG_IDS[name] for name in ("th", "caption"))
_CELLS = frozenset(TAG_IDS[name] for name in ("td", "th"))
# A `td` that holds one of these is a part of the page: cells of data contain words, figures and short lists.
_PARTS = ("table", "h1", "h2", "h3", "h4", "h5", "h6", "article", "section", "main", "nav", "header", "footer", "form")
_PAGE_PARTS = frozenset(TAG_IDS[name] for name in _PARTS)


def layout_tables(table: HtmlBlocks) -> set[int]:
    """Return the rows in `elements` of tables with a part of a page in a cell, and of tables with one column only."""
    tables: set[int] = set()
    holding_parts: set[int] = set()
    row_sizes: dict[int, int] = {}
    with_columns: set[int] = set()
    tags, parents = table.element("tag").tolist(), table.element("parent").tolist()
    around = [-1] * len(tags)  # the table an element is in or is itself; the last entry is for the root's parent
    in_cell_of = [-1] * len(tags)  # the table in whose `td` an element is
    for element, (tag, parent) in enumerate(zip(tags[:-1], parents[:-1], strict=True)):
        around[element] = element if tag == _TABLE else around[parent]
        in_cell_of[element] = in_cell_of[parent]
        if tag in _PAGE_PARTS:
            holding_parts.add(in_cell_of[parent])
        if tag == _TABLE:
            tables.add(element)
            in_cell_of[element] = -1
        elif tag == _CELL:
            in_cell_of[element] = around[parent]
        elif tag in _HEADINGS:
            in_cell_of[element] = -1
        if tag in _CELLS:
            row_sizes[parent] = row_sizes.get(parent, 0) + 1
            if row_sizes[parent] > 1:
                with_columns.add(around[parent])
    return tables & holding_parts | tables - with_columns
