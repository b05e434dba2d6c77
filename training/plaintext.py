"""Builds the shipped model for plain text: content and labels.

The pages are those of the HTML model, turned into plain text by several renderers. Each page is trained on in two of
the renderings and measured in all. All renderings of a page, and all pages of a site, are in one fold.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import compress
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from boilerkit.gold.pages import GoldPage, page_key
from boilerkit.learning.evaluation import SelectFn, by_threshold, cross_validate, score_pages, score_rows
from boilerkit.learning.pipeline import OutOfFold, TrainingResult, train
from boilerkit.learning.stages import OnStep, Settings, fit_content_model
from boilerkit.learning.training_pages import TrainingPage, prepare
from boilerkit.model.content import ContentModel
from training.augmentation_text import Headlines, collect_headlines, insert_headlines, insert_tickers
from training.corpora import CORPORA, training_pages
from training.page_types import add_page_types, by_out_of_fold_types
from training.renderers import RENDERERS, render_pages

N_FOLDS = 5
#: The share of the training pages that are also trained on with headlines of other pages inserted.
HEADLINES_SHARE = 0.4
#: The renderer that is left out of training to see how well the model does on text of an unknown renderer.
UNSEEN_RENDERER = "resiliparse"
#: Chosen by the scores out of fold: forums and collections would have it lower, articles higher.
THRESHOLD = 0.4
SETTINGS = Settings(
    max_iter=60,
    learning_rate=0.12,
    max_leaf_nodes=63,
    min_samples_leaf=40,
    l2_regularization=5.0,
    max_features=0.3,
    n_folds=5,
    corpus_weights={corpus.name: corpus.weight for corpus in CORPORA},
    random_state=0,
    sampling_quantile=0.98,  # each page comes in several renderings
)


def train_plaintext(
    data: Path, cache: Path, on_step: OnStep
) -> tuple[list[TrainingPage], TrainingResult, list[dict[str, Any]]]:
    """Cross-validate and train the model; return the pages, the result, and scores by renderer."""
    on_step("rendering and preparing pages")
    pages = prepare_renderings(data, cache)
    labelled = [page for page in training_pages(data) if page.labelled_spans]
    headlines = collect_headlines(labelled)

    def fit(chosen: Sequence[TrainingPage], report: OnStep) -> ContentModel:
        return fit_renderings(chosen, tuple(RENDERERS), headlines, report)

    result = train(
        pages,
        fit,
        N_FOLDS,
        SETTINGS.random_state,
        on_step,
        lambda label_pages, model: insert_tickers(label_pages, labelled, model, SETTINGS.random_state),
    )
    assert result.out_of_fold is not None
    unseen = _predict_unseen(pages, result.out_of_fold.folds, headlines, on_step)
    on_step("page types")
    result = add_page_types(pages, result, SETTINGS.random_state)
    assert result.out_of_fold is not None
    return pages, result, score_renderers(pages, result.out_of_fold, unseen)


def prepare_renderings(data: Path, cache: Path) -> list[TrainingPage]:
    """Return the training pages of all pages in all renderings; those of one page share its key."""
    renderings = list(_renderings(data, cache))
    prepared, _ = prepare((page for page, _, _ in renderings), cache)
    origin = {page.id: (key, renderer) for page, key, renderer in renderings}
    return [
        replace(page, id=page.id.partition("\n")[2], key=origin[page.id][0], variant=origin[page.id][1])
        for page in prepared
    ]


def _renderings(data: Path, cache: Path) -> Iterator[tuple[GoldPage, str, str]]:
    """Yield each page in each rendering with the page's key and the renderer; ids are made unique for `prepare`."""
    for page, texts in render_pages(training_pages(data), cache):
        for renderer, text in texts.items():
            group = page.group or page.id
            rendered = replace(page, id=f"{renderer}\n{page.id}", source=text, input_format="text", group=group)
            yield rendered, page_key(page.source), renderer


