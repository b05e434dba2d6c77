"""How good a model of the twelve labels is: out-of-fold answers, and precision, recall and F1 of each label."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from boilerkit.labels import KINDS, Label
from boilerkit.model.kinds import choose
from boilerkit.select import select
from boilerkit.training.grafts import Strip
from boilerkit.training.kinds import fit_kinds
from boilerkit.training.kinds_lessons import KindsLesson

_IS_CONTENT = np.array([label.is_content for label in KINDS])


@dataclass(frozen=True)
class LabelScore:
    """How well one label is found, over blocks."""

    label: Label
    blocks: int
    precision: float
    recall: float
    f1: float


@dataclass(frozen=True)
class KindsScores:
    """Scores over blocks that all count the same; `confusion` [12, 12] counts blocks by gold label and answer."""

    labels: list[LabelScore]
    macro_f1: float
    accuracy: float
    content_accuracy: float
    confusion: list[list[int]]


def cross_validate_kinds(
    lessons: Sequence[KindsLesson],
    folds: NDArray[np.int64],
    strips: Sequence[Strip] = (),
    seed: int = 0,
    on_step: Callable[[str], object] = lambda step: None,
) -> list[NDArray[np.float64]]:
    """Probabilities [n_blocks, 12] of each page by a model that was trained, vocabulary and all, on the other folds.

    `folds` holds the fold of each lesson, [n_lessons].
    """
    answers: list[NDArray[np.float64]] = [np.zeros((0, len(KINDS)))] * len(lessons)
    for number, fold in enumerate(np.unique(folds).tolist(), 1):
        on_step(f"labels: fold {number} of {len(np.unique(folds))}")
        model = fit_kinds([lessons[index] for index in np.flatnonzero(folds != fold).tolist()], strips, seed)
        for index in np.flatnonzero(folds == fold).tolist():
            answers[index] = model.predict_proba(lessons[index].table, lessons[index].content)
    return answers


def chosen_labels(
    lessons: Sequence[KindsLesson], probabilities: Sequence[NDArray[np.float64]], threshold: float
) -> list[NDArray[np.intp]]:
    """The labels that users see: those that fit what the content model keeps of each page at a threshold."""
    return [
        choose(p, select(lesson.table, lesson.content, threshold))
        for lesson, p in zip(lessons, probabilities, strict=True)
    ]


class WithLabels(Protocol):
    """A page with the labels of its blocks, [n_blocks]."""

    @property
    def labels(self) -> NDArray[np.int8]: ...


def score_labels(lessons: Sequence[WithLabels], chosen: Sequence[NDArray[np.intp]]) -> KindsScores:
    """Scores of the chosen labels, places in `labels.KINDS` [n_blocks] for each page, over blocks of known label."""
    true = np.concatenate([lesson.labels for lesson in lessons])
    known = true >= 0
    true, found = true[known], np.concatenate(chosen)[known]
    confusion = np.zeros((len(KINDS), len(KINDS)), dtype=np.int64)
    np.add.at(confusion, (true, found), 1)
    hits = np.diag(confusion)
    precision = hits / np.maximum(confusion.sum(axis=0), 1)
    recall = hits / np.maximum(confusion.sum(axis=1), 1)
    f1 = 2 * hits / np.maximum(confusion.sum(axis=0) + confusion.sum(axis=1), 1)
    return KindsScores(
        labels=[
            LabelScore(
                label, int(confusion[place].sum()), float(precision[place]), float(recall[place]), float(f1[place])
            )
            for place, label in enumerate(KINDS)
        ],
        macro_f1=float(f1.mean()),
        accuracy=float((true == found).mean()),
        content_accuracy=float((_IS_CONTENT[true] == _IS_CONTENT[found]).mean()),
        confusion=confusion.tolist(),
    )


def calibration_error(
    lessons: Sequence[KindsLesson], probabilities: Sequence[NDArray[np.float64]], n_bins: int = 10
) -> float:
    """Expected calibration error of the likeliest label's probability over blocks of known label (Guo et al. 2017)."""
    true = np.concatenate([lesson.labels for lesson in lessons])
    p = np.concatenate(probabilities)[true >= 0]
    highest = p.max(axis=1)
    right = p.argmax(axis=1) == true[true >= 0]
    bins = np.minimum((highest * n_bins).astype(int), n_bins - 1)
    gaps = np.abs(np.bincount(bins, highest, n_bins) - np.bincount(bins, right, n_bins))
    return float(gaps.sum() / max(len(highest), 1))
