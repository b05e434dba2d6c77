"""From an lxml tree to a HtmlBlocks."""

from __future__ import annotations

from lxml import etree

from boilerkit.errors import InputError
from boilerkit.html.segmentation._walk import walk
from boilerkit.html.segmentation.blocks import HtmlBlocks

#: Pages of more blocks than this are refused: they need about a kB of memory a block.
MAX_BLOCKS = 2_000_000


def segment_html(root: etree._Element) -> HtmlBlocks:
    """Split the tree below `root` into blocks.

    Blocks cover all visible text once, in document order. `tags` says which elements start a block and which are never
    seen; two line breaks in a row also part blocks. Text that is hidden by an attribute or an inline style stays and is
    marked, because scripts show much of it later: what to make of it is the model's to say. Raises InputError for a
    page of more than MAX_BLOCKS blocks.
    """
    table = HtmlBlocks(**walk(root))
    if len(table) > MAX_BLOCKS:
        raise InputError(f"the page falls into {len(table):,} blocks; the most is {MAX_BLOCKS:,}")
    return table
