"""The columns that the model reads: their names, their shapes, and values worked out by hand."""

from __future__ import annotations

import math
import pickle
from collections.abc import Iterable
from dataclasses import replace
from unittest.mock import patch

import numpy as np
import pytest
import reference_features
from support.generated import labelled_pages
from hypothesis import example, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from support.real import FILES, real_pages
from support.reference_features import Columns
from support.strategies import pages

from boilerkit import features
from boilerkit.errors import InputError
from boilerkit.html.features import (
    DESCRIPTIONS,
    FAMILIES,
    FIXED,
    STAGE_ONE,
    STAGE_TWO,
    PageColumns,
    static_features,
    predict_two_stage,
    stage_one_features,
    stage_two_features,
    vocabulary_features,
)
from boilerkit.blocks.features import Floats
from boilerkit.html.features._static import StaticColumns
from boilerkit.html.features._labels import LabelColumns, Known
from boilerkit.html.features._context import ContextColumns
from boilerkit.html.features._page_stats import PageStats
from boilerkit.html.features._vocabulary import VocabularyColumns
from boilerkit.html.features.labels import COLUMNS as KINDS_COLUMNS
from boilerkit.html.features.labels import TOKENS as KINDS_TOKENS
from boilerkit.html.features.labels import LabelVocabulary, kinds_features, kinds_features_in_chunks
from boilerkit.html.features.vocabulary import (
    KINDS,
    MIN_GROUPS,
    TokenShares,
    Vocabulary,
    learn_vocabulary,
    token_shares,
    tokens,
)
from boilerkit.model.content import ContentModel
from boilerkit.html.document import read
from boilerkit.html.segmentation.blocks import HtmlBlocks
from boilerkit.selection import TRUST, page_threshold, select

EMPTY = Vocabulary(
    {kind: np.zeros(0, dtype=np.uint32) for kind in KINDS}, {kind: np.zeros(0, dtype=np.float32) for kind in KINDS}
)


def table_of(html: str) -> HtmlBlocks:
    return read(html)[1]


def vocabulary_of(table: HtmlBlocks) -> Vocabulary:
    """A vocabulary that knows every second token of a page, with scores of either sign."""
    hashes = {kind: np.unique(tokens(table, kind)[1])[::2] for kind in KINDS}
    scores = {kind: (known % 7 - 3.0).astype(np.float32) for kind, known in hashes.items()}
    return Vocabulary(hashes, scores)


def columns_of(matrix: Floats, names: Iterable[str]) -> Columns:
    """The columns of a matrix by their names."""
    return dict(zip(names, matrix.T, strict=True))


# --- All families, against the plain version --------------------------------------------------------------------------


def fixed_columns(table: HtmlBlocks) -> Columns:
    return columns_of(static_features(table), FIXED)


def neighbourhood_columns(table: HtmlBlocks, p: NDArray[np.float64]) -> Columns:
    stage_one = np.zeros((len(table), len(STAGE_ONE)), dtype=np.float32)
    matrix = stage_two_features(table, stage_one, p)
    return columns_of(matrix[:, len(STAGE_ONE) :], FAMILIES["neighbourhood"])


def vocabulary_columns(table: HtmlBlocks, words: Vocabulary) -> Columns:
    return columns_of(vocabulary_features(table, words), FAMILIES["vocabulary"])


def kinds_vocabulary_of(table: HtmlBlocks) -> LabelVocabulary:
    """As `vocabulary_of`, with a score for each label."""
    words = vocabulary_of(table)
    scores = {
        kind: np.stack([words.scores[kind] * label % 5 - 2 for label in range(12)], axis=1) for kind in KINDS_TOKENS
    }
    return LabelVocabulary({kind: words.hashes[kind] for kind in KINDS_TOKENS}, scores)


def assert_same_columns(found: Columns, expected: Columns, rtol: float = 1e-6, atol: float = 1e-7) -> None:
    assert list(found) == list(expected)
    for name, values in expected.items():
        assert np.isfinite(found[name]).all(), name
        np.testing.assert_allclose(found[name], values.astype(np.float32), rtol=rtol, atol=atol, err_msg=name)


