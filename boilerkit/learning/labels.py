"""Training the label model on pages whose blocks have labels."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import compress

import numpy as np
from joblib import Parallel, delayed
from numpy.typing import NDArray

from boilerkit.blocks.columns import BlockColumns
from boilerkit.blocks.vocabulary import Floats, LabelShares, LabelVocabulary, learn_label_vocabulary
from boilerkit.documents import feature_set
from boilerkit.errors import GoldError
from boilerkit.labels import LABELS, Label
from boilerkit.learning.folds import assign_inner_folds
from boilerkit.learning.stages import quantize_columns
from boilerkit.learning.training_pages import TrainingPage
from boilerkit.model.labels import LabelModel, softmax
from boilerkit.model.trees import TreeEnsemble

#: Each iteration adds one tree per label.
MAX_ITER = 90
LEARNING_RATE = 0.07

#: Models trained on different samples of the rows, whose log odds are averaged: labels are few, and variance is high.
N_BAGS = 2

#: Folds in which the vocabularies are learned that the trees are trained with.
N_FOLDS = 5

#: Most rows of each label that are trained on; menus and paragraphs have far more, much alike.
MAX_ROWS_PER_LABEL = 3000

#: The weight of a block of a label that is k times rarer than another is k to this power times as high.
CLASS_WEIGHT_POWER = 0.3

#: Weight of all tickers that were inserted into other pages, against that of all tickers on their own pages.
AUGMENTATION_WEIGHT = 0.3

_TICKER = LABELS.index(Label.TICKER)


@dataclass(frozen=True)
class LabelPage:
    """A training page whose blocks have labels.

    `content` [n_blocks] are the content model's probabilities by a model that did not see the page, as those will be
    that the label model is used on; `fold` is the fold that this model was not trained on. `labels` [n_blocks] are
    indices in LABELS, -1 where the gold does not say.
    """

    page: TrainingPage
    fold: int
    blocks: BlockColumns
    content: NDArray[np.float64]
    labels: NDArray[np.int8]
    shares: LabelShares

    @property
    def group(self) -> str:
        """The group of the page."""
        return self.page.group

    @property
    def key(self) -> str:
        """The hash of the page."""
        return self.page.key


@dataclass(frozen=True)
class AugmentedPage:
    """A page into which the ticker of another page was inserted.

    `groups` are those of the ticker's page and of this page, `is_ticker` [n_blocks] marks the inserted blocks.
    """

    groups: tuple[str, str]
    blocks: BlockColumns
    content: NDArray[np.float64]
    is_ticker: NDArray[np.bool_]


def label_pages(
    pages: Iterable[TrainingPage], predictions: Iterable[NDArray[np.float64] | None], folds: Iterable[int]
) -> list[LabelPage]:
    """Return the pages whose gold has labels.

    `predictions` are the content model's out-of-fold probabilities; pages without any are left out.
    """
    labelled: list[LabelPage] = []
    for page, content, fold in zip(pages, predictions, folds, strict=True):
        if content is None:
            continue
        data = page.load()
        if len(content) != len(data.blocks):
            raise GoldError(f"{page.id} has {len(data.blocks)} blocks, but {len(content)} out-of-fold predictions")
        known = np.flatnonzero(data.labels >= 0)
        if not len(known):
            continue
        one_hot = np.zeros((len(data.blocks), len(LABELS)))
        one_hot[known, data.labels[known]] = 1
        shares = feature_set(page.input_format).label_shares(data.blocks, one_hot)
        labelled.append(LabelPage(page, fold, data.blocks, content, data.labels, shares))
    return labelled


def fit_label_model(
    pages: Sequence[LabelPage], augmented: Sequence[AugmentedPage] = (), random_state: int = 0
) -> LabelModel:
    """Train the vocabulary and the trees; the temperature stays 1 (see `fit_temperature`).

    The vocabulary's features that the trees are trained on are out of fold. Of the augmented pages, those are used
    whose two groups are both among the pages'. Raises GoldError if the pages show too few labels.
    """
    input_format = pages[0].page.input_format
    features = feature_set(input_format)
    folds = assign_inner_folds(pages, N_FOLDS, random_state)
    fold_of = {page.group: fold for page, fold in zip(pages, folds.tolist(), strict=True)}
    sites = np.unique([page.group for page in pages], return_inverse=True)[1]

    def vocabulary(chosen: NDArray[np.bool_]) -> LabelVocabulary:
        return learn_label_vocabulary([page.shares for page in compress(pages, chosen)], sites[chosen].tolist())

    vocabularies = [vocabulary(folds != fold) for fold in range(N_FOLDS)]
    X = np.concatenate(
        [
            features.label_matrix(page.blocks, page.content, vocabularies[fold])
            for page, fold in zip(pages, folds.tolist(), strict=True)
        ]
    )
    tickers = [
        features.label_matrix(page.blocks, page.content, vocabularies[fold_of[page.groups[0]]])[page.is_ticker]
        for page in augmented
        if all(group in fold_of for group in page.groups)
    ]
    labels = np.concatenate([page.labels for page in pages])
    workers = Parallel(n_jobs=N_BAGS)
    bags = workers(delayed(_fit_trees)(X, labels, tickers, MAX_ITER, random_state + number) for number in range(N_BAGS))
    trees = {label: TreeEnsemble.average([bag[label] for bag in bags]) for label in bags[0]}
    return LabelModel(input_format, vocabulary(np.ones(len(pages), dtype=bool)), trees)


def _fit_trees(
    X: Floats, labels: NDArray[np.int8], tickers: Sequence[Floats], max_iter: int, random_state: int
) -> dict[Label, TreeEnsemble]:
    """Train on the rows whose label is known, a sample of those of frequent labels, and on rows of inserted tickers."""
    from sklearn.ensemble import HistGradientBoostingClassifier

    counts = np.bincount(labels[labels >= 0], minlength=len(LABELS))
    shown = [label for label, count in zip(LABELS, counts.tolist(), strict=True) if count]
    if len(shown) < 3 or len({label.is_content for label in shown}) < 2:
        raise GoldError(
            "the pages show too few labels: training needs three, of content and of boilerplate; "
            f"found {', '.join(shown) or 'none'}"
        )
    counts = np.maximum(counts, 1)
    chance = np.minimum(1, MAX_ROWS_PER_LABEL / counts)
    weight = (counts.max() / counts) ** CLASS_WEIGHT_POWER / chance
    drawn = np.random.default_rng(random_state).random(len(labels))
    taken = (labels >= 0) & (drawn < chance[labels])
    classifier = HistGradientBoostingClassifier(
        max_iter=max_iter,
        learning_rate=LEARNING_RATE,
        max_leaf_nodes=10,
        min_samples_leaf=25,
        l2_regularization=6.0,
        max_features=0.1,
        early_stopping=False,
        random_state=random_state,
    )
    rows, y, weights = X[taken], labels[taken], weight[labels[taken]]
    if tickers:
        inserted = np.concatenate(tickers)
        share = AUGMENTATION_WEIGHT * weights[y == _TICKER].sum() / len(inserted)
        rows = np.concatenate([rows, inserted])
        y = np.concatenate([y, np.full(len(inserted), _TICKER)])
        weights = np.concatenate([weights, np.full(len(inserted), share)])
    classifier.fit(quantize_columns(rows), y, sample_weight=weights)
    numbers = classifier.classes_.tolist()
    return {LABELS[n]: trees for n, trees in zip(numbers, TreeEnsemble.from_multiclass(classifier), strict=True)}


def cross_validate_labels(
    pages: Sequence[LabelPage],
    augmented: Sequence[AugmentedPage] = (),
    random_state: int = 0,
    on_step: Callable[[str], object] = lambda step: None,
) -> list[NDArray[np.float64]]:
    """Return probabilities [n_blocks, 12] of each page by a model that was trained on the other folds alone.

    The folds are the content model's, so that no prediction comes from a model that saw a page of the same site.
    """
    folds = np.array([page.fold for page in pages])
    predictions: list[NDArray[np.float64]] = [np.zeros((0, len(LABELS)))] * len(pages)
    for number, fold in enumerate(np.unique(folds).tolist(), 1):
        on_step(f"labels: fold {number} of {len(np.unique(folds))}")
        model = fit_label_model([page for page in pages if page.fold != fold], augmented, random_state)
        for index in np.flatnonzero(folds == fold).tolist():
            predictions[index] = model.predict_proba(pages[index].blocks, pages[index].content)
    return predictions


def fit_temperature(probabilities: NDArray[np.float64], labels: NDArray[np.int8]) -> float:
    """Return the temperature at which out-of-fold probabilities [n, 12] make the labels most probable.

    The probabilities are those of a model with temperature 1.
    """
    logs = np.log(np.maximum(probabilities[labels >= 0], 1e-12))
    true = labels[labels >= 0][:, None]
    candidates = np.geomspace(0.5, 2.0, 61)
    losses = [
        -np.log(np.take_along_axis(softmax(logs / candidate), true, axis=1) + 1e-12).mean() for candidate in candidates
    ]
    return float(candidates[int(np.argmin(losses))])
