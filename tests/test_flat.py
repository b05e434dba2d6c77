"""Flat text: telling it from HTML, its blocks, features, pages."""

from __future__ import annotations

import textwrap

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import boilerkit
from boilerkit.errors import InputError
from boilerkit.features.flat import (
    FIXED,
    KINDS,
    NEIGHBOURHOOD,
    STAGE_ONE,
    FlatVocabulary,
    fixed_features,
    stage_one_features,
    stage_two_features,
)
from boilerkit.output.flat import to_html, to_markdown, to_text
from boilerkit.segment import flat
from boilerkit.segment.flat import COLUMNS, segment_flat
from boilerkit.select import page_cut
from boilerkit.sniff import looks_like_html
from tests.reference_flat import Reference, blocks_of

PARAGRAPH = (
    "The old ferry has carried people over the river for ninety years, and nobody could say how often. "
    "When the bridge opens in spring, the ferry will stay where it is, the council said on Monday. "
)
PAGE = (
    """\
Home | News | Sport | Weather

  • Harbour fees to rise again in May
  • Two new trams for the eastern line

The ferry stays

By Ann Lee, 12 March 2024, 14:05

"""
    + "\n\n".join([PARAGRAPH * 2] * 4)
    + """

Most read
  • Owls return to the old mill
  • The last lamp lighter retires

© 2024 The Harbour Gazette. All rights reserved.
Privacy | Terms | Contact
"""
)

# --- What is flat text ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "page",
    [
        "just text",
        "a < b and c > d\nso d < a",
        "I <3 you",
        "Dear <ann@example.org>,\nhello\n",
        "if (a<b && c>d) {\n}",
        "List<String> x;\nMap<Integer, List<String>> y;",
        "<unknown>\ntext goes on",
        # Texts about HTML
        "The <p> tag starts a paragraph.\nUse <b> for bold text and </b> to end it.\n\nFor example:\n\n<p>Hello</p>\n\n"
        "which shows a paragraph in all browsers that you may think of.",
        "<p> is the tag of paragraphs.\n" + "It has been with us since the first days and will stay.\n" * 8,
        "* <ul> makes lists\n* <li> is an item of it\n* <ol> makes lists with numbers\nThese three are all you need.",
        "x" * 1000,
        "\x00\x01",
    ],
)
def test_flat_text_is_known(page):
    assert not looks_like_html(page)


@pytest.mark.parametrize(
    "page",
    [
        "",
        " \n\t",
        "<!DOCTYPE html><p>x",
        "  \n<html>",
        "\ufeff<HTML><body>x</body>",
        "<!-- c -->\n<div>x</div>",
        "<p>a</p>",
        "<div>\n some text\n and more\n</div>\n",
        "<p>one\n<p>two\n<p>three",
        "Hello\n<br>\nyou<br>\nand me<br>",
        "one line with a <b>bold</b> word in it",
        "Warning: failed in line 3\nNotice: undefined\n<html><body>"
        + "<p>some words here</p>\n" * 10
        + "</body></html>",
        "Intro of\nmany lines here\n<table><tr><td>" + "text of the cell " * 30 + "</table>",
        "<?xml version='1.0'?><rss><item/></rss>",
        "<rss>\n<item>news</item>\n</rss>",
    ],
)
def test_html_is_known(page):
    assert looks_like_html(page)


def test_input_says_what_a_page_is():
    html = "<html><body><p>" + PARAGRAPH * 3 + "</p></body></html>"
    assert "<p>" not in boilerkit.analyze(html).full_text
    assert boilerkit.analyze(html, input="text").full_text == html
    assert boilerkit.analyze(PAGE, input="html").full_text != PAGE
    with pytest.raises(ValueError, match="input is one of auto, html, text"):
        boilerkit.extract(PAGE, input="pdf")


# --- Blocks -----------------------------------------------------------------------------------------------------------

_SIGNS = (
    "aB1éß中文かはสวัสดี \t\n\r\x0b\x0c\x1c\x85\u2028\xa0•*-–.,;:!?…。|@/>\"“”'()[]#&<\x00\ud800\U0001f600\U00020000ʰǅⅧ٣"
)
_words = st.text(st.sampled_from(_SIGNS), max_size=12) | st.sampled_from(
    [
        "word",
        "Two",
        "2019",
        "12:30",
        "http://example.org/a",
        "a@b.org",
        "1. item",
        "  • item",
        "\n\n",
        " | ",
        "\r\n",
        "...",
    ]
)
_pages = st.lists(_words, max_size=40).map(" ".join) | st.lists(_words, max_size=40).map("".join) | st.text(max_size=80)
_wrapped = st.builds(
    lambda paragraphs, width, gap, indent: gap.join(
        textwrap.fill(" ".join(words), width, initial_indent=indent, subsequent_indent=indent) for words in paragraphs
    ),
    st.lists(
        st.lists(
            st.sampled_from(["the", "of", "a", "paragraph", "whose", "lines", "are", "broken", "here"]), max_size=90
        ),
        max_size=5,
    ),
    st.integers(45, 105),
    st.sampled_from(["\n", "\n\n"]),
    st.sampled_from(["", "   "]),
)


@given(_pages | _wrapped)
def test_blocks_cover_all_text_once_and_in_order(text):
    page = boilerkit.analyze(text, input="text")
    assert page.full_text == text
    end = 0
    for block in page.blocks:
        assert block.text == text[block.start : block.end] == block.text.strip()
        assert block.text and not text[end : block.start].strip()
        end = block.end
    assert not text[end:].strip()


