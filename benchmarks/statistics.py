"""Bootstrap intervals over pages: of a score, and of the difference of two systems on the same pages."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from benchmarks.exceptions import BenchmarkError

Array = NDArray[np.float64]

#: From means of columns, [..., n_columns], to one score for each row of means, [...]: `Metric.of_corpus`.
Statistic = Callable[[Array], Array]


@dataclass(frozen=True)
class Interval:
    """A score of a corpus with its 95% interval."""

    value: float
    low: float
    high: float

    def rounded(self) -> list[float]:
        """Return the score and the ends of the interval for files of results."""
        return [round(number, 4) for number in (self.value, self.low, self.high)]


def bootstrap(columns: Array, statistic: Statistic, n: int = 1000, seed: int = 0) -> Interval:
    """Return the score of some pages with its 95% interval: percentiles over `n` resamples with replacement.

    `columns` holds a row for each page, [n_pages, n_columns], without NaN. Efron & Tibshirani 1993, "An Introduction to
    the Bootstrap", chapter 13. Raises BenchmarkError for no pages.
    """
    counts = _resamples(len(columns), n, seed)
    return _interval(statistic(columns.mean(axis=0)), statistic(counts @ columns / len(columns)))


def paired_difference(a: Array, b: Array, statistic: Statistic, n: int = 1000, seed: int = 0) -> Interval:
    """Return the score of `a` less that of `b` with its 95% interval; both hold the same pages in the same order.

    Each resample takes the same pages of both, so that what makes a page hard for both does not widen the interval: an
    interval without zero speaks for a difference. Raises BenchmarkError for no pages or different numbers of pages.
    """
    if len(a) != len(b):
        raise BenchmarkError(
            f"one system was measured on {len(a)} pages, the other on {len(b)}: compare them on the pages of both"
        )
    counts = _resamples(len(a), n, seed)
    value = statistic(a.mean(axis=0)) - statistic(b.mean(axis=0))
    return _interval(value, statistic(counts @ a / len(a)) - statistic(counts @ b / len(b)))


@lru_cache(maxsize=4)
def _resamples(n_pages: int, n: int, seed: int) -> Array:
    """Return how often each page is in each resample, [n, n_pages], so that sums are one product of matrices.

    Cached, as all metrics and systems of a corpus use the same resamples.
    """
    if not n_pages:
        raise BenchmarkError("there is no page to score: choose a corpus or a page type that has gold for this metric")
    counts = np.random.default_rng(seed).multinomial(n_pages, np.full(n_pages, 1 / n_pages), size=n)
    return counts.astype(np.float64)


def _interval(value: Array, resampled: Array) -> Interval:
    low, high = np.percentile(resampled, [2.5, 97.5])
    return Interval(float(value), float(low), float(high))
