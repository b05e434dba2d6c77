"""The features of HTML in plain numpy: slow, and easy to check by reading.

One function per group returns columns by name. Where these and the compiled ones disagree, one of them does not do what
its description in `html.features.columns` says.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from boilerkit.blocks import context_columns
from boilerkit.blocks.vocabulary import LabelVocabulary, Vocabulary
from boilerkit.html.features import HTML_FEATURES
from boilerkit.html.features.columns import (
    ANCESTORS,
    FURTHER,
    LABEL_COLUMNS,
    LABEL_LEVELS,
    LABEL_WINDOW,
    LEVELS,
    NEAR,
    OFFSETS,
    POSITION,
    WIDER_LEVELS,
    WINDOWS,
)
from boilerkit.html.segmentation.blocks import IN_HIDDEN, IN_NOSCRIPT, HtmlBlocks
from boilerkit.html.tags import LANDMARKS, TAG_IDS
from boilerkit.labels import LABELS

#: Feature columns by name, each of shape [n_blocks] and of any number type.
Columns = dict[str, NDArray[Any]]

#: Block columns that are summed over elements and windows, in the order of the last axis of `running_sums`.
SUMMED = ("words", "link_words", "sentences", "commas", "blocks", "text_words", "images")


def running_sums(blocks: HtmlBlocks) -> NDArray[np.float64]:
    """Sums of the SUMMED columns over all blocks before each block, [n_blocks + 1, len(SUMMED)].

    The sums of the blocks first..end are then sums[end] - sums[first]. `text_words` are the words of blocks that read
    like running text: at least ten words and more of them outside links than in them.
    """
    words, link_words = blocks.block("words"), blocks.block("link_words")
    sums = np.zeros((len(blocks) + 1, len(SUMMED)))
    sums[1:, 0] = words
    sums[1:, 1] = link_words
    sums[1:, 2] = blocks.block("sentences")
    sums[1:, 3] = blocks.block("commas")
    sums[1:, 4] = 1
    sums[1:, 5] = np.where((words >= 10) & (2 * link_words < words), words, 0)
    sums[1:, 6] = blocks.block("images")
    return np.cumsum(sums, axis=0, out=sums)


def ancestors(blocks: HtmlBlocks, column: str, levels: int) -> NDArray[np.int32]:
    """Rows of each block's element and of what `column` ("parent" or "wider_ancestor") leads to, [levels, n_blocks]."""
    step = np.ascontiguousarray(blocks.element(column))
    chain = np.empty((levels, len(blocks)), dtype=np.int32)
    row = blocks.block("element")
    for level in range(levels):
        chain[level] = row
        row = step[row]
    return chain


