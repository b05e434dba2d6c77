"""Adapt a trained model to pages of other conventions, from as few as ten of them.

A correction is added to stage two of the base model: small trees, grown by gradient boosting that starts from the base
model's log odds. How many, and the threshold, are chosen by cross-validated word F1 on the pages themselves; if nothing
helps, none. The adapted model holds all of its base, so it needs no other model.
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

from boilerkit.blocks.vocabulary import Floats
from boilerkit.documents import feature_set
from boilerkit.errors import GoldError, ModelError
from boilerkit.gold.pages import GoldPage
from boilerkit.learning.boosting import BinnedRows, BoostingSettings, Doubles, boost
from boilerkit.learning.confidence import fit_confidence
from boilerkit.learning.evaluation import Estimate, PageScore, estimate_mean, mean_word_f1, score_pages
from boilerkit.learning.folds import group_folds
from boilerkit.learning.label_adaptation import LabelAdaptation, adapt_labels
from boilerkit.learning.labels import label_pages
from boilerkit.learning.stages import Progress, block_weights, common_input_format
from boilerkit.learning.training_pages import TrainingPage, group_numbers, prepare
from boilerkit.metrics import words_of
from boilerkit.model.content import ContentModel, sigmoid
from boilerkit.model.storage import load_shipped_labels
from boilerkit.model.trees import TreeEnsemble

#: Numbers of rounds, one tree each, that are compared.
ROUNDS = (0, 5, 10, 20, 30, 45, 60, 80, 100)

#: Thresholds that are compared, besides the base model's.
THRESHOLDS = (0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.55, 0.6)

#: A number of rounds, or a threshold, is preferred to that of the base model for its mean gain less this many standard
#: errors. A few pages say more of the direction that trees take together than of a threshold.
CAUTION, THRESHOLD_CAUTION = 0.5, 2.0

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
    of other groups (of the same groups, if not `groups_apart`), `gain` their difference page by page. `rounds` is the
    number of trees of the correction. `scores` and `probabilities` [n_blocks] are those of each page, out of fold, and
    `folds` [n_pages] the pages' folds. `labels` is None if the pages have no labels but content and boilerplate.
    """

    model: ContentModel
    base_f1: Estimate
    adapted_f1: Estimate
    gain: Estimate
    rounds: int
    groups_apart: bool
    pages: Sequence[TrainingPage]
    scores: Sequence[PageScore]
    folds: NDArray[np.int64]
    probabilities: Sequence[NDArray[np.float64]]
    labels: LabelAdaptation | None = None
    failures: Sequence[tuple[str, str]] = ()

    @property
    def is_better(self) -> bool:
        """Whether the adapted model did better than its base, in its text or else its labels, out of fold."""
        return self.gain.value > 0 or (self.gain.value == 0 and self.labels is not None and self.labels.is_better)

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
    input_format = common_input_format(pages)
    if input_format != base.input_format:
        raise ModelError(f"the base model is for {base.input_format}, but the pages are {input_format}")
    groups_apart = len(np.unique(group_numbers(pages))) >= N_FOLDS
    folds = _folds(pages, groups_apart, random_state)
    progress(0.2, "features")
    rows = _Rows.of(base, pages)
    log_odds = _out_of_fold(rows, folds, progress, n_jobs, random_state)

    progress(0.7, "correction: all pages")
    thresholds = np.array([base.threshold, *(t for t in THRESHOLDS if abs(t - base.threshold) > 1e-6)])
    f1 = rows.word_f1(log_odds, thresholds)
    chosen, at = _choose(f1)
    model = replace(_corrected(base, rows, ROUNDS[chosen], random_state), threshold=float(thresholds[at]))

    progress(0.8, "scores")
    before, after = (rows.by_page(sigmoid(log_odds[choice])) for choice in (0, chosen))
    base_scores = score_pages(pages, before, base.threshold)
    scores = _score_choices(pages, rows, folds, log_odds, f1, thresholds)
    model = replace(model, confidence=fit_confidence(scores) or base.confidence)

    progress(0.9, "labels")
    base_labelled, labelled = (label_pages(pages, p, folds.tolist()) for p in (before, after))
    labels = None
    if labelled:
        base_labels = base.labels or load_shipped_labels(base.input_format)
        kept_by = (base.threshold, model.threshold)
        labels = adapt_labels(base_labels, base_labelled, labelled, kept_by, n_jobs, random_state)
        model = replace(model, labels=labels.model)
    progress(1.0, "done")
    gains = [score.word_f1 - base_score.word_f1 for score, base_score in zip(scores, base_scores, strict=True)]
    return Adaptation(
        model=model,
        base_f1=mean_word_f1(base_scores),
        adapted_f1=mean_word_f1(scores),
        gain=estimate_mean(np.array(gains)),
        rounds=ROUNDS[chosen],
        groups_apart=groups_apart,
        pages=pages,
        scores=scores,
        folds=folds,
        probabilities=after,
        labels=labels,
    )


