"""The features of HTML: values worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from support.inputs import Columns, columns_of

from boilerkit.html.document import HtmlDocument
from boilerkit.html.features import HTML_FEATURES
from boilerkit.html.segmentation.blocks import HtmlBlocks


def blocks_of(html: str) -> HtmlBlocks:
    return HtmlDocument.read(html).blocks


def context_columns(blocks: HtmlBlocks, p: NDArray[np.float64]) -> Columns:
    stage_one = np.zeros((len(blocks), len(HTML_FEATURES.stage_one)), dtype=np.float32)
    matrix = HTML_FEATURES.stage_two_features(blocks, stage_one, p)
    return columns_of(matrix[:, len(HTML_FEATURES.stage_one) :], HTML_FEATURES.context)


def column(html: str, name: str) -> list[float]:
    columns = columns_of(HTML_FEATURES.static_features(blocks_of(html)), HTML_FEATURES.static)
    return [round(float(value), 5) for value in columns[name]]


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


NESTED = (
    "<body><div><p>one two three.</p><p>four <a href=/>five</a></p></div><p>six, seven</p>"
    "<section><p>eight</p></section></body>"
)


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("up0_words", [3, 2, 2, 1]),
        ("up1_words", [5, 5, 8, 8]),  # the div; for the third block the body; the section has no more blocks than its p
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
def test_what_is_in_ancestors(name: str, values: list[float]) -> None:
    assert column(NESTED, name) == [round(value, 5) for value in values]


def test_running_text_in_ancestors() -> None:
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
def test_place_on_the_page(name: str, values: list[float]) -> None:
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
def test_what_stage_one_predicted_around(name: str, values: list[float]) -> None:
    columns = context_columns(blocks_of("<p>one</p><p>two</p><p>one</p>"), P)
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
    blocks = blocks_of("<p>one two three four five</p>" * 9)
    p = np.array([0.7, 0.8, 0.2, 0.9, 0.1, 0.1, 0.1, 0.1, 0.75])  # confident are those over 0.7
    np.testing.assert_allclose(context_columns(blocks, p)[name], values, atol=1e-9)


def test_short_blocks_are_never_confident() -> None:
    blocks = blocks_of("<p>one two three four</p>")
    assert context_columns(blocks, np.array([0.99]))["from_nearest"].tolist() == [9999]


def test_sections_end_at_the_next_heading() -> None:
    blocks = blocks_of("<h2>one</h2><p>two</p><h2>three</h2><p>four</p><p>five</p>")
    columns = context_columns(blocks, np.array([0.2, 0.4, 0.6, 0.8, 1.0]))
    np.testing.assert_allclose(columns["p_section"], [0.3, 0.4, 0.8, 0.9, 1.0])
    np.testing.assert_allclose(columns["p_heading"], [0.2, 0.2, 0.6, 0.6, 0.6])


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
    assert blocks_of(f"<p>{text}</p>").block("words").tolist() == [words]