def last_where(mask: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Index of the last block at or before each one where the mask holds, -1 where there is none."""
    return np.maximum.accumulate(np.where(mask, np.arange(len(mask)), -1))


def shifted(values: NDArray[np.generic], offset: int, fill: float) -> NDArray[np.generic]:
    """The values of the blocks `offset` places on, [n_blocks]; `fill` beyond the page's ends."""
    moved = np.full_like(values, fill)
    if 0 < offset < len(values):
        moved[:-offset] = values[offset:]
    elif -len(values) < offset < 0:
        moved[-offset:] = values[:offset]
    return moved


def window_sums(sums: NDArray[np.float64], window: int) -> NDArray[np.float64]:
    """Sums over the blocks at most `window` places away, from running sums [n_blocks + 1, k]; [n_blocks, k]."""
    n = len(sums) - 1
    index = np.arange(n)
    return sums[np.minimum(index + window + 1, n)] - sums[np.maximum(index - window, 0)]


_HEADING_LEVEL = np.zeros(len(TAG_IDS) + 1, dtype=np.int8)
for _level in range(1, 7):
    _HEADING_LEVEL[TAG_IDS[f"h{_level}"]] = _level


def heading_levels(blocks: HtmlBlocks) -> NDArray[np.int8]:
    """1 to 6 for blocks that are a heading or directly in one, else 0; int8 [n_blocks]."""
    chain = ancestors(blocks, "parent", 3)
    levels: NDArray[np.int8] = _HEADING_LEVEL[blocks.element("tag")[chain]].max(axis=0, initial=0)
    return levels


def tokens(blocks: HtmlBlocks, token_type: str) -> tuple[NDArray[np.int32], NDArray[np.uint32]]:
    """Owners and hashes of the page's tokens of one type."""
    found = HTML_FEATURES.tokens(blocks, np.zeros((len(blocks), 1)))[token_type]
    return found.owners, found.hashes


def static_features(blocks: HtmlBlocks) -> Columns:
    """All columns that need no model."""
    return text_features(blocks) | structure_features(blocks) | position_features(blocks) | page_features(blocks)


# --- Text -------------------------------------------------------------------------------------------------------------


def text_features(blocks: HtmlBlocks) -> Columns:
    """Columns over the blocks, each [n_blocks]."""
    words = blocks.block("words").astype(np.float32)
    chars = np.maximum(blocks.block("chars"), 1).astype(np.float32)
    some_words = np.maximum(words, 1)
    links = blocks.block("links")
    sentences = blocks.block("sentences")
    lines = blocks.block("lines")
    ending = blocks.block("ending")
    pairs = blocks.block("described_pairs")
    return {
        "words": words,
        "chars_per_word": chars / some_words,
        "link_density": blocks.block("link_chars") / chars,
        "unlinked_words": words - blocks.block("link_words"),
        "links": links,
        "words_per_link": words / (links + 1),
        "sentences": sentences,
        "words_per_sentence": words / (sentences + 1),
        "commas": blocks.block("commas"),
        "comma_rate": blocks.block("commas") / some_words,
        "digit_share": blocks.block("digits") / chars,
        "capitalised_share": blocks.block("capitalised") / some_words,
        "uppercase_share": blocks.block("uppercase") / chars,
        "symbol_share": blocks.block("symbols") / chars,
        "emphasised_share": blocks.block("emphasised") / chars,
        "non_ascii_share": blocks.block("non_ascii") / chars,
        "lines": lines,
        "words_per_line": words / np.maximum(lines, 1),
        "longest_word": blocks.block("longest_word"),
        "images_before": blocks.block("images"),
        "fields_before": blocks.block("fields"),
        "ends_sentence": ending == 1,
        "ends_colon": ending == 2,
        "title_share": blocks.block("title_words") / some_words,
        "described_share": pairs / np.maximum(words - 1, 1),
        "described_pairs": pairs,
    }


# --- Structure --------------------------------------------------------------------------------------------------------


def structure_features(blocks: HtmlBlocks) -> Columns:
    """Columns over the blocks, each [n_blocks]."""
    element = blocks.block("element")
    context = blocks.block("context")
    columns: Columns = {
        "depth": blocks.element("depth")[element],
        "heading_level": heading_levels(blocks),
        "hidden": (context & IN_HIDDEN) > 0,
        "noscript": (context & IN_NOSCRIPT) > 0,
    }
    nearest = blocks.landmarks[element].T
    columns |= dict(zip((f"near_{group[0]}" for group in LANDMARKS), nearest, strict=True))
    return columns | _ancestor_columns(blocks) | _same_path(blocks)


def _ancestor_columns(blocks: HtmlBlocks) -> Columns:
    """What is in the elements around each block."""
    rows = ancestors(blocks, "wider_ancestor", LEVELS)
    sums = running_sums(blocks)
    first = blocks.element("first_block")[rows]
    inside = sums[blocks.element("end_block")[rows]] - sums[first]  # [LEVELS, n_blocks, SUMMED]
    words, link_words, sentences, commas, count, text_words, images = np.moveaxis(inside, 2, 0)
    twins, twin_words = _twins(blocks, sums[:, 0])
    some_words, some_blocks = np.maximum(words, 1), np.maximum(count, 1)
    values = {
        "blocks": count,
        "words": words,
        "link_share": link_words / some_words,
        "sentence_rate": sentences / some_blocks,
        "comma_rate": commas / some_blocks,
        "words_per_block": words / some_blocks,
        "text_share": text_words / some_words,
        "page_share": words / max(sums[-1, 0], 1),
        "position": (np.arange(len(blocks)) - first) / some_blocks,
        "images": images / some_blocks,
        "twins": twins[rows],
        "twin_words": twin_words[rows],
    }
    return {f"up{i}_{name}": value[i] for i in range(LEVELS) for name, value in values.items()}


def _twins(blocks: HtmlBlocks, word_sums: NDArray[np.float64]) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """For each element, how many have its path, and their mean words: the cards of a listing, the posts of a thread."""
    words = word_sums[blocks.element("end_block")] - word_sums[blocks.element("first_block")]
    _, group, count = np.unique(blocks.element("path"), return_inverse=True, return_counts=True)
    return count[group], (np.bincount(group, words) / count)[group]


def _same_path(blocks: HtmlBlocks) -> Columns:
    """Totals of the blocks that share a path of tags and classes."""
    n = max(len(blocks), 1)
    words = blocks.block("words")
    paths = blocks.element("path")[blocks.block("element")]
    _, first, group, count = np.unique(paths, return_index=True, return_inverse=True, return_counts=True)
    last = np.zeros(len(count), dtype=np.int64)
    last[group] = np.arange(len(blocks))  # the last one written stays
    total_words = np.bincount(group, words, len(count))
    link_words = np.bincount(group, blocks.block("link_words"), len(count))
    sentences = np.bincount(group, blocks.block("sentences"), len(count))
    groups = {
        "path_blocks": count,
        "path_words_per_block": total_words / count,
        "path_link_share": link_words / np.maximum(total_words, 1),
        "path_sentence_rate": sentences / count,
        "path_word_share": total_words / max(total_words.sum(), 1),
        "path_spread": (last - first) / n,
    }
    return {name: values[group] for name, values in groups.items()}


# --- Position ---------------------------------------------------------------------------------------------------------


NOWHERE = 9999


def position_features(blocks: HtmlBlocks) -> Columns:
    """Columns over the blocks, each [n_blocks]."""
    n = len(blocks)
    index = np.arange(n)
    sums = running_sums(blocks)
    words_before, page_words = sums[:-1, 0], max(sums[-1, 0], 1)
    levels = heading_levels(blocks)
    title_block = (blocks.block("title_words") >= 0.7 * blocks.block("words")) & (blocks.block("title_words") >= 3)
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
    return columns | _repetition(blocks) | _beside(blocks, levels) | _around(sums)


def _anchor(mask: NDArray[np.bool_], first_only: bool = False) -> NDArray[np.int64]:
    """As `last_where`, with the first one for the blocks before it; -1 all over where the mask never holds."""
    found = np.flatnonzero(mask)
    if not len(found):
        return np.full(len(mask), -1)
    if first_only:
        return np.full(len(mask), found[0])
    last = last_where(mask)
    return np.where(last >= 0, last, found[0])


def _repetition(blocks: HtmlBlocks) -> Columns:
    _, first, group, count = np.unique(
        blocks.block("text_hash"), return_index=True, return_inverse=True, return_counts=True
    )
    return {"repeats": count[group], "repeated_before": first[group] < np.arange(len(blocks))}


def _beside(blocks: HtmlBlocks, levels: NDArray[np.int8]) -> Columns:
    path = blocks.element("path")[blocks.block("element")]
    values: Columns = {
        "words": blocks.block("words"),
        "link_density": blocks.block("link_chars") / np.maximum(blocks.block("chars"), 1),
        "sentences": blocks.block("sentences"),
        "heading_level": levels,
    }
    columns: Columns = {}
    for offset in OFFSETS:
        columns |= {f"at{offset:+d}_{name}": shifted(value, offset, -1) for name, value in values.items()}
        columns[f"at{offset:+d}_same_path"] = shifted(path, offset, 0) == path
    return {name: columns[name] for name in POSITION if name in columns}


def _around(sums: NDArray[np.float64]) -> Columns:
    columns: Columns = {}
    for window in WINDOWS:
        words, link_words, _, _, count, text_words, _ = window_sums(sums, window).T
        columns[f"around{window}_words_per_block"] = words / np.maximum(count, 1)
        columns[f"around{window}_link_share"] = link_words / np.maximum(words, 1)
        columns[f"around{window}_text_share"] = text_words / np.maximum(words, 1)
    return columns


# --- Page -------------------------------------------------------------------------------------------------------------


_COUNTED = {
    "page_articles": ("article",),
    "page_h1": ("h1",),
    "page_headings": ("h2", "h3"),
    "page_items": ("li",),
    "page_cells": ("td", "th"),
    "page_times": ("time",),
    "page_code": ("code", "pre"),
}
_LANDMARK = {group[0]: index for index, group in enumerate(LANDMARKS)}


def page_features(blocks: HtmlBlocks) -> Columns:
    """Columns over the blocks, each [n_blocks] and of one value."""
    totals = running_sums(blocks)[-1]
    words, link_words, sentences, _, count, text_words, _ = totals
    some_words = max(words, 1)
    tags = np.bincount(blocks.element("tag")[:-1], minlength=len(TAG_IDS))
    block_words = blocks.block("words")
    context = blocks.block("context")
    near = blocks.landmarks[blocks.block("element")] < 255

    def share(mask: np.ndarray) -> float:
        return float(block_words[mask].sum() / some_words)

    values = {
        "page_words": words,
        "page_blocks": count,
        "page_link_share": link_words / some_words,
        "page_text_share": text_words / some_words,
        "page_sentence_rate": sentences / max(count, 1),
        **{name: sum(tags[TAG_IDS[tag]] for tag in names) for name, names in _COUNTED.items()},
        "page_images": blocks.element("images")[0],
        "page_fields": blocks.element("fields")[0],
        "page_hidden_share": share((context & IN_HIDDEN) > 0),
        "page_noscript_share": share((context & IN_NOSCRIPT) > 0),
        "page_main_share": share(near[:, _LANDMARK["main"]]),
        "page_article_share": share(near[:, _LANDMARK["article"]]),
        "page_paragraph_share": share(near[:, _LANDMARK["p"]]),
        "page_largest_block": block_words.max(initial=0),
        "page_descriptions": len(blocks.description.split()),
    }
    return {name: np.full(len(blocks), value, dtype=np.float32) for name, value in values.items()}


# --- Vocabulary -------------------------------------------------------------------------------------------------------


def look_up(
    vocabulary: Vocabulary, kind: str, tokens: NDArray[np.uint32]
) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
    """The scores of tokens, 0 for those it does not know, and which ones it knows; both as `tokens` in shape."""
    hashes = vocabulary.hashes[kind]
    if not len(hashes):
        return np.zeros(tokens.shape, dtype=np.float32), np.zeros(tokens.shape, dtype=bool)
    at = np.searchsorted(hashes, tokens)
    at[at == len(hashes)] = 0
    known = hashes[at] == tokens
    return np.where(known, vocabulary.scores[kind][at], np.float32(0)), known


def vocabulary_features(blocks: HtmlBlocks, vocabulary: Vocabulary) -> Columns:
    """Columns over the blocks, each [n_blocks]."""
    columns = _names(blocks, vocabulary) | _words(blocks, vocabulary)
    columns["tags"] = look_up(vocabulary, "tags", tokens(blocks, "tags")[1])[0]
    for kind in ("page", "page_short", "page_linked"):
        scores, known = look_up(vocabulary, kind, tokens(blocks, kind)[1])
        name = "page_names" + kind.removeprefix("page")
        columns[name] = np.full(len(blocks), scores.sum() / max(known.sum(), 1), dtype=np.float32)
    return columns


def _summaries(
    owners: NDArray[np.int32], scores: NDArray[np.float32], known: NDArray[np.bool_], n: int
) -> tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.float32], NDArray[np.int64]]:
    """Mean, lowest and highest score of each owner's known tokens (0 where it has none), and how many they are."""
    owners, scores = owners[known], scores[known]
    count = np.bincount(owners, minlength=n)
    mean = np.bincount(owners, scores, n) / np.maximum(count, 1)
    lowest, highest = np.zeros(n, dtype=np.float32), np.zeros(n, dtype=np.float32)
    np.minimum.at(lowest, owners, scores)
    np.maximum.at(highest, owners, scores)
    return mean.astype(np.float32), lowest, highest, count


