"""From a page's tree and its kept blocks to a new, clean tree."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import accumulate, groupby
from urllib.parse import urljoin

import numpy as np
from lxml import etree
from numpy.typing import NDArray

from boilerkit.html.rendering.clean import SPACE, SPACES, attributes_of, clean_text, image_of, image_url, link_url
from boilerkit.html.rendering.layout import layout_tables
from boilerkit.html.segmentation.blocks import HtmlBlocks
from boilerkit.html.tags import BLOCK, BREAK, INVISIBLE, PREFORMATTED, TAG_FLAGS

# Elements that keep their place in the clean tree, by the elements they need around them; none means anywhere.
_ROWS_IN = ("table", "thead", "tbody", "tfoot")
_CONTAINERS: dict[str, tuple[str, ...]] = {
    "ul": (), "ol": (), "dl": (), "table": (), "blockquote": (), "figure": (), "details": (),
    "li": ("ul", "ol"), "dt": ("dl",), "dd": ("dl",), "figcaption": ("figure",), "summary": ("details",),
    "caption": ("table",), "thead": ("table",), "tbody": ("table",), "tfoot": ("table",),
    "tr": _ROWS_IN, "td": ("tr",), "th": ("tr",),
}  # fmt: skip
# What stands between a container and something that may not be its child.
_BETWEEN = {"ul": "li", "ol": "li", "dl": "dd", "tr": "td"} | dict.fromkeys(_ROWS_IN, "tr")
# Containers whose first text needs no paragraph of its own.
_TAKE_TEXT = frozenset(("li", "dt", "dd", "td", "th", "caption", "figcaption", "summary", "figure"))
_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_MARKS = ("a", "b", "strong", "i", "em", "u", "s", "del", "ins", "mark", "small", "sub", "sup", "q", "cite")
_INLINE = frozenset((*_MARKS, "code", "kbd", "samp", "var", "ruby", "rt"))
_SAME_AS = {"menu": "ul", "dir": "ul", "strike": "s", "tt": "code", "textarea": "p"}
# Marks that say the same as another. Those that stand here merge with the like of them, inside or right behind.
_EMPHASIS = {"b": "b", "strong": "b", "i": "i", "em": "i", "s": "s", "del": "s", "sub": "sub", "sup": "sup"}
_PERMALINK = re.compile("[#§¶🔗\ufe0e\ufe0f\u200b]+")
_VERBATIM = str.maketrans("\xa0\f\v\r", "   \n")  # white space in preformatted text
#: Containers inside containers beyond this are left out, their text stays. Inline elements add less than as many again.
MAX_NESTING = 32


@dataclass(slots=True, eq=False)
class _Place:
    """A container; `made` is its counterpart in the clean tree, None until something is put into it."""

    tag: str
    depth: int
    source: etree._Element
    parent: _Place | None
    has_kept: bool = True
    made: etree._Element | None = None


@dataclass(slots=True, eq=False)
class _Leaf:
    """A paragraph, heading or preformatted text; the first text in a heading is the heading."""

    tag: str
    source: etree._Element
    used: bool = False


@dataclass(slots=True, eq=False)
class _Inline:
    tag: str
    attributes: dict[str, str]


_Chain = tuple[_Inline, ...]
_Piece = tuple[_Chain, "str | etree._Element"]


@dataclass(slots=True, eq=False)
class _Frame:
    """What holds inside one element of the page.

    `blocks` are those of the nearest element around that has any; `figure` is set in a figure, to the blocks of the
    nearest element around it that holds more than the figure.
    """

    flags: int
    place: _Place
    leaf: _Leaf | None
    inline: _Chain
    blocks: tuple[int, int]
    figure: tuple[int, int] | None


def prune(root: etree._Element, table: HtmlBlocks, keep: NDArray[np.bool_]) -> etree._Element:
    """A new `article` with the content of the blocks that `keep` (bool [n_blocks]) selects; `root` is not changed.

    Headings, paragraphs, lists, tables, quotes, figures and code keep their structure, text its inline markup; all
    other elements dissolve. Nothing but the names and attributes known here gets in. An image stays if it stands in
    kept text. One that stands alone, or in a figure whatever becomes of the caption, stays between the first and the
    last kept block if the nearest element with text around the image or figure holds a kept block. Before and behind
    these it stays if all of that element, or of the figure, is between them and a block next to the image is kept.
    """
    return _Pruning(table, keep).run(root)


def absolute(tree: etree._Element, base_url: str) -> None:
    """Make the addresses of links and images in a pruned tree absolute, in place; what cannot be joined stays."""
    for element in tree.iter("a", "img"):
        name, check = ("href", link_url) if element.tag == "a" else ("src", image_url)
        try:
            url = check(urljoin(base_url, element.get(name, "")))
        except ValueError:  # not an address, a broken IPv6 host for instance
            continue
        if url:
            element.set(name, url)


class _Pruning:
    """One walk over a page. It parts text where the compiled walk does: the k-th run of visible text is block k."""

    def __init__(self, table: HtmlBlocks, keep: NDArray[np.bool_]) -> None:
        self.keep: list[bool] = keep.tolist()
        self.kept_before = [0, *accumulate(self.keep)]
        kept = np.flatnonzero(keep)
        self.first, self.last = (int(kept[0]), int(kept[-1])) if len(kept) else (0, -1)
        self.wider: list[int] = table.element("wider").tolist()
        self.ranges = list(zip(table.element("first_block").tolist(), table.element("end_block").tolist(), strict=True))
        self.layout = set(np.flatnonzero(layout_tables(table)).tolist())
        self.article = etree.Element("article")
        self.page = _Place("", 0, self.article, None, True, self.article)
        self.frames: list[_Frame] = []
        self.n_elements = 0  # entered so far: the next one's row in the table
        self.n_blocks = 0  # closed so far: the number of the block that is open or comes next
        self.is_open = False
        self.breaks = 0
        self.pieces: list[_Piece] = []  # since the last boundary
        self.lines: list[_Piece] = []  # of the preformatted element that the walk is in
        self.last_image: str | None = None

    def run(self, root: etree._Element) -> etree._Element:
        if self.last < 0:
            return self.article
        walker = etree.iterwalk(root, events=("start", "end", "comment", "pi"))
        for event, node in walker:
            if event == "start":
                if self.enter(node):
                    self.add_text(node.text)
                else:
                    walker.skip_subtree()
                continue
            if event == "end" and not TAG_FLAGS.get(node.tag, 0) & INVISIBLE:
                self.leave()
            if self.frames:
                self.add_text(node.tail)
        return self.article

    # --- The page ---

    def enter(self, node: etree._Element) -> bool:
        """Take in an element's start; returns whether it is visible."""
        flags = TAG_FLAGS.get(node.tag, 0)
        if flags & BLOCK:
            self.part()
        if flags & INVISIBLE:
            return False
        frame = self.frame_of(node, flags)
        self.frames.append(frame)
        self.n_elements += 1
        if flags & BREAK:
            self.add_break(frame)
        elif node.tag == "img":
            self.add_image(frame, node)
        elif frame.place.source is node and frame.place.tag in ("td", "th"):
            self.keep_column(frame.place)
        return True

    def leave(self) -> None:
        """Take in the end of the current element."""
        frame = self.frames[-1]
        if frame.flags & BLOCK:
            self.part()
        self.frames.pop()
        above = self.frames[-1].leaf if self.frames else None
        if self.lines and frame.leaf is not None and frame.leaf is not above:
            target = self.child(self.made(frame.place), "pre", attributes_of(frame.leaf.source, "pre"))
            _fill(target, self.lines, verbatim=True)
            self.lines = []

    def frame_of(self, node: etree._Element, flags: int) -> _Frame:
        above = self.frames[-1] if self.frames else _Frame(0, self.page, None, (), (0, 0), None)
        first, end = self.ranges[self.n_elements]
        blocks = (first, end) if end > first else above.blocks
        figure = self.ranges[self.wider[self.n_elements]] if node.tag == "figure" and not above.figure else above.figure
        tag = _SAME_AS.get(node.tag, node.tag)
        if above.leaf and above.leaf.tag == "pre":  # whatever is in there, it is lines of text
            return _Frame(flags, above.place, above.leaf, _inline(above.inline, node, tag), blocks, figure)
        if flags & PREFORMATTED and tag != "p":
            return _Frame(flags, above.place, _Leaf("pre", node), above.inline, blocks, figure)
        if tag in _HEADINGS or (tag == "p" and not _awaits_heading(above.leaf)):
            return _Frame(flags, above.place, _Leaf(tag, node), above.inline, blocks, figure)
        if self.is_container(node, tag, above.place):
            has_kept = self.kept_before[end] > self.kept_before[first]
            place = _Place(tag, above.place.depth + 1, node, above.place, has_kept)
            return _Frame(flags, place, None, above.inline, blocks, figure)
        return _Frame(flags, above.place, above.leaf, _inline(above.inline, node, tag), blocks, figure)

    def is_container(self, node: etree._Element, tag: str, place: _Place) -> bool:
        if tag not in _CONTAINERS or place.depth >= MAX_NESTING:
            return False
        if tag == "table" and (self.n_elements in self.layout or node.get("role") in ("presentation", "none")):
            return False
        return not _CONTAINERS[tag] or place.tag in _CONTAINERS[tag]

    def add_text(self, text: str | None) -> None:
        if not text:
            return
        frame = self.frames[-1]
        if text.strip(SPACE):
            self.is_open = True
            self.breaks = 0
        self.pieces.append((frame.inline, text))

    def add_break(self, frame: _Frame) -> None:
        if not self.is_open:
            return
        self.breaks += 1
        if self.breaks > 1:
            self.part()
        else:
            verbatim = frame.leaf is not None and frame.leaf.tag == "pre"
            self.pieces.append((frame.inline, "\n" if verbatim else etree.Element("br")))

    def add_image(self, frame: _Frame, node: etree._Element) -> None:
        image = image_of(node)
        # Pages repeat a picture that loads late in a noscript element behind it.
        if image is not None and image.get("src") != self.last_image:
            self.pieces.append((frame.inline, image))

    # --- The clean tree ---

    def part(self) -> None:
        """End the run of text, and put it into the clean tree if it is kept."""
        pieces, self.pieces = self.pieces, []
        is_block, self.is_open = self.is_open, False
        self.breaks = 0
        has_text = is_block and self.keep[self.n_blocks]
        if not has_text:
            pieces = self.images_without_text(pieces, is_block)
        self.n_blocks += is_block
        if pieces:
            self.put(pieces, has_text)

    def images_without_text(self, pieces: list[_Piece], is_block: bool) -> list[_Piece]:
        """The images that stay of a run that is not a kept block; of a block that is not kept, only a figure's."""
        images = [piece for piece in pieces if _is_image(piece)]
        if not images or (is_block and not self.frames[-1].figure):
            return []
        return images if self.wants_images(self.frames[-1]) else []

    def put(self, pieces: list[_Piece], has_text: bool) -> None:
        """Put a run, or its images, into the clean tree."""
        images = [piece.get("src") for _, piece in pieces if not isinstance(piece, str) and piece.tag == "img"]
        self.last_image = images[-1] if images else self.last_image
        frame = self.frames[-1]
        if frame.leaf and frame.leaf.tag == "pre":
            if self.lines:
                self.lines.append((self.lines[-1][0], "\n"))
            self.lines += _trim(pieces, verbatim=True)
        else:
            target = self.target(frame, has_text)
            pieces = _plain_heading(pieces) if target.tag in _HEADINGS else pieces
            _fill(target, _trim(pieces, verbatim=False), verbatim=False)

    def wants_images(self, frame: _Frame) -> bool:
        """Whether images that end in `frame` stay without their text."""
        if self.first < self.n_blocks <= self.last:
            around = (frame.blocks, frame.figure or frame.blocks)
            if any(self.kept_before[end] > self.kept_before[first] for first, end in around):
                return True
        first, end = frame.blocks
        beside = self.keep[max(first, self.n_blocks - 1) : min(end, self.n_blocks + 1)]
        return self.first <= first and end <= self.last + 1 and any(beside)

    def target(self, frame: _Frame, has_text: bool) -> etree._Element:
        """The element of the clean tree that takes the run of text that ends in `frame`."""
        place, leaf = self.made(frame.place), frame.leaf
        if leaf is not None and has_text and _awaits_heading(leaf):
            leaf.used = True
            return self.child(place, leaf.tag, {})
        if leaf is None and place.tag in _TAKE_TEXT and _is_empty(place):
            return place
        return self.child(place, "p", {})

    def made(self, place: _Place) -> etree._Element:
        """The counterpart of a container, made with those around it if need be."""
        missing = []
        while place.made is None and place.parent is not None:
            missing.append(place)
            place = place.parent
        element = place.made if place.made is not None else self.article
        for inner in reversed(missing):
            element = inner.made = self.child(element, inner.tag, attributes_of(inner.source, inner.tag))
        return element

    def keep_column(self, cell: _Place) -> None:
        """Make a cell of a kept row even if nothing in it is kept: those behind it stay in their columns."""
        if cell.parent is not None and cell.parent.has_kept:
            self.made(cell)

    def child(self, parent: etree._Element, tag: str, attributes: dict[str, str]) -> etree._Element:
        while parent.tag in _BETWEEN and parent.tag not in _CONTAINERS.get(tag, ()):
            parent = etree.SubElement(parent, _BETWEEN[parent.tag])
        return etree.SubElement(parent, tag, attributes)


