"""What the documents say of features and figures is what the code and the result files say."""

from __future__ import annotations

import runpy
from pathlib import Path

from benchmarks.performance import PAGE, written
from benchmarks.profiling import FILE
from benchmarks.readme import README, current
from benchmarks.results import RESULTS, read_json

ROOT = Path(__file__).resolve().parents[1]


def test_the_page_of_features_is_current() -> None:
    features_page = runpy.run_path(str(ROOT / "docs" / "make_features.py"))["features_page"]
    assert (ROOT / "docs" / "features.md").read_text(encoding="utf-8") == features_page()


def test_the_page_of_labels_shows_what_the_commands_print() -> None:
    labels_page = runpy.run_path(str(ROOT / "docs" / "make_labels.py"))["labels_page"]
    assert (ROOT / "docs" / "labels.md").read_text(encoding="utf-8") == labels_page()


def test_the_examples_and_figures_of_the_readme_are_those_of_the_shipped_model() -> None:
    readme = README.read_text(encoding="utf-8")
    assert current(readme) == readme


def test_the_scores_of_the_labels_are_those_of_the_shipped_model() -> None:
    module = runpy.run_path(str(ROOT / "docs" / "make_label_scores.py"))
    page = module["PAGE"].read_text(encoding="utf-8")
    assert module["current"](page) == page
    assert "macro F1" in page


def test_the_page_on_performance_says_what_was_measured() -> None:
    assert PAGE.read_text(encoding="utf-8") == written(read_json(RESULTS / FILE))
