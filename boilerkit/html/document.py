"""An HTML page: its source, its blocks, and what can be rendered of them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, ClassVar

import numpy as np
from lxml import etree
from numpy.typing import NDArray

from boilerkit.blocks.columns import InputFormat
from boilerkit.decoding.encoding import decode_to_utf8
from boilerkit.html._prefilter import strip_unused_markup
from boilerkit.html.embedded_text import MAX_VISIBLE_WORDS, find_embedded_html
from boilerkit.html.features._page_stats import PageStats
from boilerkit.html.parsing import parse_utf8
from boilerkit.html.rendering.text import to_text
from boilerkit.html.segmentation.blocks import HtmlBlocks, segment_html

if TYPE_CHECKING:
    from boilerkit.html.xpath import ElementPaths

#: Older versions of libxml2 split tags in their own ways: the prefilter might remove what they take for text.
_SPLITS_TAGS_AS_BROWSERS = etree.LIBXML_VERSION >= (2, 14)
#: Removing less than one byte in this many is not worth the memory of a copy.
_MIN_SAVING = 16


@dataclass(frozen=True, eq=False)
class HtmlDocument:
    """One HTML page: its markup in UTF-8, and its blocks.

    The tree is parsed again from the markup when it is needed: trees can be neither pickled nor kept by the thousand.
    """

    input_format: ClassVar[InputFormat] = "html"

    markup: bytes
    blocks: HtmlBlocks
    #: The markup of an empty shell that scripts would fill, where `markup` is the text that they carry.
    shell: bytes | None = None

    @classmethod
    def read(cls, page: str | bytes, charset: str | None = None) -> HtmlDocument:
        """Decode, parse and segment a page.

        Where the page is an empty shell that scripts would fill, the markup is the text that the scripts carry as data,
        if there is such text. Raises InputError as `decode` does.
        """
        markup = decode_to_utf8(page, charset)
        root = parse_utf8(markup, _prefilter)
        if root is None:
            return cls(markup, HtmlBlocks.empty())
        blocks = segment_html(root)
        if blocks.block("words").sum() < MAX_VISIBLE_WORDS:
            embedded = find_embedded_html(_parse_whole(markup))
            if embedded is not None:
                inner = decode_to_utf8(embedded)
                return cls(inner, _with_head_of(segment_html(_parse_whole(inner)), blocks), shell=markup)
        return cls(markup, blocks)

    @property
    def source(self) -> str:
        """The markup as text. For an empty shell that scripts would fill, the text that they carry, as HTML."""
        return self.markup.decode()

    def headings(self, level: int) -> list[str]:
        """Return the texts of the headings of a level (1 to 6), in document order."""
        blocks = self.blocks
        return [blocks.block_text(int(index)) for index in np.flatnonzero(PageStats(blocks).heading_levels == level)]

    def to_text(self, keep: NDArray[np.bool_]) -> str:
        """Return the blocks that `keep` (bool [n_blocks]) selects as plain text."""
        return to_text(self.blocks, keep)

    def to_markdown(self, keep: NDArray[np.bool_], url: str | None) -> str:
        """Return the kept blocks as Markdown, links absolute if the page's `url` is known."""
        from boilerkit.html.rendering.markdown import to_markdown

        root = parse_utf8(self.markup)
        return "" if root is None else to_markdown(root, self.blocks, keep, url)

    def to_html(self, keep: NDArray[np.bool_], url: str | None) -> str:
        """Return the kept blocks as clean HTML, links absolute if the page's `url` is known."""
        from boilerkit.html.rendering.html import to_html

        root = parse_utf8(self.markup)
        return "" if root is None else to_html(root, self.blocks, keep, url)

    def parse(self) -> etree._Element | None:
        """Return the tree of the whole page as it came, None where there is nothing to parse."""
        return parse_utf8(self.markup if self.shell is None else self.shell)

    def xpath(self, index: int) -> str:
        """Return the XPath of the deepest element that holds all text of a block."""
        element = self.blocks.block("element")[index]
        return self._element_paths.path(int(self.blocks.element("order")[element]))

    @cached_property
    def _element_paths(self) -> ElementPaths:
        from boilerkit.html.xpath import ElementPaths

        return ElementPaths(_parse_whole(self.markup))


def _prefilter(markup: bytes) -> bytes:
    return strip_unused_markup(markup, len(markup) // _MIN_SAVING) if _SPLITS_TAGS_AS_BROWSERS else markup


def _parse_whole(markup: bytes) -> etree._Element:
    root = parse_utf8(markup)
    assert root is not None, "HTML with an element makes a tree"
    return root


def _with_head_of(inner: HtmlBlocks, shell: HtmlBlocks) -> HtmlBlocks:
    """Return the blocks of the embedded text, with what the shell says about the page."""
    return replace(
        inner,
        title=shell.title,
        description=shell.description,
        address=shell.address,
        page_tokens=shell.page_tokens,
    )