def _awaits_heading(leaf: _Leaf | None) -> bool:
    return leaf is not None and leaf.tag in _HEADINGS and not leaf.used


def _inline(chain: _Chain, node: etree._Element, tag: str) -> _Chain:
    """The inline elements around the text in `node`; one inside another that says the same adds nothing."""
    if tag not in _INLINE or any(_EMPHASIS.get(outer.tag, outer.tag) == _EMPHASIS.get(tag, tag) for outer in chain):
        return chain
    attributes = attributes_of(node, tag)
    return chain if tag == "a" and not attributes else (*chain, _Inline(tag, attributes))


def _plain_heading(pieces: list[_Piece]) -> list[_Piece]:
    """A heading's pieces without bold type, which it has by itself, and without links that only point to it."""
    plain = [(tuple(mark for mark in chain if mark.tag not in ("b", "strong")), piece) for chain, piece in pieces]
    kept: list[_Piece] = []
    for link, group in groupby(plain, key=lambda piece: next((mark for mark in piece[0] if mark.tag == "a"), None)):
        linked = list(group)
        text = "".join(content for _, content in linked if isinstance(content, str)).strip(SPACE)
        if link is None or not _PERMALINK.fullmatch(text):
            kept += linked
    return plain if all(_is_blank(piece) for piece in kept) else kept