def fit_renderings(
    pages: Sequence[TrainingPage], renderers: Sequence[str], headlines: Sequence[Headlines], on_step: OnStep
) -> ContentModel:
    """Train on each page in two of the renderings, and on some of them with headlines of other pages inserted."""
    chosen = [page for page in pages if page.variant in assign_renderers(page.key, renderers)]
    with tempfile.TemporaryDirectory() as folder:
        inserted = insert_headlines(chosen, headlines, HEADLINES_SHARE, Path(folder), SETTINGS.random_state)
        model = fit_content_model([*chosen, *inserted], SETTINGS, on_step)
    return replace(model, threshold=THRESHOLD)


def assign_renderers(key: str, renderers: Sequence[str]) -> tuple[str, str]:
    """Return the two renderers in whose text a page is trained on, by the hash of the page."""
    number = int(key[:12], 16)
    first = number % len(renderers)
    second = (first + 1 + number // len(renderers) % (len(renderers) - 1)) % len(renderers)
    return renderers[first], renderers[second]


def _predict_unseen(
    pages: Sequence[TrainingPage], folds: NDArray[np.int64], headlines: Sequence[Headlines], on_step: OnStep
) -> list[NDArray[np.float64]]:
    """Return predictions for the first fold's pages of the unseen renderer, by a model of the other renderers."""
    others = [renderer for renderer in RENDERERS if renderer != UNSEEN_RENDERER]
    is_unseen = np.array([page.variant == UNSEEN_RENDERER for page in pages])
    first_fold = np.where(folds == 0, np.where(is_unseen, 0, -2), -1)
    chosen = [page for page, fold in zip(pages, first_fold, strict=True) if fold != -2]

    def fit(known: Sequence[TrainingPage], report: OnStep) -> ContentModel:
        return fit_renderings(known, others, headlines, report)

    def report(step: str) -> object:
        return on_step(f"without {UNSEEN_RENDERER}: {step}")

    predictions = iter(cross_validate(chosen, fit, first_fold[first_fold != -2], report))
    return [next(predictions) if fold != -2 else np.zeros(0) for fold in first_fold]


def score_renderers(
    pages: Sequence[TrainingPage], out_of_fold: OutOfFold, unseen: Sequence[NDArray[np.float64]]
) -> list[dict[str, Any]]:
    """Return mean scores by corpus and renderer: out of fold, of keeping all text, and for the unseen renderer.

    The last are without page types, as are those that they are beside.
    """
    assert out_of_fold.types is not None
    rows = score_seen_renderers(pages, out_of_fold.probabilities, out_of_fold.types)
    select = by_threshold(THRESHOLD)
    is_unseen = [bool(len(p)) for p in unseen]
    rows += _rows(pages, out_of_fold.probabilities, select, is_unseen, "out of fold, first fold", UNSEEN_RENDERER)
    rows += _rows(pages, unseen, select, is_unseen, "first fold, not trained on this renderer", UNSEEN_RENDERER)
    return rows


def score_seen_renderers(
    pages: Sequence[TrainingPage], probabilities: Sequence[NDArray[np.float64]], types: NDArray[np.float64]
) -> list[dict[str, Any]]:
    """Return mean scores by corpus and renderer: out of fold, and of keeping all text."""
    rows = []
    select = by_out_of_fold_types(pages, types, THRESHOLD)
    everything = [np.ones(len(p)) for p in probabilities]
    for renderer in RENDERERS:
        chosen = [page.variant == renderer for page in pages]
        rows += _rows(pages, probabilities, select, chosen, "out of fold", renderer)
        rows += _rows(pages, everything, by_threshold(THRESHOLD), chosen, "all text", renderer)
    return rows


def _rows(
    pages: Sequence[TrainingPage],
    probabilities: Sequence[NDArray[np.float64]],
    select: SelectFn,
    chosen: Sequence[bool],
    what: str,
    renderer: str,
) -> list[dict[str, Any]]:
    scores = score_pages(list(compress(pages, chosen)), list(compress(probabilities, chosen)), select)
    return [{"what": what, "renderer": renderer} | row for row in score_rows(scores) if not row["page_type"]]
