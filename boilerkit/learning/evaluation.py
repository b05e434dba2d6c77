"""How good a content model is: cross-validation, scores by page, and their means by corpus and page type."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from boilerkit.blocks.columns import BlockColumns
from boilerkit.documents import render_text
from boilerkit.learning.stages import OnStep
from boilerkit.learning.training_pages import TrainingPage, iter_pages
from boilerkit.metrics import shingle_f1, shingle_scores, word_f1
from boilerkit.model.confidence import expected_word_f1
from boilerkit.model.content import ContentModel
from boilerkit.selection import Selection, choose, choose_blocks

#: Choose blocks of a page, given their probabilities.
SelectFn = Callable[[TrainingPage, BlockColumns, NDArray[np.float64]], Selection]

#: Train a content model on pages.
FitFn = Callable[[Sequence[TrainingPage], OnStep], ContentModel]


def cross_validate(
    pages: Sequence[TrainingPage],
    fit: FitFn,
    folds: NDArray[np.int64],
    on_step: OnStep = lambda step: None,
    n_pages: int | None = None,
    random_state: int = 0,
) -> list[NDArray[np.float64]]:
    """Return probabilities of each page's blocks by a model that saw no page of its group in any part of its training.

    `folds` [n_pages] is the fold of each page (see `assign_folds`), -1 for pages that are only trained on. For each
    fold a model is trained from scratch, vocabulary and inner folds included, on the other folds, or on `n_pages` of
    their pages, drawn at random. Returns an array [n_blocks] for each page, empty for those in no fold.
    """
    n_folds = int(folds.max()) + 1
    predictions: list[NDArray[np.float64]] = [np.zeros(0)] * len(pages)
    for fold in range(n_folds):
        rest = np.flatnonzero(folds != fold)
        if n_pages is not None:
            rest = np.random.default_rng((random_state, fold)).permutation(rest)[:n_pages]

        def report(step: str, prefix: str = f"fold {fold + 1} of {n_folds}, ") -> object:
            return on_step(prefix + step)

        model = fit([pages[index] for index in rest.tolist()], report)
        for index in np.flatnonzero(folds == fold).tolist():
            predictions[index] = model.predict_proba(pages[index].load().blocks)
    return predictions


@dataclass(frozen=True)
class PageScore:
    """The scores of one page. `promised_f1` is the word F1 that its probabilities promise, before calibration."""

    id: str
    corpus: str
    page_type: str
    word_f1: float
    shingles: tuple[float, float]  # precision, recall
    promised_f1: float = float("nan")


def score_pages(
    pages: Sequence[TrainingPage], probabilities: Iterable[NDArray[np.float64]], select: SelectFn
) -> list[PageScore]:
    """Score what `select` keeps of each page against the page's gold."""
    scores = []
    for page, data, p in zip(pages, iter_pages(pages), probabilities, strict=True):
        keep = select(page, data.blocks, p).keep
        text = render_text(data.blocks, keep)
        f1, shingles = word_f1(text, data.gold_text), shingle_scores(text, data.gold_text)
        promised = expected_word_f1(data.blocks.block("words"), p, keep)
        scores.append(PageScore(page.id, page.corpus, page.page_type, f1, shingles, promised))
    return scores


def oracle_pages(pages: Sequence[TrainingPage]) -> list[PageScore]:
    """Score the choice of blocks by the gold itself: the best that the segmentation allows. Pages with gold only."""
    with_gold = [page for page, data in zip(pages, iter_pages(pages), strict=True) if data.gold_text.strip()]
    contents = (data.content.astype(np.float64) for data in iter_pages(with_gold))
    return score_pages(with_gold, contents, by_threshold(0.5))


def by_threshold(threshold: float) -> SelectFn:
    """Return what chooses blocks by a content model's threshold and no other model."""
    return lambda page, blocks, p: choose_blocks(blocks, p, threshold)


def by_model(model: ContentModel, threshold: float | None = None) -> SelectFn:
    """Return what chooses blocks as `choose` does with this model."""
    return lambda page, blocks, p: choose(model, blocks, p, threshold)


@dataclass(frozen=True)
class Estimate:
    """A mean over pages with its standard error and its 95% interval."""

    value: float
    low: float
    high: float
    standard_error: float

    def __str__(self) -> str:
        return f"{self.value:.3f} [{self.low:.3f}, {self.high:.3f}]"


def estimate_mean(values: NDArray[np.float64], n_resamples: int = 1000) -> Estimate:
    """Return the mean of pages' values, [n_pages], with its bootstrap interval (Efron and Tibshirani 1993)."""
    n = len(values)
    counts = np.random.default_rng(0).multinomial(n, np.full(n, 1 / n), size=n_resamples)
    low, high = np.percentile(counts @ values / n, [2.5, 97.5])
    return Estimate(float(values.mean()), float(low), float(high), float(values.std() / np.sqrt(n)))


