"""The elements of a clean page, in the order of the enum in `_clean.pxd`."""

from __future__ import annotations

CLEAN_TAGS = (
    "", "p", "h1", "h2", "h3", "h4", "h5", "h6", "title", "pre",
    "ul", "ol", "li", "dl", "dt", "dd",
    "table", "caption", "thead", "tbody", "tfoot", "tr", "td", "th",
    "blockquote", "figure", "figcaption", "details", "summary", "note",
    "a", "b", "strong", "i", "em", "s", "del", "sub", "sup", "q", "code", "kbd", "samp",
    "u", "ins", "mark", "small", "cite", "var",
)  # fmt: skip
