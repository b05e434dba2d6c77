"""Kept blocks as clean HTML."""

from __future__ import annotations

from urllib.parse import urljoin

import numpy as np
from lxml import etree
from numpy.typing import NDArray

from boilerkit.html.rendering.prune import absolute, prune
from boilerkit.html.segmentation.blocks import HtmlBlocks

# Elements that `prune` gives no text of their own: white space between their children means nothing.
_WITHOUT_TEXT = ("article", "blockquote", "details", "ul", "ol", "dl", "table", "thead", "tbody", "tfoot", "tr")


def to_html(root: etree._Element, table: HtmlBlocks, keep: NDArray[np.bool_], url: str | None = None) -> str:
    """The content that `keep` (bool [n_blocks]) selects as an `article` element, an empty string if that is none.

    With the page's `url`, links and images get absolute addresses.
    """
    tree = pruned(root, table, keep, url)
    if not len(tree):
        return ""
    for element in tree.iter(*_WITHOUT_TEXT):
        element.text = "\n"
        for child in element:
            child.tail = "\n"
    return etree.tostring(tree, method="html", encoding="unicode", with_tail=False)


def pruned(root: etree._Element, table: HtmlBlocks, keep: NDArray[np.bool_], url: str | None = None) -> etree._Element:
    """The clean tree of `prune`, its addresses absolute if the page's `url` is given."""
    tree = prune(root, table, keep)
    if url:
        absolute(tree, _base(root, url))
    return tree


def _base(root: etree._Element, url: str) -> str:
    """What the page's relative addresses are relative to."""
    base = next((element.get("href", "") for element in root.iter("base") if element.get("href")), "")
    try:
        return urljoin(url, base.strip())
    except ValueError:
        return url