def _names(blocks: HtmlBlocks, vocabulary: Vocabulary) -> dict[str, NDArray[np.float32]]:
    owners, hashes = tokens(blocks, "element")
    mean, lowest, highest, _ = _summaries(owners, *look_up(vocabulary, "element", hashes), len(blocks.elements))
    above = ancestors(blocks, "parent", ANCESTORS)
    columns = {f"names{role}": mean[above[level]] for level, role in enumerate(("", "_parent", "_grandparent"))}
    wider = ancestors(blocks, "wider_ancestor", len(WIDER_LEVELS) + 1)
    return columns | {
        "names_lowest": lowest[above].min(axis=0),
        "names_highest": highest[above].max(axis=0),
        "names_sum": mean[above].sum(axis=0),
        **{f"up{i}_names": mean[row] for i, row in enumerate(wider) if i},
    }


def _words(blocks: HtmlBlocks, vocabulary: Vocabulary) -> dict[str, NDArray[np.float32]]:
    owners, hashes = tokens(blocks, "block")
    n = len(blocks)
    mean, lowest, highest, count = _summaries(owners, *look_up(vocabulary, "block", hashes), n)
    padded = np.concatenate([mean, [np.float32(0)]])
    level = heading_levels(blocks)
    heading = last_where(level > 0)
    section = last_where((level > 0) & (level < 3))
    opening = blocks.element("first_block")[ancestors(blocks, "wider_ancestor", len(WIDER_LEVELS) + 1)]
    before, after = np.arange(n) - 1, np.arange(n) + 1
    return {
        "words_mean": mean,
        "words_lowest": lowest,
        "words_highest": highest,
        "words_known": count.astype(np.float32),
        "heading_words": padded[heading],
        "section_words": padded[section],
        **{f"up{i}_opening_words": padded[row] for i, row in enumerate(opening) if i},
        "at-1_words_mean": padded[before],
        "at+1_words_mean": padded[after],
    }


