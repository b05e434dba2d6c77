"""Training the two stages and the vocabulary on prepared pages."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from boilerkit.errors import GoldError
from boilerkit.blocks.features import Floats
from boilerkit.html.features import stage_two_features, vocabulary_features
from boilerkit.html.features.vocabulary import Vocabulary, learn_vocabulary
from boilerkit.model.content import ContentModel, sigmoid
from boilerkit.model.trees import TreeEnsemble
from boilerkit.learning.training_pages import TrainingPage, groups_of


@dataclass(frozen=True)
class Settings:
    """How to train; `BoilerplateClassifier` documents each field."""

    n_trees: int
    learning_rate: float
    max_leaf_nodes: int
    min_samples_leaf: int
    l2_regularization: float
    max_features: float
    n_folds: int
    corpus_weights: Mapping[str, float] | None
    seed: int


#: Rows lighter than this quantile of all rows' weights are sampled; most are single words of menus.
SAMPLED_BELOW = 0.9
#: So many rows are all taken.
FEW_ROWS = 50_000

#: A block of 100 words counts as much as 16 of one word: less than its words would have it, so that headings and short
#: lines are not neglected.
WORD_POWER = 0.6

#: Values of a feature that trees tell apart.
N_VALUES = 128


class Weighed(Protocol):
    """A page whose blocks have weights [n_blocks]: a lesson, or what is prepared of one."""

    @property
    def weight(self) -> NDArray[np.float32]: ...


class Labelled(Weighed, Protocol):
    """A page of which it is known how much of each block is content [n_blocks]."""

    @property
    def content(self) -> NDArray[np.float32]: ...


class OfCorpus(Weighed, Protocol):
    """A page of a corpus."""

    @property
    def corpus(self) -> str: ...


@dataclass
class Rows:
    """Training rows: features X [n, k], the share of content y [n] and weights [n]."""

    X: Floats
    y: NDArray[np.float32]
    weight: NDArray[np.float64]


def fit_stages(lessons: Sequence[TrainingPage], settings: Settings, on_step: Callable[[str], object]) -> ContentModel:
    """Train a model on prepared pages.

    The vocabulary's features and stage one's answers that the stages are trained on are out of fold: a page's own gold
    never went into them, nor that of any page of its group. Otherwise the stages would trust them more than they may on
    a new page. `on_step` is told what begins.
    """
    sampling = Sampling.over(lessons, settings)
    groups = groups_of(lessons)
    if len(set(groups.tolist())) < settings.n_folds:  # pages of a site or two: better a model for these than none
        groups = np.arange(len(lessons))
    folds = group_folds(groups, settings.n_folds, settings.seed)

    on_step("learning the vocabulary")
    vocabularies = [_vocabulary(lessons, groups, folds != fold) for fold in range(settings.n_folds)]

    on_step("stage one: features")
    first = [
        sampling.rows(index, stage_one, prepared)
        for index, prepared, stage_one in _stage_one(lessons, folds, vocabularies)
    ]
    judges = []
    for fold in range(settings.n_folds):
        on_step(f"stage one: fold {fold + 1} of {settings.n_folds}")
        judges.append(train(joined(first, folds != fold), settings))

    on_step("stage one: all pages")
    everything = np.ones(len(lessons), dtype=bool)
    stage_one_trees = train(joined(first, everything), settings)
    del first  # stage two's rows take its place in memory

    on_step("stage two: features")
    second = []
    for index, prepared, stage_one in _stage_one(lessons, folds, vocabularies):
        p = sigmoid(judges[folds[index]].log_odds(stage_one)) if len(stage_one) else np.zeros(0)
        features = stage_two_features(prepared.table, stage_one, p)
        second.append(sampling.rows(index, features, prepared))
    on_step("stage two: all pages")
    stage_two_trees = train(joined(second, everything), settings)
    on_step("calibration")
    held_out = folds == 0
    trial = train(joined(second, ~held_out), settings)
    calibration = fit_calibration(trial, joined(second, held_out))
    return ContentModel(_vocabulary(lessons, groups, everything), stage_one_trees, stage_two_trees, calibration)


def group_folds(groups: NDArray[np.int64], n_folds: int, seed: int) -> NDArray[np.int64]:
    """A fold for each page, [n_pages], all pages of a group in the same one; groups are dealt out in random order."""
    n_groups = len(np.unique(groups))
    if n_groups < n_folds:
        raise GoldError(
            f"{n_folds} folds need pages of at least {n_folds} groups (sites), found {n_groups}: "
            "add pages of other sites, or give the pages' groups"
        )
    order = np.random.default_rng(seed).permutation(groups.max() + 1)
    return order[groups] % n_folds


def _vocabulary(lessons: Sequence[TrainingPage], groups: NDArray[np.int64], chosen: NDArray[np.bool_]) -> Vocabulary:
    pages = [lesson.shares for lesson, its in zip(lessons, chosen.tolist(), strict=True) if its]
    return learn_vocabulary(pages, groups[chosen].tolist())


def _stage_one(lessons: Sequence[TrainingPage], folds: NDArray[np.int64], vocabularies: Sequence[Vocabulary]) -> Any:
    """For each page its number, its columns, and stage one's features with the vocabulary of the other folds."""
    for index, lesson in enumerate(lessons):
        prepared = lesson.load()
        words = vocabulary_features(prepared.table, vocabularies[folds[index]])
        yield index, prepared, np.hstack([prepared.fixed, words])


