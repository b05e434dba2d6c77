"""Where in the page's course a block stands, what stands beside it, and what it repeats."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from boilerkit.features.columns import Columns, running_sums
from boilerkit.features.structure import heading_levels
from boilerkit.segment.table import BlockTable

OFFSETS = (-2, -1, 1, 2)
WINDOWS = (3, 8)

_BESIDE = {
    "words": "words in the block at {:+d}",
    "link_density": "link density of the block at {:+d}",
    "sentences": "sentence ends in the block at {:+d}",
    "same_path": "the block at {:+d} has the same path of tags and classes",
    "heading_level": "heading level of the block at {:+d}",
}
_WINDOW = {
    "words_per_block": "words a block among the {} blocks on either side",
    "link_share": "share of linked words among the {} blocks on either side",
    "text_share": "share of words in running text among the {} blocks on either side",
}

COLUMNS = {
    "index": "number of the block in the page",
    "index_share": "share of the page's blocks before it",
    "word_position": "share of the page's words before it",
    "words_before": "words before it",
    "blocks_after": "blocks after it",
    "from_h1": "blocks since the last h1 (negative: until the first one; 9999 without one)",
    "words_from_h1": "words since the last h1 (negative: until the first one)",
    "from_title": "blocks since the first block that repeats the page's title (as above)",
    "from_heading": "blocks since the last heading of any level",
    "words_from_heading": "words since the last heading",
    "last_heading_level": "level of the last heading, 0 without one",
    "headings_before": "headings before it",
    "repeats": "blocks of the page with the same text but for case and digits",
    "repeated_before": "the same text stood before",
    **{f"at{offset:+d}_{name}": text.format(offset) for offset in OFFSETS for name, text in _BESIDE.items()},
    **{f"around{window}_{name}": text.format(window) for window in WINDOWS for name, text in _WINDOW.items()},
}

NOWHERE = 9999


def position_features(table: BlockTable) -> Columns:
    """Columns over the blocks, each [n_blocks]."""
    n = len(table)
    index = np.arange(n)
    sums = running_sums(table)
    words_before, page_words = sums[:-1, 0], max(sums[-1, 0], 1)
    levels = heading_levels(table)
    title_block = (table.block("title_words") >= 0.7 * table.block("words")) & (table.block("title_words") >= 3)
    columns = {
        "index": index,
        "index_share": index / max(n, 1),
        "word_position": words_before / page_words,
        "words_before": words_before,
        "blocks_after": n - 1 - index,
    }
    h1 = _anchor(levels == 1)
    title = _anchor(title_block, first_only=True)
    heading = last_where(levels > 0)
    columns |= {
        "from_h1": np.where(h1 >= 0, index - h1, NOWHERE),
        "words_from_h1": np.where(h1 >= 0, words_before - words_before[h1], NOWHERE),
        "from_title": np.where(title >= 0, index - title, NOWHERE),
        "from_heading": np.where(heading >= 0, index - heading, NOWHERE),
        "words_from_heading": np.where(heading >= 0, words_before - words_before[heading], NOWHERE),
        "last_heading_level": np.where(heading >= 0, levels[heading], 0),
        "headings_before": np.cumsum(levels > 0) - (levels > 0),
    }
    return columns | _repetition(table) | _beside(table, levels) | _around(sums)


def last_where(mask: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Index of the last block at or before each one where the mask holds, -1 where there is none."""
    return np.maximum.accumulate(np.where(mask, np.arange(len(mask)), -1))


def _anchor(mask: NDArray[np.bool_], first_only: bool = False) -> NDArray[np.int64]:
    """As `last_where`, with the first one for the blocks before it; -1 all over where the mask never holds."""
    found = np.flatnonzero(mask)
    if not len(found):
        return np.full(len(mask), -1)
    if first_only:
        return np.full(len(mask), found[0])
    last = last_where(mask)
    return np.where(last >= 0, last, found[0])


def _repetition(table: BlockTable) -> Columns:
    _, first, group, count = np.unique(
        table.block("text_hash"), return_index=True, return_inverse=True, return_counts=True
    )
    return {"repeats": count[group], "repeated_before": first[group] < np.arange(len(table))}


def shifted(values: NDArray[np.generic], offset: int, fill: float) -> NDArray[np.generic]:
    """The values of the blocks `offset` places on, [n_blocks]; `fill` beyond the page's ends."""
    moved = np.full_like(values, fill)
    if 0 < offset < len(values):
        moved[:-offset] = values[offset:]
    elif -len(values) < offset < 0:
        moved[-offset:] = values[:offset]
    return moved


def _beside(table: BlockTable, levels: NDArray[np.int8]) -> Columns:
    path = table.element("path")[table.block("element")]
    values: Columns = {
        "words": table.block("words"),
        "link_density": table.block("link_chars") / np.maximum(table.block("chars"), 1),
        "sentences": table.block("sentences"),
        "heading_level": levels,
    }
    columns: Columns = {}
    for offset in OFFSETS:
        columns |= {f"at{offset:+d}_{name}": shifted(value, offset, -1) for name, value in values.items()}
        columns[f"at{offset:+d}_same_path"] = shifted(path, offset, 0) == path
    return {name: columns[name] for name in COLUMNS if name in columns}


def window_sums(sums: NDArray[np.float64], window: int) -> NDArray[np.float64]:
    """Sums over the blocks at most `window` places away, from running sums [n_blocks + 1, k]; [n_blocks, k]."""
    n = len(sums) - 1
    index = np.arange(n)
    return sums[np.minimum(index + window + 1, n)] - sums[np.maximum(index - window, 0)]


def _around(sums: NDArray[np.float64]) -> Columns:
    columns: Columns = {}
    for window in WINDOWS:
        words, link_words, _, _, blocks, text_words, _ = window_sums(sums, window).T
        columns[f"around{window}_words_per_block"] = words / np.maximum(blocks, 1)
        columns[f"around{window}_link_share"] = link_words / np.maximum(words, 1)
        columns[f"around{window}_text_share"] = text_words / np.maximum(words, 1)
    return columns