# --- Context ----------------------------------------------------------------------------------------------------------


CONFIDENT = 0.7


def context_features(blocks: HtmlBlocks, p: NDArray[np.floating]) -> Columns:
    """Columns over the blocks, each [n_blocks]; `p` [n_blocks] is stage one's probability of content."""
    words = blocks.block("words") + 0.5  # a block without words counts a little
    sums = np.zeros((len(blocks) + 1, 2))
    sums[1:, 0] = p * words
    sums[1:, 1] = words
    sums = np.cumsum(sums, axis=0)
    columns: dict[str, NDArray[np.generic]] = {"p": np.asarray(p)}
    columns |= {f"p_at{offset:+d}": shifted(np.asarray(p), offset, 0) for offset in context_columns.OFFSETS}
    for window in context_columns.WINDOWS:
        columns[f"p_around{window}"] = _mean(window_sums(sums, window))
    rows = ancestors(blocks, "wider_ancestor", LEVELS)[1:]
    inside = sums[blocks.element("end_block")[rows]] - sums[blocks.element("first_block")[rows]]
    columns |= {f"p_up{i + 1}": _mean(inside[i]) for i in range(LEVELS - 1)}
    columns |= _alike(blocks, p, words) | _course(blocks, p, sums)
    return columns | _among_page(p, words) | _distances(blocks, p)


