"""What the documents say of models, features and figures is what the code and the result files say."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from support.reference_walk import SEED_NAME, SEED_WHOLE_NAME, hashed, name_tokens

from benchmarks.docs import SECTIONS, render
from benchmarks.docs.how_it_works import split_weights, word_hashes
from benchmarks.exceptions import BenchmarkError
from boilerkit.model.trees import TreeEnsemble

ROOT = Path(__file__).resolve().parents[1]


@pytest.mark.parametrize("page", SECTIONS)
def test_generated_sections_are_current(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    assert render(page, text) == text


def test_a_section_without_a_place_is_told_of() -> None:
    with pytest.raises(BenchmarkError, match=r"docs/features\.md has no place for features"):
        render("docs/features.md", "# Features\n")


def test_a_place_without_a_section_is_told_of() -> None:
    text = (ROOT / "docs" / "features.md").read_text(encoding="utf-8")
    with pytest.raises(BenchmarkError, match="a place for planets, but nothing writes"):
        render("docs/features.md", text + "<!-- planets: written by python -m benchmarks docs -->\n")


def test_words_are_looked_up_as_pages_have_them() -> None:
    words = ("nav", "share", "comments")
    hashes = word_hashes(words)
    assert hashes["block"].tolist() == [hashed(word) for word in words]
    assert hashes["element"].tolist() == [name_tokens(word, SEED_NAME, SEED_WHOLE_NAME, 24)[0] for word in words]


def test_splits_count_by_how_often_rows_meet_them() -> None:
    """Two trees: a leaf; and a split of feature 2 whose right side is split by feature 0."""
    zeros = np.zeros(6)
    trees = TreeEnsemble(
        roots=np.array([0, 1], dtype=np.int32),
        feature=np.array([-1, 2, -1, 0, -1, -1], dtype=np.int32),
        threshold=zeros,
        left=np.array([0, 2, 0, 4, 0, 0], dtype=np.int32),
        right=np.array([0, 3, 0, 5, 0, 0], dtype=np.int32),
        value=zeros,
        baseline=np.zeros(1),
    )
    assert split_weights(trees, 4).tolist() == pytest.approx([1 / 3, 0, 2 / 3, 0])
