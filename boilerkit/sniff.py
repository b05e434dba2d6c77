"""Whether a page is HTML or flat text, told by looking."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from typing import Literal, get_args

from boilerkit.segment.tags import TAGS

Input = Literal["auto", "html", "text"]
INPUTS = get_args(Input)

#: Characters of a page that are looked at.
_LOOKED_AT = 1 << 20

#: At least this share of the words of an HTML page stands in elements or in lines that a tag begins or ends.
_MARKED_UP = 0.5
#: That of a page that begins with a tag.
_MARKED_UP_BEGINNING_SO = 0.1

_NAMES = "|".join(sorted((name for name in TAGS if name), key=len, reverse=True))
_START = re.compile(r"[\s\ufeff]*<(?:!--|(?:!doctype|html|head|body|\?xml)[\s>])", re.IGNORECASE)
_ROOT = re.compile(r"[\s\ufeff]*<([A-Za-z][\w:.-]*)(?:\s[^<>]*)?>")
_TAG = re.compile(rf"</?({_NAMES})(?:\s[^<>]*|/)?>", re.IGNORECASE)
_BEGINNING = re.compile(rf"[\s\ufeff]*<(?:{_NAMES})\s", re.IGNORECASE)
_WORD = re.compile(r"\w+")
_LINE = re.compile(r"\S(?:.*\S)?")


def looks_like_html(page: str) -> bool:
    """Whether a page should be read as HTML.

    It is HTML if it begins as HTML or XML does, or if enough of its words are marked up: stand between the start and
    the end of an element, or in a line that a tag begins or ends. So a text that tells of tags or shows some is flat
    text, as is one with stray angle brackets, and a fragment of HTML, or a page with some text before it, is HTML. What
    is empty, or one line with a tag in it, is HTML, as it always was.
    """
    page = page[:_LOOKED_AT]
    if not page.strip("\ufeff \t\r\n\f") or _START.match(page):
        return True
    root = _ROOT.match(page)
    if root and not _TAG.match(root[0].strip("\ufeff \t\r\n\f")) and f"</{root[1]}>" in page:
        return True  # XML of some kind
    tags = list(_TAG.finditer(page))
    if not tags:
        return _BEGINNING.match(page) is not None  # a tag that does not end, or is no tag
    if "\n" not in page.strip():
        return True
    needed = _MARKED_UP_BEGINNING_SO if root else _MARKED_UP
    return _marked_up_share(page, tags) >= needed


def begins_like_html(page: str | bytes) -> bool:
    """Whether the first characters tell that a page is HTML; most HTML pages are known so."""
    if not isinstance(page, str | bytes):
        return False
    head = page[:1024]
    if isinstance(head, bytes):
        head = head.removeprefix(codecs.BOM_UTF8).decode("latin-1")
    return _START.match(head) is not None


def _marked_up_share(page: str, tags: list[re.Match[str]]) -> float:
    """The share of words, outside of tags, in elements that are closed and in lines that begin or end with a tag."""
    marked = bytearray(len(page))
    for start, end in [*_elements(tags), *_marked_lines(page, tags)]:
        marked[start:end] = b"\1" * (end - start)
    bare = _TAG.sub(lambda tag: " " * len(tag[0]), page)
    words = [marked[word.start()] for word in _WORD.finditer(bare)]
    return sum(words) / len(words) if words else 1.0


def _elements(tags: list[re.Match[str]]) -> Iterator[tuple[int, int]]:
    """Start and end of the outermost elements that are closed."""
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
    """Start and end of the lines that a tag begins or ends."""
    starts, ends = {tag.start() for tag in tags}, {tag.end() for tag in tags}
    for line in _LINE.finditer(page):
        if line.start() in starts or line.end() in ends:
            yield line.span()
