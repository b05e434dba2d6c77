"""Pages with a ticker inserted: more examples of a label that few pages show, each time in another shape.

The texts of the ticker of one page are inserted near the top of another page that has none.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice

import numpy as np
from lxml import etree
from numpy.typing import NDArray

from boilerkit.decoding.encoding import decode
from boilerkit.html.parsing import parse
from boilerkit.html.segmentation.blocks import HtmlBlocks, segment_html
from boilerkit.labels import LABELS, Label
from boilerkit.learning.labels import AugmentedPage, LabelPage
from boilerkit.model.content import ContentModel

_TICKER = LABELS.index(Label.TICKER)

#: Each ticker is inserted into this many other pages, and of a long one this many blocks.
COPIES, MAX_BLOCKS = 5, 25

#: Tags of a ticker, of its items, and of the element inside an item, if any.
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

#: What the class names of tickers are made of.
SYLLABLES = ["ba", "do", "ke", "li", "mu", "na", "po", "ra", "si", "tu", "ve", "zo"]

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")  # characters that lxml's trees cannot hold


def insert_tickers(
    pages: Sequence[LabelPage], sources: Mapping[str, str | bytes], model: ContentModel, random_state: int = 0
) -> list[AugmentedPage]:
    """Return pages into which the tickers of other pages were inserted, each ticker COPIES times.

    `sources` holds the pages' HTML by their keys; `model` predicts the content of the augmented pages.
    """
    rng = random.Random(random_state)
    hosts = [page for page in pages if not (page.labels == _TICKER).any()]
    augmented: list[AugmentedPage] = []
    for page, texts in _tickers(pages):
        for host in rng.choices(hosts, k=COPIES if hosts else 0):
            inserted = insert_ticker(sources[host.key], texts, rng)
            if inserted is not None:
                blocks, is_ticker = inserted
                augmented.append(
                    AugmentedPage((page.group, host.group), blocks, model.predict_proba(blocks), is_ticker)
                )
    return augmented


def _tickers(pages: Sequence[LabelPage]) -> Iterator[tuple[LabelPage, list[str]]]:
    """Yield the texts of each run of ticker blocks; two of a run may have one other block between them."""
    for page in pages:
        blocks = np.flatnonzero(page.labels == _TICKER)
        for run in np.split(blocks, np.flatnonzero(np.diff(blocks) > 2) + 1):
            if len(run):
                yield page, [page.blocks.block_text(int(block)) for block in run[:MAX_BLOCKS]]


def insert_ticker(
    html: str | bytes, texts: Sequence[str], rng: random.Random
) -> tuple[HtmlBlocks, NDArray[np.bool_]] | None:
    """Insert a ticker of these texts into a page, in a random shape and place; None for a page without a body.

    Returns the blocks of the page, and which of them are the ticker's, bool [n_blocks].
    """
    root = parse(decode(html))
    body = None if root is None else root.find("body")
    if root is None or body is None:
        return None
    ticker = _ticker(texts, rng)
    insert_near_top(body, ticker, rng)
    order = {element: number for number, element in enumerate(root.iter(etree.Element))}
    inside = np.array([order[element] for element in ticker.iter(etree.Element)])
    blocks = segment_html(root)
    return blocks, np.isin(blocks.element("order")[blocks.block("element")], inside)


def _ticker(texts: Sequence[str], rng: random.Random) -> etree._Element:
    outer, part, inner = rng.choice(SHAPES)
    named, linked = rng.random() < 0.7, rng.random() < 0.6
    ticker = etree.Element(outer, _class(rng, named))
    attributes = _class(rng, named)
    for text in texts:
        at = etree.SubElement(ticker, part, attributes)
        if inner:
            at = etree.SubElement(at, inner)
        if linked:
            at = etree.SubElement(at, "a", {"href": f"/{_invented_name(rng)}/{rng.randrange(10**6)}"})
        at.text = _CONTROL.sub("", text)
        at.tail = " "
    if rng.random() < 0.5:
        holder = etree.Element("div", _class(rng, named))
        holder.append(ticker)
        return holder
    return ticker


def _class(rng: random.Random, named: bool) -> dict[str, str]:
    return {"class": _invented_name(rng)} if named else {}


def _invented_name(rng: random.Random) -> str:
    return "".join(rng.choices(SYLLABLES, k=rng.randint(2, 4)))


def insert_near_top(body: etree._Element, ticker: etree._Element, rng: random.Random) -> None:
    """Insert a ticker at the start of the body, or before one of the elements near the top."""
    places = [element for element in _top(body) if isinstance(element.tag, str)]
    if not places or rng.random() < 0.3:
        body.insert(0, ticker)
        return
    beside = rng.choice(places)
    parent = beside.getparent()
    assert parent is not None, "what stands in the body has a parent"
    parent.insert(parent.index(beside), ticker)


def _top(body: etree._Element) -> Iterator[etree._Element]:
    """Elements near the page's top: the body's children, and the children of the first one that has several."""
    yield from islice(body, 4)
    within = body
    while len(within) == 1:
        within = within[0]
    yield from islice(within, 4)
    for element in islice(within, 3):
        yield from islice(element, 3)
