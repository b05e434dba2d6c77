"""Page types: the row that describes a page, and what is learned from it."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from support.generated import labelled_pages, sentence
from support.inputs import FORMATS, PAGES, read_blocks

from boilerkit.blocks import features
from boilerkit.blocks.columns import InputFormat
from boilerkit.documents import feature_set
from boilerkit.gold.pages import GoldPage
from boilerkit.learning.evaluation import calibration
from boilerkit.learning.pipeline import OutOfFold, TrainingResult
from boilerkit.learning.training_pages import TrainingPage, prepare
from boilerkit.model.content import ContentModel
from boilerkit.page_types import PAGE_TYPES, PageType
from training.page_types import add_page_types, score_page_types

ARTICLE, LISTING = (PAGE_TYPES.index(its) for its in (PageType.ARTICLE, PageType.LISTING))


# --- The row of a page ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("input_format", FORMATS)
@given(data=st.data(), chunk_size=st.sampled_from([3, 2000]))
def test_a_row_has_weighted_means_and_counts(input_format: InputFormat, data: st.DataObject, chunk_size: int) -> None:
    feature = feature_set(input_format)
    blocks = read_blocks(data.draw(PAGES[input_format]), input_format)
    content = np.arange(len(blocks)) * 0.37 % 1
    words = blocks.block("words")
    with patch.object(features, "CHUNK_SIZE", chunk_size):
        row = feature.page_features(blocks, content)
    assert row.dtype == np.float32 and len(row) == feature.n_page_features
    static = feature.static_features(blocks).astype(np.float64)
    for half, weight in (
        (row[: len(feature.static)], words**0.6),
        (row[len(feature.static) : -3], words**0.6 * content),
    ):
        expected = np.average(static, axis=0, weights=weight) if weight.any() else np.zeros(len(feature.static))
        np.testing.assert_allclose(half, expected, rtol=1e-3, atol=1e-4)
    assert row[-3:].tolist() == pytest.approx([len(blocks), words.sum(), words @ content], rel=1e-6)


@pytest.mark.parametrize("input_format", FORMATS)
def test_a_page_without_blocks_has_zeros(input_format: InputFormat) -> None:
    row = feature_set(input_format).page_features(read_blocks("", input_format), np.zeros(0))
    assert not row.any()


# --- Learning ---------------------------------------------------------------------------------------------------------


def listing(rng: random.Random, site: int) -> str:
    """Return a page of links."""
    entries = "".join(f'<li><a href="/{n}">{sentence(rng)}</a></li>' for n in range(rng.randint(10, 20)))
    return f"<nav class='menu-{site}'><a href=/>Home</a></nav><ul class='list-{site}'>{entries}</ul>"


@pytest.fixture
def pages(tmp_path: Path) -> list[TrainingPage]:
    """Articles and listings, each of another site."""
    rng = random.Random(3)
    gold = [GoldPage(f"a{n}", its.html, its.text, page_type="article") for n, its in enumerate(labelled_pages(20, 1))]
    gold += [GoldPage(f"l{n}", listing(rng, n), "", page_type="listing") for n in range(20)]
    prepared, failures = prepare(gold, tmp_path, n_jobs=1)
    assert not failures
    return prepared


def learned(model: ContentModel, pages: Sequence[TrainingPage]) -> TrainingResult:
    probabilities = [model.predict_proba(page.load().blocks) for page in pages]
    folds = np.arange(len(pages)) % 4
    found = OutOfFold(folds, probabilities, [], calibration(pages, probabilities))
    return add_page_types(pages, TrainingResult(model, found))


def types_of(result: TrainingResult) -> NDArray[np.float64]:
    assert result.out_of_fold is not None and result.out_of_fold.types is not None
    return result.out_of_fold.types


def test_types_are_learned_and_predicted_out_of_fold(small_model: ContentModel, pages: list[TrainingPage]) -> None:
    result = learned(small_model, pages)
    types = types_of(result)
    assert types.shape == (40, 7) and np.abs(types.sum(axis=1) - 1).max() < 1e-9
    assert types.argmax(axis=1).tolist() == [ARTICLE] * 20 + [LISTING] * 20
    assert result.out_of_fold is not None and len(result.out_of_fold.scores) == 40
    model = result.model.page_types
    assert model is not None
    for page, expected in ((pages[0], ARTICLE), (pages[-1], LISTING)):
        blocks = page.load().blocks
        assert model.predict_proba(blocks, small_model.predict_proba(blocks)).argmax() == expected


def test_a_page_has_no_part_in_its_own_types(small_model: ContentModel, pages: list[TrainingPage]) -> None:
    turned = [replace(pages[0], page_type="listing"), *pages[1:]]
    before, after = types_of(learned(small_model, pages)), types_of(learned(small_model, turned))
    of_first_fold = np.arange(40) % 4 == 0
    assert np.array_equal(before[of_first_fold], after[of_first_fold])
    assert not np.array_equal(before[~of_first_fold], after[~of_first_fold])


def test_scores_of_types_by_hand(pages: list[TrainingPage]) -> None:
    predicted = np.zeros((40, 7))
    predicted[:30, ARTICLE] = predicted[30:, LISTING] = 1  # ten listings are taken for articles
    scores = score_page_types(pages, predicted)
    assert scores["accuracy"] == 0.75
    rows = {row.pop("type"): row for row in scores["types"]}
    assert rows["article"] == {"pages": 20, "precision": 0.6667, "recall": 1.0, "F1": 0.8}
    assert rows["listing"] == {"pages": 20, "precision": 1.0, "recall": 0.5, "F1": 0.6667}
    assert rows["forum"] == {"pages": 0, "precision": 0.0, "recall": 0.0, "F1": 0.0}