def _is_image(piece: _Piece) -> bool:
    return not isinstance(piece[1], str) and piece[1].tag == "img"


def _is_blank(piece: _Piece) -> bool:
    content = piece[1]
    return not content.strip(SPACE) if isinstance(content, str) else content.tag == "br"


def _trim(pieces: list[_Piece], verbatim: bool) -> list[_Piece]:
    """The pieces of a run without white space and breaks at its ends; of verbatim text the first indent stays."""
    first, end = 0, len(pieces)
    while _is_blank(pieces[end - 1]):
        end -= 1
    while _is_blank(pieces[first]):
        first += 1
    indent = "".join(content for _, content in pieces[:first] if isinstance(content, str))
    trimmed = pieces[first:end]
    chain, content = trimmed[-1]
    if isinstance(content, str):
        trimmed[-1] = (chain, content.rstrip(SPACE))
    chain, content = trimmed[0]
    if isinstance(content, str):
        text = content.lstrip(SPACE)
        indent += content[: len(content) - len(text)]
        trimmed[0] = (chain, indent.rpartition("\n")[2] + text if verbatim else text)
    return trimmed


def _fill(target: etree._Element, pieces: Iterable[_Piece], verbatim: bool) -> None:
    """Put text, breaks and images into `target`, with the inline elements around them."""
    opened: list[tuple[_Inline, etree._Element]] = []
    after_space = True
    for (chain, is_text), group in groupby(_joined(pieces), key=lambda piece: (piece[0], isinstance(piece[1], str))):
        holder = _open(target, opened, chain)
        contents = [content for _, content in group]
        if is_text:
            text = _normal("".join(content for content in contents if isinstance(content, str)), verbatim, after_space)
            after_space = text.endswith(" ") if text else after_space
            _append_text(holder, text)
        else:
            elements = [content for content in contents if not isinstance(content, str)]
            holder.extend(elements)
            after_space = elements[-1].tag == "br"


