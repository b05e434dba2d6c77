"""Parsing HTML with lxml."""

from __future__ import annotations

import threading

from lxml import etree

from boilerkit.decoding.encoding import encode_utf8
from boilerkit.html._long_tags import long_tags, may_contain_long_tag
from boilerkit.html._mending import mend
from boilerkit.html.nesting import flatten

#: An element with more attributes than this loses them all: the time that libxml2 takes grows with their square.
MAX_ATTRIBUTES = 2000

#: What is nested deeper is taken as if it stood there, as in Chromium. libxml2 would lose it from a depth of 2048 on.
MAX_DEPTH = 512

#: Shorter tags take libxml2 less than a second, whatever they contain.
_LONG_TAG_BYTES = 20_000


class _ThreadLocalParser(threading.local):
    """A parser for each thread: making one takes about ten microseconds, which is too long for every page."""

    def __init__(self) -> None:
        # Nothing looks up elements by their id, and a table of ids takes libxml2 a tenth of its time.
        self.parser = etree.HTMLParser(encoding="utf-8", huge_tree=True, no_network=True, collect_ids=False)


_thread_local = _ThreadLocalParser()


def parse(text: str) -> etree._Element | None:
    """Return the root of the tree that lxml makes of a page's text once it is mended, None where there is none.

    The parser loads nothing and expands only the entities of HTML.
    """
    return parse_mended(mend_markup(encode_utf8(text)))


def mend_markup(markup: bytes) -> bytes:
    """Return a page in UTF-8 of which libxml2 makes a tree that has all its text, in bounded time and depth."""
    mended, max_depth = mend(_strip_attribute_floods(markup))
    return flatten(mended, MAX_DEPTH) if max_depth > MAX_DEPTH else mended


def parse_mended(markup: bytes) -> etree._Element | None:
    """Parse a page that was mended.

    Raises MemoryError where libxml2 has none left, which must not pass for a page without content.
    """
    if not markup or markup.isspace():
        return None
    try:
        return etree.fromstring(markup, _thread_local.parser)
    except etree.XMLSyntaxError as error:
        if getattr(error, "code", None) == etree.ErrorTypes.ERR_NO_MEMORY:  # which its type does not tell of
            raise MemoryError("libxml2 has no memory left for the tree of the page") from None
        return None  # nothing makes a tree, for example where there are only comments


def _strip_attribute_floods(data: bytes) -> bytes:
    """Remove the attributes of elements that have more than MAX_ATTRIBUTES."""
    if not may_contain_long_tag(data, _LONG_TAG_BYTES):
        return data
    parts: list[bytes] = []
    done = 0
    for name_end, end, n_attributes in long_tags(data, _LONG_TAG_BYTES):
        if n_attributes > MAX_ATTRIBUTES and data.find(b"</", name_end, end) < 0:
            parts += [data[done:name_end], b">"]
            done = end
    return b"".join([*parts, data[done:]])
