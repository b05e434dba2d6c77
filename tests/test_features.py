"""The features of both input formats: against plain Python, in chunks, and that each column is described."""

from __future__ import annotations

from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from support.inputs import (
    FORMATS,
    PAGES,
    Columns,
    columns_of,
    empty_vocabulary,
    label_vocabulary_of,
    read_blocks,
    reference_columns,
    vocabulary_of,
)
from support.plain_text import PAGE
from support.real import FILES, real_pages

from boilerkit.blocks import features
from boilerkit.blocks.columns import BlockColumns, InputFormat, check_columns
from boilerkit.blocks.features import Floats
from boilerkit.blocks.vocabulary import Vocabulary
from boilerkit.documents import feature_set
from boilerkit.errors import BuildError, InputError
from boilerkit.model.content import ContentModel
from boilerkit.model.storage import load_shipped

both_formats = pytest.mark.parametrize("input_format", FORMATS)
SPECIAL = {
    "html": ["", "<p>one", "<p>***<img><a href=/></a>", "<p>one<h1>two</h1><p>three<h3>four</h3><p>five<p>six"],
    "text": ["", "one", "***", "Menu\n\nA title\n\n" + "word " * 40 + "\n\nmore\nand more"],
}


def predictions(blocks: BlockColumns, name: str) -> NDArray[np.float64]:
    """What stage one may predict for the blocks."""
    n = len(blocks)
    return {"none": np.zeros(n), "all": np.ones(n), "mixed": np.arange(n) * 0.37 % 1, "half": np.full(n, 0.5)}[name]


def computed_columns(blocks: BlockColumns, words: Vocabulary, p: NDArray[np.float64]) -> dict[str, Columns]:
    """The columns of `reference_columns`, as compiled code computes them."""
    fs = feature_set(blocks.input_format)
    stage_one = np.zeros((len(blocks), len(fs.stage_one)), dtype=np.float32)
    labels = columns_of(fs.label_matrix(blocks, p, label_vocabulary_of(blocks)), fs.label_features)
    static = columns_of(fs.static_features(blocks), fs.static)
    context = columns_of(fs.stage_two_features(blocks, stage_one, p)[:, len(fs.stage_one) :], fs.context)
    for name, column in (static | context).items():
        assert (labels.pop(name) == column).all(), name
    vocabulary = columns_of(fs.vocabulary_features(blocks, words), fs.groups["vocabulary"])
    return {"static": static, "vocabulary": vocabulary, "context": context, "labels": labels}


#: Relative and absolute tolerance. Plain text adds up scores in single precision, as labels do, of either sign.
TOLERANCE: dict[tuple[InputFormat, str], tuple[float, float]] = {
    ("html", "labels"): (1e-5, 1e-5),
    ("text", "labels"): (1e-5, 1e-5),
    ("text", "vocabulary"): (1e-4, 1e-5),
}


def assert_same_features(blocks: BlockColumns, words: Vocabulary, p: NDArray[np.float64]) -> None:
    expected = reference_columns(blocks, words, p, label_vocabulary_of(blocks))
    for group, columns in computed_columns(blocks, words, p).items():
        rtol, atol = TOLERANCE.get((blocks.input_format, group), (1e-6, 1e-7))
        assert len(blocks) == 0 or set(columns) == set(expected[group])
        for name, values in columns.items():
            assert np.isfinite(values).all(), name
            wanted = expected[group].get(name, np.zeros(0))
            np.testing.assert_allclose(values, wanted, rtol=rtol, atol=atol, err_msg=name)


@both_formats
@settings(max_examples=300)
@given(data=st.data())
def test_same_as_the_reference(input_format: InputFormat, data: st.DataObject) -> None:
    page = data.draw(st.sampled_from(SPECIAL[input_format]) | PAGES[input_format] | PAGES[input_format])
    blocks = read_blocks(page, input_format)
    p = predictions(blocks, data.draw(st.sampled_from(["none", "all", "mixed", "half"])))
    for words in (vocabulary_of(blocks), empty_vocabulary(input_format)):
        assert_same_features(blocks, words, p)


@pytest.mark.parametrize("name", FILES)
def test_same_as_the_reference_on_real_pages(name: str, shipped_model: ContentModel) -> None:
    for number, page in enumerate(real_pages(name)):
        try:
            blocks = read_blocks(page, "html")
            assert_same_features(blocks, shipped_model.vocabulary, shipped_model.predict_proba(blocks))
        except InputError:
            continue
        except AssertionError as error:
            error.add_note(f"page {number} of those read")
            raise


def test_same_as_the_reference_on_a_page_of_plain_text() -> None:
    model, blocks = load_shipped("text"), read_blocks(PAGE, "text")
    assert_same_features(blocks, model.vocabulary, model.predict_proba(blocks))


