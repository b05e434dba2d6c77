"""Excerpts of pages: a few blocks of the content in a row, and perhaps a little of the boilerplate.

Users have bodies of articles from feeds and content systems, saved parts of pages, and pages with a sentence or two.
The pages of the corpora are all whole, so a model that has seen no excerpts takes a page of little text for
boilerplate. Some excerpts have no content: else a model would learn that all small pages have some.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import cast

import numpy as np
from joblib import Parallel, delayed
from lxml import etree
from numpy.typing import NDArray

from boilerkit.decoding.encoding import decode
from boilerkit.html.parsing import parse
from boilerkit.html.segmentation.blocks import HtmlBlocks, segment_html
from boilerkit.learning.training_pages import TrainingPage, training_page
from training.altered_pages import MIN_WORDS, NAMES, P_NAMELESS, remove, with_targets

#: How often an excerpt is taken of a page, and how often it has no content; else how many blocks of content; how many
#: runs of boilerplate it has, and how long these are; how often its head is missing.
P_EXCERPT, P_NO_CONTENT = 0.6, 0.1
CONTENT_BLOCKS, RUNS, RUN_BLOCKS = (1, 2, 3, 5, 8, 12, 20), (0, 0, 1, 2, 3, 4), (1, 2, 3, 5)
P_HEADLESS = 0.5

#: What an excerpt counts, relative to a page that has no copy.
EXCERPT_SHARE = 0.1


def take_excerpts(
    pages: Sequence[TrainingPage], sources: Mapping[str, str | bytes], folder: Path, random_state: int = 0
) -> dict[str, TrainingPage]:
    """Return excerpts by the keys of their pages, stored in `folder`; `sources` holds the pages' HTML by their keys.

    The vocabulary learns nothing from excerpts.
    """
    workers = Parallel(n_jobs=-1, return_as="generator", batch_size=8)
    excerpts = workers(
        delayed(_excerpt)(page, sources[page.key], folder / f"{number}.npz", (random_state, number))
        for number, page in enumerate(pages)
    )
    return {page.key: replace(page, importance=EXCERPT_SHARE, shares=None) for page in excerpts if page is not None}


def _excerpt(page: TrainingPage, source: str | bytes, file: Path, seed: tuple[int, int]) -> TrainingPage | None:
    """Write an excerpt of a page to a file; return None if there is to be none."""
    rng = random.Random(repr(seed))
    data = page.load()
    blocks, root = cast(HtmlBlocks, data.blocks), parse(decode(source))
    is_content = (data.content > 0.5) & (data.weight > 0)
    if rng.random() >= P_EXCERPT or root is None or blocks.block("words")[is_content].sum() < MIN_WORDS:
        return None
    kept = np.zeros(len(blocks), dtype=bool)
    runs = rng.choice(RUNS)
    if rng.random() < P_NO_CONTENT:
        runs = max(runs, 1)
    else:
        _keep_run(kept, np.flatnonzero(is_content), rng.choice(CONTENT_BLOCKS), rng)
    for _ in range(runs):
        _keep_run(kept, np.flatnonzero(~is_content), rng.choice(RUN_BLOCKS), rng)
    if not kept.any():
        return None
    elements = list(root.iter(etree.Element))
    _leave_out_rest(blocks, kept, elements)
    head = root.find("head")
    if head is not None and rng.random() < P_HEADLESS:
        remove(head)
    if rng.random() < P_NAMELESS:
        etree.strip_attributes(root, *NAMES)
    excerpt = with_targets(segment_html(root), list(root.iter(etree.Element)), data, elements)
    excerpt.save(file)
    return training_page(excerpt, file, page.id, page.key, page.group, page.page_type, page.corpus)


def _keep_run(kept: NDArray[np.bool_], blocks: NDArray[np.intp], length: int, rng: random.Random) -> None:
    """Mark a run of these blocks that begins at any of them."""
    if len(blocks):
        first = rng.randrange(len(blocks))
        kept[blocks[first : first + length]] = True


def _leave_out_rest(blocks: HtmlBlocks, kept: NDArray[np.bool_], elements: Sequence[etree._Element]) -> None:
    """Remove the elements that have blocks of which none is kept."""
    order, n_kept = blocks.element("order"), np.concatenate([[0], np.cumsum(kept)])
    first, end = blocks.element("first_block"), blocks.element("end_block")
    is_empty = (end > first) & (n_kept[end] == n_kept[first])
    removed = 0  # up to this block, what is not kept has been removed
    for row in np.flatnonzero(is_empty)[np.argsort(order[is_empty])].tolist():
        if end[row] > removed:
            remove(elements[order[row]])
            removed = end[row]
