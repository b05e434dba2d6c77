"""Columns of pages and scores of corpora, by values worked out by hand."""

from __future__ import annotations

import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from benchmarks.exceptions import BenchmarkError
from benchmarks.metrics import BLOCKS, METRICS, PAGE_METRICS, ROUGE, SHINGLES, Metric, main_text, page_columns
from benchmarks.statistics import Difference, Interval, bootstrap, holm, paired_difference
from boilerkit import Label
from boilerkit.gold.pages import Gold, GoldPage, Span
from boilerkit.metrics import shingle_f1, shingle_scores, tokens_of

HTML = """<nav><a href="/">Home page</a></nav>
<p>The cat sat on the mat.</p>
<p>Then it slept all day.</p>
<footer>All rights reserved</footer>"""
FIRST, SECOND = "The cat sat on the mat.", "Then it slept all day."
MAIN = f"{FIRST}\n{SECOND}"
SPANS = [
    Span(Label.NAVIGATION, "Home page"),
    Span(Label.BODY, FIRST),
    Span(Label.BODY, SECOND),
    Span(Label.FOOTER, "All rights reserved"),
]
BLOCK_COLUMNS = {"block_true_positives", "block_false_positives", "block_false_negatives", "block_true_negatives"}
BY_NAME = {metric.name: metric for metric in METRICS}
NAMES = {name for group in PAGE_METRICS for name in group.names}


def page(gold: Gold | None = MAIN, html: str | bytes = HTML, **snippets: tuple[str, ...]) -> GoldPage:
    return GoldPage("page", html, gold, **snippets)  # type: ignore[arg-type]


def columns(text: str, of: GoldPage, with_rouge: bool = False) -> dict[str, float | None]:
    return page_columns(text, of, main_text(of), with_rouge)


def score(name: str, *pages: dict[str, float | None]) -> float:
    metric = BY_NAME[name]
    values = np.array([[page[column] for column in metric.columns] for page in pages], dtype=np.float64)
    return float(metric.of_corpus(values.mean(axis=0)))


# --- The main text --------------------------------------------------------------------------------------------------


def test_the_main_text_is_the_gold_or_its_body_blocks() -> None:
    assert main_text(page("as it is")) == "as it is"
    assert main_text(page("")) == ""
    assert main_text(page(SPANS)) == f"{FIRST}\n\n{SECOND}"
    assert main_text(page(None, must_have=("cat",))) is None


def test_spans_of_a_page_that_cannot_be_read_have_no_text() -> None:
    assert main_text(page(SPANS, html=b"%PDF-1.7 and more")) is None


# --- Columns of a page ----------------------------------------------------------------------------------------------


def test_columns_of_a_page() -> None:
    of = page(SPANS, must_have=("cat", "slept"), must_not_have=("rights", "Home"), comments=("Home page", "rights"))
    found = columns(f"{FIRST} All rights reserved", of)
    # 9 words against 11, of which those of FIRST and "all" are right; 6 runs of four words against 8, of which the 3
    # within FIRST are right
    assert found == pytest.approx(
        {
            "word_precision": 7 / 9,
            "word_recall": 7 / 11,
            "word_f1": 14 / 20,
            "token_f1": 14 / 20,
            "shingle_precision": 3 / 6,
            "shingle_answered": 1,
            "shingle_recall": 3 / 8,
            "shingle_wanted": 1,
            "snippet_true_positives": 1,
            "snippet_false_positives": 1,
            "snippet_false_negatives": 1,
            "snippet_true_negatives": 1,
            "block_true_positives": 1,
            "block_false_positives": 1,
            "block_false_negatives": 1,
            "block_true_negatives": 1,
            "comments_left_out": 1 / 2,
        }
    )


def test_an_empty_text_has_all_columns() -> None:
    found = columns("", page(SPANS, must_have=("cat",), comments=("I like it",)))
    assert all(value is not None for value in found.values())
    assert found["word_f1"] == found["shingle_recall"] == found["snippet_true_positives"] == 0
    assert (found["snippet_false_negatives"], found["block_false_negatives"], found["block_true_negatives"]) == (
        1,
        2,
        2,
    )