@both_formats
@settings(max_examples=40)
@given(data=st.data())
def test_matrices_are_the_groups_side_by_side(input_format: InputFormat, data: st.DataObject) -> None:
    blocks, fs = read_blocks(data.draw(PAGES[input_format]), input_format), feature_set(input_format)
    words = vocabulary_of(blocks)
    static, one = fs.static_features(blocks), fs.stage_one_features(blocks, words)
    two = fs.stage_two_features(blocks, one, predictions(blocks, "mixed"))
    for matrix, names in ((static, fs.static), (one, fs.stage_one), (two, fs.stage_two)):
        assert matrix.shape == (len(blocks), len(names))
        assert matrix.dtype == np.float32 and matrix.flags.f_contiguous
    assert np.array_equal(one, np.hstack([static, fs.vocabulary_features(blocks, words)]))
    assert np.array_equal(two[:, : len(fs.stage_one)], one)


@both_formats
@settings(max_examples=100)
@given(data=st.data(), size=st.integers(1, 5))
def test_the_same_in_chunks(input_format: InputFormat, data: st.DataObject, size: int) -> None:
    page = data.draw(st.sampled_from(SPECIAL[input_format]) | PAGES[input_format])
    blocks, fs = read_blocks(page, input_format), feature_set(input_format)
    words, label_words = vocabulary_of(blocks), label_vocabulary_of(blocks)
    one = fs.stage_one_features(blocks, words)
    p, result = predictions(blocks, "mixed"), predictions(blocks, "mixed")[::-1]
    seen_first: list[Floats] = []
    seen_second: list[Floats] = []

    def first(X: Floats) -> NDArray[np.float64]:
        seen_first.append(X[:, : len(fs.stage_one)].copy())
        return p[sum(map(len, seen_first[:-1])) :][: len(X)]

    def second(X: Floats) -> NDArray[np.float64]:
        assert X.T.flags.c_contiguous
        seen_second.append(X.copy())
        return result[sum(map(len, seen_second[:-1])) :][: len(X)]

    with patch.object(features, "CHUNK_SIZE", size):
        found = fs.predict_two_stage(blocks, words, first, second)
        labels = [(rows, X.copy()) for rows, X in fs.label_features_in_chunks(blocks, p, label_words)]
    assert found.tolist() == result.tolist()
    assert all(len(X) <= size for X in seen_first)
    assert stacked(seen_first).tobytes() == one.tobytes()
    assert stacked(seen_second).tobytes() == fs.stage_two_features(blocks, one, p).tobytes()
    assert [place for rows, _ in labels for place in range(rows.start, rows.stop)] == list(range(len(blocks)))
    assert stacked([X for _, X in labels]).tobytes() == fs.label_matrix(blocks, p, label_words).tobytes()


def stacked(chunks: list[Floats]) -> Floats:
    return np.vstack(chunks) if chunks else np.zeros(0, dtype=np.float32)


@both_formats
def test_matrices_that_do_not_fit_are_rejected(input_format: InputFormat) -> None:
    page = {"html": "<p>one</p><p>two</p>", "text": "one\ntwo"}[input_format]
    blocks, fs = read_blocks(page, input_format), feature_set(input_format)
    stats, words = fs.page_stats(blocks), vocabulary_of(blocks)
    groups = [
        (fs.static_columns(stats), len(fs.static)),
        (fs.vocabulary_columns(stats, words), len(fs.groups["vocabulary"])),
        (fs.context_columns(stats, np.zeros(2), np.arange(2)), len(fs.context)),
    ]
    wrong = [((-1, 2), 0, 0), ((0, 3), 0, 0), ((0, 2), 1, 0), ((0, 2), -1, 0), ((0, 1), 0, 2), ((0, 1), 0, -1)]
    for columns, n in groups:
        columns.fill(np.empty((n + 1, 1), dtype=np.float32), 1, 1)
        for (more, rows), at, start in wrong:
            with pytest.raises(ValueError, match="does not fit"):
                columns.fill(np.empty((n + more, rows), dtype=np.float32), at, start)
    for n in (1, 3):
        with pytest.raises(ValueError, match="one prediction for each block"):
            fs.context_columns(stats, np.zeros(n), np.arange(n))


@both_formats
def test_every_column_has_one_name_and_a_description(input_format: InputFormat) -> None:
    fs = feature_set(input_format)
    described = {name: text for group in fs.groups.values() for name, text in group.items()}
    assert len(set(fs.stage_two)) == len(fs.stage_two) == sum(map(len, fs.groups.values()))
    assert len(set(fs.label_features)) == len(fs.label_features)
    assert set(fs.stage_two) == described.keys()
    for name, text in (described | fs.label_columns).items():
        assert len(text) > 3 and "{" not in text, name


def test_modules_compiled_with_other_columns_are_rejected() -> None:
    with pytest.raises(BuildError, match="other columns of text features than it has now"):
        check_columns("columns of text features", ["words", "chars"], 0)