def assert_same_features(table: HtmlBlocks, words: Vocabulary, p: NDArray[np.float64]) -> None:
    assert_same_columns(fixed_columns(table), reference_features.static_features(table))
    assert_same_columns(vocabulary_columns(table, words), reference_features.vocabulary_features(table, words))
    assert_same_columns(neighbourhood_columns(table, p), reference_features.neighbourhood_features(table, p))
    assert_same_kinds_features(table, p)


def assert_same_kinds_features(table: HtmlBlocks, p: NDArray[np.float64]) -> None:
    words = kinds_vocabulary_of(table)
    found = columns_of(kinds_features(table, p, words), KINDS_COLUMNS)
    again = fixed_columns(table) | neighbourhood_columns(table, p)
    for name, column in again.items():
        assert (found.pop(name) == column).all(), name
    # Sums of many scores of either sign, kept in single precision here and there.
    assert_same_columns(found, reference_features.kinds_columns(table, words), rtol=1e-5, atol=1e-5)


def answers(table: HtmlBlocks, kind: str) -> NDArray[np.float64]:
    """What stage one may say of the blocks."""
    n = len(table)
    said = {"none": np.zeros(n), "all": np.ones(n), "mixed": np.arange(n) * 0.37 % 1, "single": np.full(n, 0.5)}
    return said[kind]


@settings(max_examples=300)
@given(html=pages(), p=st.sampled_from(["none", "all", "mixed", "single"]))
@example(html="", p="none")
@example(html="<p>one", p="all")
@example(html="<p>***<img><a href=/></a>", p="mixed")
def test_same_as_the_plain_features(html: str, p: str) -> None:
    table = table_of(html)
    for words in (vocabulary_of(table), EMPTY):
        assert_same_features(table, words, answers(table, p))


def test_same_as_the_plain_features_on_labelled_pages(shipped_model: ContentModel) -> None:
    for page in labelled_pages():
        table = table_of(page.html)
        assert_same_features(table, shipped_model.vocabulary, answers(table, "mixed"))


@pytest.mark.parametrize("name", FILES)
def test_same_as_the_plain_features_on_real_pages(name: str, shipped_model: ContentModel) -> None:
    for number, page in enumerate(real_pages(name)):
        try:
            table = read(page)[1]
            assert_same_features(table, shipped_model.vocabulary, shipped_model.predict_proba(table))
        except InputError:
            continue
        except AssertionError as error:
            error.add_note(f"page {number} of those read")
            raise


@settings(max_examples=40)
@given(html=pages())
@example(html="")
def test_matrices_are_the_families_side_by_side(html: str) -> None:
    table = table_of(html)
    words = vocabulary_of(table)
    p = answers(table, "mixed")
    fixed, one = static_features(table), stage_one_features(table, words)
    two = stage_two_features(table, one, p)
    for matrix, names in ((fixed, FIXED), (one, STAGE_ONE), (two, STAGE_TWO)):
        assert matrix.shape == (len(table), len(names))
        assert matrix.dtype == np.float32 and matrix.flags.f_contiguous
    assert np.array_equal(one, np.hstack([fixed, vocabulary_features(table, words)]))
    assert np.array_equal(two[:, : len(STAGE_ONE)], one)


@settings(max_examples=100)
@given(html=pages(), chunk=st.integers(1, 5))
@example(html="<p>one<h1>two</h1><p>three<h3>four</h3><p>five<p>six", chunk=2)
@example(html="<p>no more than one chunk", chunk=5)
@example(html="", chunk=1)
def test_the_same_in_chunks(html: str, chunk: int) -> None:
    table = table_of(html)
    words, kinds_words = vocabulary_of(table), kinds_vocabulary_of(table)
    one = stage_one_features(table, words)
    p, said = answers(table, "mixed"), answers(table, "mixed")[::-1]
    seen_first, seen_second = [], []

    def first(X: Floats) -> NDArray[np.float64]:
        seen_first.append(X[:, : len(STAGE_ONE)].copy())
        return p[sum(map(len, seen_first[:-1])) :][: len(X)]

    def second(X: Floats) -> NDArray[np.float64]:
        assert X.T.flags.c_contiguous
        seen_second.append(X.copy())
        return said[sum(map(len, seen_second[:-1])) :][: len(X)]

    with patch.object(features, "CHUNK", chunk):
        found = predict_two_stage(table, words, first, second)
        kinds = [(rows, X.copy()) for rows, X in kinds_features_in_chunks(table, p, kinds_words)]
    assert found.tolist() == said.tolist()
    assert all(len(X) <= chunk for X in seen_first)
    assert joined(seen_first).tobytes() == one.tobytes()
    assert joined(seen_second).tobytes() == stage_two_features(table, one, p).tobytes()
    assert [place for rows, _ in kinds for place in range(rows.start, rows.stop)] == list(range(len(table)))
    assert joined([X for _, X in kinds]).tobytes() == kinds_features(table, p, kinds_words).tobytes()


