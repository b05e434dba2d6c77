"""What stage one thought of the blocks around: the features that only stage two has."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from boilerkit.features.columns import Columns, ancestors
from boilerkit.features.position import NOWHERE, last_where, shifted, window_sums
from boilerkit.features.structure import LEVELS, heading_levels
from boilerkit.segment.table import BlockTable
from boilerkit.select import page_cut

OFFSETS = (-3, -2, -1, 1, 2, 3)
WINDOWS = (2, 5, 12, 30)
CONFIDENT = 0.7

COLUMNS = {
    "p": "stage one's probability that the block is content",
    **{f"p_at{offset:+d}": f"that of the block at {offset:+d}" for offset in OFFSETS},
    **{f"p_around{w}": f"mean over the words of the {w} blocks on either side" for w in WINDOWS},
    **{f"p_up{i}": f"mean over the words of its ancestor {i} (see up{i}_words)" for i in range(1, LEVELS)},
    "p_path": "mean over the words of the blocks with the same path of tags and classes",
    "p_text": "highest among the blocks with the same text",
    "p_heading": "that of the last heading",
    "p_before": "mean over all words before it",
    "p_after": "mean over all words after it",
    "p_section": "mean over the words up to the next heading",
    "content_before": "expected share of the page's content that stands before it",
    "content_words": "expected words of content on the page",
    "content_share": "expected share of content among the page's words",
    "p_highest": "highest of the page",
    "page_cut": "the probability over which the page's expected F1 is best (see select.page_cut)",
    "p_over_cut": "p divided by it",
    "p_rank": "share of the page's words in blocks with a higher p",
    "from_first": "blocks since the first confident content block (probability over 0.7; 9999 without one)",
    "from_last": "blocks since the last one of the page (negative: it is still to come)",
    "from_nearest": "blocks to the nearest one",
    "p_largest": "that of the longest run of content, by words, that the page has",
    "in_largest": "in the longest run of content (no more than three blocks apart)",
}


def neighbourhood_features(table: BlockTable, p: NDArray[np.floating]) -> Columns:
    """Columns over the blocks, each [n_blocks]; `p` [n_blocks] is stage one's probability of content."""
    words = table.block("words") + 0.5  # a block without words still counts a little
    sums = np.zeros((len(table) + 1, 2))
    sums[1:, 0] = p * words
    sums[1:, 1] = words
    sums = np.cumsum(sums, axis=0)
    columns: dict[str, NDArray[np.generic]] = {"p": np.asarray(p)}
    columns |= {f"p_at{offset:+d}": shifted(np.asarray(p), offset, 0) for offset in OFFSETS}
    for window in WINDOWS:
        columns[f"p_around{window}"] = _mean(window_sums(sums, window))
    rows = ancestors(table, "wider", LEVELS)[1:]
    held = sums[table.element("end_block")[rows]] - sums[table.element("first_block")[rows]]
    columns |= {f"p_up{i + 1}": _mean(held[i]) for i in range(LEVELS - 1)}
    columns |= _alike(table, p, words) | _course(table, p, sums)
    return columns | _among_page(p, words) | _distances(table, p)


def _mean(sums: NDArray[np.floating]) -> NDArray[np.floating]:
    means: NDArray[np.floating] = sums[..., 0] / np.maximum(sums[..., 1], 0.5)
    return means


def _alike(table: BlockTable, p: NDArray[np.floating], words: NDArray[np.floating]) -> Columns:
    """What stage one thought of blocks of the same make."""
    _, path = np.unique(table.element("path")[table.block("element")], return_inverse=True)
    _, text = np.unique(table.block("text_hash"), return_inverse=True)
    highest = np.zeros(len(table))
    np.maximum.at(highest, text, p)
    return {"p_path": (np.bincount(path, p * words) / np.bincount(path, words))[path], "p_text": highest[text]}


def _course(table: BlockTable, p: NDArray[np.floating], sums: NDArray[np.floating]) -> Columns:
    """The page's course up to the block and after it."""
    n = len(table)
    index = np.arange(n)
    is_heading = heading_levels(table) > 0
    last = last_where(is_heading)
    next_heading = np.minimum.accumulate(np.where(is_heading, index, n)[::-1])[::-1]
    following = np.append(next_heading[1:], n)
    content, words = sums[-1]
    return {
        "p_heading": np.where(last >= 0, np.asarray(p)[last], -1),
        "p_before": _mean(sums[:-1]),
        "p_after": _mean(sums[-1] - sums[1:]),
        "p_section": _mean(sums[following] - sums[:-1]),
        "content_before": sums[:-1, 0] / max(content, 0.5),
        "content_words": np.full(n, content),
        "content_share": np.full(n, content / max(words, 0.5)),
        "p_highest": np.full(n, p.max(initial=0)),
    }


def _among_page(p: NDArray[np.floating], words: NDArray[np.floating]) -> Columns:
    """How p compares with what the whole page lets expect: on a listing even the likeliest blocks have a low p."""
    cut = page_cut(p, words, 0.5)
    order = np.argsort(-p, kind="stable")
    rank = np.empty(len(p))
    rank[order] = np.cumsum(words[order]) - words[order]
    return {
        "page_cut": np.full(len(p), cut),
        "p_over_cut": p / max(cut, 1e-6),
        "p_rank": rank / max(words.sum(), 1),
    }


def _distances(table: BlockTable, p: NDArray[np.floating]) -> Columns:
    """How far the confident content blocks are."""
    n = len(table)
    index = np.arange(n)
    sure = np.flatnonzero((p > CONFIDENT) & (table.block("words") >= 5))
    if not len(sure):
        nowhere = np.full(n, NOWHERE)
        return dict.fromkeys(("from_first", "from_last", "from_nearest"), nowhere) | dict.fromkeys(
            ("p_largest", "in_largest"), np.zeros(n)
        )
    after = np.searchsorted(sure, index)
    nearest = np.minimum(
        np.abs(index - sure[np.minimum(after, len(sure) - 1)]), np.abs(index - sure[np.maximum(after - 1, 0)])
    )
    run = np.cumsum(np.diff(sure, prepend=sure[0]) > 3)  # number of the run that each confident block is in
    words = np.bincount(run, table.block("words")[sure])
    largest = sure[run == words.argmax()]
    return {
        "from_first": index - sure[0],
        "from_last": index - sure[-1],
        "from_nearest": nearest,
        "p_largest": np.full(n, np.asarray(p)[largest].mean()),
        "in_largest": (index >= largest[0]) & (index <= largest[-1]),
    }
