"""BoilerplateClassifier: training in scikit-learn's conventions."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator
from sklearn.utils.validation import check_is_fitted

from boilerkit.errors import GoldError
from boilerkit.gold.pages import Gold, GoldPage, Span
from boilerkit.learning.alignment import gold_text
from boilerkit.labels import Label
from boilerkit.metrics import word_f1
from boilerkit.model.content import ContentModel
from boilerkit.model.store import save_model
from boilerkit.html.rendering.text import to_text
from boilerkit.html.document import read
from boilerkit.html.segmentation.blocks import HtmlBlocks
from boilerkit.selection import select
from boilerkit.learning.training_pages import TrainingPage, prepare
from boilerkit.learning.stages import Settings, fit_stages

HTML = str | bytes


class BoilerplateClassifier(BaseEstimator):  # type: ignore[misc]
    """Learns from labelled pages which blocks are content.

    A sample is a page, so X is a sequence of pages (HTML as str or bytes) and y a sequence of their gold: for each page
    its main text, or a list of `Span` objects. Model selection works on pages as on other samples, for instance
    ``GridSearchCV(clf, grid, cv=GroupKFold(5)).fit(pages, gold, groups=sites)``.

    Parameters
    ----------
    n_trees : int
        TreeEnsemble of each stage.
    learning_rate : float
        Weight of each tree.
    max_leaf_nodes, min_samples_leaf, l2_regularization, max_features
        As in scikit-learn's HistGradientBoostingClassifier.
    n_folds : int
        Folds in which stage one's answers for stage two are made; so many groups of pages are needed at least.
    threshold : float
        The default threshold of the model (see `boilerkit.extraction`).
    corpus_weights : mapping of str to float, or None
        How much a page of each corpus counts, for `fit_pages`; 1 for corpora that are not named.
    cache_dir : str or None
        Folder in which prepared pages are kept, so that training again on the same pages begins at once. None: a
        temporary one.
    n_jobs : int
        Processes that prepare pages; -1: one a core.
    seed : int
        Two fits with the same seed on the same pages give the same model.

    Attributes
    ----------
    model_ : ContentModel
        The trained model, as `boilerkit.extraction` takes it.
    classes_ : ndarray of shape (2,)
        False for boilerplate, True for content: the order of the columns of `predict_proba`.
    failures_ : list of (str, str)
        Pages that could not be used, each with the reason.
    """

    def __init__(
        self,
        *,
        n_trees: int = 100,
        learning_rate: float = 0.12,
        max_leaf_nodes: int = 31,
        min_samples_leaf: int = 40,
        l2_regularization: float = 5.0,
        max_features: float = 0.3,
        n_folds: int = 5,
        threshold: float = 0.5,
        corpus_weights: Mapping[str, float] | None = None,
        cache_dir: str | None = None,
        n_jobs: int = -1,
        seed: int = 0,
    ) -> None:
        self.n_trees = n_trees
        self.learning_rate = learning_rate
        self.max_leaf_nodes = max_leaf_nodes
        self.min_samples_leaf = min_samples_leaf
        self.l2_regularization = l2_regularization
        self.max_features = max_features
        self.n_folds = n_folds
        self.threshold = threshold
        self.corpus_weights = corpus_weights
        self.cache_dir = cache_dir
        self.n_jobs = n_jobs
        self.seed = seed

    def fit(self, X: Sequence[HTML], y: Sequence[Gold], groups: Sequence[Any] | None = None) -> BoilerplateClassifier:
        """Train on pages X with gold y.

        `groups` says which pages belong together, usually their sites: their pages are not parted between the inner
        folds, unless there are fewer groups than folds. None, as where GridSearchCV calls this: the domain of the
        address that the page names as its own (canonical link, og:url); a page that names none is a group of its own.
        Raises GoldError where X and y do not fit together or hold too little to learn from.
        """
        if self.n_folds < 2:
            raise ValueError(f"n_folds must be at least 2, not {self.n_folds}")
        if groups is None:
            groups = [""] * len(X)
        if not len(X) == len(y) == len(groups):
            raise GoldError(f"pages, gold and groups differ in number: {len(X)}, {len(y)} and {len(groups)}")
        pages = (
            GoldPage(str(number), html, _checked(gold, number), group=str(group))
            for number, (html, gold, group) in enumerate(zip(X, y, groups, strict=True))
        )
        with tempfile.TemporaryDirectory() as scratch:
            lessons, self.failures_ = prepare(pages, self.cache_dir or scratch, self.n_jobs)
            return self.fit_pages(lessons)

    def fit_pages(
        self, lessons: Sequence[TrainingPage], on_step: Callable[[str], object] = lambda step: None
    ) -> BoilerplateClassifier:
        """Train on pages that `boilerkit.learning.training_pages.prepare` has prepared."""
        if not lessons:
            raise GoldError("there is no page to train on")
        model = fit_stages(lessons, self._settings(), on_step)
        self.model_ = ContentModel(
            model.vocabulary, model.stage_one, model.stage_two, model.calibration, float(self.threshold)
        )
        self.classes_ = np.array([False, True])
        return self

    def _settings(self) -> Settings:
        params = self.get_params()
        return Settings(**{name: params[name] for name in Settings.__dataclass_fields__})

    def predict_proba(self, X: Sequence[HTML]) -> list[NDArray[np.float64]]:
        """For each page an array [n_blocks, 2]: the probabilities that each block is boilerplate and content."""
        check_is_fitted(self)
        answers = []
        for page in X:
            p = self.model_.predict_proba(read(page)[1])
            answers.append(np.stack([1 - p, p], axis=1))
        return answers

    def predict(self, X: Sequence[HTML]) -> list[NDArray[np.bool_]]:
        """For each page an array [n_blocks]: whether each block is content."""
        check_is_fitted(self)
        return [self._keep(read(page)[1]) for page in X]

    def score(self, X: Sequence[HTML], y: Sequence[Gold]) -> float:
        """Mean word F1 of the extracted text against the gold's (see `boilerkit.metrics.word_f1`)."""
        check_is_fitted(self)
        scores = []
        for page, gold in zip(X, y, strict=True):
            table = read(page)[1]
            scores.append(word_f1(to_text(table, self._keep(table)), gold_text(table, gold)))
        return float(np.mean(scores))

    def save(self, folder: str | Path) -> Path:
        """Write the model to a folder that `boilerkit.load_model` reads; returns the folder."""
        check_is_fitted(self)
        return save_model(self.model_, folder)

    def _keep(self, table: HtmlBlocks) -> NDArray[np.bool_]:
        return select(table, self.model_.predict_proba(table), self.model_.threshold)


def _checked(gold: Gold, number: int) -> Gold:
    if isinstance(gold, str):
        return gold
    if not isinstance(gold, list | tuple):
        raise GoldError(f"the gold of page {number} must be its main text or a list of Span, found {gold!r}")
    for span in gold:
        if not isinstance(span, Span) or not isinstance(span.label, Label):
            raise GoldError(f"the gold of page {number} must be its main text or a list of Span, found {span!r} in it")
    return gold