def _score_choices(
    pages: Sequence[TrainingPage],
    rows: _Rows,
    folds: NDArray[np.int64],
    log_odds: Doubles,
    f1: Doubles,
    thresholds: Doubles,
) -> list[PageScore]:
    """Score each page by the rounds and the threshold that the pages of the other folds choose.

    By those that its own fold had a part in, the scores would be too good.
    """
    by_number: dict[int, PageScore] = {}
    for fold in np.unique(folds).tolist():
        chosen, at = _choose(f1[folds != fold])
        p = rows.by_page(sigmoid(log_odds[chosen]))
        here = np.flatnonzero(folds == fold).tolist()
        found = score_pages([pages[n] for n in here], [p[n] for n in here], float(thresholds[at]))
        by_number |= dict(zip(here, found, strict=True))
    return [by_number[number] for number in range(len(pages))]


def _folds(pages: Sequence[TrainingPage], groups_apart: bool, random_state: int) -> NDArray[np.int64]:
    groups = group_numbers(pages) if groups_apart else np.arange(len(pages))
    return group_folds(groups, min(N_FOLDS, len(np.unique(groups))), random_state)


@dataclass(frozen=True)
class _Rows:
    """All blocks of the pages: features, targets, weights, and the base model's calibrated log odds.

    `pages` [n_rows] are the numbers of their pages, `ends` [n_pages] where each page ends. Weights of a page sum to 1.
    """

    features: BinnedRows
    target: Doubles
    weight: Doubles
    start: Doubles
    words: Doubles
    content_words: Doubles
    gold_words: Doubles
    pages: NDArray[np.intp]
    ends: NDArray[np.intp]

    @classmethod
    def of(cls, base: ContentModel, pages: Sequence[TrainingPage]) -> _Rows:
        """Compute the features of the base model once for each page."""
        X, start, content, weight, words, gold = zip(*(_page_rows(base, page) for page in pages), strict=True)
        sizes = np.array([len(its) for its in content])
        targets = np.concatenate(content)
        all_words = np.concatenate(words)
        return cls(
            features=BinnedRows(np.concatenate(X)),
            target=targets,
            weight=np.concatenate(weight),
            start=np.concatenate(start),
            words=all_words,
            content_words=all_words * targets * (np.concatenate(weight) > 0),
            gold_words=np.array(gold, dtype=np.float64),
            pages=np.repeat(np.arange(len(pages)), sizes),
            ends=np.cumsum(sizes),
        )

    def by_page(self, values: Doubles) -> list[Doubles]:
        """Return values of rows, [n_rows], as an array of each page."""
        return np.split(values, self.ends[:-1])

    def word_f1(self, log_odds: Doubles, thresholds: Doubles) -> Doubles:
        """Return about what word F1 pages have, [n_pages, n_choices, n_thresholds], by log odds [n_choices, n_rows].

        Words are counted by block, as rendering the text of every choice would take minutes.
        """
        n_pages = len(self.ends)
        f1 = np.empty((n_pages, len(log_odds), len(thresholds)))
        for choice, p in enumerate(sigmoid(log_odds)):
            for number, threshold in enumerate(thresholds.tolist()):
                kept = p > threshold
                words, hits = (
                    np.bincount(self.pages[kept], its[kept], n_pages) for its in (self.words, self.content_words)
                )
                total = words + self.gold_words
                f1[:, choice, number] = np.where(total > 0, 2 * hits / np.maximum(total, 1), 1)
        return f1


