"""Which blocks are kept: against a plain loop, and by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

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


def plain_select(
    p: NDArray[np.float64], words: NDArray[np.int32], hashes: NDArray[np.int32], threshold: float
) -> list[bool]:
    kept: list[bool] = []
    seen: set[int] = set()
    for its_p, its_words, its_hash in zip(p.tolist(), words.tolist(), hashes.tolist(), strict=True):
        is_long = its_words >= REPEATED_WORDS
        kept.append(its_p > threshold and not (is_long and its_hash in seen))
        if kept[-1] and is_long:
            seen.add(its_hash)
    return kept


@given(
    st.lists(st.tuples(st.floats(0, 1), st.integers(0, 3 * REPEATED_WORDS), st.integers(-3, 3)), max_size=40),
    st.sampled_from([0.0, 0.2, 0.5, 0.9, 1.0]),
)
def test_blocks_are_selected_as_by_a_plain_loop(page: Blocks, threshold: float) -> None:
    p = np.array([its[0] for its in page], dtype=np.float64)
    words, hashes = (np.array([its[k] for its in page], dtype=np.int32) for k in (1, 2))
    assert select_blocks(blocks_with(words, hashes), p, threshold).tolist() == plain_select(p, words, hashes, threshold)


def selected(html: str, p: list[float], threshold: float = 0.5) -> list[bool]:
    kept: NDArray[np.bool_] = select_blocks(HtmlDocument.read(html).blocks, np.array(p), threshold)
    return kept.tolist()


TEN = "one two three four five six seven eight nine ten"


def test_select_keeps_what_is_over_the_threshold() -> None:
    assert selected("<p>one</p><p>two</p><p>three</p>", [1, 0, 1]) == [True, False, True]
    assert selected("<p>one</p><p>two</p>", [0.5, 0.51]) == [False, True]
    assert selected("", []) == []


def test_select_drops_long_text_that_comes_again() -> None:
    html = f"<p>{TEN}</p><p>short</p><p>{TEN.upper()}</p><p>short</p>"
    assert selected(html, [1, 1, 1, 1]) == [True, True, False, True]


def test_select_keeps_the_first_that_is_kept() -> None:
    assert selected(f"<p>{TEN}</p><p>{TEN}</p><p>{TEN}</p>", [0, 1, 1]) == [False, True, False]
