"""Pruning: from a page's tree and its kept blocks to a new, clean tree."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import accumulate, groupby
from urllib.parse import urljoin

import numpy as np
from lxml import etree
from numpy.typing import NDArray

from boilerkit.html.rendering._layout import layout_tables
from boilerkit.html.rendering.clean import SPACE, SPACES, attributes_of, clean_text, image_of, image_url, link_url
from boilerkit.html.segmentation.blocks import HtmlBlocks
from boilerkit.html.tags import BLOCK, BREAK, INVISIBLE, PREFORMATTED, TAG_FLAGS

# Containers: elements that stay in the clean tree, with the parents that they may have; none means any.
_ROWS_IN = ("table", "thead", "tbody", "tfoot")
_CONTAINERS: dict[str, tuple[str, ...]] = {
    "ul": (), "ol": (), "dl": (), "table": (), "blockquote": (), "figure": (), "details": (),
    "li": ("ul", "ol"), "dt": ("dl",), "dd": ("dl",), "figcaption": ("figure",), "summary": ("details",),
    "caption": ("table",), "thead": ("table",), "tbody": ("table",), "tfoot": ("table",),
    "tr": _ROWS_IN, "td": ("tr",), "th": ("tr",),
}  # fmt: skip
# The element to insert between a container and something that may not be its child.
_WRAPPERS = {"ul": "li", "ol": "li", "dl": "dd", "tr": "td"} | dict.fromkeys(_ROWS_IN, "tr")
# Containers whose first text needs no paragraph.
_HOLD_TEXT = frozenset(("li", "dt", "dd", "td", "th", "caption", "figcaption", "summary", "figure"))
_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_PHRASES = ("a", "b", "strong", "i", "em", "u", "s", "del", "ins", "mark", "small", "sub", "sup", "q", "cite")
_INLINE = frozenset((*_PHRASES, "code", "kbd", "samp", "var", "ruby", "rt"))
_SYNONYMS = {"menu": "ul", "dir": "ul", "strike": "s", "tt": "code", "textarea": "p"}
# Inline elements by what they mean. One merges with another of the same meaning around it or directly before it.
_EMPHASIS = {"b": "b", "strong": "b", "i": "i", "em": "i", "s": "s", "del": "s", "sub": "sub", "sup": "sup"}
_PERMALINK = re.compile("[#§¶🔗\ufe0e\ufe0f\u200b]+")
_VERBATIM = str.maketrans("\xa0\f\v\r", "   \n")  # white space in preformatted text
#: Containers nested deeper than this dissolve, and their text stays. Inline elements at most double the depth.
MAX_NESTING = 32


@dataclass(slots=True, eq=False)
class _Container:
    """A container of the page; `copy` is the element of the clean tree, None until it has content."""

    tag: str
    depth: int
    source: etree._Element
    parent: _Container | None
    has_kept: bool = True
    copy: etree._Element | None = None


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
    """The context inside one element of the page.

    `blocks` is the range of blocks of the nearest element around that has any. In a figure, `figure` is the range of
    the nearest element around the figure that contains more blocks.
    """

    flags: int
    container: _Container
    leaf: _Leaf | None
    inline: _Chain
    blocks: tuple[int, int]
    figure: tuple[int, int] | None


def prune(root: etree._Element, blocks: HtmlBlocks, keep: NDArray[np.bool_]) -> etree._Element:
    """Return a new `article` with the blocks that `keep` (bool [n_blocks]) selects; `root` does not change.

    Headings, paragraphs, lists, tables, quotes, figures and code keep their structure, and text its inline markup. All
    other elements dissolve. The result contains no names and attributes but those known here.

    An image in kept text stays. An image without text around it, or in a figure (whether the caption is kept or not),
    stays between the first and the last kept block if the nearest element with text around the image or figure contains
    a kept block. Before the first and after the last kept block it stays if that element is wholly between them and
    the image, and a block next to the image is kept.
    """
    return _Pruning(blocks, keep).run(root)


def absolute(tree: etree._Element, base_url: str) -> None:
    """Make the addresses of links and images in a pruned tree absolute, in place, except for invalid ones."""
    for element in tree.iter("a", "img"):
        name, check = ("href", link_url) if element.tag == "a" else ("src", image_url)
        try:
            url = check(urljoin(base_url, element.get(name, "")))
        except ValueError:  # not an address, for example a broken IPv6 host
            continue
        if url:
            element.set(name, url)


class _Pruning:
    """One walk over a page. It splits text where the compiled walk does: the k-th run of visible text is block k."""

    def __init__(self, blocks: HtmlBlocks, keep: NDArray[np.bool_]) -> None:
        self.keep: list[bool] = keep.tolist()
        self.kept_before = [0, *accumulate(self.keep)]
        kept = np.flatnonzero(keep)
        self.first, self.last = (int(kept[0]), int(kept[-1])) if len(kept) else (0, -1)
        self.wider_ancestor: list[int] = blocks.element("wider_ancestor").tolist()
        first, end = blocks.element("first_block").tolist(), blocks.element("end_block").tolist()
        self.ranges = list(zip(first, end, strict=True))
        self.layout = set(np.flatnonzero(layout_tables(blocks.elements)).tolist())
        self.article = etree.Element("article")
        self.page = _Container("", 0, self.article, None, True, self.article)
        self.frames: list[_Frame] = []
        self.n_elements = 0  # entered so far: the row in `elements` of the next one
        self.n_blocks = 0  # closed so far: the number of the block that is open or comes next
        self.is_open = False
        self.breaks = 0
        self.pieces: list[_Piece] = []  # of the run since the last boundary
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
        """Take in an element's start. Return whether it is visible."""
        flags = TAG_FLAGS.get(node.tag, 0)
        if flags & BLOCK:
            self.end_run()
        if flags & INVISIBLE:
            return False
        frame = self.frame_of(node, flags)
        self.frames.append(frame)
        self.n_elements += 1
        if flags & BREAK:
            self.add_break(frame)
        elif node.tag == "img":
            self.add_image(frame, node)
        elif frame.container.source is node and frame.container.tag in ("td", "th"):
            self.keep_column(frame.container)
        return True

    def leave(self) -> None:
        """Take in the end of the current element."""
        frame = self.frames[-1]
        if frame.flags & BLOCK:
            self.end_run()
        self.frames.pop()
        above = self.frames[-1].leaf if self.frames else None
        if self.lines and frame.leaf is not None and frame.leaf is not above:
            target = self.child(self.copy_of(frame.container), "pre", attributes_of(frame.leaf.source, "pre"))
            _fill(target, self.lines, verbatim=True)
            self.lines = []

    def frame_of(self, node: etree._Element, flags: int) -> _Frame:
        above = self.frames[-1] if self.frames else _Frame(0, self.page, None, (), (0, 0), None)
        first, end = self.ranges[self.n_elements]
        blocks = (first, end) if end > first else above.blocks
        figure = above.figure
        if node.tag == "figure" and not figure:
            figure = self.ranges[self.wider_ancestor[self.n_elements]]
        tag = _SYNONYMS.get(node.tag, node.tag)
        if above.leaf and above.leaf.tag == "pre":  # whose content is lines of text
            return _Frame(flags, above.container, above.leaf, _inline(above.inline, node, tag), blocks, figure)
        if flags & PREFORMATTED and tag != "p":
            return _Frame(flags, above.container, _Leaf("pre", node), above.inline, blocks, figure)
        if tag in _HEADINGS or (tag == "p" and not _is_unused_heading(above.leaf)):
            return _Frame(flags, above.container, _Leaf(tag, node), above.inline, blocks, figure)
        if self.is_container(node, tag, above.container):
            has_kept = self.kept_before[end] > self.kept_before[first]
            container = _Container(tag, above.container.depth + 1, node, above.container, has_kept)
            return _Frame(flags, container, None, above.inline, blocks, figure)
        return _Frame(flags, above.container, above.leaf, _inline(above.inline, node, tag), blocks, figure)

    def is_container(self, node: etree._Element, tag: str, container: _Container) -> bool:
        if tag not in _CONTAINERS or container.depth >= MAX_NESTING:
            return False
        if tag == "table" and (self.n_elements in self.layout or node.get("role") in ("presentation", "none")):
            return False
        return not _CONTAINERS[tag] or container.tag in _CONTAINERS[tag]

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
            self.end_run()
        else:
            verbatim = frame.leaf is not None and frame.leaf.tag == "pre"
            self.pieces.append((frame.inline, "\n" if verbatim else etree.Element("br")))

    def add_image(self, frame: _Frame, node: etree._Element) -> None:
        image = image_of(node)
        # Pages repeat a lazily loaded picture in a noscript element after it.
        if image is not None and image.get("src") != self.last_image:
            self.pieces.append((frame.inline, image))

    # --- The clean tree ---

    def end_run(self) -> None:
        """End the run of text, and add it to the clean tree if it is kept."""
        pieces, self.pieces = self.pieces, []
        is_block, self.is_open = self.is_open, False
        self.breaks = 0
        has_text = is_block and self.keep[self.n_blocks]
        if not has_text:
            pieces = self.images_without_text(pieces, is_block)
        self.n_blocks += is_block
        if pieces:
            self.add_run(pieces, has_text)

    def images_without_text(self, pieces: list[_Piece], is_block: bool) -> list[_Piece]:
        """Return the images that stay of a run that is not a kept block; of another block, only those of figures."""
        images = [piece for piece in pieces if _is_image(piece)]
        if not images or (is_block and not self.frames[-1].figure):
            return []
        return images if self.wants_images(self.frames[-1]) else []

    def add_run(self, pieces: list[_Piece], has_text: bool) -> None:
        """Add a run, or its images, to the clean tree."""
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
        """Return whether images in `frame` stay without their text."""
        if self.first < self.n_blocks <= self.last:
            around = (frame.blocks, frame.figure or frame.blocks)
            if any(self.kept_before[end] > self.kept_before[first] for first, end in around):
                return True
        first, end = frame.blocks
        beside = self.keep[max(first, self.n_blocks - 1) : min(end, self.n_blocks + 1)]
        return self.first <= first and end <= self.last + 1 and any(beside)

    def target(self, frame: _Frame, has_text: bool) -> etree._Element:
        """Return the element of the clean tree for the run of text that ends in `frame`."""
        container, leaf = self.copy_of(frame.container), frame.leaf
        if leaf is not None and has_text and _is_unused_heading(leaf):
            leaf.used = True
            return self.child(container, leaf.tag, {})
        if leaf is None and container.tag in _HOLD_TEXT and _is_empty(container):
            return container
        return self.child(container, "p", {})

    def copy_of(self, container: _Container) -> etree._Element:
        """Return the copy of a container, made together with those around it if need be."""
        missing = []
        while container.copy is None and container.parent is not None:
            missing.append(container)
            container = container.parent
        element = container.copy if container.copy is not None else self.article
        for inner in reversed(missing):
            element = inner.copy = self.child(element, inner.tag, attributes_of(inner.source, inner.tag))
        return element

    def keep_column(self, cell: _Container) -> None:
        """Copy a cell of a kept row even if nothing in it is kept, so that later cells stay in their columns."""
        if cell.parent is not None and cell.parent.has_kept:
            self.copy_of(cell)

    def child(self, parent: etree._Element, tag: str, attributes: dict[str, str]) -> etree._Element:
        """Return a new child, with the wrappers that `parent` needs around it."""
        while parent.tag in _WRAPPERS and parent.tag not in _CONTAINERS.get(tag, ()):
            parent = etree.SubElement(parent, _WRAPPERS[parent.tag])
        return etree.SubElement(parent, tag, attributes)


