"""The measures, by values worked out by hand."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from boilerkit.metrics import multiset_f1, shingle_f1, shingle_scores, word_f1, words_of


def test_words_are_runs_of_letters_digits_and_underscores_in_lower_case() -> None:
    assert words_of("Don't stop: ÉTÉ 2024, snake_case — 你好。") == [
        "don",
        "t",
        "stop",
        "été",
        "2024",
        "snake_case",
        "你好",
    ]


@pytest.mark.parametrize(
    ("ours", "theirs", "f1"),
    [
        ("", "", 1),
        ("a", "", 0),
        ("", "a", 0),
        ("ab", "ab", 1),
        ("aab", "abb", 2 * 2 / 6),
        ("aaaa", "a", 2 * 1 / 5),
        ("abc", "xyz", 0),
    ],
)
def test_f1_of_bags(ours: str, theirs: str, f1: float) -> None:
    assert multiset_f1(ours, theirs) == pytest.approx(f1)


@pytest.mark.parametrize(
    ("text", "gold", "f1"),
    [
        ("The cat sat.", "the CAT sat!", 1),
        ("sat cat the", "the cat sat", 1),  # order does not count
        ("the cat sat on", "the cat", 2 * 2 / 6),  # precision 1/2, recall 1
        ("the", "the the the", 2 * 1 / 4),  # precision 1, recall 1/3
        ("", "", 1),
        ("...", "", 1),  # no words
        ("the", "", 0),
        ("", "the", 0),
    ],
)
def test_word_f1(text: str, gold: str, f1: float) -> None:
    assert word_f1(text, gold) == pytest.approx(f1)


@pytest.mark.parametrize(
    ("text", "gold", "precision", "recall"),
    [
        ("a b c d e", "a b c d e", 1, 1),
        ("a b c d e", "a b c d", 1 / 2, 1),  # runs abcd bcde of abcd
        ("a b c d", "a b c d e f", 1, 1 / 3),
        ("d c b a", "a b c d", 0, 0),  # order counts
        ("a b c", "a b c", 1, 1),  # shorter than a run: the run that it is
        ("a b c", "a b c d", 0, 0),
        ("a b c d a b c d", "a b c d", 1 / 5, 1),  # runs count as often as they occur
        ("A b c d", "a b c d", 0, 0),  # case counts
        ("", "", 1, 1),
        ("a", "", 0, 0),
        ("", "a", 0, 0),
    ],
)
def test_precision_and_recall_of_shingles(text: str, gold: str, precision: float, recall: float) -> None:
    assert shingle_scores(text, gold) == pytest.approx((precision, recall))


@pytest.mark.parametrize(
    ("pages", "f1"),
    [
        ([(1.0, 1.0)], 1),
        ([(0.5, 1.0), (1.0, 0.5)], 0.75),  # of the means, 0.75 and 0.75; the mean of the pages' F1 is 0.667
        ([(1.0, 1.0), (0.0, 0.0)], 0.5),
        ([(1.0, 0.0)], 0),
        ([(0.0, 0.0)], 0),
        ([], 0),
    ],
)
def test_shingle_f1_of_a_corpus(pages: list[tuple[float, float]], f1: float) -> None:
    assert shingle_f1(pages) == pytest.approx(f1)


@given(st.text("ab c.", max_size=30), st.text("ab c.", max_size=30))
def test_word_f1_is_symmetric_and_from_0_to_1(one: str, other: str) -> None:
    assert word_f1(one, other) == word_f1(other, one)
    assert 0 <= word_f1(one, other) <= 1
    assert word_f1(one, one) == 1


@given(st.text("ab c.", max_size=30), st.text("ab c.", max_size=30))
def test_shingles_swap_precision_and_recall(one: str, other: str) -> None:
    assert shingle_scores(one, other) == shingle_scores(other, one)[::-1]