def joined(chunks: list[Floats]) -> Floats:
    return np.vstack(chunks) if chunks else np.zeros(0, dtype=np.float32)


def test_matrices_that_do_not_fit_are_refused() -> None:
    table = table_of("<p>one</p><p>two</p>")
    survey, n_labels = PageStats(table), 12
    known = Known(np.zeros(0, np.int32), np.zeros(0, np.int32), np.zeros((0, n_labels), np.float32), len(table))
    names = Known(np.zeros(0, np.int32), np.zeros(0, np.int32), np.zeros((0, n_labels), np.float32), survey.nothing + 1)
    families: list[tuple[PageColumns, int]] = [
        (StaticColumns(survey), len(FIXED)),
        (VocabularyColumns(survey, vocabulary_of(table).lookups), len(FAMILIES["vocabulary"])),
        (ContextColumns(survey, np.zeros(2), np.arange(2), 0.5), len(FAMILIES["neighbourhood"])),
        (LabelColumns(survey, names, known, known), len(KINDS_COLUMNS) - len(FIXED) - len(FAMILIES["neighbourhood"])),
    ]
    wrong = [((-1, 2), 0, 0), ((0, 3), 0, 0), ((0, 2), 1, 0), ((0, 2), -1, 0), ((0, 1), 0, 2), ((0, 1), 0, -1)]
    for columns, n in families:
        columns.fill(np.empty((n + 1, 1), dtype=np.float32), 1, 1)
        for (more, rows), at, first in wrong:
            with pytest.raises(ValueError, match="does not fit"):
                columns.fill(np.empty((n + more, rows), dtype=np.float32), at, first)
    for n in (1, 3):
        with pytest.raises(ValueError, match="one answer for each block"):
            ContextColumns(survey, np.zeros(n), np.arange(n), 0.5)
    with pytest.raises(ValueError, match="do not fit"):
        LabelColumns(survey, names, names, known)


def test_every_column_has_one_name_and_a_description() -> None:
    assert len(set(STAGE_TWO)) == len(STAGE_TWO) == sum(map(len, FAMILIES.values()))
    assert set(STAGE_TWO) == DESCRIPTIONS.keys()
    for name, description in DESCRIPTIONS.items():
        assert len(description) > 3 and "{" not in description, name


# --- By hand ----------------------------------------------------------------------------------------------------------


def column(html: str, name: str) -> list[float]:
    return [round(float(value), 5) for value in fixed_columns(table_of(html))[name]]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("words", 7),
        ("link_density", 8 / 24),  # "there,li" of "Goon.there,lithe42Boats."
        ("unlinked_words", 5),
        ("links", 1),
        ("words_per_link", 7 / 2),
        ("sentences", 2),
        ("words_per_sentence", 7 / 3),
        ("commas", 1),
        ("comma_rate", 1 / 7),
        ("digit_share", 2 / 24),
        ("capitalised_share", 2 / 7),
        ("uppercase_share", 2 / 24),
        ("chars_per_word", 24 / 7),
        ("longest_word", 5),
        ("ends_sentence", 1),
        ("ends_colon", 0),
        ("non_ascii_share", 0),
    ],
)
def test_text_of_one_block(name: str, value: float) -> None:
    html = "<p>Go on. <a href=/x>there, li</a> the 42 Boats.</p>"
    assert column(html, name) == [round(value, 5)]