def _joined(pieces: Iterable[_Piece]) -> Iterator[_Piece]:
    """The pieces, with emphasis that goes on right behind its end taken as one."""
    before: _Chain = ()
    for chain, content in pieces:
        shared = 0
        while shared < min(len(before), len(chain)) and _goes_on(before[shared], chain[shared]):
            shared += 1
        before = (*before[:shared], *chain[shared:])
        yield before, content


def _goes_on(mark: _Inline, following: _Inline) -> bool:
    kind = _EMPHASIS.get(mark.tag)
    return mark is following or (kind is not None and kind == _EMPHASIS.get(following.tag))


def _open(target: etree._Element, opened: list[tuple[_Inline, etree._Element]], chain: _Chain) -> etree._Element:
    """Close the inline elements in `opened` that are not in `chain`, open those missing; returns the innermost."""
    shared = 0
    while shared < min(len(opened), len(chain)) and opened[shared][0] is chain[shared]:
        shared += 1
    del opened[shared:]
    holder = opened[-1][1] if opened else target
    for inline in chain[shared:]:
        holder = etree.SubElement(holder, inline.tag, inline.attributes)
        opened.append((inline, holder))
    return holder


def _normal(text: str, verbatim: bool, after_space: bool) -> str:
    if verbatim:
        return clean_text(text.replace("\r\n", "\n").translate(_VERBATIM))
    text = SPACES.sub(" ", text)
    return clean_text(text.lstrip(" ") if after_space else text)


def _append_text(holder: etree._Element, text: str) -> None:
    """Text behind all that is in `holder`. Each place for text is written once, which keeps this linear."""
    last = next(holder.iterchildren(reversed=True), None)
    if last is None:
        holder.text = text
    else:
        last.tail = text


def _is_empty(element: etree._Element) -> bool:
    return not element.text and next(element.iterchildren(), None) is None
