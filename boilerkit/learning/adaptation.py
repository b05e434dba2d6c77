"""Adapt a trained model to pages of other conventions, from as few as twenty of them.

Each stage of the base model gets a correction: small trees, grown by gradient boosting that starts from the stage's own
log odds. As in training, stage two learns from what stage one, corrected, says of pages that it did not see. How many
trees, the threshold, and whether readers' comments are left out (by the label model of the base) are chosen by
cross-validated word F1 on the pages themselves. It holds all of its base, so it needs no other model.

Whether the adapted model is better, word F1 and the log loss of held-out blocks say together. Word F1 is what users
want, but that of twenty pages may hang on one of them, on which one long block was lost.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

import numpy as np
from joblib import Parallel, delayed
from numpy.typing import NDArray

from boilerkit.blocks.features import block_weights
from boilerkit.documents import feature_set
from boilerkit.errors import GoldError
from boilerkit.gold.pages import GoldPage
from boilerkit.learning.boosting import BinnedRows, BoostingSettings, Doubles, boost
from boilerkit.learning.confidence import fit_confidence
from boilerkit.learning.evaluation import Estimate, PageScore, by_model, estimate_mean, mean_word_f1, score_pages
from boilerkit.learning.folds import group_folds
from boilerkit.learning.label_adaptation import LabelAdaptation, adapt_labels
from boilerkit.learning.labels import LabelPage, label_pages
from boilerkit.learning.stages import Progress, common_input_format
from boilerkit.learning.training_pages import TrainingPage, group_numbers, iter_pages, prepare
from boilerkit.metrics import words_of
from boilerkit.model.content import ContentModel, check_input_format, sigmoid
from boilerkit.model.storage import labels_of
from boilerkit.model.trees import TreeEnsemble

#: Trees of the correction of stage one.
ROUNDS_ONE = 50

#: Numbers of trees of the correction of stage two that are compared.
ROUNDS_TWO = (0, 10, 35)

#: Thresholds that are compared, besides the base model's.
THRESHOLDS = (0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.55, 0.6)

#: An adapted model counts as better if its log loss is clearly better and its word F1 not clearly worse, or its word F1
#: is and its log loss not. How many standard errors are clear was chosen on draws of 20 to 100 pages of the validation
#: corpora, by what the models did on all other pages.
LOSS_BETTER, F1_WORSE = 1.0, 2.0
F1_BETTER, LOSS_WORSE = 0.5, 1.0

#: Another threshold than that of the base model is chosen for a gain of this many standard errors: from few pages a
#: threshold is mostly chance.
THRESHOLD_CAUTION = 2.0

#: Probabilities closer to 0 or 1 count as these do: one block that a model is wrongly sure of does not decide.
LEAST_PROBABILITY = 1e-4

#: Folds, if there are as many pages. With fewer groups than that, the pages of a group are separated: a model for a few
#: sites is to be used on other pages of these.
N_FOLDS = 5

#: How many pages are named that are worst after adapting.
N_WORST = 5

SETTINGS = BoostingSettings(learning_rate=0.15, max_features=0.12)


@dataclass(frozen=True)
class Adaptation:
    """An adapted model, and what cross-validation on the pages that it was adapted to says of it.

    Word F1 is the mean over the pages: `base_f1` of the base model, `adapted_f1` of models that were adapted to pages
    of other groups (of the same groups, if not `groups_apart`), `gain` their difference page by page. `base_loss`,
    `adapted_loss` and `loss_gain` are likewise the log loss of the blocks and how much lower it is. `n_trees` is the
    number of trees of the corrections. `scores` and `probabilities` [n_blocks] are those of each page,
    out of fold, and `folds` [n_pages] the pages' folds. `labels` is None if the pages have no labels but content and
    boilerplate. `failures` names the pages that could not be used, each with the reason.
    """

    model: ContentModel
    base_f1: Estimate
    adapted_f1: Estimate
    gain: Estimate
    base_loss: Estimate
    adapted_loss: Estimate
    loss_gain: Estimate
    n_trees: int
    groups_apart: bool
    scores: Sequence[PageScore]
    folds: NDArray[np.int64]
    probabilities: Sequence[NDArray[np.float64]]
    labels: LabelAdaptation | None = None
    failures: Sequence[tuple[str, str]] = ()

    @property
    def is_better(self) -> bool:
        """Whether the adapted model did better than its base, in its text or else its labels, out of fold."""
        if self.labels is not None and self.labels.is_better and self.gain.value >= 0:
            return True
        if not self.gain.standard_error:  # no page has another text
            return False
        f1, loss = (gain.value / max(gain.standard_error, 1e-12) for gain in (self.gain, self.loss_gain))
        return (loss > LOSS_BETTER and f1 > -F1_WORSE) or (f1 > F1_BETTER and loss > -LOSS_WORSE)

    @property
    def worst_pages(self) -> list[PageScore]:
        """The pages with the lowest scores after adapting, the worst first."""
        return sorted(self.scores, key=lambda score: score.word_f1)[:N_WORST]


def adapt(
    base: ContentModel,
    pages: Sequence[GoldPage],
    *,
    progress: Progress | None = None,
    cache_dir: str | Path | None = None,
    n_jobs: int = -1,
    random_state: int = 0,
) -> Adaptation:
    """Adapt a model to labelled pages.

    Pages that cannot be used are left out and named in `Adaptation.failures`. `cache_dir` keeps prepared pages for the
    next time. The same pages and `random_state` give the same model. Raises GoldError if fewer than two pages can be
    used, ModelError if they are of another input format than the base model.
    """
    report = progress or (lambda share, step: None)
    report(0.0, "preparing pages")
    with tempfile.TemporaryDirectory() as scratch:
        prepared, failures = prepare(pages, cache_dir or scratch, n_jobs)
        adaptation = adapt_pages(base, prepared, progress=report, n_jobs=n_jobs, random_state=random_state)
    return replace(adaptation, failures=failures)


def adapt_pages(
    base: ContentModel,
    pages: Sequence[TrainingPage],
    *,
    progress: Progress = lambda share, step: None,
    n_jobs: int = -1,
    random_state: int = 0,
) -> Adaptation:
    """Adapt a model to pages that `boilerkit.learning.training_pages.prepare` has prepared; see `adapt`."""
    if len(pages) < 2:
        raise GoldError(f"adapting a model needs at least two labelled pages, found {len(pages)}")
    common_input_format(pages)
    check_input_format(base.input_format, pages[0].load().blocks)
    groups_apart = len(np.unique(group_numbers(pages))) >= N_FOLDS
    folds = _folds(pages, groups_apart, random_state)
    progress(0.1, "features")
    rows = _Rows.of(pages)
    base_p = np.concatenate([base.predict_proba(page.load().blocks) for page in pages])
    one = _stage_one(base, pages)
    fit = _CrossFit(rows, folds, n_jobs, random_state)
    progress(0.2, "correction of stage one")
    (p_one,) = sigmoid(fit.log_odds(one, (ROUNDS_ONE,)))
    progress(0.4, "correction of stage two")
    two = _stage_two(base, pages, rows.by_page(p_one))
    p = sigmoid(fit.log_odds(two, ROUNDS_TWO))

    progress(0.7, "scores")
    thresholds = np.array([base.threshold, *(t for t in THRESHOLDS if abs(t - base.threshold) > 1e-6)])
    f1 = rows.word_f1(p, thresholds)
    chosen, at = _choose(f1)
    before, after = rows.by_page(base_p), rows.by_page(p[chosen])
    base_scores = score_pages(pages, before, by_model(base))
    with_comments = replace(base, leaves_out_comments=False)
    scores, leaves_out = _score_choices(with_comments, pages, rows, folds, p, f1, thresholds), False
    if base.leaves_out_comments:
        without = _score_choices(base, pages, rows, folds, p, f1, thresholds)
        scores, leaves_out = _choose_comments(scores, without, folds)
    gains = [score.word_f1 - base_score.word_f1 for score, base_score in zip(scores, base_scores, strict=True)]

    base_loss, adapted_loss = rows.log_loss(base_p), rows.log_loss(p[chosen])

    progress(0.8, "correction: all pages")
    n_trees = (ROUNDS_ONE, ROUNDS_TWO[chosen])
    model = replace(
        _corrected(base, rows, (one, two), n_trees, random_state),
        threshold=float(thresholds[at]),
        confidence=fit_confidence(scores) or base.confidence,
        leaves_out_comments=leaves_out,
    )
    progress(0.9, "labels")
    base_labelled, labelled = (label_pages(pages, its, folds.tolist()) for its in (before, after))
    labels = _adapt_labels(base, model, base_labelled, labelled, n_jobs, random_state) if labelled else None
    progress(1.0, "done")
    return Adaptation(
        model=replace(model, labels=labels.model if labels else labels_of(base) if leaves_out else base.labels),
        base_f1=mean_word_f1(base_scores),
        adapted_f1=mean_word_f1(scores),
        gain=estimate_mean(np.array(gains)),
        base_loss=estimate_mean(base_loss),
        adapted_loss=estimate_mean(adapted_loss),
        loss_gain=estimate_mean(base_loss - adapted_loss),
        n_trees=sum(n_trees),
        groups_apart=groups_apart,
        scores=scores,
        folds=folds,
        probabilities=after,
        labels=labels,
    )


def _score_choices(
    base: ContentModel,
    pages: Sequence[TrainingPage],
    rows: _Rows,
    folds: NDArray[np.int64],
    probabilities: Doubles,
    f1: Doubles,
    thresholds: Doubles,
) -> list[PageScore]:
    """Score each page by the trees and the threshold that the pages of the other folds choose, else as `base` would.

    By those that its own fold had a part in, the scores would be too good.
    """
    by_number: dict[int, PageScore] = {}
    for fold in np.unique(folds).tolist():
        chosen, at = _choose(f1[folds != fold])
        p = rows.by_page(probabilities[chosen])
        here = np.flatnonzero(folds == fold).tolist()
        select = by_model(replace(base, threshold=float(thresholds[at])))
        found = score_pages([pages[n] for n in here], [p[n] for n in here], select)
        by_number |= dict(zip(here, found, strict=True))
    return [by_number[number] for number in range(len(pages))]


def _choose_comments(
    with_comments: Sequence[PageScore], without: Sequence[PageScore], folds: NDArray[np.int64]
) -> tuple[list[PageScore], bool]:
    """Return the scores of each page by what the pages of the other folds choose, and what all of them choose."""
    gain = np.array([its.word_f1 - other.word_f1 for its, other in zip(without, with_comments, strict=True)])
    leaves_out = {fold: bool(gain[folds != fold].mean() >= 0) for fold in np.unique(folds).tolist()}
    pairs = zip(with_comments, without, folds.tolist(), strict=True)
    return [other if leaves_out[fold] else its for its, other, fold in pairs], bool(gain.mean() >= 0)


def _adapt_labels(
    base: ContentModel,
    model: ContentModel,
    base_pages: Sequence[LabelPage],
    pages: Sequence[LabelPage],
    n_jobs: int,
    random_state: int,
) -> LabelAdaptation:
    thresholds = (base.threshold, model.threshold)
    return adapt_labels(labels_of(base), base_pages, pages, thresholds, n_jobs, random_state)


def _folds(pages: Sequence[TrainingPage], groups_apart: bool, random_state: int) -> NDArray[np.int64]:
    groups = group_numbers(pages) if groups_apart else np.arange(len(pages))
    return group_folds(groups, min(N_FOLDS, len(np.unique(groups))), random_state)


@dataclass(frozen=True)
class _Rows:
    """All blocks of the pages: targets and weights, and what word F1 takes.

    `pages` [n_rows] are the numbers of their pages, `ends` [n_pages] where each page ends. Weights of a page sum to 1.
    """

    target: Doubles
    weight: Doubles
    words: Doubles
    content_words: Doubles
    gold_words: Doubles
    pages: NDArray[np.intp]
    ends: NDArray[np.intp]

    @classmethod
    def of(cls, pages: Sequence[TrainingPage]) -> _Rows:
        """Read the pages' targets."""
        found = list(iter_pages(pages))
        target = np.concatenate([data.content for data in found]).astype(np.float64)
        words = np.concatenate([data.blocks.block("words") for data in found]).astype(np.float64)
        weights = [block_weights(data.weight) for data in found]
        sizes = np.array([len(its) for its in weights])
        return cls(
            target=target,
            weight=np.concatenate([its / max(its.sum(), 1) for its in weights]),
            words=words,
            content_words=words * target * (np.concatenate(weights) > 0),
            gold_words=np.array([len(words_of(data.gold_text)) for data in found], dtype=np.float64),
            pages=np.repeat(np.arange(len(pages)), sizes),
            ends=np.cumsum(sizes),
        )

    def by_page(self, values: Doubles) -> list[Doubles]:
        """Return values of rows, [n_rows], as an array of each page."""
        return np.split(values, self.ends[:-1])

    def word_f1(self, probabilities: Doubles, thresholds: Doubles) -> Doubles:
        """Return about what word F1 pages have, [n_pages, n_choices, n_thresholds].

        `probabilities` [n_choices, n_rows] are those of content. Words are counted by block, as rendering the text of
        every choice would take minutes.
        """
        n_pages = len(self.ends)
        f1 = np.empty((n_pages, len(probabilities), len(thresholds)))
        for choice, p in enumerate(probabilities):
            for number, threshold in enumerate(thresholds.tolist()):
                kept = p > threshold
                words, hits = (
                    np.bincount(self.pages[kept], its[kept], n_pages) for its in (self.words, self.content_words)
                )
                total = words + self.gold_words
                f1[:, choice, number] = np.where(total > 0, 2 * hits / np.maximum(total, 1), 1)
        return f1

    def log_loss(self, probabilities: Doubles) -> Doubles:
        """Return the mean log loss of each page's blocks, [n_pages], given their probabilities, [n_rows].

        Blocks weigh as in training; pages whose gold covers nothing have a loss of 0.
        """
        p = np.clip(probabilities, LEAST_PROBABILITY, 1 - LEAST_PROBABILITY)
        loss = -self.weight * (self.target * np.log(p) + (1 - self.target) * np.log(1 - p))
        return np.bincount(self.pages, loss, len(self.ends)).astype(np.float64)


