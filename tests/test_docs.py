"""What the documents say of models, features and figures is what the code and the result files say."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.docs import SECTIONS, render
from benchmarks.exceptions import BenchmarkError

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
