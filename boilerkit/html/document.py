"""An HTML page: its source, its blocks, and what can be rendered of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar, Unpack

import numpy as np
from lxml import etree
from numpy.typing import NDArray

from boilerkit.blocks.columns import InputFormat, TextSource
from boilerkit.blocks.rendering import MarkupOptions
from boilerkit.decoding.encoding import decode_to_utf8
from boilerkit.html._prefilter import strip_unused_markup
from boilerkit.html.features._page_stats import PageStats
from boilerkit.html.parsing import mend_markup, parse_mended
from boilerkit.html.rendering.text import in_tables, to_text
from boilerkit.html.segmentation.blocks import IN_HIDDEN, HtmlBlocks, segment_html
from boilerkit.html.unshown_text import MIN_UNSHOWN_WORDS, unshown_html

if TYPE_CHECKING:
    from boilerkit.html.xpath import ElementPaths

#: Older versions of libxml2 split tags in their own ways: the prefilter might remove what they take for text.
_SPLITS_TAGS_AS_BROWSERS = etree.LIBXML_VERSION >= (2, 14)
#: A page with fewer visible words than this is an empty shell, which scripts would fill.
MAX_SHELL_WORDS = 20
#: Removing less than one byte in this many is not worth the memory of a copy.
_MIN_SAVING = 16


@dataclass(frozen=True, eq=False)
class HtmlDocument:
    """One HTML page: its markup in UTF-8, and its blocks.

    The tree of the whole page is kept only where it was asked for, and never pickled: trees cannot be, and are too
    large to keep by the thousand. Elsewhere it is parsed again from the markup when it is needed.
    """

    input_format: ClassVar[InputFormat] = "html"

    markup: bytes  # in UTF-8, mended
    blocks: HtmlBlocks
    text_source: TextSource = "page"
    tree: etree._Element | None = field(default=None, repr=False)
    #: The markup of the page that carries the text, where `markup` is this text.
    page_markup: bytes | None = field(default=None, repr=False)

    @classmethod
    def read(cls, page: str | bytes, charset: str | None = None, keep_tree: bool = False) -> HtmlDocument:
        """Decode, parse and segment a page.

        Of an empty shell that scripts would fill, read the text that it carries instead, if there is any. With
        `keep_tree`, HTML, Markdown and metadata need no second parse. Raises InputError as `decode` does.
        """
        markup = mend_markup(decode_to_utf8(page, charset))
        root = parse_mended(markup if keep_tree else _prefilter(markup))
        if root is None:
            return cls(markup, HtmlBlocks.empty())
        document = cls(markup, segment_html(root), tree=root if keep_tree else None)
        if document.blocks.block("words").sum() < MAX_SHELL_WORDS:
            return next(document.unshown(), document)
        return document

    def unshown(self) -> Iterator[HtmlDocument]:
        """Yield documents of the text that the page carries and does not show, for a page without main text."""
        if self.text_source != "page":
            return
        is_hidden = (self.blocks.block("context") & IN_HIDDEN) != 0
        if self.blocks.block("words")[is_hidden].sum() >= MIN_UNSHOWN_WORDS:
            yield HtmlDocument(self.markup, self.blocks.with_hidden_shown(), "hidden", self.tree)
        root = self._whole_tree()
        for source, html in unshown_html(root) if root is not None else ():
            markup = mend_markup(decode_to_utf8(html))
            inner = parse_mended(markup)
            if inner is not None:
                yield HtmlDocument(
                    markup, _with_head_of(segment_html(inner), self.blocks), source, page_markup=self.markup
                )

    def __getstate__(self) -> dict[str, Any]:
        return {
            "markup": self.markup,
            "blocks": self.blocks,
            "text_source": self.text_source,
            "tree": None,
            "page_markup": self.page_markup,
        }

    @property
    def source(self) -> str:
        """The markup as text, mended for the parser; that of the text in use where the page does not show it."""
        return self.markup.decode()

    def headings(self, level: int) -> list[str]:
        """Return the texts of the headings of a level (1 to 6), in document order."""
        blocks = self.blocks
        return [blocks.block_text(int(index)) for index in np.flatnonzero(PageStats(blocks).heading_levels == level)]

    def to_text(self, keep: NDArray[np.bool_], list_markers: bool = True) -> str:
        """Return the blocks that `keep` (bool [n_blocks]) selects as plain text."""
        return to_text(self.blocks, keep, list_markers)

    def to_markdown(self, keep: NDArray[np.bool_], url: str | None, **options: Unpack[MarkupOptions]) -> str:
        """Return the kept blocks as Markdown, links absolute if the page's `url` is known."""
        from boilerkit.html.rendering.markup import to_markdown

        root = self._whole_tree()
        return "" if root is None else to_markdown(root, self.blocks, keep, url, **options)

    def to_html(self, keep: NDArray[np.bool_], url: str | None, **options: Unpack[MarkupOptions]) -> str:
        """Return the kept blocks as clean HTML, links absolute if the page's `url` is known."""
        from boilerkit.html.rendering.markup import to_html

        root = self._whole_tree()
        return "" if root is None else to_html(root, self.blocks, keep, url, **options)

    def in_tables(self) -> NDArray[np.bool_]:
        """Return which blocks are in a table of data, bool [n_blocks]."""
        return in_tables(self.blocks)

    def parse(self) -> etree._Element | None:
        """Return the tree of the whole page, also where its text is elsewhere; None where there is nothing to parse."""
        return self._whole_tree() if self.page_markup is None else parse_mended(self.page_markup)

    def xpath(self, index: int) -> str:
        """Return the XPath of the deepest element that holds all text of a block."""
        element = self.blocks.block("element")[index]
        return self._element_paths.path(int(self.blocks.element("order")[element]))

    def _whole_tree(self) -> etree._Element | None:
        return self.tree if self.tree is not None else parse_mended(self.markup)

    @cached_property
    def _element_paths(self) -> ElementPaths:
        from boilerkit.html.xpath import ElementPaths

        root = self._whole_tree()
        assert root is not None, "HTML with an element makes a tree"
        return ElementPaths(root)


def _prefilter(markup: bytes) -> bytes:
    return strip_unused_markup(markup, len(markup) // _MIN_SAVING) if _SPLITS_TAGS_AS_BROWSERS else markup


def _with_head_of(inner: HtmlBlocks, shell: HtmlBlocks) -> HtmlBlocks:
    """Return the blocks of the embedded text, with what the shell says about the page."""
    return replace(
        inner,
        title=shell.title,
        description=shell.description,
        address=shell.address,
        page_tokens=shell.page_tokens,
    )
