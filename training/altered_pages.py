"""Altered copies of articles: what a page of another site, another year or another length could look like.

In a copy, most paragraphs may be missing, the readers' comments, a list of teasers or a ticker of another page may have
been added, and the names in the markup may be missing. Without copies, a model learns that the longer part of a page is
its content, and trusts the names that the training pages give their parts. Both are wrong on other sites.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import cast

import numpy as np
from joblib import Parallel, delayed
from lxml import etree
from numpy.typing import NDArray

from boilerkit.decoding.encoding import decode
from boilerkit.documents import feature_set
from boilerkit.html.parsing import parse
from boilerkit.html.segmentation.blocks import HtmlBlocks, segment_html
from boilerkit.labels import LABELS, Label
from boilerkit.learning.training_pages import PageData, TrainingPage, training_page
from training.augmentation_html import insert_near_top

#: Sections that are added to copies, each with the fewest words that it must have.
SECTIONS = {Label.COMMENTS: 30, Label.RELATED: 25, Label.TICKER: 15}
MIN_BLOCKS = 3
SECTION_SHARE = 0.6  # of the page's words with the label, that the section must have
SECTION_PURITY = 0.8  # of the section's words, that must have the label
MAX_CHARS = 200_000

#: The share of an article's content that its main element has, and elements after which no section is added.
MAIN_SHARE = 0.9
HOLDERS = frozenset(("html", "body", "table", "tr", "td"))

#: How often an article is shortened, to how many words; how often a section is added; how often names are removed.
#: Articles with added comments keep their names and are shortened half as often: nothing else would tell them from the
#: threads of a forum.
P_SHORT, SHORT_WORDS = 0.6, (30, 50, 90, 150)
P_SECTION = 0.6
P_NAMELESS = 0.4
NAMES = ("class", "id", "itemprop", "itemtype", "role")

#: Elements that are left out as paragraphs when an article is shortened.
PARAGRAPHS = frozenset(("p", "div", "li", "blockquote", "h2", "h3", "td", "dd"))

#: Page types of articles; "" where a corpus has nothing else.
ARTICLES = ("", "article")

#: A page with fewer words of content is not copied.
MIN_WORDS = 10

#: The share of a page's importance that its copy gets.
ALTERED_SHARE = 0.25

_INDEX = {label: number for number, label in enumerate(LABELS)}


@dataclass(frozen=True)
class Section:
    """The HTML of the comments, teasers or ticker of a page, with the page's key."""

    key: str
    label: Label
    html: str


def collect_sections(pages: Sequence[TrainingPage], sources: Mapping[str, str | bytes]) -> list[Section]:
    """Return the sections of the labelled pages; `sources` holds the pages' HTML by their keys."""
    workers = Parallel(n_jobs=-1, return_as="generator", batch_size=8)
    found = workers(delayed(_sections)(page, sources[page.key]) for page in pages)
    return [section for sections in found for section in sections]


def _sections(page: TrainingPage, source: str | bytes) -> list[Section]:
    root = parse(decode(source))
    if root is None:
        return []
    data = page.load()
    blocks, elements = cast(HtmlBlocks, data.blocks), list(root.iter(etree.Element))
    found = []
    for label, min_words in SECTIONS.items():
        is_labelled = data.labels == _INDEX[label]
        words = blocks.block("words")[is_labelled].sum()
        row = _smallest(blocks, is_labelled, SECTION_SHARE, SECTION_PURITY)
        if len(np.flatnonzero(is_labelled)) < MIN_BLOCKS or words < min_words or row is None:
            continue
        element = elements[blocks.element("order")[row]]
        html = etree.tostring(element, encoding="unicode", with_tail=False)
        if element.tag not in ("html", "body") and len(html) <= MAX_CHARS:
            found.append(Section(page.key, label, html))
    return found


def _smallest(blocks: HtmlBlocks, chosen: NDArray[np.bool_], share: float, purity: float = 0) -> int | None:
    """Return the row of the smallest element with this share of the chosen blocks' words, None if there is none.

    `purity` is the share of the element's words that must be in chosen blocks.
    """
    words = blocks.block("words") + 0.5
    first, end = blocks.element("first_block"), blocks.element("end_block")
    sums = np.concatenate([[0], np.cumsum(words * chosen)])
    totals = np.concatenate([[0], np.cumsum(words)])
    inside, size = sums[end] - sums[first], totals[end] - totals[first]
    fit = np.flatnonzero((inside >= share * sums[-1]) & (inside >= purity * size))
    if not len(fit):
        return None
    return int(fit[np.lexsort((-fit, size[fit]))[0]])  # of elements with the same blocks, the innermost


def alter_pages(
    pages: Sequence[TrainingPage],
    folds: NDArray[np.int64],
    sources: Mapping[str, str | bytes],
    sections: Iterable[Section],
    folder: Path,
    random_state: int = 0,
) -> list[TrainingPage]:
    """Return the pages, and a copy of each article that can be altered, stored in `folder`.

    A page and its copy share the page's importance. Sections come from pages of the same fold, so that no copy shows a
    model what it will be asked about out of fold. The vocabulary learns nothing from copies.
    """
    fold_of = {page.key: fold for page, fold in zip(pages, folds.tolist(), strict=True)}
    donors: dict[int, list[Section]] = {}
    for section in sections:
        if section.key in fold_of:
            donors.setdefault(fold_of[section.key], []).append(section)
    workers = Parallel(n_jobs=-1, return_as="generator", batch_size=8)
    copies = workers(
        delayed(_alter)(page, sources[page.key], donors.get(fold, []), folder / f"{number}.npz", (random_state, number))
        for number, (page, fold) in enumerate(zip(pages, folds.tolist(), strict=True))
        if page.page_type in ARTICLES
    )
    altered = {copy.key: replace(copy, importance=ALTERED_SHARE, shares=None) for copy in copies if copy is not None}
    originals = [replace(page, importance=1 - ALTERED_SHARE) if page.key in altered else page for page in pages]
    return [*originals, *altered.values()]


