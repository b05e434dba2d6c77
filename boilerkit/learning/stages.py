"""Training the content model: vocabulary, two stages and calibration, on training pages of either input format."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import compress

import numpy as np
from joblib import Parallel, delayed
from numpy.typing import NDArray

from boilerkit.blocks.columns import InputFormat
from boilerkit.blocks.features import block_weights
from boilerkit.blocks.vocabulary import Floats, Vocabulary, learn_vocabulary
from boilerkit.documents import feature_set
from boilerkit.errors import GoldError
from boilerkit.learning.folds import assign_inner_folds
from boilerkit.learning.training_pages import PageData, TrainingPage, group_numbers
from boilerkit.model.content import ContentModel, sigmoid
from boilerkit.model.trees import TreeEnsemble

OnStep = Callable[[str], object]

#: Called with the share of the work that is done, from 0 to 1, and the name of the step that begins.
Progress = Callable[[float, str], object]

#: How often `fit_content_model` names a step.
N_STEPS = 6


@dataclass(frozen=True)
class Settings:
    """How to train; `BoilerplateClassifier` documents most fields.

    Rows lighter than the `sampling_quantile` of all rows' weights are sampled (see `Sampling`).
    """

    max_iter: int
    learning_rate: float
    max_leaf_nodes: int
    min_samples_leaf: int
    l2_regularization: float
    max_features: float
    n_folds: int
    corpus_weights: Mapping[str, float] | None
    random_state: int
    n_jobs: int = -1
    sampling_quantile: float = 0.9


#: Up to this many rows, all are used.
MAX_UNSAMPLED_ROWS = 50_000

#: Most models of stage two, each trained without one of the inner folds, whose log odds are averaged. What each says
#: about the fold that it did not see calibrates them.
MAX_BAGS = 4

#: Values of a feature that trees tell apart.
N_QUANTILES = 128


@dataclass
class Rows:
    """Training rows: features X [n, k], the share of content y [n] and weights [n]."""

    X: Floats
    y: NDArray[np.float32]
    weight: NDArray[np.float64]


def fit_content_model(pages: Sequence[TrainingPage], settings: Settings, on_step: OnStep) -> ContentModel:
    """Train a content model on pages of one input format.

    The vocabulary's features and stage one's probabilities that the stages are trained on are out of fold: neither a
    page's own gold nor that of any page of its group went into them. Otherwise the stages would trust them more than
    they may on a new page. `on_step` is called with the name of each step. Raises GoldError if the pages' gold is not
    enough to train on.
    """
    input_format = common_input_format(pages)
    features = feature_set(input_format)
    sampling = Sampling.over(pages, settings)
    groups = group_numbers(pages)
    folds = assign_inner_folds(pages, settings.n_folds, settings.random_state)
    if len(np.unique(groups)) < settings.n_folds:
        groups = np.arange(len(pages))

    on_step("learning the vocabulary")
    vocabularies = [_vocabulary(pages, groups, folds != fold) for fold in range(settings.n_folds)]

    on_step("stage one: features")
    first = [sampling.rows(number, X, data) for number, data, X in _stage_one(pages, folds, vocabularies)]
    everything = np.ones(len(pages), dtype=bool)
    parts = [everything, *(folds != fold for fold in range(settings.n_folds))]
    on_step(f"stage one: all pages, and {settings.n_folds} folds")
    stage_one, *fold_models = fit_stages((concatenate_rows(first, part) for part in parts), settings)
    del first  # stage two's rows take its place in memory

    on_step("stage two: features")
    second = []
    for number, data, X in _stage_one(pages, folds, vocabularies):
        p = sigmoid(fold_models[folds[number]].log_odds(X)) if len(X) else np.zeros(0)
        second.append(sampling.rows(number, features.stage_two_features(data.blocks, X, p), data))
    n_bags = min(MAX_BAGS, settings.n_folds)
    on_step(f"stage two: {n_bags} folds")
    bags = fit_stages((concatenate_rows(second, folds != fold) for fold in range(n_bags)), settings)
    on_step("calibration")
    held_out = [concatenate_rows(second, folds == fold) for fold in range(n_bags)]
    calibration = fit_calibration([bag.log_odds(rows.X) for bag, rows in zip(bags, held_out, strict=True)], held_out)
    stage_two = TreeEnsemble.average(bags)
    return ContentModel(input_format, _vocabulary(pages, groups, everything), stage_one, stage_two, calibration)


def common_input_format(pages: Sequence[TrainingPage]) -> InputFormat:
    """Return the input format of all pages. Raises GoldError if there are no pages, or pages of both formats."""
    if not pages:
        raise GoldError("there is no page to train on")
    n_text = sum(page.input_format == "text" for page in pages)
    if 0 < n_text < len(pages):
        raise GoldError(
            f"{len(pages) - n_text} pages are HTML and {n_text} are plain text, but a model is for one of the two: "
            "train a model on each"
        )
    return pages[0].input_format


def _vocabulary(pages: Sequence[TrainingPage], groups: NDArray[np.int64], chosen: NDArray[np.bool_]) -> Vocabulary:
    known = [
        (page.shares, group)
        for page, group in compress(zip(pages, groups.tolist(), strict=True), chosen)
        if page.shares is not None
    ]
    return learn_vocabulary([shares for shares, _ in known], [group for _, group in known])


def _stage_one(
    pages: Sequence[TrainingPage], folds: NDArray[np.int64], vocabularies: Sequence[Vocabulary]
) -> Iterator[tuple[int, PageData, Floats]]:
    """Yield each page's number, data, and stage one's features with the vocabulary of the other folds."""
    features = feature_set(pages[0].input_format)
    for number, page in enumerate(pages):
        data = page.load()
        scores = features.vocabulary_features(data.blocks, vocabularies[folds[number]])
        yield number, data, np.hstack([data.static, scores])


@dataclass(frozen=True)
class Sampling:
    """Which rows of which page are trained on, and with what weight.

    A page's blocks weigh as `block_weights` says, a page as its corpus and importance say.
    A row under `weight_cap` is taken with a probability in proportion to its weight and then weighs `weight_cap`: the
    expected sums stay what they were, and most rows, which are single words of menus, cost no time.
    """

    weight_cap: float
    page_weights: NDArray[np.float64]
    random_state: int

    @classmethod
    def over(cls, pages: Sequence[TrainingPage], settings: Settings) -> Sampling:
        """Return the sampling of these pages. Raises GoldError if none has text that its gold covers."""
        by_corpus = settings.corpus_weights or {}
        totals = np.array([block_weights(page.weight).sum() for page in pages])
        importance = np.array([by_corpus.get(page.corpus, 1.0) * page.importance for page in pages])
        page_weights = importance / np.maximum(totals, 1)
        weights = np.concatenate(
            [block_weights(page.weight) * weight for page, weight in zip(pages, page_weights, strict=True)]
        )
        weights = weights[weights > 0]
        if not len(weights):
            raise GoldError("none of the pages has text that its gold covers")
        is_sampled = len(weights) > MAX_UNSAMPLED_ROWS
        weight_cap = np.quantile(weights, settings.sampling_quantile) if is_sampled else weights.min()
        return cls(float(weight_cap), page_weights, settings.random_state)

    def rows(self, number: int, X: Floats, data: PageData) -> Rows:
        """Return the sampled rows of a page."""
        weight = block_weights(data.weight) * self.page_weights[number]
        chance = np.random.default_rng((self.random_state, number)).random(len(weight))
        taken = chance * self.weight_cap < weight
        return Rows(X[taken], data.content[taken], np.maximum(weight[taken], self.weight_cap) / self.weight_cap)


def concatenate_rows(pages: Sequence[Rows], chosen: NDArray[np.bool_]) -> Rows:
    """Return the rows of the chosen pages."""
    parts = list(compress(pages, chosen))
    return Rows(
        np.concatenate([rows.X for rows in parts]),
        np.concatenate([rows.y for rows in parts]),
        np.concatenate([rows.weight for rows in parts]),
    )


def fit_calibration(log_odds: Sequence[NDArray[np.float64]], parts: Sequence[Rows]) -> tuple[float, float]:
    """Return slope and intercept of a logistic curve from log odds to the observed shares of held-out rows (Platt).

    `log_odds` are those of each part's rows. Rows of one class, or with a falling curve, leave them as they are.
    """
    from sklearn.linear_model import LogisticRegression

    x = np.concatenate(log_odds)[:, None]
    y = np.concatenate([rows.y for rows in parts])
    weight = np.concatenate([rows.weight for rows in parts])
    if not 0 < y.mean() < 1:
        return 1.0, 0.0
    curve = LogisticRegression(C=1e6).fit(
        np.concatenate([x, x]), np.repeat([1, 0], len(y)), sample_weight=np.concatenate([y * weight, (1 - y) * weight])
    )
    slope, intercept = float(curve.coef_[0, 0]), float(curve.intercept_[0])
    return (slope, intercept) if slope > 0 else (1.0, 0.0)


def quantize_columns(X: Floats) -> Floats:
    """Return X with each column's values raised to the next of N_QUANTILES quantiles.

    scikit-learn computes its own quantiles only where a column has more values than it has bins. With sample weights
    that takes several times as long as growing the trees.
    """
    raised = X.copy()
    shares = np.linspace(0, 1, N_QUANTILES)
    for column in range(X.shape[1]):
        values = X[:, column]
        edges = np.unique(np.quantile(values, shares, method="inverted_cdf"))
        raised[:, column] = edges[np.searchsorted(edges, values)]
    return raised


def fit_stages(parts: Iterable[Rows], settings: Settings) -> list[TreeEnsemble]:
    """Train a stage on each of several parts of the rows, several at a time: a single one leaves cores idle."""
    workers = Parallel(n_jobs=settings.n_jobs, pre_dispatch="n_jobs")
    return list(workers(delayed(fit_stage)(rows, settings) for rows in parts))


def fit_stage(rows: Rows, settings: Settings) -> TreeEnsemble:
    """Train one stage. A block that is partly content is a row of either class, each with its part of the weight."""
    from sklearn.ensemble import HistGradientBoostingClassifier

    content, other = rows.y > 0.02, rows.y < 0.98
    if not content.any() or not other.any():
        raise GoldError("the pages' gold has only one class: training needs both content and boilerplate")
    classifier = HistGradientBoostingClassifier(
        max_iter=settings.max_iter,
        learning_rate=settings.learning_rate,
        max_leaf_nodes=settings.max_leaf_nodes,
        min_samples_leaf=settings.min_samples_leaf,
        l2_regularization=settings.l2_regularization,
        max_features=settings.max_features,
        early_stopping=False,
        random_state=settings.random_state,
    )
    values = quantize_columns(rows.X)
    X = np.concatenate([values[content], values[other]])
    y = np.repeat([1, 0], [content.sum(), other.sum()])
    weight = np.concatenate([(rows.y * rows.weight)[content], ((1 - rows.y) * rows.weight)[other]])
    classifier.fit(X, y, sample_weight=weight / weight.mean())
    return TreeEnsemble.from_sklearn(classifier)
