"""From training pages to a model: one pipeline for HTML and plain text, for users' pages and for the shipped models."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import count

import numpy as np
from numpy.typing import NDArray

from boilerkit.errors import GoldError
from boilerkit.learning.confidence import confidence_calibration, fit_confidence
from boilerkit.learning.evaluation import (
    Calibration,
    FitFn,
    PageScore,
    by_threshold,
    calibration,
    cross_validate,
    score_pages,
)
from boilerkit.learning.folds import assign_folds
from boilerkit.learning.label_evaluation import LabelReport, label_report
from boilerkit.learning.labels import (
    AugmentedPage,
    LabelPage,
    cross_validate_labels,
    fit_label_model,
    fit_temperature,
    label_pages,
)
from boilerkit.learning.stages import N_STEPS, OnStep, Progress
from boilerkit.learning.training_pages import TrainingPage
from boilerkit.model.content import ContentModel
from boilerkit.model.labels import LabelModel, softmax

#: Make pages with inserted tickers, given the labelled pages and the content model.
AugmentFn = Callable[[Sequence[LabelPage], ContentModel], Sequence[AugmentedPage]]


@dataclass(frozen=True)
class OutOfFold:
    """What cross-validation says about a content model: fold and probabilities of each page, scores, calibration.

    `confidence` compares the word F1 that is expected of pages with what they have; None where there are too few pages.
    `types` [n_pages, 7] are probabilities of PAGE_TYPES, None for a model that tells none.
    """

    folds: NDArray[np.int64]
    probabilities: list[NDArray[np.float64]]
    scores: list[PageScore]
    calibration: Calibration
    confidence: Calibration | None = None
    types: NDArray[np.float64] | None = None


@dataclass(frozen=True)
class TrainingResult:
    """A trained model and what is known of it.

    `out_of_fold` is None without cross-validation. `label_report` is None where there is no label model; `label_error`
    says why there is none although pages have labels.
    """

    model: ContentModel
    out_of_fold: OutOfFold | None = None
    labelled: Sequence[LabelPage] = ()
    label_report: LabelReport | None = None
    label_error: str | None = None


def train(
    pages: Sequence[TrainingPage],
    fit: FitFn,
    n_folds: int = 5,
    random_state: int = 0,
    on_step: OnStep = lambda step: None,
    augment: AugmentFn = lambda pages, model: (),
) -> TrainingResult:
    """Cross-validate, then train on all pages: the content model, and a label model if the gold has labels.

    `fit` trains a content model. The label model learns from out-of-fold predictions of the content model, so it needs
    `n_folds` of 2 or more; with 0 there are no scores and no label model. Raises GoldError if the pages' gold is not
    enough to train a content model on, or if there are fewer groups than folds.
    """
    if not n_folds:
        return TrainingResult(fit(pages, on_step))
    folds = assign_folds(pages, n_folds, random_state)
    probabilities = cross_validate(pages, fit, folds, on_step)
    model = fit(pages, on_step)
    scores = score_pages(pages, probabilities, by_threshold(model.threshold))
    model = replace(model, confidence=fit_confidence(scores))
    confidence = confidence_calibration(scores, folds)
    out_of_fold = OutOfFold(folds, probabilities, scores, calibration(pages, probabilities), confidence)
    labelled = label_pages(pages, probabilities, folds.tolist())
    result = TrainingResult(model, out_of_fold, labelled)
    if not labelled:
        return result
    try:
        augmented = augment(labelled, model)
        labels, report = train_labels(labelled, model.threshold, augmented, random_state, on_step)
    except GoldError as error:
        return replace(result, label_error=str(error))
    return replace(result, model=replace(model, labels=labels), label_report=report)


def count_steps(progress: Progress, n_folds: int) -> OnStep:
    """Return a function for `train` to name its steps to, which reports them with the share of the work done."""
    total = N_STEPS * (n_folds + 1)
    steps = count()

    def on_step(step: str) -> None:
        progress(min(next(steps) / total, 1.0), step)

    return on_step


def train_labels(
    pages: Sequence[LabelPage],
    threshold: float,
    augmented: Sequence[AugmentedPage] = (),
    random_state: int = 0,
    on_step: OnStep = lambda step: None,
) -> tuple[LabelModel, LabelReport]:
    """Train a calibrated label model on all pages, and report what such a model does out of fold.

    `threshold` is the content model's. Raises GoldError if the pages, or those of some folds, show too few labels or
    sites.
    """
    raw = cross_validate_labels(pages, augmented, random_state, on_step)
    temperature = fit_temperature(np.concatenate(raw), np.concatenate([page.labels for page in pages]))
    probabilities = [softmax(np.log(np.maximum(p, 1e-12)) / temperature) for p in raw]
    report = label_report(pages, probabilities, threshold)
    on_step("labels: all pages")
    model = fit_label_model(pages, augmented, random_state)
    return replace(model, temperature=temperature, card=report.most_probable.to_dict()), report
