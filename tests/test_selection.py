"""The compiled loops of `select` against numpy."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from boilerkit.html.segmentation._walk import BLOCK_COLUMNS
from boilerkit.html.segmentation.blocks import HtmlBlocks
from boilerkit.selection import REPEATED_WORDS, TRUST, page_threshold, select

Blocks = list[tuple[float, int, int]]  # probability, words, hash of the text


def table_of(words: NDArray[np.int32], hashes: NDArray[np.int32]) -> HtmlBlocks:
    blocks = np.zeros((len(words), len(BLOCK_COLUMNS)), dtype=np.int32)
    blocks[:, BLOCK_COLUMNS.index("words")] = words
    blocks[:, BLOCK_COLUMNS.index("text_hash")] = hashes
    return replace(HtmlBlocks.empty(), blocks=blocks)


def plain_cut(p: NDArray[np.float64], words: NDArray[np.int32], threshold: float) -> float:
    order = np.argsort(-p, kind="stable")
    content = np.cumsum(p[order] * words[order])
    if not len(content) or content[-1] <= 0:
        return threshold
    best = (2 * content / (np.cumsum(words[order]) + content[-1])).max()
    trust = TRUST * min(1.0, 2 * (1 - threshold))
    return float(threshold * (1 - trust + trust * best))


def plain_select(
    p: NDArray[np.float64], words: NDArray[np.int32], hashes: NDArray[np.int32], threshold: float
) -> list[bool]:
    keep = p > plain_cut(p, words, threshold)
    if float(sum((p * words)[keep].tolist())) < threshold:
        return [False] * len(p)
    seen: set[int] = set()
    for index in np.flatnonzero(keep & (words >= REPEATED_WORDS)).tolist():
        keep[index] = hashes[index] not in seen
        seen.add(hashes[index])
    return [bool(its) for its in keep]


@given(
    st.lists(st.tuples(st.floats(0, 1), st.integers(0, 3 * REPEATED_WORDS), st.integers(-3, 3)), max_size=40),
    st.sampled_from([0.0, 0.2, 0.5, 0.9, 1.0]),
)
def test_blocks_are_selected_as_numpy_does(page: Blocks, threshold: float) -> None:
    p = np.array([its[0] for its in page], dtype=np.float64)
    words, hashes = (np.array([its[k] for its in page], dtype=np.int32) for k in (1, 2))
    assert page_threshold(p, words, threshold) == plain_cut(p, words, threshold)
    assert select(table_of(words, hashes), p, threshold).tolist() == plain_select(p, words, hashes, threshold)


def test_there_is_a_probability_for_each_block() -> None:
    words = np.ones(3, dtype=np.int32)
    with pytest.raises(ValueError, match="length"):
        page_threshold(np.ones(2), words, 0.5)
    with pytest.raises(ValueError, match="length"):
        select(table_of(words, words), np.ones(2), 0.5)