def test_share_of_words_in_the_title() -> None:
    html = "<title>Red boats sink</title><h1>Red boats</h1><p>Boats they said</p><p>No</p>"
    assert column(html, "title_share") == [1, round(1 / 3, 5), 0]


HELD = (
    "<body><div><p>one two three.</p><p>four <a href=/>five</a></p></div><p>six, seven</p>"
    "<section><p>eight</p></section></body>"
)


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("up0_words", [3, 2, 2, 1]),
        ("up1_words", [5, 5, 8, 8]),  # the div; for the third block the body; the section holds no more than its p
        ("up2_words", [8, 8, 0, 0]),
        ("up1_blocks", [2, 2, 4, 4]),
        ("up2_blocks", [4, 4, 0, 0]),
        ("up3_blocks", [0, 0, 0, 0]),
        ("up1_link_share", [1 / 5, 1 / 5, 1 / 8, 1 / 8]),
        ("up1_words_per_block", [5 / 2, 5 / 2, 2, 2]),
        ("up1_sentence_rate", [1 / 2, 1 / 2, 1 / 4, 1 / 4]),
        ("up2_comma_rate", [1 / 4, 1 / 4, 0, 0]),
        ("up0_page_share", [3 / 8, 2 / 8, 2 / 8, 1 / 8]),
        ("up1_position", [0, 1 / 2, 2 / 4, 3 / 4]),
    ],
)
def test_what_ancestors_hold(name: str, values: list[float]) -> None:
    assert column(HELD, name) == [round(value, 5) for value in values]


def test_running_text_among_what_ancestors_hold() -> None:
    words = "word " * 10
    html = f"<div><p>{words}</p><p><a href=/>{words}</a></p><p>short</p></div>"
    assert column(html, "up1_text_share") == [round(10 / 21, 5)] * 3


CARDS = "<main>" + "<div class=card><h3>a</h3><p>b c</p></div>" * 3 + "<div class=end><p>d</p></div></main>"


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("up0_twins", [3, 3, 3, 3, 3, 3, 1]),
        ("up0_twin_words", [1, 2, 1, 2, 1, 2, 1]),
        ("up1_twins", [3, 3, 3, 3, 3, 3, 1]),  # three cards; above the last p is main
        ("up1_twin_words", [3, 3, 3, 3, 3, 3, 10]),
        ("path_blocks", [3, 3, 3, 3, 3, 3, 1]),
        ("path_words_per_block", [1, 2, 1, 2, 1, 2, 1]),
        ("path_word_share", [0.3, 0.6, 0.3, 0.6, 0.3, 0.6, 0.1]),
        ("path_spread", [4 / 7] * 6 + [0]),
        ("heading_level", [3, 0, 3, 0, 3, 0, 0]),
    ],
)
def test_twins_and_same_paths(name: str, values: list[float]) -> None:
    assert column(CARDS, name) == [round(value, 5) for value in values]


def test_steps_to_landmarks() -> None:
    html = "<main><article><div><p>one</p></div></article><p>two</p></main><nav>three</nav>"
    assert column(html, "near_article") == [2, 255, 255]
    assert column(html, "near_main") == [3, 1, 255]
    assert column(html, "near_nav") == [255, 255, 0]


def test_what_is_hidden() -> None:
    html = "<p>one</p><p hidden>two</p><noscript>three</noscript>"
    assert column(html, "hidden") == [0, 1, 0]
    assert column(html, "noscript") == [0, 0, 1]


HEADINGS = "<p>zero</p><h1>one two</h1><p>three</p><h2>four</h2><p>five six</p><p>seven</p>"


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("index", [0, 1, 2, 3, 4, 5]),
        ("index_share", [0, 1 / 6, 2 / 6, 3 / 6, 4 / 6, 5 / 6]),
        ("blocks_after", [5, 4, 3, 2, 1, 0]),
        ("words_before", [0, 1, 3, 4, 5, 7]),
        ("word_position", [0, 1 / 8, 3 / 8, 4 / 8, 5 / 8, 7 / 8]),
        ("from_h1", [-1, 0, 1, 2, 3, 4]),
        ("words_from_h1", [-1, 0, 2, 3, 4, 6]),
        ("from_heading", [9999, 0, 1, 0, 1, 2]),
        ("words_from_heading", [9999, 0, 2, 0, 1, 3]),
        ("last_heading_level", [0, 1, 1, 2, 2, 2]),
        ("headings_before", [0, 0, 1, 1, 2, 2]),
        ("at-1_heading_level", [-1, 0, 1, 0, 2, 0]),
        ("at+1_words", [2, 1, 1, 2, 1, -1]),
        ("at+2_same_path", [0, 0, 0, 0, 0, 0]),
        ("at+1_same_path", [0, 0, 0, 0, 1, 0]),
    ],
)
def test_place_in_the_course_of_the_page(name: str, values: list[float]) -> None:
    if name == "at+2_same_path":
        values = [1, 0, 1, 0, 0, 0]  # zero and three, three and five: all are p in body
    assert column(HEADINGS, name) == [round(value, 5) for value in values]


