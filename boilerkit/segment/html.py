"""From an lxml tree to a BlockTable."""

from __future__ import annotations

from lxml import etree

from boilerkit.segment._walk import walk
from boilerkit.segment.table import BlockTable


def segment_html(root: etree._Element) -> BlockTable:
    """Split the tree below `root` into blocks.

    Blocks cover all visible text once, in document order. `tags` says which elements start a block and which are never
    seen; two line breaks in a row also part blocks. Text that is hidden by an attribute or an inline style stays and is
    marked, because scripts show much of it later: what to make of it is the model's to say.
    """
    return BlockTable.from_columns(walk(root))
