"""What in HTML, or in Markdown that was rendered, could run or load something."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree
from markdown_it import MarkdownIt

from boilerkit.html.parsing import parse

_ELEMENT_NAMES = """article p h1 h2 h3 h4 h5 h6 ul ol li dl dt dd table thead tbody tfoot tr td th caption pre
blockquote figure figcaption details summary br a b strong i em u s del ins mark small sub sup q cite code kbd samp var
img aside span input hr"""
_ELEMENTS = frozenset(_ELEMENT_NAMES.split())
_ATTRIBUTE_NAMES = "href src alt colspan rowspan start reversed value class id type checked disabled style title"
_ATTRIBUTES = frozenset(_ATTRIBUTE_NAMES.split())
_STYLES = frozenset(f"text-align:{side}" for side in ("left", "right", "center"))  # by markdown-it, in tables
_RASTER = re.compile(r"data:image/(png|gif|jpe?g|webp|avif|bmp)[;,]")

#: Schemes of addresses that run nothing.
SCHEMES = frozenset(("", "http", "https", "mailto", "tel", "ftp"))

#: Renderers of Markdown with different extensions.
RENDERERS = {
    "CommonMark": MarkdownIt("commonmark", {"html": True}),
    "tables and strikethrough": MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"]),
    "autolinks": MarkdownIt("js-default", {"html": True, "linkify": False, "typographer": True}),
}
for _renderer in RENDERERS.values():
    _renderer.validateLink = lambda url: True  # type: ignore[method-assign] # the check is ours, not the renderer's


def dangers(html: str) -> Iterator[str]:
    """Yield what in a piece of HTML could run or load something that the output may not contain."""
    root = parse(f"<div>{html}</div>")
    assert root is not None
    top = root.find(".//div")
    assert top is not None
    for element in top.iterdescendants():
        if not isinstance(element.tag, str):
            yield etree.tostring(element, encoding="unicode")
            continue
        if element.tag not in _ELEMENTS:
            yield f"<{element.tag}>"
        for name, value in element.attrib.items():
            if not _is_safe(str(name), str(value)):
                yield f"{name!s}={value!s}"


def _is_safe(name: str, value: str) -> bool:
    if name in ("href", "src"):
        scheme = re.match(r"([a-zA-Z][a-zA-Z0-9+.-]*):", re.sub(r"[\x00-\x20]", "", value))
        return scheme is None or scheme[1].lower() in SCHEMES or (name == "src" and _RASTER.match(value) is not None)
    return name in _ATTRIBUTES and (name != "style" or value in _STYLES)