def _mean(sums: NDArray[np.floating]) -> NDArray[np.floating]:
    means: NDArray[np.floating] = sums[..., 0] / np.maximum(sums[..., 1], 0.5)
    return means


def _alike(blocks: HtmlBlocks, p: NDArray[np.floating], words: NDArray[np.floating]) -> Columns:
    """What stage one predicted for blocks that are alike."""
    _, path = np.unique(blocks.element("path")[blocks.block("element")], return_inverse=True)
    _, text = np.unique(blocks.block("text_hash"), return_inverse=True)
    highest = np.zeros(len(blocks))
    np.maximum.at(highest, text, p)
    return {"p_path": (np.bincount(path, p * words) / np.bincount(path, words))[path], "p_text": highest[text]}


def _course(blocks: HtmlBlocks, p: NDArray[np.floating], sums: NDArray[np.floating]) -> Columns:
    """What comes before and after the block on the page."""
    n = len(blocks)
    index = np.arange(n)
    is_heading = heading_levels(blocks) > 0
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
    """How p compares with that of the other blocks: on a listing even the most probable blocks have a low p."""
    order = np.argsort(-p, kind="stable")
    rank = np.empty(len(p))
    rank[order] = np.cumsum(words[order]) - words[order]
    return {
        "p_rank": rank / max(words.sum(), 1),
    }


