"""From probabilities to the blocks that are kept."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

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
    words = table.block("words")
    keep = probabilities > page_cut(probabilities, words, threshold)
    if (probabilities * words)[keep].sum() < threshold:
        return np.zeros(len(table), dtype=bool)
    long = np.flatnonzero(keep & (words >= REPEATED_WORDS))
    hashes = table.block("text_hash")[long].tolist()
    first = dict(zip(reversed(hashes), reversed(long.tolist()), strict=True))  # of equal keys the last one stays
    keep[long] = False
    keep[list(first.values())] = True
    return keep


def page_cut(probabilities: NDArray[np.floating], words: NDArray[Any], threshold: float) -> float:
    """The probability over which a block of this page is kept: `threshold`, or less where the whole page is doubtful.

    Keeping what is likelier than half of the best expected F1 is what makes the expected F1 best (Lipton, Elkan and
    Narayanaswamy 2014, "Optimal Thresholding of Classifiers to Maximize F1 Measure"). On a page where the model is sure
    of its content that F1 is near 1 and the cut near the threshold; on a page where all is doubtful, such as a listing
    of short lines, the cut is lower, so that the likeliest text is not lost. TRUST says how far the cut follows that
    F1, which is the model's own guess: it guesses low for pages without any content, of which nothing should be kept.
    Over a threshold of 0.5 the draw-down shrinks, to nothing at 1: who asks for sure content gets no doubtful page.
    """
    order = np.argsort(-probabilities)
    weight = words[order]
    content = np.cumsum(probabilities[order] * weight)  # expected words of content among the likeliest blocks
    if not len(content) or content[-1] <= 0:
        return threshold
    best = (2 * content / (np.cumsum(weight) + content[-1])).max()
    trust = TRUST * min(1.0, 2 * (1 - threshold))
    return float(threshold * (1 - trust + trust * best))