def test_without_headings_they_are_nowhere() -> None:
    for name in ("from_h1", "words_from_h1", "from_heading", "from_title"):
        assert column("<p>one</p><p>two</p>", name) == [9999, 9999], name


def test_distance_to_the_title() -> None:
    html = "<title>A red boat sinks</title><p>zero</p><h2>A red boat sinks</h2><p>one</p><p>A red boat sinks</p>"
    assert column(html, "from_title") == [-1, 0, 1, 2]


def test_repeats() -> None:
    html = "<p>Read more 1</p><p>other</p><p>READ  more 2</p><p>other</p><p>once</p>"
    assert column(html, "repeats") == [2, 2, 2, 2, 1]
    assert column(html, "repeated_before") == [0, 0, 1, 1, 0]


def test_windows_end_where_they_should() -> None:
    html = "".join(f"<p>{'word ' * n}</p>" for n in range(1, 9))  # 1 to 8 words
    found = column(html, "around3_words_per_block")
    assert found == [10 / 4, 15 / 5, 21 / 6, 28 / 7, 35 / 7, 33 / 6, 30 / 5, 26 / 4]


def test_running_text_is_by_words_outside_links() -> None:
    ten = "word " * 10
    html = f"<p>{ten}</p><p>{ten}<a href=/>{ten}more</a></p><p>nine {'word ' * 8}</p>"
    assert column(html, "page_text_share") == [10 / 40] * 3
    assert column(html, "page_link_share") == [round(11 / 40, 5)] * 3


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("page_words", 14),
        ("page_blocks", 4),
        ("page_link_share", 2 / 14),
        ("page_h1", 1),
        ("page_items", 2),
        ("page_images", 1),
        ("page_text_share", 10 / 14),
        ("page_paragraph_share", 10 / 14),
        ("page_largest_block", 10),
        ("page_main_share", 12 / 14),
    ],
)
def test_the_page(name: str, value: float) -> None:
    html = f"<main><h1>One two</h1><p>{'word ' * 10}<img></p></main><ul><li><a href=/>a</a><li><a href=/>b</a></ul>"
    assert column(html, name) == [round(value, 5)] * 4


# Each block of one word weighs 1.5 words, so that means are those of the probabilities.
P = np.array([0.9, 0.1, 0.5])


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("p", [0.9, 0.1, 0.5]),
        ("p_at-1", [0, 0.9, 0.1]),
        ("p_at+1", [0.1, 0.5, 0]),
        ("p_at+2", [0.5, 0, 0]),
        ("p_at-3", [0, 0, 0]),
        ("p_around2", [0.5, 0.5, 0.5]),
        ("p_up1", [0.5, 0.5, 0.5]),
        ("p_path", [0.5, 0.5, 0.5]),
        ("p_text", [0.9, 0.1, 0.9]),
        ("p_before", [0, 0.9, 0.5]),
        ("p_after", [0.3, 0.5, 0]),
        ("p_heading", [-1, -1, -1]),
        ("content_before", [0, 0.6, 1 / 1.5]),
        ("content_words", [2.25, 2.25, 2.25]),
        ("content_share", [0.5, 0.5, 0.5]),
        ("p_highest", [0.9, 0.9, 0.9]),
        ("p_rank", [0, 3 / 4.5, 1.5 / 4.5]),
        ("from_first", [9999, 9999, 9999]),
    ],
)
def test_what_stage_one_thought_around(name: str, values: list[float]) -> None:
    columns = neighbourhood_columns(table_of("<p>one</p><p>two</p><p>one</p>"), P)
    np.testing.assert_allclose(columns[name], values, atol=1e-9)


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("from_first", [-1, 0, 1, 2, 3, 4, 5, 6, 7]),
        ("from_last", [-8, -7, -6, -5, -4, -3, -2, -1, 0]),
        ("from_nearest", [1, 0, 1, 0, 1, 2, 2, 1, 0]),
        ("in_largest", [0, 1, 1, 1, 0, 0, 0, 0, 0]),
        ("p_largest", [0.85] * 9),
    ],
)
def test_distances_to_confident_content(name: str, values: list[float]) -> None:
    table = table_of("<p>one two three four five</p>" * 9)
    p = np.array([0.7, 0.8, 0.2, 0.9, 0.1, 0.1, 0.1, 0.1, 0.75])  # sure are those over 0.7
    np.testing.assert_allclose(neighbourhood_columns(table, p)[name], values, atol=1e-9)


