"""Scoring a trained model again: what becomes of its out-of-fold predictions changes with the selection of blocks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from boilerkit.errors import ModelError
from boilerkit.learning.confidence import confidence_calibration, fit_confidence
from boilerkit.learning.evaluation import score_pages
from boilerkit.learning.out_of_fold import load_out_of_fold
from boilerkit.learning.training_pages import TrainingPage
from boilerkit.model.content import ContentModel
from boilerkit.model.storage import load_model
from training.card import out_of_fold_scores
from training.page_types import by_out_of_fold_types

#: From a model, its pages, and the probabilities of their blocks and types to further parts of its card.
Scored = Callable[[ContentModel, Sequence[TrainingPage], Sequence[Any], NDArray[np.float64]], dict[str, Any]]


def rescore(folder: Path, pages: Sequence[TrainingPage], further: Scored) -> ContentModel:
    """Return a model with its out-of-fold scores and its confidence as they are now; its predictions are those it had.

    `pages` are all that it was trained on, in their order. Raises ModelError if they are not, or if their blocks have
    changed: then it has to be trained again.
    """
    model, stored = load_model(folder), load_out_of_fold(folder)
    if stored is None or [page.key for page in pages] != stored.keys.tolist():
        raise ModelError(f"{folder} was trained on other pages than there are now: train it again")
    sizes = [len(page.load().blocks) for page in pages]
    if sizes != [len(p) for p in stored.predictions]:
        raise ModelError(f"{folder} was trained on pages that had other blocks than they have now: train it again")
    scores = score_pages(pages, stored.predictions, by_out_of_fold_types(pages, stored.types, model.threshold))
    confidence = confidence_calibration(scores, stored.folds.astype(np.int64))
    fold = model.card["out of fold"] | out_of_fold_scores(model, pages, scores, confidence)
    model = replace(model, confidence=fit_confidence(scores), card=model.card | {"out of fold": fold})
    return replace(model, card=model.card | further(model, pages, stored.predictions, stored.types))