@dataclass(frozen=True)
class _Stage:
    """What a stage of the base model reads of all rows, and the log odds that it gives, [n_rows]."""

    features: BinnedRows
    log_odds: Doubles

    def boost(self, rows: _Rows, weight: Doubles, random_state: int) -> Iterator[tuple[list[TreeEnsemble], Doubles]]:
        """Yield the trees of the correction one by one, with the log odds that it has come to."""
        columns = (rows.target[:, None], weight, rows.pages, self.log_odds[:, None])
        return boost(self.features, *columns, sigmoid, SETTINGS, random_state)


def _stage_one(base: ContentModel, pages: Sequence[TrainingPage]) -> _Stage:
    features = feature_set(base.input_format)
    X = np.concatenate([features.stage_one_features(data.blocks, base.vocabulary) for data in iter_pages(pages)])
    return _Stage(BinnedRows(X), base.stage_one.log_odds(X))


def _stage_two(base: ContentModel, pages: Sequence[TrainingPage], stage_one: Sequence[Doubles]) -> _Stage:
    """Return stage two as it is with other probabilities of stage one, [n_blocks] for each page; calibrated."""
    features = feature_set(base.input_format)
    matrices = []
    for data, p in zip(iter_pages(pages), stage_one, strict=True):
        first = features.stage_one_features(data.blocks, base.vocabulary)
        matrices.append(features.stage_two_features(data.blocks, first, p))
    X = np.concatenate(matrices)
    slope, intercept = base.calibration
    return _Stage(BinnedRows(X), slope * base.stage_two.log_odds(X) + intercept)


