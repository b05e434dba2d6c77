"""Training the model of the twelve labels on pages whose every block has one."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from boilerkit.errors import GoldError
from boilerkit.blocks.features import Floats
from boilerkit.html.features.labels import (
    LabelVocabulary,
    LabelShares,
    kinds_features,
    label_shares,
    learn_vocabulary,
)
from boilerkit.labels import LABELS, Label
from boilerkit.model.labels import LabelModel, softmax
from boilerkit.model.trees import TreeEnsemble
from boilerkit.learning.augmentation import Strip
from boilerkit.learning.label_pages import UnlabelledPage, KindsLesson
from boilerkit.learning.stages import group_folds, quantize_columns

#: Each iteration makes a tree for each label.
N_ITERATIONS = 90
LEARNING_RATE = 0.07

#: So many models are trained on other samples of the rows, and their answers averaged: labels are few, chance is great.
N_SAMPLES = 2

#: A page whose labels were guessed counts so much in the vocabulary, against one whose labels are known.
GUESSED_WEIGHT = 0.3

#: Folds in which the vocabularies are learned that the trees are trained with.
N_FOLDS = 5

#: Rows of each label that are trained on at most; menus and paragraphs have far more, much of a kind.
ROWS_A_LABEL = 3000

#: A label that is k times rarer than another weighs k to the power of this as much as it for each block.
RARITY_POWER = 0.3

#: The tickers that were set into other pages weigh so many times as much as those where they were found.
STRIPS_WEIGHT = 0.3

_TICKER = LABELS.index(Label.TICKER)


def fit_labels(
    lessons: Sequence[KindsLesson],
    further: Sequence[UnlabelledPage] = (),
    strips: Sequence[Strip] = (),
    seed: int = 0,
) -> LabelModel:
    """Train the vocabulary and the trees; the temperature stays 1 (see `fit_temperature`).

    With further pages a first model says what their blocks may be, and the vocabulary of a second one is learned from
    them too: few pages are labelled, and most sites name things in ways that none of these does. Of the strips, those
    are trained on of which both pages are among the lessons' groups.
    """
    if not further:
        return _fit(lessons, [], [], strips, seed, N_SAMPLES)
    model = _fit(lessons, [], [], strips, seed, 1)
    guessed = []
    for page in further:
        table = page.lesson.load().table
        guessed.append(label_shares(table, model.predict_proba(table, page.content)))
    return _fit(lessons, guessed, [page.group for page in further], strips, seed, N_SAMPLES)


def _fit(
    lessons: Sequence[KindsLesson],
    guessed: Sequence[LabelShares],
    their_groups: Sequence[str],
    strips: Sequence[Strip],
    seed: int,
    n_samples: int,
) -> LabelModel:
    """One round. The vocabulary's features that the trees are trained on are out of fold, as in `training.stages`."""
    groups = np.unique([lesson.group for lesson in lessons], return_inverse=True)[1]
    if groups.max() + 1 < N_FOLDS:  # as in `training.stages`
        groups = np.arange(len(lessons))
    folds = group_folds(groups, N_FOLDS, seed)
    fold_of = {lesson.group: fold for lesson, fold in zip(lessons, folds.tolist(), strict=True)}

    shares = [*(lesson.shares for lesson in lessons), *guessed]
    sites = np.unique([*(lesson.group for lesson in lessons), *their_groups], return_inverse=True)[1]
    weights = np.repeat([1.0, GUESSED_WEIGHT], [len(lessons), len(guessed)])
    all_folds = np.array([*folds.tolist(), *(fold_of.get(group, -1) for group in their_groups)])

    def vocabulary(chosen: NDArray[np.bool_]) -> LabelVocabulary:
        pages = [page for page, its in zip(shares, chosen.tolist(), strict=True) if its]
        return learn_vocabulary(pages, sites[chosen].tolist(), weights[chosen].tolist())

    vocabularies = [vocabulary(all_folds != fold) for fold in range(N_FOLDS)]
    X = np.concatenate(
        [_features(lesson, vocabularies[fold]) for lesson, fold in zip(lessons, folds.tolist(), strict=True)]
    )
    tickers = [
        _features(strip, vocabularies[fold_of[strip.groups[0]]])[strip.is_strip]
        for strip in strips
        if all(group in fold_of for group in strip.groups)
    ]
    labels = np.concatenate([lesson.labels for lesson in lessons])
    samples = [fit_trees(X, labels, tickers, seed + number) for number in range(n_samples)]
    trees = {label: TreeEnsemble.mean([sample[label] for sample in samples]) for label in samples[0]}
    return LabelModel(vocabulary(np.ones(len(shares), dtype=bool)), trees)


def _features(page: KindsLesson | Strip, vocabulary: LabelVocabulary) -> Floats:
    return kinds_features(page.table, page.content, vocabulary)


def fit_trees(X: Floats, labels: NDArray[np.int8], tickers: Sequence[Floats], seed: int) -> dict[Label, TreeEnsemble]:
    """Train on the rows whose label is known, a sample of those of frequent labels, and on rows of more tickers."""
    from sklearn.ensemble import HistGradientBoostingClassifier

    counts = np.bincount(labels[labels >= 0], minlength=len(LABELS))
    shown = [label for label, count in zip(LABELS, counts.tolist(), strict=True) if count]
    if len(shown) < 3 or len({label.is_content for label in shown}) < 2:
        raise GoldError(
            "the pages show too few labels: training needs three, of content and of boilerplate; "
            f"found {', '.join(shown) or 'none'}"
        )
    counts = np.maximum(counts, 1)
    chance = np.minimum(1, ROWS_A_LABEL / counts)
    weight = (counts.max() / counts) ** RARITY_POWER / chance
    drawn = np.random.default_rng(seed).random(len(labels))
    taken = (labels >= 0) & (drawn < chance[labels])
    classifier = HistGradientBoostingClassifier(
        max_iter=N_ITERATIONS,
        learning_rate=LEARNING_RATE,
        max_leaf_nodes=10,
        min_samples_leaf=25,
        l2_regularization=6.0,
        max_features=0.1,
        early_stopping=False,
        random_state=seed,
    )
    rows, y, weights = X[taken], labels[taken], weight[labels[taken]]
    if tickers:
        more = np.concatenate(tickers)
        share = STRIPS_WEIGHT * weights[y == _TICKER].sum() / len(more)
        rows = np.concatenate([rows, more])
        y = np.concatenate([y, np.full(len(more), _TICKER)])
        weights = np.concatenate([weights, np.full(len(more), share)])
    classifier.fit(quantize_columns(rows), y, sample_weight=weights)
    places = classifier.classes_.tolist()
    return {LABELS[place]: trees for place, trees in zip(places, TreeEnsemble.from_multiclass(classifier), strict=True)}


def fit_temperature(probabilities: NDArray[np.float64], labels: NDArray[np.int8]) -> float:
    """The temperature that makes out-of-fold probabilities [n, 12], got with temperature 1, likeliest of the labels."""
    logs = np.log(np.maximum(probabilities[labels >= 0], 1e-12))
    true = labels[labels >= 0][:, None]
    candidates = np.geomspace(0.5, 2.0, 61)
    losses = [
        -np.log(np.take_along_axis(softmax(logs / candidate), true, axis=1) + 1e-12).mean() for candidate in candidates
    ]
    return float(candidates[int(np.argmin(losses))])
