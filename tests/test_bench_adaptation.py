"""`python -m benchmarks adaptation`: draws, means over them, and a run on a few pages."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from support.generated import write_gold

from benchmarks import adaptation
from benchmarks.__main__ import main
from benchmarks.adaptation import Draw, draw_pages, points_of
from benchmarks.plots import AdaptationPoint, adaptation_curves
from benchmarks.results import read_json
from boilerkit.model.content import ContentModel


def test_a_draw_takes_whole_groups_and_differs_by_seed() -> None:
    groups = np.array([0, 0, 0, 1, 2, 2, 3, 4, 5, 5, 6, 7])
    draws = [draw_pages(groups, 5, seed) for seed in range(20)]
    assert all(taken.sum() == 5 for taken in draws)
    assert all(len(np.unique(taken[groups == group])) == 1 for taken in draws for group in range(8))
    assert len({taken.tobytes() for taken in draws}) > 5
    np.testing.assert_array_equal(draws[3], draw_pages(groups, 5, 3))


def test_points_are_means_over_draws() -> None:
    draws = [
        Draw("a", 20, 0, 80, 0.80, 0.84, None),
        Draw("a", 20, 1, 80, 0.82, 0.82, None),
        Draw("b", 20, 0, 50, 0.90, 0.89, 0.70),
    ]
    first, second = points_of(draws)
    assert (first["corpus"], first["draws"], first["shipped"], first["adapted"]) == ("a", 2, 0.81, 0.83)
    assert (first["gain"], first["least_gain"], first["most_gain"]) == (0.02, 0, 0.04)
    assert first["scratch"] is None and second["scratch"] == 0.7 and second["gain"] == -0.01


def test_a_run_on_a_few_pages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, small_model: ContentModel) -> None:
    monkeypatch.setattr(adaptation, "CACHE", tmp_path / "cache" / "benchmarks")
    monkeypatch.setattr(adaptation, "load_shipped", lambda input_format: small_model)
    monkeypatch.setattr(adaptation, "_MIN_TESTED", 5)
    gold = write_gold(tmp_path / "pages.jsonl", 12, 2, with_links=True)
    options = ("--size", "12", "--size", "500", "--draws", "1", "--output", str(tmp_path / "out"))
    result = CliRunner().invoke(main, ["adaptation", str(gold), *options])
    assert result.exit_code == 0, result.output
    results = read_json(tmp_path / "out" / "adaptation.json")
    (draw,) = results["draws"]
    assert (draw["pages"], draw["tested"]) == (12, 12) and draw["adapted"] > draw["shipped"]
    assert results["points"][0]["gain"] == pytest.approx(draw["adapted"] - draw["shipped"], abs=1e-4)
    assert f"{draw['adapted']:.3f}" in result.stdout
    failed = CliRunner().invoke(main, ["adaptation", str(gold), "--size", "500", "--output", str(tmp_path / "out")])
    assert failed.exit_code == 1 and "too few pages" in failed.output


def test_curves_begin_with_the_shipped_model() -> None:
    points = [AdaptationPoint("a", 50, 0.82, 0.88, 0.86, 0.9), AdaptationPoint("a", 20, 0.8, 0.84, 0.82, 0.85)]
    (axes,) = adaptation_curves(points).axes
    (line,) = axes.lines
    assert line.get_xydata() == pytest.approx(np.array([[0, 0.81], [20, 0.84], [50, 0.88]]))
