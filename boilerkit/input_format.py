"""Tell HTML from plain text by looking at it."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator

from boilerkit.html.tags import TAGS

#: Characters of a page that are looked at.
_MAX_CHARS = 1 << 20

#: HTML has at least this share of its words in elements, or in lines that begin or end with a tag.
_MIN_MARKUP_SHARE = 0.5
#: The same for a page that begins with a tag.
_MIN_MARKUP_SHARE_AFTER_TAG = 0.1

_NAMES = "|".join(sorted((name for name in TAGS if name), key=len, reverse=True))
_START = re.compile(r"[\s\ufeff]*<(?:!--|(?:!doctype|html|head|body|\?xml)[\s>])", re.IGNORECASE)
_ROOT = re.compile(r"[\s\ufeff]*<([A-Za-z][\w:.-]*)(?:\s[^<>]*)?>")
_TAG = re.compile(rf"</?({_NAMES})(?:\s[^<>]*|/)?>", re.IGNORECASE)
_OPEN_TAG = re.compile(rf"[\s\ufeff]*<(?:{_NAMES})\s", re.IGNORECASE)
_WORD = re.compile(r"\w+")
_LINE = re.compile(r"\S(?:.*\S)?")


def looks_like_html(page: str) -> bool:
    """Return whether a page should be read as HTML.

    It is HTML if it begins like HTML or XML, or if enough of its words are marked up: between the start and the end of
    an element, or in a line that begins or ends with a tag. So a text about tags, or one with stray angle
    brackets, is plain text, and a fragment of HTML, or a page with some text before it, is HTML. An empty page, and a
    single line with a tag in it, are HTML.
    """
    page = page[:_MAX_CHARS]
    if not page.strip("\ufeff \t\r\n\f") or _START.match(page):
        return True
    root = _ROOT.match(page)
    if root and not _TAG.match(root[0].strip("\ufeff \t\r\n\f")) and f"</{root[1]}>" in page:
        return True  # XML
    tags = list(_TAG.finditer(page))
    if not tags:
        return _OPEN_TAG.match(page) is not None  # an unclosed tag
    if "\n" not in page.strip():
        return True
    needed = _MIN_MARKUP_SHARE_AFTER_TAG if root else _MIN_MARKUP_SHARE
    return _marked_up_share(page, tags) >= needed


def begins_like_html(page: str | bytes) -> bool:
    """Return whether the first characters show that a page is HTML; for most HTML pages they do."""
    if not isinstance(page, str | bytes):
        return False
    head = page[:1024]
    if isinstance(head, bytes):
        head = head.removeprefix(codecs.BOM_UTF8).decode("latin-1")
    return _START.match(head) is not None


def _marked_up_share(page: str, tags: list[re.Match[str]]) -> float:
    """Return the share of words in closed elements and in lines that begin or end with a tag."""
    marked = bytearray(len(page))
    for start, end in [*_elements(tags), *_marked_lines(page, tags)]:
        marked[start:end] = b"\1" * (end - start)
    bare = _TAG.sub(lambda tag: " " * len(tag[0]), page)
    words = [marked[word.start()] for word in _WORD.finditer(bare)]
    return sum(words) / len(words) if words else 1.0


def _elements(tags: list[re.Match[str]]) -> Iterator[tuple[int, int]]:
    """Yield start and end of the outermost closed elements."""
    found: list[tuple[int, int]] = []
    opened: dict[str, list[int]] = {}
    for tag in tags:
        name = tag[1].lower()
        if tag[0][1] != "/":
            opened.setdefault(name, []).append(tag.start())
        elif opened.get(name):
            found.append((opened[name].pop(), tag.end()))
    reached = 0
    for start, end in sorted(found):
        if end > reached:
            yield max(start, reached), end
            reached = end


def _marked_lines(page: str, tags: list[re.Match[str]]) -> Iterator[tuple[int, int]]:
    """Yield start and end of the lines that begin or end with a tag."""
    starts, ends = {tag.start() for tag in tags}, {tag.end() for tag in tags}
    for line in _LINE.finditer(page):
        if line.start() in starts or line.end() in ends:
            yield line.span()