def test_short_blocks_are_never_confident() -> None:
    table = table_of("<p>one two three four</p>")
    assert neighbourhood_columns(table, np.array([0.99]))["from_nearest"].tolist() == [9999]


def test_sections_end_at_the_next_heading() -> None:
    table = table_of("<h2>one</h2><p>two</p><h2>three</h2><p>four</p><p>five</p>")
    columns = neighbourhood_columns(table, np.array([0.2, 0.4, 0.6, 0.8, 1.0]))
    np.testing.assert_allclose(columns["p_section"], [0.3, 0.4, 0.8, 0.9, 1.0])
    np.testing.assert_allclose(columns["p_heading"], [0.2, 0.2, 0.6, 0.6, 0.6])


# --- Vocabulary -------------------------------------------------------------------------------------------------------


def shares_of(**weights_and_shares: dict[int, tuple[float, float]]) -> TokenShares:
    """One page: for some kinds, of each token the share of content and the weight."""
    result = TokenShares({}, {}, {})
    for kind in KINDS:
        known = sorted(weights_and_shares.get(kind, {}).items())
        result.hashes[kind] = np.array([token for token, _ in known], dtype=np.uint32)
        result.shares[kind] = np.array([share for _, (share, _) in known], dtype=np.float32)
        result.weights[kind] = np.array([weight for _, (_, weight) in known], dtype=np.float32)
    return result


def learned(pages: list[TokenShares], groups: list[int], kind: str = "element") -> dict[int, float]:
    words = learn_vocabulary(pages, groups)
    return dict(zip(words.hashes[kind].tolist(), words.scores[kind].tolist(), strict=True))


def test_scores_are_log_odds_drawn_towards_the_mean() -> None:
    pages = [shares_of(element={7: (1, 1), 9: (0, 1)}) for _ in range(3)]
    # Over all 1/2; of token 7 (3 * 1 + 2 * 1/2) / (3 + 2) = 4/5, of token 9 1/5.
    assert learned(pages, [0, 1, 2]) == pytest.approx({7: math.log(4), 9: -math.log(4)})


def test_a_site_counts_once() -> None:
    pages = [shares_of(element={7: (share, 1)}) for share in (1, 0, 1, 1)]
    # Over all 3/4; sites have 1/2, 1 and 1: (2.5 + 2 * 3/4) / (3 + 2) = 4/5.
    assert learned(pages, [0, 0, 1, 2]) == pytest.approx({7: math.log(4) - math.log(3)})


def test_pages_with_few_words_weigh_less() -> None:
    pages = [shares_of(element={7: (share, weight)}) for share, weight in ((1, 1), (1, 1), (0, 0.5))]
    # Over all 4/5; (2 + 2 * 4/5) / (2.5 + 2) = 4/5.
    assert learned(pages, [0, 1, 2]) == pytest.approx({7: 0}, abs=1e-6)


def test_tokens_of_few_sites_are_left_out() -> None:
    pages = [shares_of(element={7: (1, 1), 8: (0, 1)}), *[shares_of(element={7: (0, 1)})] * (MIN_GROUPS - 1)]
    assert learned(pages, list(range(MIN_GROUPS))).keys() == {7}
    assert learned([*pages, pages[0]], [*range(MIN_GROUPS), 0]).keys() == {7}


