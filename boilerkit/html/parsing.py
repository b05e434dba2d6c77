"""Parsing HTML with lxml."""

from __future__ import annotations

import threading

from lxml import etree

from boilerkit.decoding.encoding import encode_utf8
from boilerkit.errors import InputError
from boilerkit.html._mending import mend
from boilerkit.html.nesting import flatten

#: What is nested deeper is taken as if it stood there, as in Chromium. libxml2 would lose it from a depth of 2048 on.
MAX_DEPTH = 512

#: A page of the largest size has about this many; each takes some 200 bytes of memory.
MAX_ELEMENTS = 5_000_000


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
    """Return a page in UTF-8 of which libxml2 makes a tree that has all its text, in bounded time and depth.

    Raises InputError for a page of more than MAX_ELEMENTS.
    """
    mended, max_depth, n_elements = mend(markup)
    if n_elements > MAX_ELEMENTS:
        raise InputError(f"the page has {n_elements:,} elements; the most is {MAX_ELEMENTS:,}")
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
