"""Builds the shipped model for HTML: content and labels."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from boilerkit.gold.pages import page_key
from boilerkit.learning.estimator import BoilerplateClassifier
from boilerkit.learning.folds import assign_inner_folds
from boilerkit.learning.pipeline import TrainingResult, train
from boilerkit.learning.stages import OnStep
from boilerkit.learning.training_pages import TrainingPage, prepare
from boilerkit.model.content import ContentModel
from training.altered_pages import alter_pages, collect_sections
from training.augmentation_html import insert_tickers
from training.corpora import CORPORA, training_pages
from training.excerpts import take_excerpts
from training.page_types import add_page_types

N_FOLDS = 5
#: Chosen by the scores out of fold and on the validation pages together: listings and collections would have it lower,
#: articles higher, both by less than a point.
THRESHOLD = 0.4


def html_classifier() -> BoilerplateClassifier:
    """Return the estimator of the shipped model, not yet trained."""
    weights = {corpus.name: corpus.weight for corpus in CORPORA}
    return BoilerplateClassifier(base=None, input_format="html", threshold=THRESHOLD, corpus_weights=weights)


def train_html(data: Path, cache: Path, on_step: OnStep) -> tuple[list[TrainingPage], TrainingResult]:
    """Cross-validate and train the model on all training pages."""
    on_step("preparing pages")
    pages, failures = prepare(training_pages(data), cache)
    for page_id, error in failures:
        on_step(f"left out {page_id}: {error}")
    sources = {page_key(page.source): page.source for page in training_pages(data)}
    on_step("collecting comments, teasers and tickers")
    sections = collect_sections(pages, sources)
    classifier = html_classifier()
    seed = classifier.random_state

    with tempfile.TemporaryDirectory() as folder:
        on_step("taking excerpts")
        excerpts = take_excerpts(pages, sources, Path(folder), seed)

        def fit(chosen: Sequence[TrainingPage], report: OnStep) -> ContentModel:
            report("altering copies of articles")
            folds = assign_inner_folds(chosen, classifier.n_folds, seed)
            with tempfile.TemporaryDirectory() as folder_of_copies:
                copies = alter_pages(chosen, folds, sources, sections, Path(folder_of_copies), seed)
                its_excerpts = [excerpts[page.key] for page in chosen if page.key in excerpts]
                return classifier.fit_model([*copies, *its_excerpts], report)

        result = train(
            pages,
            fit,
            N_FOLDS,
            seed,
            on_step,
            lambda labelled, model: insert_tickers(labelled, sources, model, seed),
        )
    result = replace(result, model=replace(result.model, leaves_out_comments=True))
    on_step("page types")
    return pages, add_page_types(pages, result, seed)
