"""Kept blocks as clean HTML."""

from __future__ import annotations

from urllib.parse import urljoin

import numpy as np
from lxml import etree
from numpy.typing import NDArray

from boilerkit.html.rendering.prune import absolute, prune
from boilerkit.html.segmentation.blocks import HtmlBlocks

# Elements to which `prune` gives no text of their own, so that white space between their children is insignificant.
_WITHOUT_TEXT = ("article", "blockquote", "details", "ul", "ol", "dl", "table", "thead", "tbody", "tfoot", "tr")


def to_html(root: etree._Element, blocks: HtmlBlocks, keep: NDArray[np.bool_], url: str | None = None) -> str:
    """Return the blocks that `keep` (bool [n_blocks]) selects as an `article` element, or "" if there are none.

    With the page's `url`, links and images get absolute addresses.
    """
    tree = pruned(root, blocks, keep, url)
    if not len(tree):
        return ""
    for element in tree.iter(*_WITHOUT_TEXT):
        element.text = "\n"
        for child in element:
            child.tail = "\n"
    return etree.tostring(tree, method="html", encoding="unicode", with_tail=False)


def pruned(root: etree._Element, blocks: HtmlBlocks, keep: NDArray[np.bool_], url: str | None = None) -> etree._Element:
    """Return the clean tree of `prune`, with absolute addresses if the page's `url` is given."""
    tree = prune(root, blocks, keep)
    if url:
        absolute(tree, _base(root, url))
    return tree


def _base(root: etree._Element, url: str) -> str:
    """Return the address that relative ones refer to."""
    base = next((element.get("href", "") for element in root.iter("base") if element.get("href")), "")
    try:
        return urljoin(url, base.strip())
    except ValueError:
        return url
