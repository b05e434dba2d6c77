"""How sure a score is: bootstrap intervals over pages, and of the difference of two systems on the same pages."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from benchmarks.errors import BenchmarkError

Array = NDArray[np.float64]

#: From means of columns, [..., n_columns], to one score for each row of means, [...]: `Measure.of_corpus`.
Statistic = Callable[[Array], Array]


@dataclass(frozen=True)
class Interval:
    """A score of a corpus, and where it would lie for 95 in 100 draws of as many pages."""

    value: float
    low: float
    high: float


def bootstrap(columns: Array, statistic: Statistic, n: int = 1000, seed: int = 0) -> Interval:
    """The score of some pages with its 95% interval: percentiles over `n` draws of as many pages with replacement.

    `columns` holds a row for each page, [n_pages, n_columns], without NaN. Efron & Tibshirani 1993, "An Introduction to
    the Bootstrap", chapter 13. Raises BenchmarkError where there is no page.
    """
    draws = _draws(len(columns), n, seed)
    return _interval(statistic(columns.mean(axis=0)), statistic(draws @ columns / len(columns)))


def paired_difference(a: Array, b: Array, statistic: Statistic, n: int = 1000, seed: int = 0) -> Interval:
    """The score of `a` less that of `b` with its 95% interval; both hold the same pages in the same order.

    Each draw takes the same pages of both, so that what makes a page hard for both does not widen the interval: zero
    outside it speaks for a difference. Raises BenchmarkError where there is no page, or the numbers of pages differ.
    """
    if len(a) != len(b):
        raise BenchmarkError(
            f"one system was measured on {len(a)} pages, the other on {len(b)}: compare them on the pages of both"
        )
    draws = _draws(len(a), n, seed)
    value = statistic(a.mean(axis=0)) - statistic(b.mean(axis=0))
    return _interval(value, statistic(draws @ a / len(a)) - statistic(draws @ b / len(b)))


@lru_cache(maxsize=4)
def _draws(n_pages: int, n: int, seed: int) -> Array:
    """How often each page is in each draw, [n, n_pages], so that sums over draws are one product of matrices.

    Kept, as all measures and systems of a corpus have use for the same.
    """
    if not n_pages:
        raise BenchmarkError("there is no page to score: choose a corpus or a page type that has this measure's gold")
    counts = np.random.default_rng(seed).multinomial(n_pages, np.full(n_pages, 1 / n_pages), size=n)
    return counts.astype(np.float64)


def _interval(value: Array, drawn: Array) -> Interval:
    low, high = np.percentile(drawn, [2.5, 97.5])
    return Interval(float(value), float(low), float(high))
