"""Kept blocks as Markdown."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
from lxml import etree
from numpy.typing import NDArray

from boilerkit.html.rendering.html import pruned
from boilerkit.html.segmentation.blocks import HtmlBlocks

# Text of the page that Markdown would read as a tag, a link or code; markdownify escapes `*` and `_`. Other characters
# are not escaped, to keep the text legible.
_MARKUP = re.compile(r"[\\](?=[!-/:-@\[-`{-~])|\](?=[(:])|<(?=[A-Za-z/!?])|`")
_BRACKETS = re.compile(r"[\\\[\]<`]")
# What would turn a line that starts with it into a list item, a heading, a quote, a rule or a fence.
_LINE_START = re.compile(r"(?P<number>[0-9]{1,9}(?=[.)](?:\s|$)))|(?=[-+](?:\s|$)|#{1,6}(?:\s|$)|>|[-=]+\s*$|~~~)")
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
# Elements that put no characters of their own before their text.
_UNMARKED = ("u", "ins", "mark", "small", "cite", "var", "ruby", "rt")
_BLOCKS = ("article", "p", "ul", "ol", "li", "dl", "dt", "dd", "blockquote", "div", "figcaption", "br", "table", "pre")
_VERBATIM = ("pre", "code", "kbd", "samp")
# Elements that markdownify does not know, and what to treat them as.
_SUBSTITUTES = {"figure": "div", "details": "div", "summary": "div"}


def to_markdown(root: etree._Element, blocks: HtmlBlocks, keep: NDArray[np.bool_], url: str | None = None) -> str:
    """Return the blocks that `keep` (bool [n_blocks]) selects as Markdown, or "" if there are none.

    With the page's `url`, links and images get absolute addresses.
    """
    from markdownify import markdownify  # slow to import and not always needed

    tree = pruned(root, blocks, keep, url)
    if not len(tree):
        return ""
    _prepare(tree)
    html = etree.tostring(tree, method="html", encoding="unicode")
    options: dict[str, Any] = {
        "bs4_options": "lxml",  # Python's own parser takes quadratic time over images and line breaks
        "heading_style": "ATX",
        "bullets": "-",
        "code_language_callback": _language,
        "table_infer_header": True,
        "sup_symbol": "^",
        "sub_symbol": "~",
        "keep_inline_images_in": ["td", "th", "a"],
    }
    text: str = markdownify(html, **options)
    return text.strip("\n")


def _language(pre: Any) -> str | None:
    """Return the language of a `pre`, from the class that `prune` leaves on it or on the code in it."""
    for element in (pre, pre.code):
        if element is not None and element.get("class"):
            return str(element["class"][0]).removeprefix("language-")
    return None


def _prepare(tree: etree._Element) -> None:
    """Escape what Markdown would read as markup and replace what markdownify does not know, in place."""
    verbatim = {element for outer in tree.iter(*_VERBATIM) for element in outer.iter()}
    in_cells = {element for cell in tree.iter("td", "th") for element in cell.iter()}
    for element in tree.iter():
        parent = element.getparent()
        element.text = _escape(element.text, element in verbatim, element in in_cells)
        element.tail = _escape(element.tail, parent in verbatim, parent in in_cells)
        _escape_attributes(element)
    for caption in list(tree.iter("caption")):
        _put_before_table(caption)
    for element in tree.iter(*_SUBSTITUTES):
        element.tag = _SUBSTITUTES[element.tag]
    _escape_line_starts(tree, verbatim | in_cells)


def _escape_line_starts(tree: etree._Element, inert: set[etree._Element]) -> None:
    """Escape starts of lines that would be read as a list item, a heading or the like, in place.

    That cannot happen in headings and in the elements of `inert`.
    """
    inert = inert | {element for heading in tree.iter(*_HEADINGS) for element in heading.iter()}
    at_start = True
    for event, element in etree.iterwalk(tree, events=("start", "end")):
        name, holder = ("text", element) if event == "start" else ("tail", element.getparent())
        if element.tag not in _UNMARKED:
            at_start = element.tag in _BLOCKS or (event == "end" and element.tag in _HEADINGS)
        text = getattr(element, name)
        if text and at_start and holder not in inert:
            setattr(element, name, _LINE_START.sub(_escape_start, text, count=1) if _LINE_START.match(text) else text)
        at_start = at_start and not (text or "").strip()


def _escape_start(start: re.Match[str]) -> str:
    return (start["number"] or "") + "\\"


def _put_before_table(caption: etree._Element) -> None:
    """Move a caption: Markdown has none, and markdownify misses a header row that follows one."""
    table = caption.getparent()
    if table is not None:
        table.addprevious(caption)
        caption.tag = "div"


def _escape(text: str | None, verbatim: bool, in_cell: bool) -> str | None:
    if not text:
        return None
    if not verbatim:
        text = _MARKUP.sub(r"\\\g<0>", text)
    return text.replace("|", "\\|") if in_cell else text


def _escape_attributes(element: etree._Element) -> None:
    for name in ("href", "src"):
        if element.get(name):
            element.set(name, element.get(name, "").replace("(", "%28").replace(")", "%29"))
    if element.get("alt"):
        element.set("alt", _BRACKETS.sub(r"\\\g<0>", element.get("alt", "")))
