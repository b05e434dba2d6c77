"""Bootstrap intervals, by values known beforehand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from benchmarks.exceptions import BenchmarkError
from benchmarks.statistics import Interval, bootstrap, paired_difference

Array = NDArray[np.float64]


def mean(means: Array) -> Array:
    return means[..., 0]


def ratio(means: Array) -> Array:
    return means[..., 0] / means[..., 1]


def test_the_value_is_the_statistic_of_the_means() -> None:
    columns = np.array([[1.0, 2], [2, 4], [6, 4]])
    assert bootstrap(columns, ratio).value == pytest.approx(9 / 10)  # the mean of the ratios is 5/6


def test_pages_that_are_all_alike_leave_no_doubt() -> None:
    assert bootstrap(np.ones((7, 1)), mean) == Interval(1, 1, 1)
    assert bootstrap(np.ones((1, 1)), mean) == Interval(1, 1, 1)


def test_the_interval_of_a_share_is_that_of_the_binomial() -> None:
    # 100 pages, half of them right: draws are binomial (100, 1/2) / 100, whose percentiles 2.5 and 97.5 are 0.40, 0.60
    columns = np.repeat([[0.0], [1.0]], 50, axis=0)
    found = bootstrap(columns, mean, n=20_000)
    assert (found.value, found.low, found.high) == pytest.approx((0.5, 0.4, 0.6), abs=0.01)


def test_draws_are_those_of_the_seed() -> None:
    columns = np.random.default_rng(1).random((50, 1))
    assert bootstrap(columns, mean, seed=3) == bootstrap(columns, mean, seed=3)
    assert bootstrap(columns, mean, seed=3) != bootstrap(columns, mean, seed=4)


def test_intervals_hold_the_truth_about_95_times_in_100() -> None:
    rng = np.random.default_rng(0)
    found = [bootstrap(rng.exponential(size=(80, 1)), mean, n=400) for _ in range(400)]
    hit = np.mean([interval.low <= 1 <= interval.high for interval in found])
    assert 0.90 <= hit <= 0.98


@given(st.lists(st.floats(0, 1), min_size=1, max_size=20))
def test_an_interval_stays_among_the_pages(values: list[float]) -> None:
    found = bootstrap(np.array(values)[:, None], mean, n=50)
    assert min(values) - 1e-9 <= found.low <= found.high <= max(values) + 1e-9


def test_a_system_does_not_differ_from_itself() -> None:
    columns = np.random.default_rng(0).random((40, 2))
    assert paired_difference(columns, columns.copy(), ratio) == Interval(0, 0, 0)


def test_a_difference_that_is_the_same_on_all_pages_is_sure() -> None:
    columns = np.random.default_rng(0).random((40, 1))
    found = paired_difference(columns + 0.25, columns, mean)
    assert (found.value, found.low, found.high) == pytest.approx((0.25, 0.25, 0.25))


def test_differences_change_their_sign_with_the_order() -> None:
    a, b = np.random.default_rng(0).random((2, 40, 1))
    one, other = paired_difference(a, b, mean), paired_difference(b, a, mean)
    assert (one.value, one.low, one.high) == pytest.approx((-other.value, -other.high, -other.low))


def test_a_score_needs_pages_and_a_difference_the_same_pages() -> None:
    with pytest.raises(BenchmarkError, match="no page"):
        bootstrap(np.zeros((0, 1)), mean)
    with pytest.raises(BenchmarkError, match="on 3 pages, the other on 4"):
        paired_difference(np.zeros((3, 1)), np.zeros((4, 1)), mean)
