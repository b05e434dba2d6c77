"""Where in the tree a block stands: its element, its landmarks, and what its ancestors hold."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from boilerkit.features.columns import Columns, ancestors, running_sums
from boilerkit.segment.table import IN_HIDDEN, IN_NOSCRIPT, BlockTable
from boilerkit.segment.tags import LANDMARKS, TAG_IDS

LEVELS = 5  # the block's own element, and four ancestors that each hold more blocks than the one below

_NEAREST = {group[0]: "steps up to the nearest " + " or ".join(group) + " (255: none)" for group in LANDMARKS}
_HOLDS = {
    "blocks": "blocks in {}",
    "words": "words in {}",
    "link_share": "share of linked words in {}",
    "sentence_rate": "sentence ends a block in {}",
    "comma_rate": "commas a block in {}",
    "words_per_block": "words a block in {}",
    "text_share": "share of the words in {} that stand in running text",
    "page_share": "share of the page's words that stands in {}",
    "position": "share of the blocks of {} that stand before this one",
    "images": "pictures a block in {}",
    "twins": "elements of the page with the same path of tags and classes as {}",
    "twin_words": "words for each of those",
}


def _level_name(level: int) -> str:
    return "its element" if level == 0 else f"its ancestor {level}, counting those that hold more blocks"


COLUMNS = {
    "depth": "depth of the block's element",
    "heading_level": "1 to 6 for a heading's text, else 0",
    "hidden": "hidden by an attribute, an inline style, or in a closed dialog",
    "noscript": "shown only where scripts do not run",
    **{f"near_{name}": text for name, text in _NEAREST.items()},
    **{f"up{i}_{name}": text.format(_level_name(i)) for i in range(LEVELS) for name, text in _HOLDS.items()},
    "path_blocks": "blocks whose elements have the same path of tags and classes",
    "path_words_per_block": "words a block of those",
    "path_link_share": "share of linked words of those",
    "path_sentence_rate": "sentence ends a block of those",
    "path_word_share": "share of the page's words in those",
    "path_spread": "share of the page's blocks between the first and the last of those",
}

_HEADING_LEVEL = np.zeros(len(TAG_IDS) + 1, dtype=np.int8)
for _level in range(1, 7):
    _HEADING_LEVEL[TAG_IDS[f"h{_level}"]] = _level


def heading_levels(table: BlockTable) -> NDArray[np.int8]:
    """1 to 6 for blocks that are a heading or stand right in one, else 0; int8 [n_blocks]."""
    chain = ancestors(table, "parent", 3)
    levels: NDArray[np.int8] = _HEADING_LEVEL[table.element("tag")[chain]].max(axis=0, initial=0)
    return levels


def structure_features(table: BlockTable) -> Columns:
    """Columns over the blocks, each [n_blocks]."""
    element = table.block("element")
    context = table.block("context")
    columns: Columns = {
        "depth": table.element("depth")[element],
        "heading_level": heading_levels(table),
        "hidden": (context & IN_HIDDEN) > 0,
        "noscript": (context & IN_NOSCRIPT) > 0,
    }
    nearest = table.landmarks[element].T
    columns |= dict(zip((f"near_{group[0]}" for group in LANDMARKS), nearest, strict=True))
    return columns | _held(table) | _same_path(table)


def _held(table: BlockTable) -> Columns:
    """What the elements above each block hold."""
    rows = ancestors(table, "wider", LEVELS)
    sums = running_sums(table)
    first = table.element("first_block")[rows]
    held = sums[table.element("end_block")[rows]] - sums[first]  # [LEVELS, n_blocks, SUMMED]
    words, link_words, sentences, commas, blocks, text_words, images = np.moveaxis(held, 2, 0)
    twins, twin_words = _twins(table, sums[:, 0])
    some_words, some_blocks = np.maximum(words, 1), np.maximum(blocks, 1)
    values = {
        "blocks": blocks,
        "words": words,
        "link_share": link_words / some_words,
        "sentence_rate": sentences / some_blocks,
        "comma_rate": commas / some_blocks,
        "words_per_block": words / some_blocks,
        "text_share": text_words / some_words,
        "page_share": words / max(sums[-1, 0], 1),
        "position": (np.arange(len(table)) - first) / some_blocks,
        "images": images / some_blocks,
        "twins": twins[rows],
        "twin_words": twin_words[rows],
    }
    return {f"up{i}_{name}": value[i] for i in range(LEVELS) for name, value in values.items()}


def _twins(table: BlockTable, word_sums: NDArray[np.float64]) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """For each element, how many have its path, and their mean words: the cards of a listing, the posts of a thread."""
    held = word_sums[table.element("end_block")] - word_sums[table.element("first_block")]
    _, group, count = np.unique(table.element("path"), return_inverse=True, return_counts=True)
    return count[group], (np.bincount(group, held) / count)[group]


def _same_path(table: BlockTable) -> Columns:
    """Totals of the blocks that share a path of tags and classes."""
    n = max(len(table), 1)
    words = table.block("words")
    paths = table.element("path")[table.block("element")]
    _, first, group, count = np.unique(paths, return_index=True, return_inverse=True, return_counts=True)
    last = np.zeros(len(count), dtype=np.int64)
    last[group] = np.arange(len(table))  # the last one written stays
    total_words = np.bincount(group, words, len(count))
    link_words = np.bincount(group, table.block("link_words"), len(count))
    sentences = np.bincount(group, table.block("sentences"), len(count))
    groups = {
        "path_blocks": count,
        "path_words_per_block": total_words / count,
        "path_link_share": link_words / np.maximum(total_words, 1),
        "path_sentence_rate": sentences / count,
        "path_word_share": total_words / max(total_words.sum(), 1),
        "path_spread": (last - first) / n,
    }
    return {name: values[group] for name, values in groups.items()}
