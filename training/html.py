"""Builds the shipped model for HTML: content and labels."""

from __future__ import annotations

from pathlib import Path

from boilerkit.gold.pages import page_key
from boilerkit.learning.estimator import BoilerplateClassifier
from boilerkit.learning.pipeline import TrainingResult, train
from boilerkit.learning.stages import OnStep
from boilerkit.learning.training_pages import TrainingPage, prepare
from training.augmentation_html import insert_tickers
from training.corpora import CORPORA, training_pages

N_FOLDS = 5


def html_classifier() -> BoilerplateClassifier:
    """Return the estimator of the shipped model, not yet trained."""
    return BoilerplateClassifier(input_format="html", corpus_weights={corpus.name: corpus.weight for corpus in CORPORA})


def train_html(data: Path, cache: Path, on_step: OnStep) -> tuple[list[TrainingPage], TrainingResult]:
    """Cross-validate and train the model on all training pages."""
    on_step("preparing pages")
    pages, failures = prepare(training_pages(data), cache)
    for page_id, error in failures:
        on_step(f"left out {page_id}: {error}")
    sources = {page_key(page.source): page.source for page in training_pages(data) if page.labelled_spans}
    classifier = html_classifier()
    result = train(
        pages,
        classifier.fit_model,
        N_FOLDS,
        classifier.random_state,
        on_step,
        lambda labelled, model: insert_tickers(labelled, sources, model, classifier.random_state),
    )
    return pages, result
