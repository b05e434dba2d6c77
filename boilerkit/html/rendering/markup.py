"""Kept blocks as clean HTML and as Markdown."""

from __future__ import annotations

import numpy as np
from lxml import etree
from numpy.typing import NDArray

from boilerkit.html.rendering._html import write_html
from boilerkit.html.rendering._markdown import write_markdown
from boilerkit.html.rendering._prune import prune
from boilerkit.html.segmentation.blocks import HtmlBlocks


def to_html(
    root: etree._Element,
    blocks: HtmlBlocks,
    keep: NDArray[np.bool_],
    url: str | None = None,
    *,
    title: str = "",
    links: bool = True,
    images: bool = True,
) -> str:
    """Return the blocks that `keep` (bool [n_blocks]) selects as an `article` element, or "" if there are none.

    With the page's `url`, or a `base` element in it, links and images get absolute addresses. `title` becomes a first
    heading. Links and images can be left out; the text of links stays. `root` does not change.
    """
    return write_html(prune(root, blocks, keep, url, title, links, images))


def to_markdown(
    root: etree._Element,
    blocks: HtmlBlocks,
    keep: NDArray[np.bool_],
    url: str | None = None,
    *,
    title: str = "",
    links: bool = True,
    images: bool = True,
) -> str:
    """Return the blocks that `keep` (bool [n_blocks]) selects as Markdown, as `to_html` does."""
    return write_markdown(prune(root, blocks, keep, url, title, links, images))
