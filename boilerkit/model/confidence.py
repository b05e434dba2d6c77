"""Confidence: how good a page's text is expected to be, from the probabilities of its blocks."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


def expected_word_f1(words: NDArray[np.int32], probabilities: NDArray[np.float64], keep: NDArray[np.bool_]) -> float:
    """Return the word F1 of the kept blocks that their probabilities promise, from 0 to 1.

    Takes for each block, [n_blocks], its words, the probability that it is content, and whether it is kept. F1 is twice
    the common words over the words of both texts; here each of the three is replaced by its expectation. One word that
    both texts have is added, so that an empty text is a good one where nothing is likely to be content.
    """
    content = words * probabilities
    return float((2 * content[keep].sum() + 2) / (words[keep].sum() + content.sum() + 2))


@dataclass(frozen=True)
class ConfidenceCurve:
    """What word F1 pages of a promised word F1 had out of fold: rising knots, between which it is linear."""

    promised: tuple[float, ...]
    observed: tuple[float, ...]

    def __call__(self, promised: float) -> float:
        """Return the word F1 to expect of a page."""
        return float(np.interp(promised, self.promised, self.observed))

    def check(self) -> None:
        """Raise ValueError unless the knots rise within 0 and 1."""
        for values in (self.promised, self.observed):
            knots = np.array(values, dtype=np.float64)
            if len(values) != len(self.promised) or not len(values) or not np.isfinite(knots).all():
                raise ValueError("the knots of the confidence curve do not fit together")
            if (np.diff(knots) < 0).any() or knots[0] < 0 or knots[-1] > 1:
                raise ValueError("the knots of the confidence curve do not rise from 0 to 1")
