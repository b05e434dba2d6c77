"""Pages with a ticker set in: more examples of a label that few pages show, each of them differently.

A strip takes its texts from the ticker of one page and stands on top of another that has none, in one of the shapes
that strips have.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

import numpy as np
from lxml import etree
from numpy.typing import NDArray

from boilerkit.decoding.encoding import decode
from boilerkit.html.parsing import parse
from boilerkit.labels import LABELS, Label
from boilerkit.model.content import ContentModel
from boilerkit.html.segmentation.blocks import HtmlBlocks, segment_html
from boilerkit.learning.label_pages import KindsLesson

_TICKER = LABELS.index(Label.TICKER)

#: Each ticker is set into so many other pages, and of a long one so many blocks.
GRAFTS, LONGEST = 5, 25

#: Tags of a strip, of its parts and of what holds a part's text.
SHAPES = (
    ("div", "div", ""),
    ("ul", "li", ""),
    ("div", "p", ""),
    ("marquee", "div", ""),
    ("section", "span", ""),
    ("div", "article", "h3"),
    ("ul", "li", "div"),
    ("div", "div", "p"),
)

#: What the names of classes in a strip are made of.
SYLLABLES = ["ba", "do", "ke", "li", "mu", "na", "po", "ra", "si", "tu", "ve", "zo"]


_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")  # which no tree may hold


@dataclass(frozen=True)
class Strip:
    """The ticker of a page of one group set into a page of another.

    `content` is as in a lesson; `is_strip` [n_blocks] tells the ticker's blocks.
    """

    groups: tuple[str, str]
    table: HtmlBlocks
    content: NDArray[np.float64]
    is_strip: NDArray[np.bool_]


def strips_of(
    lessons: Sequence[KindsLesson], html: Mapping[str, str | bytes], model: ContentModel, seed: int = 0
) -> list[Strip]:
    """Each ticker of the lessons, GRAFTS times in other pages.

    `html` holds the pages by their keys; `model` gives the content answers there.
    """
    rng = random.Random(seed)
    hosts = [lesson for lesson in lessons if not (lesson.labels == _TICKER).any()]
    strips: list[Strip] = []
    for lesson, texts in _tickers(lessons):
        for host in rng.choices(hosts, k=GRAFTS if hosts else 0):
            grafted = graft(html[host.key], texts, rng)
            if grafted is not None:
                table = grafted.table
                groups = (lesson.group, host.group)
                strips.append(Strip(groups, table, model.predict_proba(table), grafted.is_strip))
    return strips


def _tickers(lessons: Sequence[KindsLesson]) -> Iterator[tuple[KindsLesson, list[str]]]:
    """The texts of each run of ticker blocks, of which one other may stand between two."""
    for lesson in lessons:
        blocks = np.flatnonzero(lesson.labels == _TICKER)
        for run in np.split(blocks, np.flatnonzero(np.diff(blocks) > 2) + 1):
            if len(run):
                yield lesson, [lesson.table.block_text(int(block)) for block in run[:LONGEST]]


@dataclass(frozen=True)
class Graft:
    """A page with a strip in it, and which of its blocks are the strip's, [n_blocks]."""

    table: HtmlBlocks
    is_strip: NDArray[np.bool_]


def graft(html: str | bytes, texts: Sequence[str], rng: random.Random) -> Graft | None:
    """Set a strip of these texts into a page, in a shape and at a place taken by chance; None without a body."""
    root = parse(decode(html))
    body = None if root is None else root.find("body")
    if root is None or body is None:
        return None
    strip = _strip(texts, rng)
    _place(body, strip, rng)
    order = {element: number for number, element in enumerate(root.iter(etree.Element))}
    inside = np.array([order[element] for element in strip.iter(etree.Element)])
    table = segment_html(root)
    return Graft(table, np.isin(table.element("order")[table.block("element")], inside))


def _strip(texts: Sequence[str], rng: random.Random) -> etree._Element:
    outer, part, inner = rng.choice(SHAPES)
    named, linked = rng.random() < 0.7, rng.random() < 0.6
    strip = etree.Element(outer, _names(rng, named))
    attributes = _names(rng, named)
    for text in texts:
        at = etree.SubElement(strip, part, attributes)
        if inner:
            at = etree.SubElement(at, inner)
        if linked:
            at = etree.SubElement(at, "a", {"href": f"/{_invented(rng)}/{rng.randrange(10**6)}"})
        at.text = _CONTROL.sub("", text)
        at.tail = " "
    if rng.random() < 0.5:
        holder = etree.Element("div", _names(rng, named))
        holder.append(strip)
        return holder
    return strip


def _names(rng: random.Random, named: bool) -> dict[str, str]:
    return {"class": _invented(rng)} if named else {}


def _invented(rng: random.Random) -> str:
    return "".join(rng.choices(SYLLABLES, k=rng.randint(2, 4)))


def _place(body: etree._Element, strip: etree._Element, rng: random.Random) -> None:
    """Put the strip first in the body, or before one of the elements near the top."""
    places = [element for element in _top(body) if isinstance(element.tag, str)]
    if not places or rng.random() < 0.3:
        body.insert(0, strip)
        return
    beside = rng.choice(places)
    parent = beside.getparent()
    assert parent is not None, "what stands in the body has a parent"
    parent.insert(parent.index(beside), strip)


def _top(body: etree._Element) -> Iterator[etree._Element]:
    """Elements near the page's top: the body's children, and the children of the first one that has several."""
    yield from islice(body, 4)
    within = body
    while len(within) == 1:
        within = within[0]
    yield from islice(within, 4)
    for element in islice(within, 3):
        yield from islice(element, 3)
