"""The measures, by values worked out by hand."""

from __future__ import annotations

from math import nan

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from boilerkit.metrics import (
    Counts,
    accuracy_of_counts,
    block_counts,
    block_ranking,
    f1_of,
    multiset_f1,
    multiset_scores,
    rouge_lsum_f1,
    scores_of_counts,
    shingle_f1,
    shingle_scores,
    snippet_counts,
    word_f1,
    word_scores,
    words_of,
)

TEXTS = st.text("ab c.\n", max_size=30)
COUNTS = st.integers(0, 20)


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
        ("", "", nan, nan),
        ("a", "", 0, nan),  # nothing was to be found
        ("", "a b c d e", nan, 0),  # nothing was said
        ("…!", "a", nan, 0),  # no words
    ],
)
def test_precision_and_recall_of_shingles(text: str, gold: str, precision: float, recall: float) -> None:
    assert shingle_scores(text, gold) == pytest.approx((precision, recall), nan_ok=True)


@pytest.mark.parametrize(
    ("pages", "f1"),
    [
        ([(1.0, 1.0)], 1),
        ([(0.5, 1.0), (1.0, 0.5)], 0.75),  # of the means, 0.75 and 0.75; the mean of the pages' F1 is 0.667
        ([(1.0, 1.0), (0.0, 0.0)], 0.5),
        ([(1.0, 0.0)], 0),
        ([(0.0, 0.0)], 0),
        ([(1.0, 1.0), (nan, 0.0)], 2 / 3),  # precision 1 over one page, recall 1/2 over both
        ([(0.5, 1.0), (1.0, nan)], 6 / 7),  # precision 3/4 over both pages, recall 1 over one
        ([(nan, nan), (0.5, 0.5)], 1 / 2),
        ([(0.0, nan), (nan, 0.0)], 0),
        ([(nan, nan)], 0),
        ([], 0),
    ],
)
def test_shingle_f1_of_a_corpus(pages: list[tuple[float, float]], f1: float) -> None:
    assert shingle_f1(pages) == pytest.approx(f1)


@given(TEXTS, TEXTS)
def test_word_f1_is_symmetric_and_from_0_to_1(one: str, other: str) -> None:
    assert word_f1(one, other) == word_f1(other, one)
    assert 0 <= word_f1(one, other) <= 1
    assert word_f1(one, one) == 1


@given(TEXTS, TEXTS)
def test_shingles_swap_precision_and_recall(one: str, other: str) -> None:
    assert shingle_scores(one, other) == pytest.approx(shingle_scores(other, one)[::-1], abs=0, nan_ok=True)


# --- Words ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "gold", "precision", "recall"),
    [
        ("the cat sat on", "The cat", 2 / 4, 2 / 2),
        ("the the", "the the the", 2 / 2, 2 / 3),
        ("the the the cat", "the dog", 1 / 4, 1 / 2),
        ("Было", "было", 1, 1),
        ("你好 мир", "你好", 1 / 2, 1),  # characters without spaces between them make one word
        ("a", "b", 0, 0),
        ("", "", 1, 1),
        ("", "a", 0, 0),
        ("a", "?!", 0, 0),
    ],
)
def test_precision_and_recall_of_words(text: str, gold: str, precision: float, recall: float) -> None:
    assert word_scores(text, gold) == pytest.approx((precision, recall))


def test_precision_and_recall_of_bags() -> None:
    assert multiset_scores("aab", "abbb") == pytest.approx((2 / 3, 2 / 4))  # a and b are in both


@given(TEXTS, TEXTS)
def test_word_f1_is_the_harmonic_mean_of_precision_and_recall(text: str, gold: str) -> None:
    assert f1_of(*word_scores(text, gold)) == pytest.approx(word_f1(text, gold))
    assert word_scores(text, gold) == word_scores(gold, text)[::-1]


# --- ROUGE-LSum -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "gold", "f1"),
    [
        ("the cat sat", "the cat sat", 1),
        ("The Cat; sat!", "the cat sat", 1),
        ("cat the", "the cat", 1 / 2),  # one of two words is in order: precision and recall 1/2
        ("the cat sat on", "the cat", 2 * 2 / 6),  # precision 2/4, recall 2/2
        # Lin's own example, section 3.2: against w1 w2 w3 w4 w5 the lines have w1 w2 and w1 w3 w5 in common, together
        # w1 w2 w3 w5: recall 4/5, precision 4/10
        ("w1 w2 w6 w7 w8\nw1 w3 w8 w9 w5", "w1 w2 w3 w4 w5", 2 * 4 / 15),
        ("d e\na b", "a b\nd e", 1),  # lines may change places
        ("ЖИЗНЬ прекрасна", "жизнь коротка", 1 / 2),  # any script
        ("你好", "你们", 1 / 2),  # ideographs are words
        ("", "", 1),
        ("...", "", 1),
        ("", "a", 0),
        ("a", "", 0),
        ("a", "b", 0),
    ],
)
def test_rouge_lsum(text: str, gold: str, f1: float) -> None:
    pytest.importorskip("rouge_score_rs", reason="ROUGE-LSum is computed by rouge-score-rs")
    assert rouge_lsum_f1(text, gold) == pytest.approx(f1)


