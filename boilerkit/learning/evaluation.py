"""How good a model is: out-of-fold answers, scores by page, and their means by corpus and page type."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.base import clone

from boilerkit.metrics import shingle_f1, shingle_scores, word_f1
from boilerkit.html.rendering.text import to_text
from boilerkit.selection import select
from boilerkit.learning.estimator import BoilerplateClassifier
from boilerkit.learning.training_pages import TrainingPage, groups_of, iter_pages
from boilerkit.learning.stages import group_folds


@dataclass(frozen=True)
class PageScore:
    """The scores of one page."""

    id: str
    corpus: str
    page_type: str
    word_f1: float
    shingles: tuple[float, float]  # precision, recall


def folds_of(lessons: Sequence[TrainingPage], n_folds: int, seed: int) -> NDArray[np.int64]:
    """A fold for each lesson, [n_lessons]; lessons of one group, and those of one and the same page, share a fold."""
    return group_folds(groups_of(lessons), n_folds, seed)


def cross_validate(
    lessons: Sequence[TrainingPage],
    classifier: BoilerplateClassifier,
    folds: NDArray[np.int64],
    on_step: Callable[[str], object] = lambda step: None,
    n_pages: int | None = None,
) -> list[NDArray[np.float64]]:
    """Probabilities of each page's blocks by a model that saw no page of its group in any part of its training.

    `folds` holds the fold of each lesson, [n_lessons] (see `folds_of`). For each fold the whole classifier, vocabulary
    and inner folds and all, is trained anew on the other folds, or on `n_pages` of their pages, taken by
    chance. Returns an array [n_blocks] for each lesson.
    """
    n_folds = int(folds.max()) + 1
    answers: list[NDArray[np.float64]] = [np.zeros(0)] * len(lessons)
    for fold in range(n_folds):
        rest = np.flatnonzero(folds != fold)
        if n_pages is not None:
            rest = np.random.default_rng((classifier.seed, fold)).permutation(rest)[:n_pages]

        def tell(step: str, prefix: str = f"fold {fold + 1} of {n_folds}, ") -> object:
            return on_step(prefix + step)

        model = clone(classifier).fit_pages([lessons[index] for index in rest.tolist()], tell).model_
        for index in np.flatnonzero(folds == fold).tolist():
            answers[index] = model.predict_proba(lessons[index].load().table)
    return answers


def score_pages(
    lessons: Sequence[TrainingPage], probabilities: Iterable[NDArray[np.float64]], threshold: float
) -> list[PageScore]:
    """Score what a threshold keeps of each page against the page's gold."""
    scores = []
    for lesson, prepared, p in zip(lessons, iter_pages(lessons), probabilities, strict=True):
        text = to_text(prepared.table, select(prepared.table, p, threshold))
        scores.append(
            PageScore(
                lesson.id,
                lesson.corpus,
                lesson.page_type,
                word_f1(text, prepared.gold_text),
                shingle_scores(text, prepared.gold_text),
            )
        )
    return scores


def oracle_pages(lessons: Sequence[TrainingPage]) -> list[PageScore]:
    """The scores of choosing blocks by the gold itself: what the segmenter leaves possible. Pages with gold only."""
    having = [lesson for lesson, page in zip(lessons, iter_pages(lessons), strict=True) if page.gold_text.strip()]
    return score_pages(having, (page.content.astype(np.float64) for page in iter_pages(having)), 0.5)


@dataclass(frozen=True)
class Summary:
    """Scores over the pages of one corpus and page type; "" stands for all. Word F1 is the mean over the pages."""

    corpus: str
    page_type: str
    pages: int
    word_f1: float
    shingle_f1: float


def summarise(scores: Sequence[PageScore]) -> list[Summary]:
    """Means for each corpus, and for each page type in it where there are several; the corpora by name."""
    summaries = []
    for corpus in sorted({score.corpus for score in scores}):
        of_corpus = [score for score in scores if score.corpus == corpus]
        types = sorted({score.page_type for score in of_corpus} - {""})
        for page_type in ["", *(types if len(types) > 1 else [])]:
            chosen = [score for score in of_corpus if page_type in ("", score.page_type)]
            summaries.append(
                Summary(
                    corpus,
                    page_type,
                    len(chosen),
                    float(np.mean([score.word_f1 for score in chosen])),
                    shingle_f1(score.shingles for score in chosen),
                )
            )
    return summaries


@dataclass(frozen=True)
class Calibration:
    """A reliability table over blocks, weighed by their words, and the expected calibration error."""

    upper: list[float]
    predicted: list[float]
    observed: list[float]
    share: list[float]
    expected_error: float

    def rounded(self) -> dict[str, list[float] | float]:
        """As plain values of four digits, for cards and results."""
        return {
            name: [round(item, 4) for item in value] if isinstance(value, list) else round(value, 4)
            for name, value in vars(self).items()
        }


def calibration(
    lessons: Sequence[TrainingPage], probabilities: Sequence[NDArray[np.float64]], n_bins: int = 10
) -> Calibration:
    """How often blocks of each probability are content, as `calibration_of` has it."""
    pages = zip(probabilities, iter_pages(lessons), strict=True)
    return calibration_of([(p, page.content, page.weight) for p, page in pages], n_bins)


def calibration_of(
    pages: Sequence[tuple[NDArray[np.float64], NDArray[np.float32], NDArray[np.float32]]], n_bins: int = 10
) -> Calibration:
    """How often blocks of each probability are content; each page counts the same.

    Takes for each page the probabilities of its blocks, and the content and weight of their `BlockTargets`, each [n_blocks].
    Expected calibration error: Guo et al. 2017, "On Calibration of Modern Neural Networks", with bins of equal width.
    """
    p = np.concatenate([probabilities for probabilities, _, _ in pages])
    y = np.concatenate([content for _, content, _ in pages]).astype(np.float64)
    weight = np.concatenate([weight / max(weight.sum(), 1) for _, _, weight in pages])
    bins = np.minimum((p * n_bins).astype(int), n_bins - 1)
    total = np.maximum(np.bincount(bins, weight, n_bins), 1e-12)
    predicted = np.bincount(bins, p * weight, n_bins) / total
    observed = np.bincount(bins, y * weight, n_bins) / total
    share = total / total.sum()
    return Calibration(
        upper=[(number + 1) / n_bins for number in range(n_bins)],
        predicted=predicted.tolist(),
        observed=observed.tolist(),
        share=share.tolist(),
        expected_error=float((share * np.abs(predicted - observed)).sum()),
    )
