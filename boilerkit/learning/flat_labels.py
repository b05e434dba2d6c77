"""Training the model of the twelve labels of flat text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from boilerkit.plaintext.label_features import flat_kinds_features, label_shares, learn_flat_kinds_vocabulary
from boilerkit.html.features.labels import LabelVocabulary, LabelShares
from boilerkit.gold.pages import Gold
from boilerkit.learning.alignment import align_labels
from boilerkit.model.flat_labels import FlatKindsModel
from boilerkit.plaintext.segmentation import TextBlocks
from boilerkit.learning.labels import N_FOLDS, fit_trees
from boilerkit.learning.stages import group_folds


@dataclass(frozen=True)
class FlatKindsLesson:
    """One page of flat text whose blocks are labelled; the fields are those of `kinds_lessons.KindsLesson`."""

    group: str
    form: str
    table: TextBlocks
    content: NDArray[np.float64]
    labels: NDArray[np.int8]
    shares: LabelShares


@dataclass(frozen=True)
class FlatTicker:
    """The ticker of a page of one group set into a page of another; the fields are those of `grafts.Strip`."""

    groups: tuple[str, str]
    table: TextBlocks
    content: NDArray[np.float64]
    is_strip: NDArray[np.bool_]


def flat_kinds_lesson(
    table: TextBlocks, gold: Gold, content: NDArray[np.float64], group: str, form: str
) -> FlatKindsLesson:
    """The lesson of a page with spans as gold; `content` [n_blocks] are answers of a model that did not see it."""
    labels = align_labels(table, gold)
    return FlatKindsLesson(group, form, table, content, labels, label_shares(table, labels))


def fit_flat_kinds(
    lessons: Sequence[FlatKindsLesson], tickers: Sequence[FlatTicker] = (), seed: int = 0
) -> FlatKindsModel:
    """Train the vocabulary and the trees, as `kinds.fit_labels` trains those of HTML.

    Of the tickers, those are trained on of which both pages are among the lessons' groups.
    """
    groups = np.unique([lesson.group for lesson in lessons], return_inverse=True)[1].astype(np.int64)
    folds = group_folds(groups, N_FOLDS, seed)
    vocabularies = [_vocabulary(lessons, groups, folds != fold) for fold in range(N_FOLDS)]
    X = np.concatenate(
        [
            flat_kinds_features(lesson.table, lesson.content, vocabularies[fold])
            for lesson, fold in zip(lessons, folds.tolist(), strict=True)
        ]
    )
    fold_of = {lesson.group: fold for lesson, fold in zip(lessons, folds.tolist(), strict=True)}
    more = [
        flat_kinds_features(ticker.table, ticker.content, vocabularies[fold_of[ticker.groups[0]]])[ticker.is_strip]
        for ticker in tickers
        if all(group in fold_of for group in ticker.groups)
    ]
    trees = fit_trees(X, np.concatenate([lesson.labels for lesson in lessons]), more, seed)
    return FlatKindsModel(_vocabulary(lessons, groups, np.ones(len(lessons), dtype=bool)), trees)


def _vocabulary(
    lessons: Sequence[FlatKindsLesson], groups: NDArray[np.int64], chosen: NDArray[np.bool_]
) -> LabelVocabulary:
    pages = [lesson.shares for lesson, its in zip(lessons, chosen.tolist(), strict=True) if its]
    return learn_flat_kinds_vocabulary(pages, groups[chosen].tolist())


def cross_validate_flat_kinds(
    lessons: Sequence[FlatKindsLesson], folds: NDArray[np.int64], tickers: Sequence[FlatTicker] = (), seed: int = 0
) -> list[NDArray[np.float64]]:
    """Probabilities [n_blocks, 12] of each page by a model that was trained, vocabulary and all, on the other folds."""
    answers: list[NDArray[np.float64]] = [np.zeros((0, 0))] * len(lessons)
    for fold in np.unique(folds).tolist():
        model = fit_flat_kinds([lessons[i] for i in np.flatnonzero(folds != fold).tolist()], tickers, seed)
        for i in np.flatnonzero(folds == fold).tolist():
            answers[i] = model.predict_proba(lessons[i].table, lessons[i].content)
    return answers