def _distances(blocks: HtmlBlocks, p: NDArray[np.floating]) -> Columns:
    """How far the confident content blocks are."""
    n = len(blocks)
    index = np.arange(n)
    sure = np.flatnonzero((p > CONFIDENT) & (blocks.block("words") >= 5))
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
    words = np.bincount(run, blocks.block("words")[sure])
    largest = sure[run == words.argmax()]
    return {
        "from_first": index - sure[0],
        "from_last": index - sure[-1],
        "from_nearest": nearest,
        "p_largest": np.full(n, np.asarray(p)[largest].mean()),
        "in_largest": (index >= largest[0]) & (index <= largest[-1]),
    }


# --- The twelve labels ------------------------------------------------------------------------------------------------


def label_columns(blocks: HtmlBlocks, words: LabelVocabulary) -> Columns:
    """The columns that the label model has once for each label, by name."""
    names, names_highest = _by_label(blocks, words, "element", len(blocks.elements))
    own, own_highest = _by_label(blocks, words, "block", len(blocks))
    tags, _ = _by_label(blocks, words, "tags", len(blocks))
    above = ancestors(blocks, "parent", ANCESTORS)
    opening = blocks.element("first_block")[ancestors(blocks, "wider_ancestor", 2)[1]]
    heading = last_where(heading_levels(blocks) > 0)
    columns = {
        "tokens": names[above].sum(axis=0) + 2 * own[:-1] + tags[:-1],
        "names_near": names[above[:NEAR]].mean(axis=0),
        "names_further": names[above[NEAR:FURTHER]].mean(axis=0),
        "names_highest": names_highest[above].max(axis=0),
        "words_mean": own[:-1],
        "words_highest": own_highest[:-1],
        "opening": own[opening],
        "heading": own[heading],
        **_words_around(blocks, own[:-1]),
    }
    return {f"{label}_{name}": columns[name][:, place] for name in LABEL_COLUMNS for place, label in enumerate(LABELS)}


def _by_label(
    blocks: HtmlBlocks, words: LabelVocabulary, kind: str, n: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Mean and highest score of each owner's known tokens, [n + 1, n_labels]; 0 without any, as in the last row."""
    owners, hashes = tokens(blocks, kind)
    mean, highest = np.zeros((n + 1, len(LABELS))), np.zeros((n + 1, len(LABELS)))
    known = dict(zip(words.hashes[kind].tolist(), words.scores[kind].astype(float), strict=True))
    for owner in set(owners.tolist()):
        scores = [known[token] for token in hashes[owners == owner].tolist() if token in known]
        if scores:
            mean[owner], highest[owner] = np.mean(scores, axis=0), np.max(scores, axis=0)
    return mean, highest


def _words_around(blocks: HtmlBlocks, own: NDArray[np.float64]) -> Columns:
    """Means of `own` [n_blocks, n_labels] in the ancestors, of the blocks around and of those with the same path."""
    n = len(blocks)
    rows = ancestors(blocks, "wider_ancestor", max(LABEL_LEVELS) + 1)
    first, end = blocks.element("first_block"), blocks.element("end_block")
    path = blocks.element("path")[blocks.block("element")]

    def mean(rows: NDArray[np.float64]) -> NDArray[np.float64]:
        return rows.mean(axis=0) if len(rows) else np.zeros(len(LABELS))

    def stacked(rows: list[NDArray[np.float64]]) -> NDArray[np.float64]:
        return np.array(rows).reshape(n, len(LABELS))

    return {
        **{
            f"words_up{level}": stacked([mean(own[first[row] : end[row]]) for row in rows[level].tolist()])
            for level in LABEL_LEVELS
        },
        "words_around": stacked([mean(own[max(i - LABEL_WINDOW, 0) : i + LABEL_WINDOW + 1]) for i in range(n)]),
        "words_path": stacked([mean(own[path == its]) for its in path.tolist()]),
    }
