"""From a page's text to an lxml tree."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable

from lxml import etree

from boilerkit.decoding.encoding import encode_utf8
from boilerkit.html._long_tags import count_attributes, long_tags, may_contain_long_tag

#: An element with more attributes than this loses them all: the time that libxml2 takes grows with their square.
MAX_ATTRIBUTES = 2000

_FLOOD = 20_000  # bytes of a tag; less takes libxml2 no second, whatever it holds
_TAG_NAME = re.compile(rb"<[\w:.-]+")


def _without_floods(data: bytes) -> bytes:
    """The page with the attributes of elements that have more than MAX_ATTRIBUTES left out."""
    parts: list[bytes] = []
    done = 0
    for start, end in long_tags(data, _FLOOD) if may_contain_long_tag(data, _FLOOD) else ():
        name = _TAG_NAME.match(data, start)
        if name and data.find(b"</", start, end) < 0 and count_attributes(data, start, end) > MAX_ATTRIBUTES:
            parts += [data[done:start], name[0], b">"]
            done = end
    return b"".join([*parts, data[done:]]) if parts else data


def parse(text: str) -> etree._Element | None:
    """The root of the tree that lxml makes of a page's text; None where there is nothing to parse.

    No network, no entities but those of HTML. libxml2 bounds the depth (at 2048 elements) and stops reading where it is
    passed: what is nested deeper, and all that follows, is left out.
    """
    return parse_utf8(encode_utf8(text))


class _OfThread(threading.local):
    """A parser for each thread, as making one costs about ten microseconds a page."""

    def __init__(self) -> None:
        # Nobody asks for elements by their id, and to keep a table of ids takes libxml2 a tenth of its time.
        self.parser = etree.HTMLParser(encoding="utf-8", huge_tree=True, no_network=True, collect_ids=False)


_of_thread = _OfThread()


def parse_utf8(data: bytes, without: Callable[[bytes], bytes] = bytes) -> etree._Element | None:
    """As `parse`, for text in UTF-8; `without` may leave out of it what nobody asks for."""
    if not data or data.isspace():
        return None
    try:
        return etree.fromstring(without(_without_floods(data)), _of_thread.parser)
    except etree.XMLSyntaxError:  # nothing in it that makes a tree: only comments, say
        return None
