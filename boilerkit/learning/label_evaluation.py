"""A model of the twelve labels with how good it is: out-of-fold answers, and precision, recall and F1 of each label."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from boilerkit.labels import LABELS, Label
from boilerkit.model.labels import LabelModel, choose, softmax
from boilerkit.selection import select
from boilerkit.learning.augmentation import Strip
from boilerkit.learning.labels import fit_labels, fit_temperature
from boilerkit.learning.label_pages import UnlabelledPage, KindsLesson

_IS_CONTENT = np.array([label.is_content for label in LABELS])


@dataclass(frozen=True)
class LabelScore:
    """How well one label is found, over blocks."""

    label: Label
    blocks: int
    precision: float
    recall: float
    f1: float


@dataclass(frozen=True)
class LabelScores:
    """Scores over blocks that all count the same; `confusion` [12, 12] counts blocks by gold label and answer.

    `macro_f1` is the mean over the labels that the gold has.
    """

    labels: list[LabelScore]
    macro_f1: float
    accuracy: float
    content_accuracy: float
    confusion: list[list[int]]


@dataclass(frozen=True)
class LabelReport:
    """How good a labels model is out of fold.

    `likeliest` are the scores of each block's likeliest label, `chosen` those of the label that agrees with the text.
    """

    likeliest: LabelScores
    chosen: LabelScores
    calibration_error: float


def train_labels(
    lessons: Sequence[KindsLesson],
    threshold: float,
    further: Sequence[UnlabelledPage] = (),
    strips: Sequence[Strip] = (),
    seed: int = 0,
    on_step: Callable[[str], object] = lambda step: None,
) -> tuple[LabelModel, LabelReport]:
    """Train a calibrated labels model on all lessons, and measure out of fold what such a model can do.

    `threshold` is the content model's; `further` and `strips` are as in `fit_labels`. Raises GoldError where the
    lessons, or those of some folds, show too few labels or sites.
    """
    raw = cross_validate_labels(lessons, further, strips, seed, on_step)
    temperature = fit_temperature(np.concatenate(raw), np.concatenate([lesson.labels for lesson in lessons]))
    probabilities = [softmax(np.log(np.maximum(p, 1e-12)) / temperature) for p in raw]
    report = LabelReport(
        score_labels(lessons, [choose(p) for p in probabilities]),
        score_labels(lessons, chosen_labels(lessons, probabilities, threshold)),
        calibration_error(lessons, probabilities),
    )
    on_step("labels: all pages")
    return replace(fit_labels(lessons, further, strips, seed), temperature=temperature), report


def cross_validate_labels(
    lessons: Sequence[KindsLesson],
    further: Sequence[UnlabelledPage] = (),
    strips: Sequence[Strip] = (),
    seed: int = 0,
    on_step: Callable[[str], object] = lambda step: None,
) -> list[NDArray[np.float64]]:
    """Probabilities [n_blocks, 12] of each page by a model that was trained, vocabulary and all, on the other folds.

    The folds are the content model's, so that no answer comes from a model that saw a page of the same site.
    """
    folds = np.array([lesson.fold for lesson in lessons])
    answers: list[NDArray[np.float64]] = [np.zeros((0, len(LABELS)))] * len(lessons)
    for number, fold in enumerate(np.unique(folds).tolist(), 1):
        on_step(f"labels: fold {number} of {len(np.unique(folds))}")
        others = [page for page in further if page.fold != fold]
        model = fit_labels([lesson for lesson in lessons if lesson.fold != fold], others, strips, seed)
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


def score_labels(lessons: Sequence[WithLabels], chosen: Sequence[NDArray[np.intp]]) -> LabelScores:
    """Scores of the chosen labels, places in `labels.LABELS` [n_blocks] for each page, over blocks of known label."""
    true = np.concatenate([lesson.labels for lesson in lessons])
    known = true >= 0
    true, found = true[known], np.concatenate(chosen)[known]
    confusion = np.zeros((len(LABELS), len(LABELS)), dtype=np.int64)
    np.add.at(confusion, (true, found), 1)
    hits = np.diag(confusion)
    precision = hits / np.maximum(confusion.sum(axis=0), 1)
    recall = hits / np.maximum(confusion.sum(axis=1), 1)
    f1 = 2 * hits / np.maximum(confusion.sum(axis=0) + confusion.sum(axis=1), 1)
    return LabelScores(
        labels=[
            LabelScore(
                label, int(confusion[place].sum()), float(precision[place]), float(recall[place]), float(f1[place])
            )
            for place, label in enumerate(LABELS)
        ],
        macro_f1=float(f1[confusion.any(axis=1)].mean()),
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
