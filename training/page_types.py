"""Training the page types: from the content model's out-of-fold predictions to what a page as a whole is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from boilerkit.blocks.columns import InputFormat
from boilerkit.blocks.vocabulary import Floats
from boilerkit.documents import feature_set
from boilerkit.learning.confidence import confidence_calibration, fit_confidence
from boilerkit.learning.evaluation import SelectFn, score_pages
from boilerkit.learning.pipeline import TrainingResult
from boilerkit.learning.training_pages import TrainingPage, iter_pages
from boilerkit.model.page_types import PageTypeModel
from boilerkit.model.trees import TreeEnsemble
from boilerkit.page_types import PAGE_TYPES, PageType
from boilerkit.selection import choose_blocks

#: The type of all pages of corpora that name none.
TYPES_OF_CORPORA = {
    "fundus-train": PageType.ARTICLE,
    "labelled-extra": PageType.ARTICLE,
    "forum-posts": PageType.FORUM,
}
#: Pages are few, so trees are small; each iteration adds one tree per type.
MAX_ITER, LEARNING_RATE, MAX_LEAF_NODES, MIN_SAMPLES_LEAF, MAX_FEATURES = 150, 0.04, 6, 10, 0.1


def add_page_types(pages: Sequence[TrainingPage], result: TrainingResult, random_state: int = 0) -> TrainingResult:
    """Return a result whose model tells page types, and whose scores are those of choosing blocks by them.

    The types that its out-of-fold scores go by are predicted out of fold, too, with the folds of the content model.
    """
    found = result.out_of_fold
    assert found is not None, "page types are learned from out-of-fold predictions"
    X, y = _rows(pages, found.probabilities)
    types = np.zeros((len(pages), len(PAGE_TYPES)))
    for fold in np.unique(found.folds).tolist():
        of_others = _fit(result.model.input_format, X[found.folds != fold], y[found.folds != fold], random_state)
        types[found.folds == fold] = of_others.predict(X[found.folds == fold])
    model = replace(result.model, page_types=_fit(result.model.input_format, X, y, random_state))
    scores = score_pages(pages, found.probabilities, by_out_of_fold_types(pages, types, model.threshold))
    return replace(
        result,
        model=replace(model, confidence=fit_confidence(scores)),
        out_of_fold=replace(found, types=types, scores=scores, confidence=confidence_calibration(scores, found.folds)),
    )


def by_out_of_fold_types(pages: Sequence[TrainingPage], types: NDArray[np.float64], threshold: float) -> SelectFn:
    """Return what chooses blocks of these pages by the threshold and by their predicted types, [n_pages, 7]."""
    by_page = {(page.key, page.variant): row for page, row in zip(pages, types, strict=True)}
    return lambda page, blocks, p: choose_blocks(
        blocks, p, threshold, predict_page_types=partial(by_page.__getitem__, (page.key, page.variant))
    )


def score_page_types(pages: Sequence[TrainingPage], types: NDArray[np.float64]) -> dict[str, Any]:
    """Return how well predicted types, [n_pages, 7], agree with the true ones of the corpora that have several."""
    corpora = {page.corpus for page in pages} - set(TYPES_OF_CORPORA)
    chosen = [number for number, page in enumerate(pages) if page.corpus in corpora]
    true = np.array([PAGE_TYPES.index(_type_of(pages[number])) for number in chosen])
    predicted = types[chosen].argmax(axis=1)
    rows = []
    for number, page_type in enumerate(PAGE_TYPES):
        hits = int(((true == number) & (predicted == number)).sum())
        n_true, n_predicted = int((true == number).sum()), int((predicted == number).sum())
        rows.append(
            {
                "type": str(page_type),
                "pages": n_true,
                "precision": round(hits / max(n_predicted, 1), 4),
                "recall": round(hits / max(n_true, 1), 4),
                "F1": round(2 * hits / max(n_true + n_predicted, 1), 4),
            }
        )
    return {"accuracy": round(float((true == predicted).mean()), 4), "types": rows}


def _rows(
    pages: Sequence[TrainingPage], probabilities: Sequence[NDArray[np.float64]]
) -> tuple[Floats, NDArray[np.intp]]:
    features = feature_set(pages[0].input_format)
    rows = [features.page_features(data.blocks, p) for data, p in zip(iter_pages(pages), probabilities, strict=True)]
    return np.stack(rows), np.array([PAGE_TYPES.index(_type_of(page)) for page in pages])


def _type_of(page: TrainingPage) -> PageType:
    return TYPES_OF_CORPORA.get(page.corpus) or PageType(page.page_type)


def _fit(input_format: InputFormat, X: Floats, y: NDArray[np.intp], random_state: int) -> PageTypeModel:
    from sklearn.ensemble import HistGradientBoostingClassifier

    classifier = HistGradientBoostingClassifier(
        max_iter=MAX_ITER,
        learning_rate=LEARNING_RATE,
        max_leaf_nodes=MAX_LEAF_NODES,
        min_samples_leaf=MIN_SAMPLES_LEAF,
        l2_regularization=1.0,
        max_features=MAX_FEATURES,
        early_stopping=False,
        random_state=random_state,
    )
    # A row of next to no weight for each type, so that all have trees, whichever the pages show.
    every = np.arange(len(PAGE_TYPES))
    weight = np.repeat([1.0, 1e-6], [len(y), len(every)])
    average = np.tile(X.mean(axis=0), (len(every), 1))
    classifier.fit(np.concatenate([X, average]), np.concatenate([y, every]), sample_weight=weight)
    return PageTypeModel(input_format, dict(zip(PAGE_TYPES, TreeEnsemble.from_multiclass(classifier), strict=True)))
