"""A page as it looks: a copy of its markup that can neither run nor load anything, with its blocks marked.

The copy is written element by element from lists of what is harmless, so what is not on a list is not in it: scripts,
event handlers, addresses of any kind. It is shown in a frame without scripts, under a policy without network, and so
guarded three times. Marks are `data-b`, the number of a block: on the element that holds the block and nothing else, or
on `span` elements around its text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape

from lxml import etree

from boilerkit.documents import Document
from boilerkit.html.document import HtmlDocument
from boilerkit.html.parsing import parse_mended
from boilerkit.html.segmentation.blocks import HtmlBlocks
from boilerkit.html.tags import BLOCK, INVISIBLE, TAG_FLAGS

#: The policy under which the copy is shown. The page that shows it reads its layout, which takes allow-same-origin.
POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'; "
    "sandbox allow-same-origin"
)
#: Styles beyond this many characters are left out.
MAX_STYLE = 2_000_000


def _names(names: str) -> frozenset[str]:
    return frozenset(names.split())


_VOID = _names("br hr img input wbr col")
_ELEMENTS = _VOID | _names("bdi bdo big data dfn kbd meter nobr output picture progress rp rt rtc ruby samp tt var")
_RENAMED = {"xmp": "pre", "listing": "pre", "plaintext": "pre", "noscript": "div", "template": "div", "noframes": "div"}
#: They become the copy's own, or nothing, which leaves what is in them.
_DISSOLVED = _names("html head body frameset")
_ATTRIBUTES = _names(
    "align alt bgcolor border cellpadding cellspacing checked class color cols colspan dir disabled face height hidden "
    "id lang nowrap open reversed rows rowspan selected size span start style title type valign value width"
)
#: Fields that browsers fill in, or that choose files.
_LIVE_TYPES = _names("password email file image tel url")
_CUSTOM = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)+\Z")
#: Elements in which text cannot be marked by elements of its own.
_TEXT_ONLY = _names("option optgroup select table tbody textarea tfoot thead tr")
_LOADS = re.compile(r"@import[^;]*;?|\b(?:url|image|image-set|src)\s*\([^)]*\)?|expression|behavior|-moz-binding", re.I)
_FLOATS = re.compile(r"position\s*:\s*(?:fixed|sticky|-webkit-sticky)", re.I)


@dataclass(frozen=True)
class Mark:
    """How a block is marked: attributes of all of its elements, and of the first one."""

    all: str
    first: str


def look_html(document: Document, marks: Sequence[Mark], style: str) -> str:
    """Return a document that shows a page as it looks, its blocks marked; `style` are rules to add to its own."""
    if isinstance(document, HtmlDocument):
        root = parse_mended(document.markup)
        copy = _Copy(document.blocks, marks)
        parts = list(copy.parts(root)) if root is not None else []
        own, html, body = "".join(copy.styles)[:MAX_STYLE], copy.html, copy.body
    else:
        parts = ["<pre>", *_marked_text(document, marks), "</pre>"]
        own, html, body = "pre { white-space: pre-wrap; overflow-wrap: anywhere }", "", ""
    return (
        f'<!DOCTYPE html><html{html}><head><meta charset="utf-8"><title>the page as it looks</title>'
        f"<style>{_harmless_style(own)}</style><style>{style}</style></head><body{body}>{''.join(parts)}</body></html>"
    )


def _marked_text(document: Document, marks: Sequence[Mark]) -> Iterator[str]:
    """Yield plain text with its blocks marked."""
    text, done = document.blocks.text, 0
    starts, ends = (document.blocks.block(name).tolist() for name in ("start", "end"))
    for number, (start, end) in enumerate(zip(starts, ends, strict=True)):
        yield escape(text[done:start])
        yield f'<span data-b="{number}"{marks[number].all}{marks[number].first}>{escape(text[start:end])}</span>'
        done = end
    yield escape(text[done:])


class _Copy:
    """Writes the copy of one tree.

    The walk that made the blocks counted the elements and the texts that it visited. They are counted again here, which
    tells the block of each text.
    """

    def __init__(self, blocks: HtmlBlocks, marks: Sequence[Mark]) -> None:
        self.html = self.body = ""  # the attributes of these
        self.styles: list[str] = []
        self._marks = marks
        self._marked = -1  # the last block that has a mark
        self._visited = set(blocks.element("order")[:-1].tolist())
        self._first = blocks.block("first_node").tolist()
        self._last = blocks.block("last_node").tolist()
        self._whole: dict[int, int] = {}  # blocks by the number of the element that holds nothing else
        first, end, order = (blocks.element(name) for name in ("first_block", "end_block", "order"))
        for block, row in enumerate(blocks.block("element").tolist()):
            if first[row] == block and end[row] == block + 1:
                self._whole[int(order[row])] = block
        self._is_whole = set(self._whole.values())
        self._block = 0  # the first block that has not ended
        self._nodes = 0

    def parts(self, root: etree._Element) -> Iterator[str]:
        """Yield the copy of what is in the page's body."""
        order = -1
        #: Of each open element: the end of its copy (None where it has none), whether the walk visited it, its name.
        stack: list[tuple[str | None, bool, str]] = []
        for event, node in etree.iterwalk(root, events=("start", "end", "comment", "pi")):
            if event == "start":
                order += 1
                visited = order in self._visited
                name = _name_of(node)
                dropped = bool(stack) and stack[-1][0] is None
                if name == "style" and not visited:
                    self.styles.append((node.text or "") + "\n")
                if dropped or _is_dropped(name, visited):
                    stack.append((None, visited, name))
                    self._nodes += visited
                    yield from self._text(node.text, stack)
                    continue
                self._nodes += visited
                start, end = self._tags(node, name, self._whole.get(order) if visited else None)
                yield start
                stack.append((end, visited, name))
                yield from self._text(node.text, stack)
                continue
            if event == "end":
                closed = stack.pop()[0]
                if closed:
                    yield closed
            if stack:
                yield from self._text(node.tail, stack)

    def _tags(self, node: etree._Element, name: str, block: int | None) -> tuple[str, str]:
        """Return the start and the end of an element's copy."""
        attributes = "".join(_attributes(node))
        if name in _DISSOLVED:
            if name == "html":
                self.html = self.html or attributes
            elif name != "head":
                self.body = self.body or attributes
            return "", ""
        if block is not None:
            attributes += self._mark(block)
        copied = _copied_name(name)
        return f"<{copied}{attributes}>", "" if copied in _VOID else f"</{copied}>"

    def _text(self, text: str | None, stack: list[tuple[str | None, bool, str]]) -> Iterator[str]:
        """Yield a text, marked if it is one of a block; count it if the walk did."""
        if not text:
            return
        closing, visited, name = stack[-1]
        self._nodes += visited
        if closing is None:
            return
        block = self._block_here() if visited else None
        if block is None or block in self._is_whole or name in _TEXT_ONLY or text.isspace():
            yield escape(text)
        else:
            yield f"<span{self._mark(block)}>{escape(text)}</span>"

    def _mark(self, block: int) -> str:
        first = self._marks[block].first if block > self._marked else ""
        self._marked = block
        return f' data-b="{block}"{self._marks[block].all}{first}'

    def _block_here(self) -> int | None:
        """Return the block of the node at hand."""
        while self._block < len(self._last) and self._last[self._block] < self._nodes:
            self._block += 1
        found = self._block < len(self._first) and self._first[self._block] <= self._nodes
        return self._block if found else None


def _name_of(node: etree._Element) -> str:
    return str(node.tag).rpartition("}")[2].lower()


def _is_dropped(name: str, visited: bool) -> bool:
    """Return whether nothing is to be seen of an element, which the walk decided for most."""
    return not visited and bool(TAG_FLAGS.get(name, 0) & INVISIBLE) and name not in _ELEMENTS


def _copied_name(name: str) -> str:
    if name in _RENAMED:
        return _RENAMED[name]
    flags = TAG_FLAGS.get(name)
    if name in _ELEMENTS or (flags is not None and not flags & INVISIBLE) or _CUSTOM.match(name):
        return name
    return "div" if flags and flags & BLOCK else "span"


def _attributes(node: etree._Element) -> Iterator[str]:
    for key, value in node.attrib.items():
        name = str(key).lower()
        if name in _ATTRIBUTES and not (name == "type" and str(value).strip().lower() in _LIVE_TYPES):
            text = _harmless_style(str(value)) if name == "style" else str(value)
            yield f' {name}="{escape(text)}"'


def _harmless_style(css: str) -> str:
    """Return styles that load nothing and cover nothing, so that no banner lies over the page."""
    return _FLOATS.sub("position: static", _LOADS.sub("none", css.replace("<", "")))