@given(_pages | _wrapped)
@settings(max_examples=300)
def test_columns_are_those_of_the_reference(text):
    table = segment_flat(text)
    expected = blocks_of(text)
    assert table.blocks.tolist() == [[block[name] for name in COLUMNS] for block in expected]
    for kind in (*KINDS, "topics"):
        tokens = [(i, token) for i, block in enumerate(expected) for token in block["tokens"][kind]]
        pairs = getattr(table, kind)
        assert list(zip(pairs[:, 0].tolist(), pairs[:, 1].view(np.uint32).tolist(), strict=True)) == tokens


@pytest.mark.parametrize("width", [60, 72, 80])
@pytest.mark.parametrize("indent", ["", "   "])
def test_broken_lines_of_a_paragraph_are_one_block(width, indent):
    paragraphs = [PARAGRAPH * 3, PARAGRAPH, "A short one.", PARAGRAPH * 2]
    text = "\n\n".join(
        textwrap.fill(paragraph, width, initial_indent=indent, subsequent_indent=indent) for paragraph in paragraphs
    )
    table = segment_flat(text)
    assert len(table) == 4
    assert to_text(table, np.ones(4, dtype=bool)).split("\n\n") == [paragraph.strip() for paragraph in paragraphs]


def test_lines_of_lists_and_of_unbroken_text_stay_apart():
    assert len(segment_flat(PAGE)) == len([line for line in PAGE.splitlines() if line.strip()])
    items = [
        f"{number}. " + "an item of a list that is quite as long as a line of text would be" for number in range(9)
    ]
    assert len(segment_flat("\n".join(items))) == 9


def test_too_many_lines_are_refused(monkeypatch):
    monkeypatch.setattr(flat, "MAX_LINES", 3)
    assert len(segment_flat("a\nb\n\n\n\nc")) == 3
    with pytest.raises(InputError, match="4 lines"):
        segment_flat("a\nb\nc\nd")


@pytest.mark.parametrize(
    "text",
    [
        "\n" * 1_000_000,
        "•\n" * 20_000,
        "word " * 400_000,
        "x" * 2_000_000,
        " " * 1_000_000 + "x",
        "\x00\ud800\uffff" * 10_000,
        bytes(range(9, 256)).decode("latin-1") * 500,
        "a. " * 300_000,
        "\r" * 500_000 + "- ",
    ],
    ids=["empty lines", "bullets", "one line", "one word", "blanks", "odd", "latin", "stops", "returns"],
)
def test_odd_texts_take_no_time(text):
    page = boilerkit.analyze(text, input="text")
    assert page.full_text == text
    assert isinstance(page.text, str) and isinstance(page.markdown, str) and isinstance(page.html, str)


# --- Features ---------------------------------------------------------------------------------------------------------


def _vocabulary(table, seed):
    """Scores for about half of the page's tokens."""
    chance = np.random.default_rng(seed)
    hashes, scores = {}, {}
    for kind in KINDS:
        found = np.unique(getattr(table, kind)[:, 1].copy().view(np.uint32))
        hashes[kind] = found[chance.random(len(found)) < 0.5]
        scores[kind] = chance.normal(size=len(hashes[kind])).astype(np.float32)
    return FlatVocabulary(hashes, scores)


_feature_pages = st.lists(
    st.sampled_from(
        [
            "Home",
            "About us | Terms",
            "• item",
            "",
            "",
            PARAGRAPH,
            PARAGRAPH * 2,
            "Most read",
            "By Ann, 2024",
            "The ferry:",
        ]
    ),
    min_size=1,
    max_size=14,
).map("\n".join)


@given(_feature_pages | _pages, st.integers(0, 99))
def test_features_are_those_of_the_reference(text, seed):
    table = segment_flat(text)
    if not len(table):
        return
    reference = Reference(table)
    chance = np.random.default_rng(seed)
    vocabulary = _vocabulary(table, seed)
    p = chance.choice([0.05, 0.5, 0.8, 0.97], len(table))
    cut = page_cut(p, table.block("words") + 0.5, 0.5)
    first = stage_one_features(table, vocabulary)
    second = stage_two_features(table, first, p)
    _assert_columns(fixed_features(table), FIXED, reference.fixed())
    _assert_columns(first, STAGE_ONE, reference.fixed() | reference.vocabulary(vocabulary))
    _assert_columns(second[:, len(STAGE_ONE) :], tuple(NEIGHBOURHOOD), reference.neighbourhood(p.tolist(), cut))


def _assert_columns(X, names, expected):
    assert X.shape[1] == len(names)
    assert set(expected) == set(names)
    for column, name in enumerate(names):
        np.testing.assert_allclose(X[:, column], np.array(expected[name], dtype=float), 1e-4, 1e-4, err_msg=name)


# --- Output -----------------------------------------------------------------------------------------------------------


def test_outputs_of_kept_blocks():
    text = "Menu\n\nA first & paragraph.\nAnd *more*.\n\n  • one <1>\n  • two\n\nFooter\n  1) first\n    2) second"
    table = segment_flat(text)
    keep = np.array([False, True, True, True, True, False, True, True])
    assert to_text(table, keep) == ("A first & paragraph.\nAnd *more*.\n\n• one <1>\n• two\n\n1) first\n  2) second")
    assert to_html(table, keep) == (
        "<article>\n<p>A first &amp; paragraph.</p>\n<p>And *more*.</p>\n<ul>\n<li>one &lt;1&gt;</li>\n<li>two</li>\n"
        "</ul>\n<ol>\n<li>first</li>\n<li>second</li>\n</ol>\n</article>"
    )
    assert to_markdown(table, keep) == (
        "A first & paragraph.\n\nAnd \\*more\\*.\n\n- one \\<1\\>\n- two\n\n1. first\n2. second"
    )
    nothing = np.zeros(len(table), dtype=bool)
    assert to_text(table, nothing) == to_html(table, nothing) == to_markdown(table, nothing) == ""