@dataclass(frozen=True)
class _CrossFit:
    """Corrects stages without each of the folds, several at a time."""

    rows: _Rows
    folds: NDArray[np.int64]
    n_jobs: int
    random_state: int

    def log_odds(self, stage: _Stage, n_trees: Sequence[int]) -> Doubles:
        """Return out-of-fold log odds of all rows after each number of trees, [len(n_trees), n_rows]."""
        fold_of_row = self.folds[self.rows.pages]
        held_out = [fold_of_row == fold for fold in np.unique(self.folds)]
        workers = Parallel(n_jobs=self.n_jobs)
        found = workers(delayed(_boost_without)(self.rows, stage, its, n_trees, self.random_state) for its in held_out)
        log_odds = np.empty((len(n_trees), len(fold_of_row)))
        for its, of_fold in zip(held_out, found, strict=True):
            log_odds[:, its] = of_fold
        return log_odds


def _boost_without(
    rows: _Rows, stage: _Stage, held_out: NDArray[np.bool_], n_trees: Sequence[int], random_state: int
) -> Doubles:
    """Return the log odds of the rows that are held out after each number of trees, [len(n_trees), n_held_out]."""
    rounds = islice(stage.boost(rows, np.where(held_out, 0, rows.weight), random_state), n_trees[-1])
    first = [stage.log_odds[held_out]] if n_trees[0] == 0 else []
    return np.stack([*first, *(its[held_out, 0] for number, (_, its) in enumerate(rounds, 1) if number in n_trees)])


def _choose(f1: Doubles) -> tuple[int, int]:
    """Return which trees and which threshold to use, by the word F1 of pages, [n_pages, n_choices, n_thresholds].

    The first threshold is that of the base model, which is kept if in doubt.
    """
    chosen = int(f1[:, :, 0].mean(axis=0).argmax())
    gain = f1[:, chosen] - f1[:, chosen, :1]
    bound = gain.mean(axis=0) - THRESHOLD_CAUTION * gain.std(axis=0) / np.sqrt(len(gain))
    return chosen, int(bound.argmax())


def _corrected(
    base: ContentModel, rows: _Rows, stages: tuple[_Stage, _Stage], n_trees: tuple[int, int], random_state: int
) -> ContentModel:
    """Return the base model with the corrections as further trees of its stages."""
    one, two = (
        [tree for trees, _ in islice(stage.boost(rows, rows.weight, random_state), number) for tree in trees]
        for stage, number in zip(stages, n_trees, strict=True)
    )
    slope, intercept = base.calibration
    return replace(
        base,
        stage_one=TreeEnsemble.sum([base.stage_one, *one]),
        stage_two=TreeEnsemble.sum([base.stage_two.scaled(slope, intercept), *two]),
        calibration=(1.0, 0.0),
    )