def mean_word_f1(scores: Sequence[PageScore]) -> Estimate:
    """Return the mean word F1 of pages."""
    return estimate_mean(np.array([score.word_f1 for score in scores]))


@dataclass(frozen=True)
class Summary:
    """Scores over the pages of one corpus and page type; "" means all. Word F1 is the mean over the pages."""

    corpus: str
    page_type: str
    pages: int
    word_f1: float
    shingle_f1: float


def summarize(scores: Sequence[PageScore]) -> list[Summary]:
    """Return means for each corpus, and for each page type in it if there are several; the corpora by name."""
    summaries = []
    for corpus in sorted({score.corpus for score in scores}):
        of_corpus = [score for score in scores if score.corpus == corpus]
        types = sorted({score.page_type for score in of_corpus} - {""})
        for page_type in ["", *(types if len(types) > 1 else [])]:
            chosen = [score for score in of_corpus if page_type in ("", score.page_type)]
            mean_f1 = float(np.mean([score.word_f1 for score in chosen]))
            summaries.append(
                Summary(corpus, page_type, len(chosen), mean_f1, shingle_f1(score.shingles for score in chosen))
            )
    return summaries


def score_rows(scores: Sequence[PageScore], oracle: Sequence[PageScore] | None = None) -> list[dict[str, Any]]:
    """Return means by corpus and page type as plain, rounded values; with `oracle`, also its word F1 on these pages."""
    rows = []
    for summary in summarize(scores):
        row = {name: round(value, 4) if isinstance(value, float) else value for name, value in asdict(summary).items()}
        rows.append(row if oracle is None else row | {"oracle": _mean_word_f1(oracle, summary)})
    return rows


def _mean_word_f1(scores: Sequence[PageScore], summary: Summary) -> float | None:
    chosen = [
        score.word_f1
        for score in scores
        if score.corpus == summary.corpus and summary.page_type in ("", score.page_type)
    ]
    return round(sum(chosen) / len(chosen), 4) if chosen else None


@dataclass(frozen=True)
class Calibration:
    """A reliability table over blocks, weighted by their words, and the expected calibration error."""

    upper: list[float]
    predicted: list[float]
    observed: list[float]
    share: list[float]
    expected_error: float

    def rounded(self) -> dict[str, list[float] | float]:
        """Return plain values of four digits, for cards and results."""
        return {
            name: [round(item, 4) for item in value] if isinstance(value, list) else round(value, 4)
            for name, value in vars(self).items()
        }


def calibration(
    pages: Sequence[TrainingPage], probabilities: Sequence[NDArray[np.float64]], n_bins: int = 10
) -> Calibration:
    """Return how often blocks of each probability are content, as `calibration_of` does."""
    pairs = zip(probabilities, iter_pages(pages), strict=True)
    return calibration_of([(p, data.content, data.weight) for p, data in pairs], n_bins)


def calibration_of(
    pages: Sequence[tuple[NDArray[np.float64], NDArray[np.float32], NDArray[np.float32]]], n_bins: int = 10
) -> Calibration:
    """Return how often blocks of each probability are content; each page counts the same.

    Takes for each page the probabilities of its blocks, and the content shares and word weights of their
    `BlockTargets`, each [n_blocks]. Expected calibration error: Guo et al. 2017, "On Calibration of Modern Neural
    Networks", with bins of equal width.
    """
    p = np.concatenate([probabilities for probabilities, _, _ in pages])
    y = np.concatenate([content for _, content, _ in pages]).astype(np.float64)
    weight = np.concatenate([weight / max(weight.sum(), 1) for _, _, weight in pages])
    return binned(p, y, weight, n_bins)


def binned(
    p: NDArray[np.float64], y: NDArray[np.float64], weight: NDArray[np.float64], n_bins: int = 10
) -> Calibration:
    """Return how predicted values compare with what was observed, in bins of equal width from 0 to 1.

    All are of shape [n]: the predictions, what they predict, and weights; of blocks, or of pages with their expected
    and their true word F1.
    """
    bins = np.minimum((p * n_bins).astype(int), n_bins - 1)
    total = np.maximum(np.bincount(bins, weight, n_bins), 1e-12)
    predicted = np.bincount(bins, p * weight, n_bins) / total
    observed = np.bincount(bins, y * weight, n_bins) / total
    share = total / total.sum()
    return Calibration(
        upper=[(number + 1) / n_bins for number in range(n_bins)],
        predicted=predicted.tolist(),
        observed=observed.tolist(),
        share=share.tolist(),
        expected_error=float((share * np.abs(predicted - observed)).sum()),
    )
