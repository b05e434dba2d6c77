"""From a page to its columns: what extracting, training and scoring all begin with."""

from __future__ import annotations

from dataclasses import replace

from lxml import etree

from boilerkit.decode import decode, decode_to_utf8, parse_utf8
from boilerkit.segment._lean import lean
from boilerkit.segment.html import segment_html
from boilerkit.segment.table import BlockTable
from boilerkit.shell import SHELL_WORDS, embedded_html
from boilerkit.sniff import Input, begins_like_html, looks_like_html

#: Older versions of libxml2 part tags in ways of their own: `lean` might leave out what they take for text.
_PARTS_TAGS_AS_BROWSERS = etree.LIBXML_VERSION >= (2, 14)
#: Where only one byte in so many would be left out, that is not worth the memory of a copy.
_SMALL_PART = 16


def read(page: str | bytes, charset: str | None = None) -> tuple[bytes, BlockTable]:
    """The HTML of a page in UTF-8, and its blocks.

    For a page that is an empty shell, the HTML is what its scripts carry as the page's text, if there is such. Raises
    InputError as `decode` does.
    """
    source = decode_to_utf8(page, charset)
    root = parse_utf8(source, _without_unread)
    if root is None:
        return source, BlockTable.empty()
    table = segment_html(root)
    if table.block("words").sum() < SHELL_WORDS:
        text = embedded_html(_tree(source))  # with all its scripts
        if text is not None:
            embedded = decode_to_utf8(text)
            return embedded, _with_head(segment_html(_tree(embedded)), table)
    return source, table


def flat_text(page: str | bytes, input: Input, charset: str | None = None) -> str | None:
    """The text of a page that is, or is to be taken for, flat text; None for HTML. Raises InputError as `decode`."""
    if input == "html" or (input == "auto" and begins_like_html(page)):
        return None
    text = decode(page, charset)
    if input == "auto" and looks_like_html(text):
        return None
    return page if isinstance(page, str) else text  # as it came, also where it holds NUL


def _without_unread(html: bytes) -> bytes:
    return lean(html, len(html) // _SMALL_PART) if _PARTS_TAGS_AS_BROWSERS else html


def _tree(html: bytes) -> etree._Element:
    root = parse_utf8(html)
    assert root is not None, "HTML with an element makes a tree"
    return root


def _with_head(inner: BlockTable, shell: BlockTable) -> BlockTable:
    """The blocks of the embedded text, with what the shell says about the page."""
    return replace(
        inner,
        title=shell.title,
        description=shell.description,
        address=shell.address,
        page_tokens=shell.page_tokens,
    )