@pytest.mark.parametrize(
    ("text", "gold", "shingles"),
    [
        (FIRST, f"{FIRST} Good cat.", [1, 1, 3 / 5, 1]),
        ("", FIRST, [0, 0, 0, 1]),  # no answer, so no precision
        (FIRST, "", [0, 1, 0, 0]),  # nothing wanted, so no recall
        ("", "", [0, 0, 0, 0]),
    ],
)
def test_shares_of_runs_come_with_whether_there_is_one(text: str, gold: str, shingles: list[float]) -> None:
    found = columns(text, page(gold))
    assert [found[name] for name in SHINGLES.names] == pytest.approx(shingles)


def test_a_page_without_main_text_wants_an_empty_text() -> None:
    assert columns("", page(""))["word_f1"] == 1
    assert columns(FIRST, page(""))["word_f1"] == 0
    nothing = [Span(Label.NAVIGATION, FIRST), Span(Label.NAVIGATION, SECOND)]
    assert columns(FIRST, page(nothing))["word_f1"] == 0
    assert columns(FIRST, page(nothing))["block_false_positives"] == 1


def test_blocks_by_spans_leave_out_what_no_span_covers() -> None:
    found = columns(MAIN + " Home page", page(SPANS[1:]))
    assert [found[name] for name in BLOCKS.names] == [2, 0, 0, 1]


def test_columns_that_the_gold_cannot_give_are_none() -> None:
    def missing(found: dict[str, float | None]) -> set[str]:
        return {name for name, value in found.items() if value is None}

    snippets = {name for name in NAMES if name.startswith("snippet")}
    snippets.add("comments_left_out")
    assert missing(columns("cat", page())) == snippets | BLOCK_COLUMNS  # a main text tells nothing of single blocks
    assert missing(columns("cat", page(SPANS))) == snippets
    with_snippets = page(None, must_not_have=("Home",), comments=("I like it",))
    assert missing(columns("cat", with_snippets, with_rouge=True)) == NAMES - snippets | {"rouge_lsum_f1"}
    unreadable = page(SPANS, html=b"%PDF-1.7 and more", must_have=("cat",), comments=("I like it",))
    assert missing(columns("cat", unreadable)) == NAMES - snippets


def test_rouge_comes_only_when_asked_for() -> None:
    pytest.importorskip("rouge_score_rs", reason="ROUGE-LSum is computed by rouge-score-rs")
    assert set(columns(FIRST, page())) == NAMES
    found = columns(FIRST, page(), with_rouge=True)
    assert set(found) == NAMES | set(ROUGE.names)
    assert found["rouge_lsum_f1"] == pytest.approx(2 * 6 / (6 + 11))  # the first line, of two


def test_rouge_without_its_library_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "rouge_score_rs.rouge_scorer", None)
    with pytest.raises(BenchmarkError, match="pip install"):
        columns(FIRST, page(), with_rouge=True)


# --- Scores of a corpus ---------------------------------------------------------------------------------------------


def test_names_are_unique_and_columns_are_those_of_pages() -> None:
    assert len(BY_NAME) == len(METRICS)
    assert {column for metric in METRICS for column in metric.columns} == NAMES | set(ROUGE.names)


def test_words_are_scored_by_the_mean_over_pages() -> None:
    pages = columns(FIRST, page()), columns("", page())
    assert score("word F1", *pages) == pytest.approx((12 / 17 + 0) / 2)  # 6 of 6 and of 11 words
    assert score("word precision", *pages) == pytest.approx(1 / 2)
    assert score("word recall", *pages) == pytest.approx(6 / 11 / 2)


