"""Learning what word F1 to expect of a page, from what out-of-fold predictions promised and what they brought."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from boilerkit.learning.evaluation import Calibration, PageScore, calibration_of
from boilerkit.model.confidence import ConfidenceCurve

#: Pages for each knot of the curve, and most knots.
PAGES_PER_KNOT, MAX_KNOTS = 20, 25


def fit_confidence(scores: Sequence[PageScore]) -> ConfidenceCurve | None:
    """Return the rising curve from promised to observed word F1; None for too few pages to tell."""
    from sklearn.isotonic import IsotonicRegression

    n_knots = min(MAX_KNOTS, len(scores) // PAGES_PER_KNOT)
    if n_knots < 2:
        return None
    promised, observed = np.array(sorted((score.promised_f1, score.word_f1) for score in scores)).T
    parts = zip(np.array_split(promised, n_knots), np.array_split(observed, n_knots), strict=True)
    x, y, weight = np.array([(xs.mean(), ys.mean(), len(xs)) for xs, ys in parts]).T
    rising = IsotonicRegression(y_min=0, y_max=1).fit(x, y, sample_weight=weight).predict(x)
    return ConfidenceCurve(tuple(x.round(6).tolist()), tuple(rising.round(6).tolist()))


def confidence_calibration(scores: Sequence[PageScore], folds: NDArray[np.int64]) -> Calibration | None:
    """Return the mean word F1 of pages of each confidence, by curves of the pages of other folds; None for too few."""
    pages = []
    for fold in np.unique(folds).tolist():
        curve = fit_confidence([score for score, its in zip(scores, folds.tolist(), strict=True) if its != fold])
        if curve is None:
            return None
        here = [score for score, its in zip(scores, folds.tolist(), strict=True) if its == fold]
        expected = np.array([curve(score.promised_f1) for score in here])
        observed = np.array([score.word_f1 for score in here], dtype=np.float32)
        pages += [(expected[[n]], observed[[n]], np.ones(1, dtype=np.float32)) for n in range(len(here))]
    return calibration_of(pages)
