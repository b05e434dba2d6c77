"""Markdown as tokens and as plain text; needs markdown-it-py and mdit-py-plugins."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lxml import html as lxml_html

if TYPE_CHECKING:
    from markdown_it.token import Token


def parse(markdown: str) -> list[Token]:
    """Return the tokens of a text in Markdown, with tables, formulas and footnotes."""
    from markdown_it import MarkdownIt
    from mdit_py_plugins.dollarmath import dollarmath_plugin
    from mdit_py_plugins.footnote import footnote_plugin

    parser = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    return parser.use(dollarmath_plugin, double_inline=True).use(footnote_plugin).parse(markdown)


def plain_text(markdown: str) -> str:
    """Return the text of a Markdown document without its markup and addresses, a line for each piece of it."""
    return "\n".join(line for token in parse(markdown) if (line := _text(token).strip()))


def _text(token: Token) -> str:
    if token.type == "inline":
        return "".join(map(_text, token.children or []))
    if token.type in ("softbreak", "hardbreak"):
        return "\n"
    if token.type == "html_block":
        return " ".join(str(text) for text in lxml_html.fragment_fromstring(token.content, "div").itertext())
    if token.type in ("html_inline", "image"):  # a tag of text that has tokens of its own; a picture is not text
        return ""
    return token.content
