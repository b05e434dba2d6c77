"""Training the model of the twelve labels on pages whose every block has one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from boilerkit.errors import GoldError
from boilerkit.features import fixed_features
from boilerkit.features.columns import Floats
from boilerkit.features.kinds import (
    KindsVocabulary,
    LabelShares,
    kinds_features,
    label_shares,
    learn_vocabulary,
)
from boilerkit.gold import GoldPage, align_labels, domain_of
from boilerkit.labels import KINDS
from boilerkit.model.kinds import KindsModel, softmax
from boilerkit.model.trees import Trees
from boilerkit.read import read
from boilerkit.segment.table import BlockTable
from boilerkit.training.prepare import page_key
from boilerkit.training.stages import group_folds, snapped

#: Each iteration makes a tree for each label.
N_ITERATIONS = 90
LEARNING_RATE = 0.07

#: Folds in which the vocabularies are learned that the trees are trained with.
N_FOLDS = 5

#: Rows of each label that are trained on at most; menus and paragraphs have far more, much of a kind.
ROWS_A_LABEL = 3000

#: A label that is k times rarer than another weighs k to the power of this as much as it for each block.
RARITY_POWER = 0.3


@dataclass(frozen=True)
class KindsLesson:
    """One page whose blocks are labelled.

    `fixed` are the columns that need no model; `content` [n_blocks] are the answers of a content model that did not see
    the page, as none will have seen those that the labels model is used on; `labels` [n_blocks] are places in
    `labels.KINDS`, -1 where the gold does not tell.
    """

    key: str
    group: str
    table: BlockTable
    fixed: Floats
    content: NDArray[np.float64]
    labels: NDArray[np.int64]
    shares: LabelShares


def kinds_lessons(
    pages: Iterable[GoldPage], content: Callable[[str | bytes], NDArray[np.float64] | None]
) -> list[KindsLesson]:
    """The lessons of pages with spans as gold; `content` gives the out-of-fold answers for a page.

    Pages that have no such answers, and those without spans, are left out.
    """
    lessons = []
    for page in pages:
        answers = content(page.html)
        if answers is None or page.gold is None or isinstance(page.gold, str):
            continue
        table = read(page.html)[1]
        if len(answers) != len(table):
            raise GoldError(f"{page.id} has {len(table)} blocks, but the content model's answers are {len(answers)}")
        labels = align_labels(table, page.gold)
        key = page_key(page.html)
        group = page.group or domain_of(table.address) or key
        shares = label_shares(table, labels)
        lessons.append(KindsLesson(key, group, table, fixed_features(table), answers, labels, shares))
    return lessons


def fit_kinds(lessons: Sequence[KindsLesson], seed: int = 0) -> KindsModel:
    """Train the vocabulary and the trees; the temperature stays 1 (see `fit_temperature`).

    The vocabulary's features that the trees are trained on are out of fold, as in `training.stages`.
    """
    groups = np.unique([lesson.group for lesson in lessons], return_inverse=True)[1]
    folds = group_folds(groups, N_FOLDS, seed)
    vocabularies = [_vocabulary(lessons, groups, folds != fold) for fold in range(N_FOLDS)]
    X = np.concatenate(
        [
            kinds_features(lesson.table, lesson.fixed, lesson.content, vocabularies[fold])
            for lesson, fold in zip(lessons, folds.tolist(), strict=True)
        ]
    )
    trees = _train(X, np.concatenate([lesson.labels for lesson in lessons]), seed)
    return KindsModel(_vocabulary(lessons, groups, np.ones(len(lessons), dtype=bool)), trees)


def _vocabulary(
    lessons: Sequence[KindsLesson], groups: NDArray[np.int64], chosen: NDArray[np.bool_]
) -> KindsVocabulary:
    pages = [lesson.shares for lesson, its in zip(lessons, chosen.tolist(), strict=True) if its]
    return learn_vocabulary(pages, groups[chosen].tolist())


def _train(X: Floats, labels: NDArray[np.int64], seed: int) -> Trees:
    """Train on the rows whose label is known, a sample of those of frequent labels."""
    from sklearn.ensemble import HistGradientBoostingClassifier

    counts = np.bincount(labels[labels >= 0], minlength=len(KINDS))
    if not counts.all():
        missing = ", ".join(label for label, count in zip(KINDS, counts.tolist(), strict=True) if not count)
        raise GoldError(f"no block of the training pages is labelled {missing}")
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
    classifier.fit(snapped(X[taken]), labels[taken], sample_weight=weight[labels[taken]])
    return Trees.from_sklearn(classifier)


def fit_temperature(probabilities: NDArray[np.float64], labels: NDArray[np.int64]) -> float:
    """The temperature that makes out-of-fold probabilities [n, 12], got with temperature 1, likeliest of the labels."""
    logs = np.log(np.maximum(probabilities[labels >= 0], 1e-12))
    true = labels[labels >= 0][:, None]
    candidates = np.geomspace(0.5, 2.0, 61)
    losses = [
        -np.log(np.take_along_axis(softmax(logs / candidate), true, axis=1) + 1e-12).mean() for candidate in candidates
    ]
    return float(candidates[int(np.argmin(losses))])