def _alter(
    page: TrainingPage, source: str | bytes, sections: Sequence[Section], file: Path, seed: tuple[int, int]
) -> TrainingPage | None:
    """Write an altered copy of an article to a file; return None if nothing can be altered."""
    rng = random.Random(repr(seed))
    data = page.load()
    blocks, root = cast(HtmlBlocks, data.blocks), parse(decode(source))
    is_content = (data.content > 0.5) & (data.weight > 0)
    if root is None or root.find("body") is None or blocks.block("words")[is_content].sum() < MIN_WORDS:
        return None
    elements = list(root.iter(etree.Element))
    others = [section for section in sections if section.key != page.key]
    section = rng.choice(others) if others and rng.random() < P_SECTION else None
    has_comments = section is not None and section.label == Label.COMMENTS
    p_short = P_SHORT / 2 if has_comments else P_SHORT
    is_shorter = rng.random() < p_short and _shorten(blocks, is_content, elements, rng)
    added = _add_section(section, root, _main_element(blocks, is_content, elements), rng) if section else None
    is_nameless = not has_comments and rng.random() < P_NAMELESS
    if is_nameless:
        etree.strip_attributes(root, *NAMES)
    if not (is_shorter or is_nameless or added is not None):
        return None
    copy = with_targets(segment_html(root), list(root.iter(etree.Element)), data, elements, section, added)
    copy.save(file)
    return training_page(copy, file, page.id, page.key, page.group, page.page_type, page.corpus)


def _main_element(
    blocks: HtmlBlocks, is_content: NDArray[np.bool_], elements: Sequence[etree._Element]
) -> etree._Element:
    """Return the smallest element with nearly all content."""
    row = _smallest(blocks, is_content, MAIN_SHARE)
    assert row is not None, "the root has all content"
    main: etree._Element = elements[blocks.element("order")[row]]
    return main


def _shorten(
    blocks: HtmlBlocks, is_content: NDArray[np.bool_], elements: Sequence[etree._Element], rng: random.Random
) -> bool:
    """Leave out paragraphs once an article has the wanted words; return whether any was left out."""
    order, words = blocks.element("order"), blocks.block("words")
    first, end = blocks.element("first_block"), blocks.element("end_block")
    left, removed = rng.choice(SHORT_WORDS), False
    seen: set[int] = set()
    for row in np.flatnonzero(end - first == 1).tolist():
        block, element = int(first[row]), elements[order[row]]
        if block in seen or not is_content[block] or element.tag not in PARAGRAPHS:
            continue
        seen.add(block)
        if left <= 0 or (len(seen) > 1 and words[block] > left):
            remove(element)
            removed = True
        left -= words[block]
    return removed


def remove(element: etree._Element) -> None:
    """Remove an element, but not the text after it."""
    parent, before = element.getparent(), element.getprevious()
    assert parent is not None, "the root is no paragraph"
    if element.tail:
        if before is not None:
            before.tail = (before.tail or "") + element.tail
        else:
            parent.text = (parent.text or "") + element.tail
    parent.remove(element)


def _add_section(
    section: Section, root: etree._Element, main: etree._Element, rng: random.Random
) -> etree._Element | None:
    """Add a section at the end of the main element or after it, a ticker near the top of the page; return its root."""
    fragment = parse(f"<html><body>{section.html}</body></html>")
    body = None if fragment is None else fragment.find("body")
    if body is None or not len(body):
        return None
    added = body[0]
    added.tail = None
    parent = main.getparent()
    if section.label == Label.TICKER:
        insert_near_top(next(root.iter("body")), added, rng)
    elif parent is None or main.tag in HOLDERS or rng.random() < 0.5:
        main.append(added)
    else:
        parent.insert(parent.index(main) + 1, added)
    return added


def with_targets(
    blocks: HtmlBlocks,
    elements: Sequence[etree._Element],
    data: PageData,
    elements_before: Sequence[etree._Element],
    section: Section | None = None,
    added: etree._Element | None = None,
) -> PageData:
    """Return the data of an altered page: the targets of the blocks that were there before, and of the new section."""

    def keys(of: HtmlBlocks, its: Sequence[etree._Element]) -> list[tuple[etree._Element, int]]:
        order = of.element("order")[of.block("element")]
        return list(zip((its[number] for number in order), of.block("text_hash").tolist(), strict=True))

    new = set() if added is None else set(added.iter(etree.Element))
    before = {key: number for number, key in enumerate(keys(cast(HtmlBlocks, data.blocks), elements_before))}
    targets = keys(blocks, elements)
    number = np.array([before.get(key, -1) for key in targets], dtype=np.int64)
    is_new = np.array([element in new for element, _ in targets], dtype=bool)
    known = number >= 0
    label = _INDEX[section.label] if section else -1
    return PageData(
        blocks=blocks,
        static=feature_set("html").static_features(blocks),
        content=np.where(known & ~is_new, data.content[number], 0).astype(np.float32),
        weight=np.where(is_new, blocks.block("words"), np.where(known, data.weight[number], 0)).astype(np.float32),
        labels=np.where(is_new, label, np.where(known, data.labels[number], -1)).astype(np.int8),
        gold_text="",
    )