def test_characters_count_where_words_have_no_spaces() -> None:
    gold = "\u6e2f\u53e3\u7684\u8239\u5f88\u665a\u3002The ferry"  # a word of six characters, and two
    text = gold.replace("\u665a", "")
    found = columns(text, page(gold))
    assert found["word_f1"] == pytest.approx(2 * 2 / (3 + 3))
    assert found["token_f1"] == pytest.approx(2 * 7 / (7 + 8))
    assert tokens_of("\u0e17\u0e35\u0e48 Caf\u00e9_1") == [
        "\u0e17",
        "\u0e35",
        "\u0e48",
        "caf\u00e9_1",
    ]  # with marks of vowels
    assert tokens_of("\u30d5\u30a7\u30ea\u30fc") == list("\u30d5\u30a7\u30ea\u30fc")
    assert tokens_of("\ud398\ub9ac \ubc30") == ["\ud398\ub9ac", "\ubc30"]  # Korean has spaces


def test_comments_that_are_in_the_text() -> None:
    of = page(comments=(f"{FIRST} Nice.", "So it is", "I like this cat very much"))
    assert columns(f"{MAIN} so IT is", of)["comments_left_out"] == pytest.approx(1 - 1 / 5)
    # Of "... on the mat. Nice." one run is not in the main text too; of six words there are three runs.
    assert columns(f"{MAIN} I like this cat very", of)["comments_left_out"] == pytest.approx(1 - 2 / 5)
    assert columns(MAIN, page(comments=(FIRST,)))["comments_left_out"] is None


def test_runs_of_words_are_scored_by_mean_precision_and_mean_recall() -> None:
    # precision 1 and recall 3/8; then recall 1 and precision 8/14: six more words, six more runs
    pages = columns(FIRST, page()), columns(f"{MAIN} one two three four five six", page())
    precision, recall = (1 + 8 / 14) / 2, (3 / 8 + 1) / 2
    assert score("4-gram precision", *pages) == pytest.approx(precision)
    assert score("4-gram recall", *pages) == pytest.approx(recall)
    assert score("4-gram F1", *pages) == pytest.approx(2 * precision * recall / (precision + recall))


def test_runs_of_words_are_scored_over_the_pages_that_have_any() -> None:
    # precision 1, recall 3/8; no precision, recall 0; precision 0, no recall; neither
    pages = columns(FIRST, page()), columns("", page()), columns(FIRST, page("")), columns("", page(""))
    precision, recall = (1 + 0) / 2, (3 / 8 + 0) / 2
    assert score("4-gram precision", *pages) == pytest.approx(precision)
    assert score("4-gram recall", *pages) == pytest.approx(recall)
    assert score("4-gram F1", *pages) == pytest.approx(2 * precision * recall / (precision + recall))
    assert score("4-gram F1", columns("", page(""))) == 0


def test_runs_of_words_are_scored_as_by_the_metric() -> None:
    texts = [(FIRST, MAIN), ("", MAIN), (MAIN, FIRST), (SECOND, ""), ("", "")]
    expected = shingle_f1(shingle_scores(text, gold) for text, gold in texts)
    assert score("4-gram F1", *(columns(text, page(gold)) for text, gold in texts)) == pytest.approx(expected)


def test_snippets_of_all_pages_are_counted_together() -> None:
    one = columns("cat", page(must_have=("cat",), must_not_have=("Home", "rights")))  # tp 1, tn 2
    other = columns("Home", page(must_have=("a", "b", "c"), must_not_have=("Home",)))  # fn 3, fp 1
    assert score("snippet precision", one, other) == pytest.approx(1 / 2)
    assert score("snippet recall", one, other) == pytest.approx(1 / 4)
    assert score("snippet F1", one, other) == pytest.approx(2 / (2 + 1 + 3))
    assert score("snippet accuracy", one, other) == pytest.approx(3 / 7)


def test_blocks_of_all_pages_are_counted_together() -> None:
    pages = columns(MAIN, page(SPANS)), columns("All rights reserved", page(SPANS))  # tp 2; fp 1, fn 2
    assert score("block precision", *pages) == pytest.approx(2 / 3)
    assert score("block recall", *pages) == pytest.approx(2 / 4)
    assert score("block F1", *pages) == pytest.approx(2 * 2 / (2 * 2 + 1 + 2))


