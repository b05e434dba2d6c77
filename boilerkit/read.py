"""From a page to its columns: what extracting, training and scoring all begin with."""

from __future__ import annotations

from boilerkit.decode import decode, parse
from boilerkit.segment.html import segment_html
from boilerkit.segment.table import BlockTable
from boilerkit.shell import SHELL_WORDS, embedded_html


def read(page: str | bytes, charset: str | None = None) -> tuple[str, BlockTable]:
    """The HTML of a page as text, and its blocks.

    For a page that is an empty shell, the HTML is what its scripts carry as the page's text, if there is such. Raises
    InputError as `decode` does.
    """
    source = decode(page, charset)
    root = parse(source)
    if root is None:
        return source, BlockTable.empty()
    table = segment_html(root)
    if table.block("words").sum() < SHELL_WORDS:
        embedded = embedded_html(root)
        if embedded is not None:
            inner = parse(embedded)
            return embedded, BlockTable.empty() if inner is None else segment_html(inner)
    return source, table
