"""Pages of either input format: what a document can do, and how one is read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Literal, Protocol, Unpack, get_args

import numpy as np
from lxml import etree
from numpy.typing import NDArray

from boilerkit.blocks.columns import BlockColumns, InputFormat, TextSource
from boilerkit.blocks.features import FeatureSet
from boilerkit.blocks.rendering import MarkupOptions
from boilerkit.decoding.encoding import decode, plain_page
from boilerkit.errors import InputError, OptionError
from boilerkit.html.document import HtmlDocument
from boilerkit.html.features import HTML_FEATURES
from boilerkit.html.rendering.text import to_text as html_to_text
from boilerkit.input_format import begins_like_html, looks_like_html

#: What a page is to be read as; "auto": what it looks like.
InputFormatOption = Literal["auto", "html", "text"]
INPUT_FORMATS: tuple[str, ...] = get_args(InputFormatOption)


_ADDRESS = re.compile(r"\s*https?://\S+\s*", re.IGNORECASE)
_MAX_ADDRESS = 4096


class Document(Protocol):
    """A page that has been read: where it came from, its blocks, and how they are rendered."""

    @property
    def input_format(self) -> InputFormat:
        """What the page is."""

    @property
    def blocks(self) -> BlockColumns:
        """The blocks of the page."""

    @property
    def source(self) -> str:
        """The page as text, before anything was removed."""

    @property
    def text_source(self) -> TextSource:
        """Where in the page its text comes from."""

    def unshown(self) -> Iterator[Document]:
        """Yield documents of the text that the page carries and does not show."""

    def to_text(self, keep: NDArray[np.bool_], list_markers: bool = True) -> str:
        """Return the blocks that `keep` (bool [n_blocks]) selects as plain text.

        `list_markers`: whether items of lists, where these are known, start with a number or "- ".
        """

    def to_markdown(self, keep: NDArray[np.bool_], url: str | None, **options: Unpack[MarkupOptions]) -> str:
        """Return the kept blocks as Markdown."""

    def to_html(self, keep: NDArray[np.bool_], url: str | None, **options: Unpack[MarkupOptions]) -> str:
        """Return the kept blocks as HTML."""

    def in_tables(self) -> NDArray[np.bool_]:
        """Return which blocks are in a table of data, bool [n_blocks]."""

    def parse(self) -> etree._Element | None:
        """Return the tree of the whole page, None where there is none."""

    def xpath(self, index: int) -> str:
        """Return the XPath of a block's element, "" where there are no elements."""


def read_document(
    page: str | bytes, input_format: InputFormatOption = "auto", charset: str | None = None, keep_tree: bool = False
) -> Document:
    """Decode and segment a page; `keep_tree`: its HTML, Markdown or metadata will be asked for, soon.

    Raises InputError as `decode` does and for an address, OptionError for an unknown input format.
    """
    if input_format not in INPUT_FORMATS:
        raise OptionError(f"input_format is one of {', '.join(INPUT_FORMATS)}, not {input_format!r}")
    page = plain_page(page)
    if input_format == "auto":
        _reject_address(page)
        input_format = detect_input_format(page, charset)
    if input_format == "html":
        return HtmlDocument.read(page, charset, keep_tree)
    from boilerkit.plaintext.document import TextDocument  # which HTML does not need

    text = decode(page, charset)
    return TextDocument.read(page if isinstance(page, str) else text)  # a str as it came, even with NUL in it


def _reject_address(page: str | bytes) -> None:
    """Raise InputError for the address of a page in place of the page; nothing is fetched."""
    if isinstance(page, str) and len(page) <= _MAX_ADDRESS and _ADDRESS.fullmatch(page):
        raise InputError(
            "this is the address of a page, and nothing is fetched: pass the page itself, for example "
            "urllib.request.urlopen(url).read(), and its address as url="
        )


def detect_input_format(page: str | bytes, charset: str | None = None) -> InputFormat:
    """Return what a page looks like. Raises InputError as `decode` does."""
    return "html" if begins_like_html(page) or looks_like_html(decode(page, charset)) else "text"


def feature_set(input_format: InputFormat) -> FeatureSet:
    """Return the features of pages of this input format."""
    if input_format == "text":
        from boilerkit.plaintext.features import TEXT_FEATURES

        return TEXT_FEATURES
    return HTML_FEATURES


def render_text(blocks: Any, keep: NDArray[np.bool_]) -> str:
    """Return the text of the blocks that `keep` (bool [n_blocks]) selects, as `Document.to_text` does."""
    if blocks.input_format == "text":
        from boilerkit.plaintext.rendering import to_text as plaintext_to_text

        return plaintext_to_text(blocks, keep)
    return html_to_text(blocks, keep)
