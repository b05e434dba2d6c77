"""Adapt a label model to labelled pages: further trees of each label, as `adaptation` adds to the content model."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice

import numpy as np
from joblib import Parallel, delayed
from numpy.typing import NDArray

from boilerkit.documents import feature_set
from boilerkit.labels import LABELS
from boilerkit.learning.boosting import BinnedRows, BoostingSettings, Doubles, boost
from boilerkit.learning.label_evaluation import LabelScores, assigned_labels, score_labels
from boilerkit.learning.labels import LabelPage
from boilerkit.model.labels import LabelModel, softmax
from boilerkit.model.trees import TreeEnsemble

#: Numbers of rounds, each of one tree per label, that are compared.
ROUNDS = (0, 5, 10, 20, 30)

SETTINGS = BoostingSettings(learning_rate=0.2, max_features=0.1, max_rows=6000)


@dataclass(frozen=True)
class LabelAdaptation:
    """An adapted label model, and what cross-validation says of it and of its base.

    The scores are those of the labels that users see, over the labelled blocks of the `n_pages` pages that have
    any. `rounds` is 0 if no
    correction predicts held-out labels better than the base model; the model is then the base model.
    """

    model: LabelModel
    rounds: int
    n_pages: int
    base_scores: LabelScores
    adapted_scores: LabelScores

    @property
    def is_better(self) -> bool:
        """Whether the adapted model did better than its base on pages that it was not adapted to."""
        return self.adapted_scores.accuracy > self.base_scores.accuracy


def adapt_labels(
    base: LabelModel,
    base_pages: Sequence[LabelPage],
    pages: Sequence[LabelPage],
    thresholds: tuple[float, float],
    n_jobs: int = -1,
    random_state: int = 0,
) -> LabelAdaptation:
    """Adapt a label model to pages of two or more folds.

    The content probabilities of `base_pages` are those of the base content model, those of `pages`, the same pages, of
    the adapted one; `thresholds` are those of both models.
    """
    rows = _Rows.of(base, pages)
    folds = np.array([page.fold for page in pages])
    scores = np.repeat(rows.start[None], len(ROUNDS), axis=0)
    held_out = [(folds == fold)[rows.pages] for fold in np.unique(folds)]
    if len(held_out) > 1:
        staged = Parallel(n_jobs=n_jobs)(delayed(_boost_without)(rows, its, random_state) for its in held_out)
        for its, found in zip(held_out, staged, strict=True):
            scores[:, its] = found
    chosen = int(np.argmin([rows.log_loss(its) for its in scores]))

    before = [base.predict_proba(page.blocks, page.content) for page in base_pages]
    after = rows.probabilities(scores[chosen])
    return LabelAdaptation(
        model=_corrected(base, rows, ROUNDS[chosen], random_state) if chosen else base,
        rounds=ROUNDS[chosen],
        n_pages=len(pages),
        base_scores=score_labels(pages, assigned_labels(base_pages, before, thresholds[0])),
        adapted_scores=score_labels(pages, assigned_labels(pages, after, thresholds[1])),
    )


@dataclass(frozen=True)
class _Rows:
    """All blocks of the pages; `target` and `start` [n_rows, n_classes] have a column for each label of the base.

    `pages` [n_rows] are the numbers of their pages, `sizes` [n_pages] their numbers of blocks. Weights of a page sum to
    1; those of blocks without a label are 0.
    """

    features: BinnedRows
    columns: list[int]
    target: Doubles
    weight: Doubles
    start: Doubles
    pages: NDArray[np.intp]
    sizes: list[int]

    @classmethod
    def of(cls, base: LabelModel, pages: Sequence[LabelPage]) -> _Rows:
        """Compute the features of the base model once for each page."""
        features = feature_set(base.input_format)
        X = np.concatenate([features.label_matrix(page.blocks, page.content, base.vocabulary) for page in pages])
        columns = [LABELS.index(label) for label in base.trees]
        target = np.concatenate([page.labels for page in pages])[:, None] == np.array(columns)
        sizes = [len(page.labels) for page in pages]
        numbers = np.repeat(np.arange(len(pages)), sizes)
        known = target.any(axis=1)
        weight = known / np.maximum(np.bincount(numbers, known, len(pages)), 1)[numbers]
        start = TreeEnsemble.log_odds_of_all([*base.trees.values()], X) / base.temperature
        return cls(BinnedRows(X), columns, target.astype(np.float64), weight, start, numbers, sizes)

    def log_loss(self, scores: Doubles) -> float:
        """Return the mean of the pages' log losses."""
        p = (softmax(scores) * self.target).sum(axis=1)
        return float(-(self.weight * np.log(np.maximum(p, 1e-12))).sum())

    def probabilities(self, scores: Doubles) -> list[Doubles]:
        """Return each page's probabilities of all labels, [n_blocks, 12]."""
        p = np.zeros((len(scores), len(LABELS)))
        p[:, self.columns] = softmax(scores)
        return np.split(p, np.cumsum(self.sizes)[:-1])


def _boost_without(rows: _Rows, held_out: NDArray[np.bool_], random_state: int) -> Doubles:
    """Return the scores of the rows that are held out by number of ROUNDS: [n_rounds, n_held_out, n_classes]."""
    rounds = islice(_boosting(rows, np.where(held_out, 0, rows.weight), random_state), ROUNDS[-1])
    later = [scores[held_out] for number, (_, scores) in enumerate(rounds, 1) if number in ROUNDS]
    return np.stack([rows.start[held_out], *later])


def _boosting(rows: _Rows, weight: Doubles, random_state: int) -> Iterator[tuple[list[TreeEnsemble], Doubles]]:
    return boost(rows.features, rows.target, weight, rows.pages, rows.start, softmax, SETTINGS, random_state)


def _corrected(base: LabelModel, rows: _Rows, n_rounds: int, random_state: int) -> LabelModel:
    """Return the base model with the correction as further trees of each label."""
    rounds = [trees for trees, _ in islice(_boosting(rows, rows.weight, random_state), n_rounds)]
    trees = {
        label: TreeEnsemble.sum([its.scaled(1 / base.temperature), *(of_all[number] for of_all in rounds)])
        for number, (label, its) in enumerate(base.trees.items())
    }
    return replace(base, trees=trees, temperature=1.0)
