"""Which blocks are kept: against numpy, and by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from boilerkit.blocks.page_threshold import THRESHOLD_ADAPTATION, page_threshold
from boilerkit.html.document import HtmlDocument
from boilerkit.html.segmentation.blocks import HtmlBlocks
from boilerkit.html.segmentation.columns import BLOCK_COLUMNS
from boilerkit.selection import REPEATED_WORDS, select_blocks

Blocks = list[tuple[float, int, int]]  # probability, words, hash of the text


def blocks_with(words: NDArray[np.int32], hashes: NDArray[np.int32]) -> HtmlBlocks:
    blocks = np.zeros((len(words), len(BLOCK_COLUMNS)), dtype=np.int32)
    names = list(BLOCK_COLUMNS)
    blocks[:, names.index("words")] = words
    blocks[:, names.index("text_hash")] = hashes
    return replace(HtmlBlocks.empty(), blocks=blocks)


def plain_threshold(p: NDArray[np.float64], words: NDArray[np.int32], threshold: float) -> float:
    order = np.argsort(-p, kind="stable")
    content = np.cumsum(p[order] * words[order])
    if not len(content) or content[-1] <= 0:
        return threshold
    best = (2 * content / (np.cumsum(words[order]) + content[-1])).max()
    adaptation = THRESHOLD_ADAPTATION * min(1.0, 2 * (1 - threshold))
    return float(threshold * (1 - adaptation + adaptation * best))


def plain_select(
    p: NDArray[np.float64], words: NDArray[np.int32], hashes: NDArray[np.int32], threshold: float
) -> list[bool]:
    keep = p > plain_threshold(p, words, threshold)
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
    assert page_threshold(p, words, threshold) == plain_threshold(p, words, threshold)
    assert select_blocks(blocks_with(words, hashes), p, threshold).tolist() == plain_select(p, words, hashes, threshold)


def test_there_is_a_probability_for_each_block() -> None:
    words = np.ones(3, dtype=np.int32)
    with pytest.raises(ValueError, match="length"):
        page_threshold(np.ones(2), words, 0.5)
    with pytest.raises(ValueError, match="length"):
        select_blocks(blocks_with(words, words), np.ones(2), 0.5)


@pytest.mark.parametrize(
    ("p", "words", "f1"),
    [
        ([1.0, 0.0], [10, 10], 1),  # sure of its content: expected F1 is 1
        ([0.4, 0.4], [5, 5], 2 * 4 / (10 + 4)),
        ([0.0, 0.8, 0.4], [3, 5, 5], 2 * 6 / (10 + 6)),  # keeping the first alone gives 2 * 4 / (5 + 6)
        ([0.9, 0.1], [10, 10], 2 * 9 / (10 + 10)),  # keeping both gives 2 * 10 / (20 + 10)
        ([0.5], [7], 2 * 3.5 / (7 + 3.5)),
        ([0.0, 0.0], [5, 5], 1),
        ([0.9], [0], 1),
        ([], [], 1),
    ],
)
@pytest.mark.parametrize("threshold", [0.5, 0.2])
def test_page_threshold_follows_the_expected_f1(p: list[float], words: list[int], f1: float, threshold: float) -> None:
    expected = threshold * (1 - THRESHOLD_ADAPTATION * (1 - f1))
    assert page_threshold(np.array(p), np.array(words), threshold) == pytest.approx(expected)


@given(st.lists(st.tuples(st.floats(0, 1), st.integers(0, 50)), max_size=20), st.floats(0, 1))
def test_page_threshold_is_never_over_the_threshold(blocks: list[tuple[float, int]], threshold: float) -> None:
    p, words = np.array([p for p, _ in blocks]), np.array([words for _, words in blocks])
    assert 0 <= page_threshold(p, words, threshold) <= threshold * (1 + 1e-12)


def selected(html: str, p: list[float], threshold: float = 0.5) -> list[bool]:
    kept: NDArray[np.bool_] = select_blocks(HtmlDocument.read(html).blocks, np.array(p), threshold)
    return kept.tolist()


TEN = "one two three four five six seven eight nine ten"


def test_select_keeps_what_is_over_the_threshold_of_the_page() -> None:
    assert selected("<p>one</p><p>two</p><p>three</p>", [1, 0, 1]) == [True, False, True]
    assert selected("", []) == []


def test_select_keeps_nothing_where_hardly_a_word_is_expected_to_be_content() -> None:
    # The threshold of a page without a probable block is so low that 0.3 is over it.
    assert page_threshold(np.array([0.3, 0.01]), np.array([1, 2]), 0.5) < 0.3
    assert selected("<p>one</p><p>two words</p>", [0.3, 0.01]) == [False, False]
    assert selected("<p>one</p><p>two words</p>", [0.6, 0.01]) == [True, False]
    assert selected("<p>three words here</p><p>two words</p>", [0.3, 0.01]) == [True, False]
    assert selected("<p>one</p><p>two words</p>", [0.3, 0.01], threshold=0) == [True, True]


def test_select_drops_long_text_that_comes_again() -> None:
    html = f"<p>{TEN}</p><p>short</p><p>{TEN.upper()}</p><p>short</p>"
    assert selected(html, [1, 1, 1, 1]) == [True, True, False, True]


def test_select_keeps_the_first_that_is_kept() -> None:
    assert selected(f"<p>{TEN}</p><p>{TEN}</p><p>{TEN}</p>", [0, 1, 1]) == [False, True, False]


def test_a_high_threshold_is_hardly_lowered_on_doubtful_pages() -> None:
    p, words = np.array([0.6, 0.3, 0.3]), np.array([5, 5, 5])
    assert page_threshold(p, words, 1.0) == 1.0
    assert page_threshold(p, words, 0.9) > 0.8
    assert page_threshold(p, words, 0.5) < 0.45
