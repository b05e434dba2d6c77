"""Pages whose elements are nested so deep, or so often never closed, that the parser would give up."""

from __future__ import annotations

from collections import Counter

from boilerkit.html._mending import next_tag_after
from boilerkit.html.tags import BLOCK, TAG_FLAGS

#: Elements that hold no other elements. Without its tags, the text in a script would be markup.
_LEAVES = frozenset(
    b"area base br col embed hr img input link meta param source track wbr "
    b"iframe noembed noframes plaintext script style textarea title xmp".split()
)
_BLOCKS = frozenset(name.encode() for name, flags in TAG_FLAGS.items() if flags & BLOCK)


def flatten(markup: bytes, max_depth: int) -> bytes:
    """Return a page without the tags of elements that are nested deeper than `max_depth`, in linear time.

    Their text stays. Where the element would have started or ended a block, a rule stands for the tag.
    """
    open_names: list[bytes] = []
    n_open: Counter[bytes] = Counter()

    def is_deep(name: bytes, is_end_tag: bool) -> bool:
        """Return whether a tag belongs to an element that is nested too deep, having read it."""
        if name in _LEAVES:
            return False
        if not is_end_tag:
            open_names.append(name)
            n_open[name] += 1
            return len(open_names) > max_depth
        if not n_open[name]:
            return False
        while True:
            closed = open_names.pop()
            n_open[closed] -= 1
            if closed == name:
                return len(open_names) >= max_depth

    parts: list[bytes] = []
    done = 0
    tag = next_tag_after(markup, 0)
    while tag is not None:
        start, name_start, name_end, end, search_on = tag
        name = markup[name_start:name_end].lower()
        if is_deep(name, name_start - start == 2):
            parts += [markup[done:start], b"<hr>" if name in _BLOCKS else b""]
            done = end
        tag = next_tag_after(markup, search_on)
    return b"".join([*parts, markup[done:]])
