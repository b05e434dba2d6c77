"""Pages whose elements are nested so deep, or so often never closed, that the parser would give up."""

from __future__ import annotations

import re
from collections import Counter

from boilerkit.html.tags import BLOCK, TAG_FLAGS

_TAG = re.compile(rb"<(/?)([A-Za-z][^\s/<>]*+)[^<>]*+>")
_VOID = frozenset(b"area base br col embed hr img input link meta param source track wbr".split())
_BLOCKS = frozenset(name.encode() for name, flags in TAG_FLAGS.items() if flags & BLOCK)


def flatten(markup: bytes, max_depth: int) -> bytes:
    """Return a page without the tags of elements that are nested deeper than `max_depth`, in linear time.

    Their text stays. Where the element would have started or ended a block, a rule stands for the tag.
    """
    open_names: list[bytes] = []
    n_open: Counter[bytes] = Counter()

    def replace(tag: re.Match[bytes]) -> bytes:
        name = tag[2].lower()
        if name in _VOID:
            return tag[0]
        if not tag[1]:
            open_names.append(name)
            n_open[name] += 1
        elif not n_open[name]:
            return tag[0]
        is_deep = len(open_names) > max_depth
        while tag[1]:
            closed = open_names.pop()
            n_open[closed] -= 1
            if closed == name:
                is_deep = len(open_names) >= max_depth
                break
        if is_deep:
            return b"<hr>" if name in _BLOCKS else b""
        return tag[0]

    return _TAG.sub(replace, markup)
