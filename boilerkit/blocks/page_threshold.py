"""The threshold of a page, which follows the F1 that can be expected of it."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from boilerkit.blocks._thresholds import best_expected_f1

#: How far the threshold of a page follows its expected F1, from 0 (not at all) to 1.
THRESHOLD_ADAPTATION = 0.75


def page_threshold(probabilities: NDArray[np.floating], words: NDArray[Any], threshold: float) -> float:
    """Return the probability over which a block of this page is kept: `threshold`, or less on a doubtful page.

    Keeping the blocks whose probability is over half of the best expected F1 maximises the expected F1 (Lipton, Elkan
    and Narayanaswamy 2014, "Optimal Thresholding of Classifiers to Maximize F1 Measure"). Where the model is sure of a
    page's content, that F1 is near 1 and the result is near `threshold`. Where everything is doubtful, as on a listing
    of short lines, the result is lower, so that the most probable text is not lost. It does not follow that F1 all the
    way (see THRESHOLD_ADAPTATION): the F1 is the model's own estimate and too low for pages without content, of which
    nothing should be kept. Above 0.5 the adaptation shrinks, to nothing at 1, as high thresholds ask for precision.
    """
    p = np.ascontiguousarray(probabilities, dtype=np.float64)
    return page_threshold_from_order(p, words, rank_by_probability(p), threshold)


def rank_by_probability(p: NDArray[np.float64]) -> NDArray[np.intp]:
    """Return the blocks by falling probability, [n_blocks]; equal ones keep their order."""
    return np.argsort(-p, kind="stable")


def page_threshold_from_order(
    p: NDArray[np.float64], words: NDArray[Any], order: NDArray[np.intp], threshold: float
) -> float:
    """Return `page_threshold` for blocks in the order of `rank_by_probability`."""
    best = best_expected_f1(p, np.ascontiguousarray(words, dtype=np.float64), order)
    if best < 0:
        return threshold
    adaptation = THRESHOLD_ADAPTATION * min(1.0, 2 * (1 - threshold))
    return float(threshold * (1 - adaptation + adaptation * best))
