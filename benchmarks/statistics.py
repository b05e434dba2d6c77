"""Bootstrap intervals: of a score, and of the difference of two systems on the same pages.

Pages of one site are alike, so sites are drawn, each with all of its pages; a page of no known site is one of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
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


@dataclass(frozen=True)
class Difference(Interval):
    """A difference of two scores with its 95% interval, and the probability of one so large if there were none."""

    p_value: float


def bootstrap(
    columns: Array, statistic: Statistic, sites: Sequence[str] | None = None, n: int = 1000, seed: int = 0
) -> Interval:
    """Return the score of some pages with its 95% interval: percentiles over `n` resamples with replacement.

    `columns` holds a row for each page, [n_pages, n_columns], without NaN. `sites` names the site of each page, "" if
    it is not known. Efron & Tibshirani 1993, "An Introduction to the Bootstrap", chapter 13; sites as clusters: Field &
    Welsh 2007, "Bootstrapping clustered data". Raises BenchmarkError for no pages.
    """
    counts = _resamples(len(columns), _key(sites), n, seed)
    resampled = statistic(_means(counts, columns))
    return Interval(float(statistic(columns.mean(axis=0))), *_ends(resampled))


def paired_difference(
    a: Array, b: Array, statistic: Statistic, sites: Sequence[str] | None = None, n: int = 1000, seed: int = 0
) -> Difference:
    """Return the score of `a` less that of `b` with its 95% interval; both hold the same pages in the same order.

    Each resample takes the same pages of both, so that what makes a page hard for both does not widen the interval: an
    interval without zero speaks for a difference. The p-value is twice the share of resamples on the side of zero that
    the difference is not on, at least 2 / (n + 1) (Davison & Hinkley 1997, "Bootstrap Methods and their Application",
    section 4.4). Raises BenchmarkError for no pages or different numbers of pages.
    """
    if len(a) != len(b):
        raise BenchmarkError(
            f"one system was measured on {len(a)} pages, the other on {len(b)}: compare them on the pages of both"
        )
    counts = _resamples(len(a), _key(sites), n, seed)
    value = float(statistic(a.mean(axis=0)) - statistic(b.mean(axis=0)))
    resampled = statistic(_means(counts, a)) - statistic(_means(counts, b))
    beyond = 1 + min(np.count_nonzero(resampled <= 0), np.count_nonzero(resampled >= 0))
    return Difference(value, *_ends(resampled), p_value=min(1.0, 2 * beyond / (n + 1)))


def holm(p_values: Sequence[float]) -> list[float]:
    """Return p-values corrected for their number, so that one that is too small by chance stays as rare as for one.

    Holm 1979, "A Simple Sequentially Rejective Multiple Test Procedure".
    """
    corrected, largest = [0.0] * len(p_values), 0.0
    for rank, index in enumerate(sorted(range(len(p_values)), key=p_values.__getitem__)):
        largest = max(largest, min(1.0, (len(p_values) - rank) * p_values[index]))
        corrected[index] = largest
    return corrected


def _key(sites: Sequence[str] | None) -> tuple[str, ...] | None:
    return tuple(sites) if sites and any(sites) else None


@lru_cache(maxsize=4)
def _resamples(n_pages: int, sites: tuple[str, ...] | None, n: int, seed: int) -> Array:
    """Return how often each page is in each resample, [n, n_pages], so that sums are one product of matrices.

    Cached, as all metrics and systems of a corpus use the same resamples.
    """
    if not n_pages:
        raise BenchmarkError("there is no page to score: choose a corpus or a page type that has gold for this metric")
    numbers: dict[object, int] = {}
    site_of = [numbers.setdefault(site or page, len(numbers)) for page, site in enumerate(sites or [""] * n_pages)]
    drawn = np.random.default_rng(seed).multinomial(len(numbers), np.full(len(numbers), 1 / len(numbers)), size=n)
    return drawn[:, site_of].astype(np.float64)


def _means(counts: Array, columns: Array) -> Array:
    """Return the means of columns in each resample, [n, n_columns]."""
    return np.asarray(counts @ columns / counts.sum(axis=1, keepdims=True))


def _ends(resampled: Array) -> tuple[float, float]:
    low, high = np.percentile(resampled, [2.5, 97.5])
    return float(low), float(high)