def _is_unused_heading(leaf: _Leaf | None) -> bool:
    return leaf is not None and leaf.tag in _HEADINGS and not leaf.used


def _inline(chain: _Chain, node: etree._Element, tag: str) -> _Chain:
    """Return the inline elements around the text in `node`; one inside another of the same meaning adds nothing."""
    if tag not in _INLINE or any(_EMPHASIS.get(outer.tag, outer.tag) == _EMPHASIS.get(tag, tag) for outer in chain):
        return chain
    attributes = attributes_of(node, tag)
    return chain if tag == "a" and not attributes else (*chain, _Inline(tag, attributes))


def _plain_heading(pieces: list[_Piece]) -> list[_Piece]:
    """Return a heading's pieces without bold type, which headings have anyway, and without links to the heading."""
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
    """Return a run without white space and breaks at its ends; verbatim text keeps its first indent."""
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
    """Add text, breaks and images to `target`, with the inline elements around them."""
    opened: list[tuple[_Inline, etree._Element]] = []
    after_space = True
    merged = _merge_emphasis(pieces)
    for (chain, is_text), group in groupby(merged, key=lambda piece: (piece[0], isinstance(piece[1], str))):
        holder = _open(target, opened, chain)
        contents = [content for _, content in group]
        if is_text:
            text = "".join(content for content in contents if isinstance(content, str))
            text = _normalize_space(text, verbatim, after_space)
            after_space = text.endswith(" ") if text else after_space
            _append_text(holder, text)
        else:
            elements = [content for content in contents if not isinstance(content, str)]
            holder.extend(elements)
            after_space = elements[-1].tag == "br"


