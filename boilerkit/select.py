"""From probabilities to the blocks that are kept."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from boilerkit._select import best_expected_f1, choose
from boilerkit.segment.blocks import Blocks

#: Text that comes again is dropped if it has at least this many words; shorter texts may well be said twice.
REPEATED_WORDS = 10

#: How far the cut of a page follows the F1 that the model expects of it, from 0 (not) to 1.
TRUST = 0.75


def select(table: Blocks, probabilities: NDArray[np.float64], threshold: float) -> NDArray[np.bool_]:
    """Which blocks are content, [n_blocks]: those over the page's cut, each longer text only where it stands first.

    None are where all that is over the cut is an unlikely word or two, of which fewer than `threshold` are expected to
    be content: the cut of a page that did not load may be so low that its site's name is over it.
    """
    p = np.ascontiguousarray(probabilities, dtype=np.float64)
    words = table.block("words")
    cut = page_cut(p, words, threshold)
    return choose(p, words, table.block("text_hash"), cut, threshold, REPEATED_WORDS)


def page_cut(probabilities: NDArray[np.floating], words: NDArray[Any], threshold: float) -> float:
    """The probability over which a block of this page is kept: `threshold`, or less where the whole page is doubtful.

    Keeping what is likelier than half of the best expected F1 is what makes the expected F1 best (Lipton, Elkan and
    Narayanaswamy 2014, "Optimal Thresholding of Classifiers to Maximize F1 Measure"). On a page where the model is sure
    of its content that F1 is near 1 and the cut near the threshold; on a page where all is doubtful, such as a listing
    of short lines, the cut is lower, so that the likeliest text is not lost. TRUST says how far the cut follows that
    F1, which is the model's own guess: it guesses low for pages without any content, of which nothing should be kept.
    Over a threshold of 0.5 the draw-down shrinks, to nothing at 1: who asks for sure content gets no doubtful page.
    """
    p = np.ascontiguousarray(probabilities, dtype=np.float64)
    return cut_by_rank(p, words, likeliest_first(p), threshold)


def likeliest_first(p: NDArray[np.float64]) -> NDArray[np.intp]:
    """The blocks by falling probability, [n_blocks]; equal ones stay in their order."""
    return np.argsort(-p, kind="stable")


def cut_by_rank(p: NDArray[np.float64], words: NDArray[Any], likeliest: NDArray[np.intp], threshold: float) -> float:
    """As `page_cut`, for blocks in the order of `likeliest_first`."""
    best = best_expected_f1(p, np.ascontiguousarray(words, dtype=np.float64), likeliest)
    if best < 0:
        return threshold
    trust = TRUST * min(1.0, 2 * (1 - threshold))
    return float(threshold * (1 - trust + trust * best))