@given(TEXTS, TEXTS)
def test_rouge_lsum_is_from_0_to_1_and_1_for_the_same_text(text: str, gold: str) -> None:
    pytest.importorskip("rouge_score_rs", reason="ROUGE-LSum is computed by rouge-score-rs")
    assert 0 <= rouge_lsum_f1(text, gold) <= 1
    assert rouge_lsum_f1(gold, gold) == 1


# --- Snippets -------------------------------------------------------------------------------------------------------


def test_snippets_found_and_not_found() -> None:
    text = "The cat sat on the mat.\nSubscribe now"
    must_have = ["cat sat", "the mat", "The dog"]  # two found, one missing
    must_not_have = ["Subscribe", "subscribe", "Cookies", "mat. Subscribe"]  # one found; case and line breaks count
    assert snippet_counts(text, must_have, must_not_have) == Counts(
        true_positives=2, false_positives=1, false_negatives=1, true_negatives=3
    )


def test_an_empty_text_misses_all_snippets() -> None:
    assert snippet_counts("", ["a", "b"], ["c"]) == Counts(0, 0, 2, 1)
    assert snippet_counts("a", [], []) == Counts(0, 0, 0, 0)


# --- Counts ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("counts", "scores"),
    [
        ((3, 1, 2), (3 / 4, 3 / 5, 6 / 9)),  # F1 = 2 tp / (2 tp + fp + fn)
        ((3, 0, 0), (1, 1, 1)),
        ((0, 0, 0), (1, 1, 1)),  # nothing to keep, nothing kept
        ((0, 2, 0), (0, 0, 0)),
        ((0, 0, 2), (0, 0, 0)),
    ],
)
def test_scores_of_counts(counts: tuple[int, int, int], scores: tuple[float, float, float]) -> None:
    assert scores_of_counts(*counts) == pytest.approx(scores)


def test_scores_of_many_counts_at_once() -> None:
    precision, recall, f1 = scores_of_counts([1, 0], [1, 0], [0, 0])
    assert (precision.tolist(), recall.tolist()) == ([0.5, 1], [1, 1])
    assert f1.tolist() == pytest.approx([2 / 3, 1])


@given(COUNTS, COUNTS, COUNTS)
def test_scores_of_counts_are_from_0_to_1_and_swap(right: int, extra: int, missing: int) -> None:
    precision, recall, f1 = map(float, scores_of_counts(right, extra, missing))
    swapped = tuple(map(float, scores_of_counts(right, missing, extra)))
    assert swapped == pytest.approx((recall, precision, f1))
    assert 0 <= min(precision, recall) <= f1 + 1e-12
    assert f1 - 1e-12 <= max(precision, recall) <= 1
    assert (f1 == 1) == (extra == missing == 0)


@pytest.mark.parametrize(
    ("counts", "accuracy"), [((3, 1, 2, 4), 7 / 10), ((0, 0, 0, 5), 1), ((0, 0, 0, 0), 1), ((0, 1, 1, 0), 0)]
)
def test_accuracy_of_counts(counts: tuple[int, int, int, int], accuracy: float) -> None:
    assert accuracy_of_counts(*counts) == pytest.approx(accuracy)


def test_f1_of_arrays() -> None:
    assert f1_of([0.5, 0, 1], [1, 0, 1]).tolist() == pytest.approx([2 / 3, 0, 1])


# --- Blocks ---------------------------------------------------------------------------------------------------------

CONTENT = np.array([1, 0.6, 0.5, 0, 1, 1], dtype=np.float32)
WEIGHT = np.array([9, 1, 3, 2, 0, 5], dtype=np.float32)


def test_blocks_count_once_each_and_not_where_gold_is_silent() -> None:
    predicted = np.array([True, False, True, False, True, True])
    # kept of the content: the first and last; a half is no content; the fifth block has no weight
    assert block_counts(predicted, CONTENT, WEIGHT) == Counts(
        true_positives=2, false_positives=1, false_negatives=1, true_negatives=1
    )


def test_counts_of_no_block() -> None:
    nothing = np.zeros(0)
    assert block_counts(nothing > 0, nothing, nothing) == Counts(0, 0, 0, 0)


def test_ranking_of_blocks() -> None:
    # content: 0.9, 0.4, 0.3; other: 0.5, 0.1; of the 6 pairs only 0.4 and 0.3 against 0.5 are the wrong way round;
    # down the ranks, precision at the content blocks is 1/1, 2/3 and 3/4
    probabilities = np.array([0.9, 0.4, 0.5, 0.1, 0.0, 0.3])
    area, precision = block_ranking(probabilities, CONTENT, WEIGHT)
    assert area == pytest.approx(4 / 6)
    assert precision == pytest.approx((1 + 2 / 3 + 3 / 4) / 3)


@pytest.mark.parametrize("content", [np.ones(3), np.zeros(3), np.zeros(0)])
def test_ranking_of_one_class_is_not_a_number(content: np.ndarray) -> None:
    assert np.isnan(block_ranking(content / 2, content, np.ones(len(content)))).all()