@pytest.mark.parametrize("share", [0, 1])
@pytest.mark.filterwarnings("error")
def test_tokens_that_are_all_of_one_kind_have_finite_scores(share: float) -> None:
    pages = [shares_of(page_linked={7: (share, 1), 8: (share, 1)}) for _ in range(3)]
    scores = learned(pages, [0, 1, 2], "page_linked")
    assert scores.keys() == {7, 8}
    assert all(math.isfinite(score) for score in scores.values())


def test_vocabulary_hashes_ascend() -> None:
    pages = [shares_of(block={2**32 - 1: (1, 1), 5: (0, 1), 2**31: (1, 1)})] * 3
    hashes = learn_vocabulary(pages, [0, 1, 2]).hashes["block"]
    assert hashes.dtype == np.uint32 and hashes.tolist() == [5, 2**31, 2**32 - 1]


def test_shares_of_a_page_are_by_words() -> None:
    table = table_of('<div class="story"><p>one two three</p><p class="story">four</p></div><p>five</p>')
    weight = np.array([3, 1, 0], dtype=np.float32)  # the gold does not speak of the last block
    shares = token_shares(table, np.array([1, 0, 1], dtype=np.float32), weight)
    # Of "story": 4 words in the div and 1 once more in the p, of which 3 are content.
    assert set(shares.shares["element"].tolist()) == {np.float32(3 / 5)}
    assert set(shares.weights["element"].tolist()) == {np.float32(5 / 10)}


def test_tokens_without_known_text_teach_nothing() -> None:
    table = table_of('<p class="story">one two</p>')
    shares = token_shares(table, np.ones(1), np.zeros(1))
    assert all(len(shares.hashes[kind]) == 0 for kind in KINDS)


TOKENS = st.one_of(st.integers(0, 40), st.integers(2**32 - 40, 2**32 - 1), st.integers(0, 2**32 - 1))


@given(st.sets(TOKENS, max_size=60), st.lists(TOKENS, min_size=1, max_size=60))
def test_looking_up(known: set[int], sought: list[int]) -> None:
    sought += [token + beside for token in known for beside in (-1, 0, 1) if 0 <= token + beside < 2**32]
    pairs = np.stack([np.arange(len(sought)), np.array(sought, dtype=np.uint32).view(np.int32)], axis=1)
    table = replace(table_of("<p>x</p>" * len(sought)), block_tokens=pairs.astype(np.int32))
    hashes = np.array(sorted(known), dtype=np.uint32)
    scores = np.arange(1, len(known) + 1, dtype=np.float32)
    words = Vocabulary(EMPTY.hashes | {"block": hashes}, EMPTY.scores | {"block": scores})
    expected = dict(zip(sorted(known), scores.tolist(), strict=True))
    assert vocabulary_columns(table, words)["words_mean"].tolist() == [expected.get(token, 0) for token in sought]


def test_a_vocabulary_that_was_used_can_be_pickled() -> None:
    table = table_of('<title>one</title><p class="story">one two</p>')
    words = vocabulary_of(table)
    expected = vocabulary_features(table, words)
    assert np.array_equal(vocabulary_features(table, pickle.loads(pickle.dumps(words))), expected)


def test_scores_of_names_come_from_the_elements_above() -> None:
    table = table_of('<div class="story"><section><p>one</p></section></div><p>two</p>')
    known = np.unique(tokens(table, "element")[1])  # all of the one class name
    scores = np.full(len(known), 1.25, dtype=np.float32)
    words = Vocabulary(EMPTY.hashes | {"element": known}, EMPTY.scores | {"element": scores})
    columns = vocabulary_columns(table, words)
    assert columns["names"].tolist() == [0, 0] and columns["names_parent"].tolist() == [0, 0]
    assert columns["names_grandparent"].tolist() == [1.25, 0]
    assert columns["names_highest"].tolist() == [1.25, 0] and columns["names_lowest"].tolist() == [0, 0]
    assert columns["names_sum"].tolist() == [1.25, 0]


