"""BoilerplateClassifier: training in scikit-learn's conventions."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator
from sklearn.utils.validation import check_is_fitted

from boilerkit.blocks.columns import BlockColumns, InputFormat
from boilerkit.documents import INPUT_FORMATS, InputFormatOption, detect_input_format, read_document, render_text
from boilerkit.errors import BoilerkitError, GoldError, OptionError
from boilerkit.gold.pages import Gold, GoldPage, Span
from boilerkit.labels import Label
from boilerkit.learning.adaptation import Adaptation, adapt_pages
from boilerkit.learning.alignment import gold_text
from boilerkit.learning.stages import OnStep, Settings, common_input_format, fit_content_model
from boilerkit.learning.training_pages import TrainingPage, prepare
from boilerkit.metrics import word_f1
from boilerkit.model.content import ContentModel
from boilerkit.model.storage import load_model, load_shipped, save_model
from boilerkit.selection import choose


class BoilerplateClassifier(BaseEstimator):  # type: ignore[misc]
    """Learns from labelled pages which blocks are content.

    A sample is a page, so X is a sequence of pages (HTML or plain text, as str or bytes) and y a sequence of gold: for
    each page its main text, or a list of `Span` objects. Model selection works on pages as on other samples, for
    instance ``GridSearchCV(clf, grid, cv=GroupKFold(5)).fit(pages, gold, groups=sites)``.

    By default it adapts the model that comes with boilerkit to the pages (see `boilerkit.learning.adaptation`), which
    about twenty are enough for; with ``base=None`` it trains on the pages alone.

    Parameters
    ----------
    base : "shipped", str, Path, ContentModel or None
        The model to adapt: the shipped one for the pages' input format, that of a folder, or one that was loaded. None:
        train from scratch, on a hundred pages or more.
    input_format : {"auto", "html", "text"}
        What the pages are. "auto": what they look like; all must be the same, as a model is for one of the two.
    max_iter : int
        From scratch: trees of stage one, and of each of the models, up to four, whose mean is stage two.
    learning_rate : float
        From scratch, as the next four: as in scikit-learn's HistGradientBoostingClassifier.
    max_leaf_nodes : int
        Most leaves of a tree.
    min_samples_leaf : int
        Fewest blocks of a leaf.
    l2_regularization : float
        How much the values of leaves are shrunk.
    max_features : float
        Share of the features that each split chooses from.
    n_folds : int
        From scratch: folds for stage one's out-of-fold predictions, which stage two is trained on, and for stage two's
        models.
    threshold : float
        From scratch: the default threshold of the model (see `boilerkit.extract`). An adapted model chooses its own.
    corpus_weights : mapping of str to float, or None
        From scratch: how much a page of each corpus counts, for `fit_pages`; 1 for corpora that are not named.
    cache_dir : str or None
        Folder in which prepared pages are kept, so that training again on the same pages starts at once. None: a
        temporary one.
    n_jobs : int
        Processes that prepare pages and train; -1: one per core.
    random_state : int
        Two fits with the same random_state on the same pages give the same model.

    Attributes
    ----------
    model_ : ContentModel
        The trained model, as `boilerkit.extract` takes it. It is the base model where adapting it makes it no better.
    adaptation_ : Adaptation or None
        What cross-validation on the pages says of the adapted model and its base; None from scratch.
    classes_ : ndarray of shape (2,)
        False for boilerplate, True for content: the order of the columns of `predict_proba`.
    failures_ : list of (str, str)
        Pages that could not be used, each with the reason.
    """

    def __init__(
        self,
        *,
        base: str | Path | ContentModel | None = "shipped",
        input_format: InputFormatOption = "auto",
        max_iter: int = 60,
        learning_rate: float = 0.12,
        max_leaf_nodes: int = 63,
        min_samples_leaf: int = 40,
        l2_regularization: float = 5.0,
        max_features: float = 0.3,
        n_folds: int = 5,
        threshold: float = 0.5,
        corpus_weights: Mapping[str, float] | None = None,
        cache_dir: str | None = None,
        n_jobs: int = -1,
        random_state: int = 0,
    ) -> None:
        self.base = base
        self.input_format = input_format
        self.max_iter = max_iter
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
        self.random_state = random_state

    def fit(
        self, X: Sequence[str | bytes], y: Sequence[Gold], groups: Sequence[Any] | None = None
    ) -> BoilerplateClassifier:
        """Train on pages X with gold y.

        `groups` says which pages belong together, usually their sites: inner folds do not separate them, unless there
        are fewer groups than folds. None, as when GridSearchCV calls this: the domain of the address that the page
        names as its own (canonical link, og:url); a page that names none is its own group. Raises GoldError if X and y
        do not fit together or are not enough to learn from, OptionError for parameters out of range.
        """
        if self.n_folds < 2:
            raise OptionError(f"n_folds must be at least 2, not {self.n_folds}")
        if groups is None:
            groups = [""] * len(X)
        if not len(X) == len(y) == len(groups):
            raise GoldError(f"pages, gold and groups differ in number: {len(X)}, {len(y)} and {len(groups)}")
        input_format = self._resolve_input_format(X)
        pages = (
            GoldPage(str(number), page, _checked(gold, number), input_format, group=str(group))
            for number, (page, gold, group) in enumerate(zip(X, y, groups, strict=True))
        )
        with tempfile.TemporaryDirectory() as scratch:
            training_pages, self.failures_ = prepare(pages, self.cache_dir or scratch, self.n_jobs)
            return self.fit_pages(training_pages)

    def fit_pages(self, pages: Sequence[TrainingPage], on_step: OnStep = lambda step: None) -> BoilerplateClassifier:
        """Train on pages that `boilerkit.learning.training_pages.prepare` has prepared."""
        base = self._base_model(common_input_format(pages))
        if base is None:
            self.adaptation_: Adaptation | None = None
            self.model_ = self.fit_model(pages, on_step)
        else:
            self.adaptation_ = adapt_pages(
                base,
                pages,
                progress=lambda share, step: on_step(step),
                n_jobs=self.n_jobs,
                random_state=self.random_state,
            )
            self.model_ = self.adaptation_.model if self.adaptation_.is_better else base
        self.classes_ = np.array([False, True])
        return self

    def fit_model(self, pages: Sequence[TrainingPage], on_step: OnStep = lambda step: None) -> ContentModel:
        """Train a model from scratch on prepared pages and return it; the estimator itself stays as it is."""
        params = self.get_params()
        names = [name for name in Settings.__dataclass_fields__ if name in params]
        model = fit_content_model(pages, Settings(**{name: params[name] for name in names}), on_step)
        return replace(model, threshold=float(self.threshold))

    def predict_proba(self, X: Sequence[str | bytes]) -> list[NDArray[np.float64]]:
        """Return for each page an array [n_blocks, 2]: the probabilities that each block is boilerplate and content."""
        check_is_fitted(self)
        content = [self.model_.predict_proba(self._read(page)) for page in X]
        return [np.stack([1 - p, p], axis=1) for p in content]

    def predict(self, X: Sequence[str | bytes]) -> list[NDArray[np.bool_]]:
        """Return for each page an array [n_blocks]: whether each block is content."""
        check_is_fitted(self)
        return [self._keep(self._read(page)) for page in X]

    def score(self, X: Sequence[str | bytes], y: Sequence[Gold]) -> float:
        """Return the mean word F1 of the extracted text against the gold's (see `boilerkit.metrics.word_f1`)."""
        check_is_fitted(self)
        scores = []
        for page, gold in zip(X, y, strict=True):
            blocks = self._read(page)
            scores.append(word_f1(render_text(blocks, self._keep(blocks)), gold_text(blocks, gold)))
        return float(np.mean(scores))

    def save(self, folder: str | Path) -> Path:
        """Write the model to a folder that `boilerkit.load_model` reads; return the folder."""
        check_is_fitted(self)
        return save_model(self.model_, folder)

    def _base_model(self, input_format: InputFormat) -> ContentModel | None:
        if self.base is None or isinstance(self.base, ContentModel):
            return self.base
        return load_shipped(input_format) if self.base == "shipped" else load_model(self.base)

    def _read(self, page: str | bytes) -> BlockColumns:
        return read_document(page, self.model_.input_format).blocks

    def _keep(self, blocks: BlockColumns) -> NDArray[np.bool_]:
        return choose(self.model_, blocks, self.model_.predict_proba(blocks)).keep

    def _resolve_input_format(self, X: Sequence[str | bytes]) -> InputFormat:
        """Return what all pages are. Raises GoldError if some look like HTML and some like plain text."""
        if self.input_format not in INPUT_FORMATS:
            raise OptionError(f"input_format is one of {', '.join(INPUT_FORMATS)}, not {self.input_format!r}")
        if self.input_format != "auto":
            return self.input_format
        found: Counter[InputFormat] = Counter()
        for page in X:
            try:
                found[detect_input_format(page)] += 1
            except BoilerkitError:  # named in `failures_` once it is prepared
                continue
        if len(found) > 1:
            raise GoldError(
                f"{found['html']} pages look like HTML and {found['text']} like plain text, but a model is for one of "
                'the two: train on each alone, or say input_format="html" or "text"'
            )
        return next(iter(found), "html")


def _checked(gold: Gold, number: int) -> Gold:
    if isinstance(gold, str):
        return gold
    if not isinstance(gold, list | tuple):
        raise GoldError(f"the gold of page {number} must be its main text or a list of Span, found {gold!r}")
    for span in gold:
        if not isinstance(span, Span) or not isinstance(span.label, Label):
            raise GoldError(f"the gold of page {number} must be its main text or a list of Span, found {span!r} in it")
    return gold