def _page_rows(base: ContentModel, page: TrainingPage) -> tuple[Floats, Doubles, Doubles, Doubles, Doubles, int]:
    """Return features, log odds, targets, weights and words of a page's blocks, and the number of the gold's words."""
    data = page.load()
    features = feature_set(base.input_format)
    first = features.stage_one_features(data.blocks, base.vocabulary)
    X = features.stage_two_features(data.blocks, first, sigmoid(base.stage_one.log_odds(first)))
    slope, intercept = base.calibration
    weight = block_weights(data.weight)
    return (
        X,
        slope * base.stage_two.log_odds(X) + intercept,
        data.content.astype(np.float64),
        weight / max(weight.sum(), 1),
        data.blocks.block("words").astype(np.float64),
        len(words_of(data.gold_text)),
    )


def _out_of_fold(rows: _Rows, folds: NDArray[np.int64], progress: Progress, n_jobs: int, random_state: int) -> Doubles:
    """Return log odds by corrections that did not see the page's fold, by number of rounds: [n_rounds, n_rows]."""
    n_folds = int(folds.max()) + 1
    fold_of_row = folds[rows.pages]
    log_odds = np.empty((len(ROUNDS), len(rows.start)))
    workers = Parallel(n_jobs=n_jobs, return_as="generator")
    progress(0.3, f"correction: {n_folds} folds")
    staged = workers(delayed(_boost_without)(rows, fold_of_row == fold, random_state) for fold in range(n_folds))
    for fold, found in enumerate(staged):
        log_odds[:, fold_of_row == fold] = found
        progress(0.3 + 0.4 * (fold + 1) / n_folds, f"correction: {fold + 1} of {n_folds} folds done")
    return log_odds


def _boost_without(rows: _Rows, held_out: NDArray[np.bool_], random_state: int) -> Doubles:
    """Return the log odds of the rows that are held out, by number of ROUNDS: [n_rounds, n_held_out]."""
    rounds = islice(_boosting(rows, np.where(held_out, 0, rows.weight), random_state), ROUNDS[-1])
    later = [scores[held_out, 0] for number, (_, scores) in enumerate(rounds, 1) if number in ROUNDS]
    return np.stack([rows.start[held_out], *later])


def _boosting(rows: _Rows, weight: Doubles, random_state: int) -> Iterator[tuple[list[TreeEnsemble], Doubles]]:
    columns = (rows.target[:, None], weight, rows.pages, rows.start[:, None])
    return boost(rows.features, *columns, sigmoid, SETTINGS, random_state)


def _choose(f1: Doubles) -> tuple[int, int]:
    """Return which rounds and which threshold to use, by the word F1 of pages, [n_pages, n_rounds, n_thresholds].

    The first of each are those of the base model.
    """
    rounds = _best(f1[:, :, 0], CAUTION)
    return rounds, _best(f1[:, rounds], THRESHOLD_CAUTION)


def _best(f1: Doubles, caution: float) -> int:
    """Return the best of several choices, by the word F1 of pages, [n_pages, n_choices]; the first if in doubt."""
    gain = f1 - f1[:, :1]
    return int((gain.mean(axis=0) - caution * gain.std(axis=0) / np.sqrt(len(gain))).argmax())


def _corrected(base: ContentModel, rows: _Rows, n_rounds: int, random_state: int) -> ContentModel:
    """Return the base model with the correction as further trees of its stage two."""
    slope, intercept = base.calibration
    rounds = islice(_boosting(rows, rows.weight, random_state), n_rounds)
    trees = [tree for its_trees, _ in rounds for tree in its_trees]
    stage_two = TreeEnsemble.sum([base.stage_two.scaled(slope, intercept), *trees])
    return replace(base, stage_two=stage_two, calibration=(1.0, 0.0))
