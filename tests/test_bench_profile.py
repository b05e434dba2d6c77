"""The profile: whose time is value_and_count as which step, and what results and the page on performance say of it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner
from test_bench_speed import gold_file, saved

import boilerkit
from benchmarks.exceptions import BenchmarkError
from benchmarks.performance import figures, written
from benchmarks.profiling import NOW, command
from benchmarks.results import REPOSITORY
from benchmarks.speed import again, limits, parallel, steps
from benchmarks.speed.synthetic_pages import generated_page
from benchmarks.speed.pages import SavedPage
from benchmarks.speed.profile import LABELS, profile_results, run_steps
from benchmarks.speed.shapes import SHAPES, shaped_page, short_blocks
from benchmarks.speed.snippets import PARSE
from boilerkit.decode import parse
from boilerkit.read import read

CODE = "import boilerkit\ndef extract(page): return boilerkit.extract(page)"

# --- Steps ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("place", steps.PLACES)
def test_places_are_functions_of_this_code(place: str) -> None:
    owner, name = steps.owner_of(place)
    assert callable(getattr(owner, name))
    assert steps.PLACES[place] in steps.STEPS


@pytest.mark.parametrize("place", ["no_such_module:f", "boilerkit.read:Nothing.f"])
def test_places_that_other_code_does_not_have(place: str) -> None:
    assert steps.owner_of(place) == (None, "f")


def test_time_is_counted_once(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 0.0

    def take(seconds: float) -> None:
        nonlocal now
        now += seconds

    monkeypatch.setattr(steps, "cpu_seconds", lambda: now)
    clock = steps.Clock()
    walk = clock.timed(lambda: take(3), "walk")
    decode = clock.timed(lambda: take(5), "decode")

    def fail() -> None:
        take(7)
        walk()
        raise ValueError

    failing = clock.timed(fail, "parse")

    def whole() -> str:
        take(1)
        decode()
        with pytest.raises(ValueError):
            failing()
        walk()
        return "text"

    assert clock.timed(whole, "rest")() == "text"
    expected = {"rest": 1.0, "decode": 5.0, "parse": 7.0, "walk": 6.0}
    assert clock.seconds == dict.fromkeys(steps.STEPS, 0.0) | expected


def test_functions_are_as_before_after_they_were_timed() -> None:
    before = [getattr(*steps.owner_of(place)) for place in steps.PLACES]
    with pytest.raises(ValueError), steps.clocked() as clock:
        assert boilerkit.extract(generated_page(10_000))
        raise ValueError
    assert [getattr(*steps.owner_of(place)) for place in steps.PLACES] == before
    assert all(clock.seconds[step] > 0 for step in steps.STEPS)


def test_all_pages_are_measured_and_those_that_are_none_too(tmp_path: Path) -> None:
    pages = saved(tmp_path, generated_page(10_000), b"%PDF-1.7 no page")
    found = steps.measured({"boilerkit": CODE}, [str(page.file) for page in pages])
    assert {name: len(ms) for name, ms in found["ms"].items()} == {"boilerkit": 2}
    assert {step: len(ms) for step, ms in found["steps"].items()} == dict.fromkeys(steps.STEPS, 2)
    assert found["steps"]["predict"][0] > 0 and found["steps"]["predict"][1] == 0


def test_ratios_are_of_means_and_of_pages() -> None:
    pages = [SavedPage("a", str(number), Path(), 100) for number in range(3)]
    ms = {PARSE: [1.0, 2.0, 3.0], "resiliparse": [2.0, 2.0, 2.0], "boilerkit": [2.0, 2.0, 8.0], LABELS: [2.0] * 3}
    found = profile_results({"ms": ms, "steps": {"walk": [1.0, 1.0, 1.0]}}, pages)
    row = {row["system"]: row for row in found["rows"]}["boilerkit"]
    ratios = [2.0, 1.0, 8 / 3]
    assert (row["mean_ms"], row["median_ms"], row["times_parse"], row["times_resiliparse"]) == (4.0, 2.0, 2.0, 2.0)
    assert (row["times_parse_median"], row["times_parse_p95"]) == (2.0, round(float(np.percentile(ratios, 95)), 3))
    assert found["steps"] == [{"step": "walk", "mean_ms": 1.0, "times_parse": 0.5, "share": 0.25}]
    assert found["columns"]["bytes"] == [100] * 3


def test_code_that_cannot_be_timed_is_said(tmp_path: Path) -> None:
    (tmp_path / "boilerkit").mkdir()
    (tmp_path / "boilerkit" / "__init__.py").write_text("raise ImportError('not built')")
    with pytest.raises(BenchmarkError, match=r"cannot be timed \(ImportError: not built\)"):
        run_steps(tmp_path, [], ["boilerkit"])


def test_pages_are_extracted_again_at_least_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pages = [page.file.read_bytes() for page in saved(tmp_path, b"<p>one", b"<p>two")]
    seen: list[bytes] = []
    monkeypatch.setattr(boilerkit, "extract", seen.append)
    again.main(0, tmp_path)
    assert seen == pages


# --- Shapes, memory, growth -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("shape", SHAPES)
def test_shaped_pages_have_the_size_that_was_asked_for(shape: str) -> None:
    page = shaped_page(shape, 100_000)
    assert len(page) == pytest.approx(100_000, rel=0.1)
    assert len(read(page)[1].text.split()) > 300


def test_shapes_are_what_they_are_called() -> None:
    page = short_blocks(100_000)
    assert len(read(page)[1]) == page.count(b"<p>") > 3000
    nested = parse(shaped_page("nested elements", 50_000).decode())
    assert nested is not None
    assert max(sum(1 for _ in element.iterancestors()) for element in nested.iter("div")) > 150
    assert shaped_page("links", 50_000).count(b"<a ") > 500


def test_memory_is_told_by_shape_with_its_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "SHAPES", ["links"])
    monkeypatch.setattr(limits, "memory_of", lambda name, files: (0, 6 * files[0].stat().st_size + 80_000_000))
    (row,) = limits.memory_by_shape([50_000])
    assert (row["shape"], row["mb"], row["times_size"], row["within"]) == ("links", 0.05, 6.0, True)
    assert row["peak_mb"] == row["limit_mb"] == pytest.approx(80.3, abs=0.01)
    monkeypatch.setattr(limits, "memory_of", lambda name, files: (0, 200_000_000))
    assert not limits.memory_by_shape([50_000])[0]["within"]


def test_memory_is_told_of_the_largest_pages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "LARGEST", 2)
    monkeypatch.setattr(limits, "memory_of", lambda name, files: (0, files[0].stat().st_size))
    pages = saved(tmp_path, *(generated_page(size) for size in (30_000, 10_000, 50_000)))
    rows = limits.memory_of_largest(pages)
    assert [row["shape"] for row in rows] == [f"page {pages[number].id} of {pages[number].corpus}" for number in (2, 0)]
    assert [row["mb"] for row in rows] == [0.05, 0.03]


def test_growth_is_that_of_systems_and_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    def run(code: Path, files: list[Path], names: list[str]) -> dict[str, Any]:
        sizes = [file.stat().st_size for file in files]
        return {
            "ms": {name: [float(size) ** 2 for size in sizes] for name in names},
            "steps": {"walk": [float(size) for size in sizes], "rest": [0.0 for _ in sizes]},
        }

    monkeypatch.setattr(limits, "run_steps", run)
    rows = {row["of"]: row for row in limits.growth_rows("short blocks", [50_000, 100_000, 200_000, 400_000])}
    assert set(rows) == {PARSE, "boilerkit", "step: walk", "step: rest"}
    assert rows["boilerkit"]["exponent"] == rows["boilerkit"]["exponent_all_sizes"] == 2.0
    assert rows["step: walk"]["exponent"] == 1.0
    assert rows["step: rest"]["exponent"] is None
    assert [len(short_blocks(size)) for size in (50_000, 400_000)] == [rows[PARSE]["bytes"][at] for at in (0, -1)]
    assert rows[PARSE]["blocks"][0] == short_blocks(50_000).count(b"<p>")


def test_loading_a_model_takes_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "REPEATS", 1)
    assert limits.load_ms() > 0


# --- Side by side -----------------------------------------------------------------------------------------------------


def test_threads_and_processes_are_measured(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parallel, "REPEATS", 1)
    rows = parallel.parallel_rows(saved(tmp_path, *[generated_page(10_000)] * 20))
    assert [(row["way"], row["workers"]) for row in rows] == [
        ("threads", 1),
        ("threads", 2),
        ("processes", 1),
        ("processes", 2),
    ]
    assert [row["times_one"] for row in rows[::2]] == [1.0, 1.0]
    assert all(row["pages_per_second"] > 0 for row in rows)


# --- The commands -----------------------------------------------------------------------------------------------------


def run(*arguments: str) -> Any:
    return CliRunner().invoke(command, list(arguments), catch_exceptions=True)


def test_runs_of_several_labels_stay_side_by_side(tmp_path: Path) -> None:
    pytest.importorskip("resiliparse")
    gold, out = gold_file(tmp_path), tmp_path / "out" / "profile.json"
    for label in ("before", NOW):
        done = run(str(gold), "--limit", "2", "--steps-only", "--label", label, "--out", str(out))
        assert done.exit_code == 0, done.output
        assert f"Steps of extract, {label}" in done.stdout
    found = json.loads(out.read_text())
    assert list(found["runs"]) == ["before", NOW]
    for values in found["runs"].values():
        assert [row["system"] for row in values["rows"]] == [PARSE, "resiliparse", "boilerkit", LABELS]
        assert [row["step"] for row in values["steps"]] == list(steps.STEPS)
        assert len(values["columns"]["ms"]["boilerkit"]) == 2
    assert "limits" not in found


def test_the_run_of_other_code_has_a_name_of_its_own(tmp_path: Path) -> None:
    done = run(str(gold_file(tmp_path)), "--code", str(tmp_path), "--out", str(tmp_path / "profile.json"))
    assert isinstance(done.exception, BenchmarkError) and "--label" in str(done.exception)


def results() -> dict[str, Any]:
    pages = [SavedPage("corpus", str(number), Path(), 1000 * (number + 1)) for number in range(2)]
    ms = {PARSE: [1.0, 3.0], "resiliparse": [2.0, 2.0], "boilerkit": [2.0, 4.0], LABELS: [2.0, 5.0]}
    found = {"ms": ms, "steps": {step: [0.25, 0.5] for step in steps.STEPS}}
    context = {"machine": "Abacus, 2 cores", "python": "3.11.7", "versions": {"lxml": "6.1.3"}, "commit": "0123"}
    run = {"context": context, "corpora": [{"corpus": "corpus", "pages": 2, "mean_bytes": 1500}]}
    run |= profile_results(found, pages)
    growth = [
        {
            "shape": "short blocks",
            "of": name,
            "exponent": 1.0,
            "exponent_all_sizes": 0.9,
            "bytes": [10_000, 20_000_000],
            "blocks": [400, 800_000],
            "ms": [1.0, 1500],
        }
        for name in (PARSE, "boilerkit", "step: walk")
    ]
    peak = {
        "shape": "links",
        "mb": 1.0,
        "peak_mb": 87.0,
        "parse_mb": 40.0,
        "limit_mb": 86.0,
        "times_size": 7.0,
        "within": False,
    }
    return {
        "runs": {NOW: run, "before": run | {"context": context | {"commit": "4567"}}},
        "limits": {
            "load_ms": 12.5,
            "start": [{"system": "import numpy", "seconds": 0.2}, {"system": "boilerkit", "seconds": 0.5}],
            "memory": [peak, peak | {"shape": "blocks", "parse_mb": 86.5}],
            "growth": growth,
            "parallel": [{"way": "threads", "workers": 2, "pages_per_second": 300.0, "times_one": 1.9}],
        },
    }


def test_the_page_says_what_was_measured() -> None:
    page = written(results())
    for said in (
        "| boilerkit | 3.00 | 3.00 | 1.50, 1.67, 1.97 | 1.50, 1.50, 1.95 |",
        "| corpus | boilerkit | 3.00 | 3.00 | 1.50,",
        "2 pages of corpus, 2 kB each",
        "| walk | 0.375 | 0.19 | 12% |",
        "| before | 4567 | 3.00 |",
        "| the difference | 300 |",
        "| links | 1 | 87 | 40 | 86 | **no** |",
        "| blocks | 1 | 87 | 86 | 86 | **no**, nor lxml |",
        "| short blocks | boilerkit | 0.900 | 1.000 | 20 MB, 800,000 blocks | 1.50 |",
        "| threads | 2 | 300 | 1.90 |",
    ):
        assert said in page
    assert page.index("| before |") < page.index("| now |")


def test_the_pictures_show_all_runs() -> None:
    pytest.importorskip("matplotlib")
    drawn = figures(results())
    (axes,) = drawn["performance-steps"].axes
    assert [label.get_text() for label in axes.get_yticklabels()] == [NOW, "before"]
    assert len(axes.patches) == 2 * len(steps.STEPS)
    assert max(bar.get_x() + bar.get_width() for bar in axes.patches) == pytest.approx(len(steps.STEPS) * 0.375 / 2)
    assert drawn["performance-size"].axes[0].lines


def test_this_code_is_measured_by_default() -> None:
    default = {option.name: option.default for option in command.params}
    assert (default["code"], default["label"]) == (REPOSITORY, NOW)