@pytest.mark.parametrize(
    ("gold", "silent"), [(SPANS, ()), (MAIN, ("block",)), ("", ("block", "4-gram"))], ids=["spans", "text", "empty"]
)
def test_the_main_text_itself_scores_1(gold: Gold, silent: tuple[str, ...]) -> None:
    perfect = page(gold, must_have=("cat",) if gold else (), must_not_have=("Home",), comments=("I like it",))
    found = columns(main_text(perfect) or "", perfect)
    names = {name for name in BY_NAME if not name.startswith(("ROUGE", *silent))}
    assert {name: score(name, found) for name in names} == dict.fromkeys(names, 1)


@given(st.lists(st.sampled_from([FIRST, SECOND, "Home page", "All rights reserved", "мир"])), st.data())
def test_scores_are_from_0_to_1(parts: list[str], data: st.DataObject) -> None:
    golds: list[Gold] = [MAIN, SPANS, ""]
    gold = data.draw(st.sampled_from(golds))
    found = columns("\n".join(parts), page(gold, must_have=("cat",), must_not_have=("Home",)))
    for metric in METRICS:
        if all(found.get(column) is not None for column in metric.columns):
            assert 0 <= score(metric.name, found) <= 1
    assert {name for name in BLOCK_COLUMNS if found[name] is None} == (set() if gold is SPANS else BLOCK_COLUMNS)


@pytest.mark.parametrize("metric", METRICS, ids=lambda metric: metric.name)
def test_many_means_are_scored_at_once(metric: Metric) -> None:
    means = np.random.default_rng(0).random((3, 5, len(metric.columns)))
    one_by_one = [[metric.of_corpus(row) for row in rows] for rows in means]
    assert np.allclose(metric.of_corpus(means), one_by_one)


# --- Bootstrap intervals ----------------------------------------------------------------------------------------------

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
    assert paired_difference(columns, columns.copy(), ratio) == Difference(0, 0, 0, p_value=1)


def test_sites_are_drawn_with_all_of_their_pages() -> None:
    # Two sites of three pages each: a draw takes the one, the other, or both, so a quarter of the means are 0.
    columns, sites = np.array([[0.0]] * 3 + [[1.0]] * 3), ["a.example"] * 3 + ["b.example"] * 3
    found = bootstrap(columns, mean, sites)
    assert (found.value, found.low, found.high) == (0.5, 0, 1)
    alone = bootstrap(columns, mean)
    assert alone.low > 0 and alone.high < 1
    # Sites differ in size, so draws differ in pages: the mean is over the pages that are drawn.
    uneven = bootstrap(np.array([[0.0]] * 9 + [[1.0]]), mean, ["a"] * 9 + ["b"])
    assert (uneven.value, uneven.low, uneven.high) == (0.1, 0, 1)


def test_pages_of_no_known_site_are_sites_of_their_own() -> None:
    columns = np.random.default_rng(0).random((20, 1))
    alone = bootstrap(columns, mean)
    assert bootstrap(columns, mean, [""] * 20) == alone
    assert bootstrap(columns, mean, [str(number) for number in range(20)]) == alone
    assert bootstrap(columns, mean, ["a", "a", *[""] * 18]) != alone


def test_p_values_tell_differences_from_noise() -> None:
    rng = np.random.default_rng(0)
    a = rng.random((200, 1))
    assert paired_difference(a + 0.1, a, mean).p_value == pytest.approx(2 / 1001)
    noise = [paired_difference(a, a + rng.normal(0, 0.1, a.shape), mean, n=500).p_value for _ in range(200)]
    assert 0.01 <= np.mean([p < 0.05 for p in noise]) <= 0.12
    assert paired_difference(a, a + 0.1, mean).p_value == paired_difference(a + 0.1, a, mean).p_value


def test_p_values_are_corrected_for_their_number() -> None:
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])  # the example of Wright 1992
    assert holm([0.9, 0.8]) == [1, 1]
    assert holm([0.02]) == [0.02]
    assert holm([]) == []


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