# --- Selecting --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("p", "words", "f1"),
    [
        ([1.0, 0.0], [10, 10], 1),  # sure of its content: expected F1 is 1
        ([0.4, 0.4], [5, 5], 2 * 4 / (10 + 4)),
        ([0.0, 0.8, 0.4], [3, 5, 5], 2 * 6 / (10 + 6)),  # keeping the first alone gives 2 * 4 / (5 + 6)
        ([0.9, 0.1], [10, 10], 2 * 9 / (10 + 10)),  # keeping both gives 2 * 10 / (20 + 10)
        ([0.5], [7], 2 * 3.5 / (7 + 3.5)),
        ([0.0, 0.0], [5, 5], 1),
        ([0.9], [0], 1),
        ([], [], 1),
    ],
)
@pytest.mark.parametrize("threshold", [0.5, 0.2])
def test_page_cut_follows_the_best_expected_f1(p: list[float], words: list[int], f1: float, threshold: float) -> None:
    cut = threshold * (1 - TRUST * (1 - f1))
    assert page_threshold(np.array(p), np.array(words), threshold) == pytest.approx(cut)


@given(st.lists(st.tuples(st.floats(0, 1), st.integers(0, 50)), max_size=20), st.floats(0, 1))
def test_page_cut_is_never_over_the_threshold(blocks: list[tuple[float, int]], threshold: float) -> None:
    p, words = np.array([p for p, _ in blocks]), np.array([words for _, words in blocks])
    assert 0 <= page_threshold(p, words, threshold) <= threshold * (1 + 1e-12)


def selected(html: str, p: list[float], threshold: float = 0.5) -> list[bool]:
    kept: NDArray[np.bool_] = select(table_of(html), np.array(p), threshold)
    return kept.tolist()


TEN = "one two three four five six seven eight nine ten"


def test_select_keeps_what_is_over_the_cut() -> None:
    assert selected("<p>one</p><p>two</p><p>three</p>", [1, 0, 1]) == [True, False, True]
    assert selected("", []) == []


def test_select_keeps_nothing_where_hardly_a_word_is_expected_to_be_content() -> None:
    # The cut of a page without a likely block is so far under the threshold that 0.3 is over it.
    assert page_threshold(np.array([0.3, 0.01]), np.array([1, 2]), 0.5) < 0.3
    assert selected("<p>one</p><p>two words</p>", [0.3, 0.01]) == [False, False]
    assert selected("<p>one</p><p>two words</p>", [0.6, 0.01]) == [True, False]
    assert selected("<p>three words here</p><p>two words</p>", [0.3, 0.01]) == [True, False]
    assert selected("<p>one</p><p>two words</p>", [0.3, 0.01], threshold=0) == [True, True]


def test_select_drops_long_text_that_comes_again() -> None:
    html = f"<p>{TEN}</p><p>short</p><p>{TEN.upper()}</p><p>short</p>"
    assert selected(html, [1, 1, 1, 1]) == [True, True, False, True]


def test_select_keeps_the_first_that_is_kept() -> None:
    assert selected(f"<p>{TEN}</p><p>{TEN}</p><p>{TEN}</p>", [0, 1, 1]) == [False, True, False]


def test_a_high_threshold_is_not_drawn_down_on_doubtful_pages() -> None:
    p, words = np.array([0.6, 0.3, 0.3]), np.array([5, 5, 5])
    assert page_threshold(p, words, 1.0) == 1.0
    assert page_threshold(p, words, 0.9) > 0.8
    assert page_threshold(p, words, 0.5) < 0.45


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("\uff21\uff22\uff23 \uff24", 2),  # full-width Latin letters
        ("\uff76\uff85", 1),  # half-width kana
        ("\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645", 1),  # a Persian word with a joiner in it
        ("\ufe8d\ufedf", 1),  # Arabic presentation forms
        ("\u2d30\u2d31", 1),  # Tifinagh
        ("\ue001 \uf0c9", 0),  # icons of a font
        ("\u2022 \u00a9 \u2192 \uff0c \u300a", 0),  # symbols and punctuation
    ],
)
def test_words_and_symbols_outside_ascii(text: str, words: int) -> None:
    assert table_of(f"<p>{text}</p>").block("words").tolist() == [words]