@dataclass(frozen=True)
class Sampling:
    """Which rows of which page are trained on, and with what weight.

    A page's blocks weigh as their words to the power of WORD_POWER, and all pages of a corpus the same. A row under
    `full` is taken with a chance in proportion to its weight and then weighs `full`: the sums stay what they were, and
    most rows, which are single words of menus, need no time.
    """

    full: float
    page_weights: NDArray[np.float64]
    seed: int

    @classmethod
    def over(cls, lessons: Sequence[OfCorpus], settings: Settings, below: float = SAMPLED_BELOW) -> Sampling:
        by_corpus = settings.corpus_weights or {}
        totals = np.array([_block_weights(lesson).sum() for lesson in lessons])
        page_weights = np.array([by_corpus.get(lesson.corpus, 1.0) for lesson in lessons]) / np.maximum(totals, 1)
        weights = np.concatenate(
            [_block_weights(lesson) * weight for lesson, weight in zip(lessons, page_weights, strict=True)]
        )
        weights = weights[weights > 0]
        if not len(weights):
            raise GoldError("none of the pages has text that its gold speaks of")
        full = np.quantile(weights, below) if len(weights) > FEW_ROWS else weights.min()
        return cls(float(full), page_weights, settings.seed)

    def rows(self, index: int, features: Floats, prepared: Labelled) -> Rows:
        weight = _block_weights(prepared) * self.page_weights[index]
        chance = np.random.default_rng((self.seed, index)).random(len(weight))
        taken = chance * self.full < weight
        return Rows(features[taken], prepared.content[taken], np.maximum(weight[taken], self.full) / self.full)


def _block_weights(page: Weighed) -> NDArray[np.float64]:
    return page.weight.astype(np.float64) ** WORD_POWER


def joined(pages: Sequence[Rows], chosen: NDArray[np.bool_]) -> Rows:
    parts = [rows for rows, its in zip(pages, chosen.tolist(), strict=True) if its]
    return Rows(
        np.concatenate([rows.X for rows in parts]),
        np.concatenate([rows.y for rows in parts]),
        np.concatenate([rows.weight for rows in parts]),
    )


def fit_calibration(trees: TreeEnsemble, rows: Rows) -> tuple[float, float]:
    """Slope and intercept of a logistic curve from log odds to the observed shares of rows not trained on (Platt).

    Rows that are too few to tell, of one class or with a falling curve, leave the log odds as they are.
    """
    from sklearn.linear_model import LogisticRegression

    if not 0 < rows.y.mean() < 1:
        return 1.0, 0.0
    log_odds = trees.log_odds(rows.X)[:, None]
    curve = LogisticRegression(C=1e6).fit(
        np.concatenate([log_odds, log_odds]),
        np.repeat([1, 0], len(rows.y)),
        sample_weight=np.concatenate([rows.y * rows.weight, (1 - rows.y) * rows.weight]),
    )
    slope, intercept = float(curve.coef_[0, 0]), float(curve.intercept_[0])
    return (slope, intercept) if slope > 0 else (1.0, 0.0)


def quantize_columns(X: Floats) -> Floats:
    """X with each column's values raised to the next of N_VALUES quantiles.

    scikit-learn looks for its own quantiles only where a column has more values than it has bins. With sample weights
    that search takes several times as long as growing the trees.
    """
    raised = X.copy()
    shares = np.linspace(0, 1, N_VALUES)
    for column in range(X.shape[1]):
        values = X[:, column]
        edges = np.unique(np.quantile(values, shares, method="inverted_cdf"))
        raised[:, column] = edges[np.searchsorted(edges, values)]
    return raised


def train(rows: Rows, settings: Settings) -> TreeEnsemble:
    """Train one stage. A block that is partly content is a row of either class, each with its part of the weight."""
    from sklearn.ensemble import HistGradientBoostingClassifier

    content, other = rows.y > 0.02, rows.y < 0.98
    if not content.any() or not other.any():
        raise GoldError("the gold of the pages knows only one class: training needs both content and boilerplate")
    classifier = HistGradientBoostingClassifier(
        max_iter=settings.n_trees,
        learning_rate=settings.learning_rate,
        max_leaf_nodes=settings.max_leaf_nodes,
        min_samples_leaf=settings.min_samples_leaf,
        l2_regularization=settings.l2_regularization,
        max_features=settings.max_features,
        early_stopping=False,
        random_state=settings.seed,
    )
    values = quantize_columns(rows.X)
    X = np.concatenate([values[content], values[other]])
    y = np.repeat([1, 0], [content.sum(), other.sum()])
    weight = np.concatenate([(rows.y * rows.weight)[content], ((1 - rows.y) * rows.weight)[other]])
    classifier.fit(X, y, sample_weight=weight / weight.mean())
    return TreeEnsemble.from_sklearn(classifier)
