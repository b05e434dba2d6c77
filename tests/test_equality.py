"""Compiled code against plain Python on damaged, oddly encoded and real pages: the walk, and the sums of trees."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support import reference_trees
from support.real import FILES, real_pages
from support.strategies import documents, mutations, pages
from support.walks import assert_same_walk_of_page

from boilerkit.errors import InputError
from boilerkit.documents import feature_set
from boilerkit.html.document import HtmlDocument
from boilerkit.model.content import ContentModel, sigmoid

ENCODINGS = (
    "utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-7", "cp1252", "iso8859-15", "cp1251",
    "koi8-r", "shift_jis", "euc_jp", "iso2022_jp", "gb18030", "big5", "euc_kr", "hz", "mac_roman", "cp437",
)  # fmt: skip


@st.composite
def encoded(draw: st.DrawFn) -> bytes:
    """A page in some encoding that says it is in some encoding, often another."""
    html = draw(documents())
    declared = draw(st.sampled_from((*ENCODINGS, "none", "latin1", "x-user-defined")))
    return f'<meta charset="{declared}">{html}'.encode(draw(st.sampled_from(ENCODINGS)), "replace")


def damaged() -> st.SearchStrategy[bytes]:
    """Pages with bytes flipped, spans cut out, doubled, moved and cut short, in any encoding."""
    return st.one_of(pages().map(lambda html: html.encode("utf-8", "replace")), encoded()).flatmap(mutations)


def assert_same_probabilities(page: bytes, model: ContentModel) -> None:
    """The sums over all trees are to the last bit those of going down each tree."""
    try:
        blocks = HtmlDocument.read(page).blocks
    except InputError:
        return
    if not len(blocks):
        return
    features = feature_set("html")
    one = features.stage_one_features(blocks, model.vocabulary)
    first = reference_trees.log_odds(model.stage_one, one)
    assert model.stage_one.log_odds(one).tolist() == first.tolist()
    two = features.stage_two_features(blocks, one, sigmoid(first))
    slope, intercept = model.calibration
    expected = sigmoid(slope * reference_trees.log_odds(model.stage_two, two) + intercept)
    assert model.predict_proba(blocks).tolist() == expected.tolist()


@settings(max_examples=500)
@given(damaged())
def test_same_walk_on_damaged_bytes(page: bytes) -> None:
    assert_same_walk_of_page(page)


@settings(max_examples=250)
@given(encoded())
def test_same_walk_in_any_encoding(page: bytes) -> None:
    assert_same_walk_of_page(page)


@settings(max_examples=200)
@given(page=st.one_of(damaged(), encoded()))
def test_same_probabilities_on_damaged_pages(page: bytes, shipped_model: ContentModel) -> None:
    assert_same_probabilities(page, shipped_model)


@pytest.mark.parametrize("name", FILES)
def test_same_probabilities_on_real_pages(name: str, shipped_model: ContentModel) -> None:
    for number, page in enumerate(real_pages(name)):
        try:
            assert_same_probabilities(page, shipped_model)
        except AssertionError as error:
            error.add_note(f"page {number} of those read")
            raise