def _merge_emphasis(pieces: Iterable[_Piece]) -> Iterator[_Piece]:
    """Yield the pieces, with emphasis that continues directly after its end merged into one."""
    before: _Chain = ()
    for chain, content in pieces:
        shared = 0
        while shared < min(len(before), len(chain)) and _continues(before[shared], chain[shared]):
            shared += 1
        before = (*before[:shared], *chain[shared:])
        yield before, content


def _continues(mark: _Inline, following: _Inline) -> bool:
    meaning = _EMPHASIS.get(mark.tag)
    return mark is following or (meaning is not None and meaning == _EMPHASIS.get(following.tag))


def _open(target: etree._Element, opened: list[tuple[_Inline, etree._Element]], chain: _Chain) -> etree._Element:
    """Close the inline elements in `opened` that are not in `chain`, and open those missing. Return the innermost."""
    shared = 0
    while shared < min(len(opened), len(chain)) and opened[shared][0] is chain[shared]:
        shared += 1
    del opened[shared:]
    holder = opened[-1][1] if opened else target
    for inline in chain[shared:]:
        holder = etree.SubElement(holder, inline.tag, inline.attributes)
        opened.append((inline, holder))
    return holder


def _normalize_space(text: str, verbatim: bool, after_space: bool) -> str:
    if verbatim:
        return clean_text(text.replace("\r\n", "\n").translate(_VERBATIM))
    text = SPACES.sub(" ", text)
    return clean_text(text.lstrip(" ") if after_space else text)


def _append_text(holder: etree._Element, text: str) -> None:
    """Add text at the end of `holder`. Each text or tail is set only once, which keeps this linear."""
    last = next(holder.iterchildren(reversed=True), None)
    if last is None:
        holder.text = text
    else:
        last.tail = text


def _is_empty(element: etree._Element) -> bool:
    return not element.text and next(element.iterchildren(), None) is None
