"""The speed benchmark: the order of calls, what is counted, and what the results hold. No time is asserted."""

from __future__ import annotations

import gc
import json
import os
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

import boilerkit
from benchmarks.exceptions import BenchmarkError, MissingSystem
from benchmarks.speed import command, memory, parallel, start, steps, tables, timing
from benchmarks.speed.figures import page_results
from benchmarks.speed.growth import Growth, exponent, grow, growth_results, page_sizes
from benchmarks.speed.memory import memory_rows, shape_rows
from benchmarks.speed.pages import SavedPage, corpora_of, save_pages
from benchmarks.speed.process import BASELINE, PARSER, in_fresh_process
from benchmarks.speed.start import load_ms, start_rows
from benchmarks.speed.synthetic_pages import PROSE, SHAPES, SHORT_BLOCKS, synthetic_page
from benchmarks.speed.timing import (
    ALL_LABELS,
    PARSE,
    PARSE_TEXT,
    ROUNDS,
    PageTimes,
    TimedSystem,
    Timing,
    best_of_rounds,
    time_call,
    time_pages,
    timed_systems,
)
from benchmarks.systems import PEERS, find_system
from boilerkit.html.document import HtmlDocument
from boilerkit.html.parsing import parse
from boilerkit.model.content import ContentModel
from boilerkit.model.storage import save_model

FAKE = """
def extract(page):
    print("noise")
    return page[:5].decode()

def fails(page):
    raise ValueError("no such\\npage")

def nothing(page):
    return None

def leave(page):
    raise SystemExit(3)
"""


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current directory, with systems of a user's own in it."""
    (tmp_path / "fake_speed.py").write_text(FAKE)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", list(sys.path))
    monkeypatch.delitem(sys.modules, "fake_speed", raising=False)
    return tmp_path


def gold_file(folder: Path, n_pages: int = 5) -> Path:
    file = folder / "gold.jsonl"
    html = [synthetic_page(10_000).decode() + f"<p>{number}</p>" for number in range(n_pages)]
    rows = [{"id": f"page {number}", "html": page, "gold_text": ""} for number, page in enumerate(html)]
    file.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return file


def saved(folder: Path, *pages: bytes) -> list[SavedPage]:
    found = []
    for number, page in enumerate(pages):
        file = folder / f"{number}.html"
        file.write_bytes(page)
        found.append(SavedPage("tiny", str(number), file, len(page)))
    return found


def system_of(call: Callable[[bytes], str], name: str = "fake") -> TimedSystem:
    return TimedSystem(name, "1", call)


# --- Generated pages --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [10_000, 23_456, 160_000, 2_000_000])
def test_generated_pages_have_the_size_that_was_asked_for(size: int) -> None:
    page = synthetic_page(size)
    assert len(page) == pytest.approx(size, rel=0.1)
    assert synthetic_page(size) == page


def test_generated_pages_are_whole_pages(shipped_model: ContentModel) -> None:
    page = synthetic_page(50_000)
    assert page.startswith(b"<!DOCTYPE html>")
    assert page.endswith(b"</footer></body></html>\n")
    for tag in (b"nav", b"article", b"section", b"ul", b"li", b"a", b"p", b"aside", b"footer"):
        assert 0 < page.count(b"<" + tag + b">") + page.count(b"<" + tag + b" ") == page.count(b"</" + tag + b">")
    assert len(boilerkit.extract(page)) > 10_000


def test_all_parts_of_generated_pages_grow() -> None:
    small, large = synthetic_page(100_000), synthetic_page(400_000)
    for part in (b"<p>", b"<h2>", b"<li>", b"<a ", b'class="comment"', b'class="teaser"'):
        assert large.count(part) == pytest.approx(4 * small.count(part), rel=0.2)


# --- Shapes -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("shape", SHAPES)
def test_shaped_pages_have_the_size_that_was_asked_for(shape: str) -> None:
    page = synthetic_page(100_000, shape)
    assert len(page) == pytest.approx(100_000, rel=0.1)
    assert len(HtmlDocument.read(page).blocks.text.split()) > 300


def test_shapes_are_what_they_are_called() -> None:
    page = synthetic_page(100_000, SHORT_BLOCKS)
    assert len(HtmlDocument.read(page).blocks) == page.count(b"<p>") > 3000
    nested = parse(synthetic_page(50_000, "nested elements").decode())
    assert nested is not None
    assert max(sum(1 for _ in element.iterancestors()) for element in nested.iter("div")) > 150
    assert synthetic_page(50_000, "links").count(b"<a ") > 500


# --- Pages of corpora -------------------------------------------------------------------------------------------------


def test_pages_are_saved_as_their_bytes(tmp_path: Path) -> None:
    file = tmp_path / "gold.jsonl"
    file.write_text(json.dumps({"id": 7, "html": "<p>Körsand \ud83d</p>", "gold_text": ""}))
    (page,) = save_pages([str(file)], None, _folder(tmp_path))
    assert page.file.read_bytes() == "<p>Körsand \ud83d</p>".encode("utf-8", "surrogatepass")
    assert (page.corpus, page.id, page.size) == ("gold", "7", len(page.file.read_bytes()))


def test_a_limit_takes_the_same_pages_of_each_corpus(tmp_path: Path) -> None:
    file = gold_file(tmp_path, n_pages=20)
    chosen = save_pages([str(file), str(file)], 3, _folder(tmp_path / "one"))
    again = save_pages([str(file), str(file)], 3, _folder(tmp_path / "two"))
    assert [page.id for page in chosen] == [page.id for page in again]
    assert len({page.id for page in chosen}) == 3
    assert [page.id for page in chosen] != ["page 0", "page 1", "page 2"] * 2
    assert len(save_pages([str(file)], 100, _folder(tmp_path / "three"))) == 20


def test_corpora_have_their_number_of_pages_and_mean_size() -> None:
    pages = [SavedPage(corpus, "", Path(), size) for corpus, size in (("a", 10), ("b", 7), ("a", 31))]
    assert corpora_of(pages) == [
        {"corpus": "a", "pages": 2, "mean_bytes": 20},
        {"corpus": "b", "pages": 1, "mean_bytes": 7},
    ]


def _folder(path: Path) -> Path:
    path = path / "pages"
    path.mkdir(parents=True)
    return path


# --- Single pages -----------------------------------------------------------------------------------------------------


def test_systems_take_turns_on_each_page(tmp_path: Path) -> None:
    calls: list[str] = []

    def system(name: str) -> TimedSystem:
        def call(page: bytes) -> str:
            calls.append(f"{page.decode()}{name}")
            return ""

        return system_of(call, name)

    times = time_pages([system("x"), system("y"), system("z")], saved(tmp_path, b"0", b"1"))
    assert calls[:3] == ["0x", "0y", "0z"]  # to warm up
    rounds = ("xyz", "yzx", "zxy", "xyz", "yzx")
    assert calls[3:] == [f"{page}{name}" for page in "01" for names in rounds for name in names]
    assert [own.name for own in times] == ["x", "y", "z"]
    assert all(len(own.ms) == 2 for own in times)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """A clock that only goes on by what is passed to this function, in seconds."""
    now = 0.0

    def take(seconds: float) -> None:
        nonlocal now
        now += seconds

    for module in (timing, steps):
        monkeypatch.setattr(module, "cpu_seconds", lambda: now)
    return take


def test_the_best_round_counts(clock: Callable[[float], None]) -> None:
    seconds = iter([3.0, 1.0, 2.0, 5.0, 4.0])
    best = best_of_rounds([system_of(lambda page: str(clock(next(seconds))))], b"")
    assert best["fake"].ms == pytest.approx(1000)


def test_long_and_failing_calls_are_not_repeated(clock: Callable[[float], None]) -> None:
    calls: list[str] = []

    def long(page: bytes) -> str:
        calls.append("long")
        clock(11)
        return ""

    def fails_late(page: bytes) -> str:
        calls.append("fails")
        if calls.count("fails") == 3:
            raise ValueError("too late")
        return ""

    best = best_of_rounds([system_of(long, "long"), system_of(fails_late, "fails")], b"")
    assert (calls.count("long"), calls.count("fails")) == (1, 3)
    assert best["long"].ms == pytest.approx(11_000)
    assert best["fails"].error == "ValueError: too late"


def test_what_is_prepared_is_what_is_called_with(tmp_path: Path) -> None:
    seen: list[str] = []
    time_pages([TimedSystem("x", "", lambda text: seen.append(text) or "", bytes.decode)], saved(tmp_path, b"page"))
    assert seen == ["page"] * (1 + ROUNDS)


def test_garbage_is_not_collected_within_calls(tmp_path: Path) -> None:
    enabled: list[bool] = []
    time_pages([system_of(lambda page: enabled.append(gc.isenabled()) or "")], saved(tmp_path, b"page"))
    assert enabled == [True] + ROUNDS * [False]
    assert gc.isenabled()


def test_failures_and_time_outs_are_counted(tmp_path: Path) -> None:
    def call(page: bytes) -> str:
        if page == b"raise":
            raise ValueError("no such\npage")
        if page == b"leave":
            raise SystemExit(3)
        if page == b"hang":
            for _ in range(2):
                try:
                    time.sleep(1000)
                except Exception:  # as some systems do
                    continue
        return "text"

    pages = saved(tmp_path, b"fine", b"raise", b"hang", b"leave")
    times = time_pages([system_of(lambda page: "text", PARSE), system_of(call)], pages, limit_seconds=0.2)
    found = page_results(times, {}, pages)
    assert found["failures"] == [
        {"system": "fake", "corpus": "tiny", "id": "1", "error": "ValueError: no such"},
        {"system": "fake", "corpus": "tiny", "id": "2", "error": "took over 0.2 s"},
        {"system": "fake", "corpus": "tiny", "id": "3", "error": "SystemExit: 3"},
    ]
    assert [(row["failures"], row["over_time"]) for row in found["rows"]] == [(0, 0), (3, 1)]


def test_the_alarm_is_off_after_a_call() -> None:
    assert time_call(lambda page: "text", b"", limit_seconds=0.05).text == "text"
    time.sleep(0.1)  # the alarm, if it were on, would end the test


def test_what_the_user_has_to_mend_stops_the_timing(here: Path) -> None:
    with pytest.raises(BenchmarkError, match="returned NoneType"):
        time_call(find_system("fake_speed:nothing").load(), b"page")


def test_figures_are_those_of_the_times() -> None:
    pages = [SavedPage("tiny", str(number), Path(), 1_000_000) for number in range(4)]
    times = [
        _times(PARSE, [1.0, 1.0, 1.0, 1.0]),
        _times("boilerkit", [2.0, 2.0, 2.0, 4.0]),
        _times("other", [10.0, 20.0, 30.0, 40.0]),
    ]
    found = page_results(times, {"walk": [1.0, 1.0, 1.0, 1.0]}, pages)
    row = found["rows"][2]
    assert {name: row[name] for name in row if not name.startswith("times_")} == {
        "system": "other",
        "version": "1",
        "mean_ms": 25.0,
        "median_ms": 25.0,
        "p95_ms": 38.5,
        "pages_per_second": 40.0,
        "mb_per_second": 40.0,
        "failures": 0,
        "over_time": 0,
    }
    assert (row["times_parse"], row["times_parse_median"], row["times_parse_p95"]) == (25.0, 25.0, 38.5)
    assert [row["times_boilerkit"] for row in found["rows"]] == [0.4, 1.0, 10.0]
    assert found["rows"][2]["times_boilerkit_median"] == 10.0  # of 5, 10, 15 and 10
    assert found["steps"] == [{"step": "walk", "mean_ms": 1.0, "times_parse": 1.0, "share": 0.4}]
    assert found["columns"]["bytes"] == [1_000_000] * 4
    assert found["columns"]["ms"]["other"] == [10.0, 20.0, 30.0, 40.0]
    without = page_results([times[0], times[2]], {}, pages)["rows"][1]
    assert "times_boilerkit" not in without and "times_parse" in without


def test_figures_are_also_by_corpus() -> None:
    pages = [SavedPage(corpus, "", Path(), size) for corpus, size in (("a", 1000), ("b", 500), ("a", 3000))]
    found = page_results([_times(PARSE, [1.0, 2.0, 1.0]), _times("x", [3.0, 10.0, 5.0])], {}, pages)
    rows = {(row["corpus"], row["system"]): row for row in found["rows_by_corpus"]}
    assert list(rows) == [("a", PARSE), ("a", "x"), ("b", PARSE), ("b", "x")]
    assert [rows[corpus, "x"]["times_parse"] for corpus in "ab"] == [4.0, 5.0]
    assert rows["a", PARSE]["mb_per_second"] == 2.0


def _times(name: str, ms: list[float]) -> PageTimes:
    return PageTimes(name, "1", ms, [""] * len(ms))


def test_baselines_parse_and_come_first(here: Path) -> None:
    found = timed_systems([find_system("fake_speed:extract")])
    assert [one.name for one in found] == [PARSE, PARSE_TEXT, "fake_speed:extract"]
    page = "<?xml version='1.0' encoding='latin-1'?><html><body>Körsand</body></html>".encode("latin-1")
    assert [one.call(one.prepare(page)) for one in found] == ["html", "html", "<?xml"]
    binary = b"%PDF-1.7 <p>text</p>"
    assert found[1].call(found[1].prepare(binary)) == "html"


def test_boilerkit_runs_its_model_on_pages_it_was_trained_on(
    small_model: ContentModel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = synthetic_page(10_000)
    folder = save_model(small_model, tmp_path / "model")

    def stored(*_: object) -> None:
        raise AssertionError("stored answers were asked for")

    monkeypatch.setattr("benchmarks.systems.BoilerkitExtractor.probabilities", stored)
    timed_one = timed_systems([find_system(f"boilerkit:{folder}@0.3")])[-1]
    assert timed_one.name != ALL_LABELS
    assert timed_one.call(page) == boilerkit.extract(page, model=small_model, threshold=0.3)


# --- Steps ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("function", steps.FUNCTIONS)
def test_steps_are_functions_of_the_package(function: str) -> None:
    owner, name = steps.owner_of(function)
    assert callable(getattr(owner, name))
    assert steps.FUNCTIONS[function] in steps.STEPS


def test_time_is_counted_once(clock: Callable[[float], None]) -> None:
    timer = steps.StepTimer()
    walk = timer.timed(lambda: clock(3), "walk")
    decode = timer.timed(lambda: clock(5), "decode")

    def fail() -> None:
        clock(7)
        walk()
        raise ValueError

    failing = timer.timed(fail, "parse")

    def whole() -> str:
        clock(1)
        decode()
        with pytest.raises(ValueError):
            failing()
        walk()
        return "text"

    assert timer.timed(whole, "rest")() == "text"
    expected = {"rest": 1.0, "decode": 5.0, "parse": 7.0, "walk": 6.0}
    assert timer.seconds == dict.fromkeys(steps.STEPS, 0.0) | expected


def test_functions_are_as_before_after_they_were_timed() -> None:
    before = [getattr(*steps.owner_of(function)) for function in steps.FUNCTIONS]
    timer = steps.StepTimer()
    page = synthetic_page(10_000)
    assert timer.extract(page) == boilerkit.extract(page)
    assert all(timer.seconds[step] > 0 for step in steps.STEPS)
    with pytest.raises(boilerkit.InputError):
        timer.extract(b"%PDF-1.7 no page")
    assert [getattr(*steps.owner_of(function)) for function in steps.FUNCTIONS] == before
    assert set(timer.take_best()) == set(steps.STEPS)


def test_the_steps_of_the_fastest_call_count(clock: Callable[[float], None], monkeypatch: pytest.MonkeyPatch) -> None:
    seconds = iter([3.0, 1.0, 2.0])
    monkeypatch.setattr(boilerkit, "extract", lambda page: str(clock(next(seconds))))
    timer = steps.StepTimer()
    for _ in range(3):
        timer.extract(b"page")
    assert timer.take_best() == dict.fromkeys(steps.STEPS, 0.0) | {"rest": 1000.0}


# --- Growth -----------------------------------------------------------------------------------------------------------


def test_sizes_double_up_to_the_largest() -> None:
    assert page_sizes(80_000) == [10_000, 20_000, 40_000, 80_000]
    assert page_sizes(10_000) == [10_000]
    assert page_sizes(20_000_000)[0] == 19_531


@pytest.mark.parametrize("power", [0.0, 1.0, 1.5, 2.0])
def test_the_exponent_of_a_power_is_that_power(power: float) -> None:
    sizes = [10_000 * 2**doublings for doublings in range(8)]
    assert exponent({size: 3e-4 * size**power for size in sizes}, 0) == pytest.approx(power, abs=1e-9)


def test_the_exponent_leaves_smaller_pages_out() -> None:
    times = {10_000: 50.0, 50_000: 50.0, 100_000: 1.0, 200_000: 2.0, 400_000: 4.0}
    assert exponent(times, 100_000) == pytest.approx(1)
    assert exponent(times, 0) < 0
    assert exponent(times, 400_000) is None


@pytest.mark.parametrize(
    ("timing", "stopped", "noted"),
    [
        (Timing(10_001.0, "text", ""), "took 10.0 s on 0.20 MB", True),
        (Timing(9999.0, "text", ""), "", True),
        (Timing(5.0, "", "ValueError: too large"), "ValueError: too large on 0.20 MB", False),
        (Timing(1.0, "", ""), "returned no text at once on 0.20 MB", False),
        (Timing(20.0, "", ""), "", True),
    ],
)
def test_growth_stops(timing: Timing, stopped: str, noted: bool) -> None:
    growth = Growth("x", "1")
    growth.add(100_000, Timing(10.0, "text", ""))
    growth.add(200_000, timing)
    assert growth.stopped == stopped
    assert (200_000 in growth.ms) == noted


def test_systems_that_never_give_text_go_on() -> None:
    growth = Growth("x", "1")
    growth.add(10, Timing(10.0, "", ""))
    growth.add(20, Timing(1.0, "", ""))
    assert list(growth.ms) == [10, 20]


def test_a_system_gets_larger_pages_until_it_stops() -> None:
    sizes: dict[str, list[int]] = {"x": [], "y": []}

    def whole(page: bytes) -> str:
        sizes["x"].append(len(page))
        return "text"

    def small_only(page: bytes) -> str:
        sizes["y"].append(len(page))
        if len(page) > 15_000:
            raise ValueError("too large")
        return "text"

    timed = [system_of(whole, "x"), system_of(small_only, "y")]
    (x, y), step_ms = grow(timed, PROSE, [10_000, 20_000, 40_000])
    small, middle, large = (len(synthetic_page(size)) for size in (10_000, 20_000, 40_000))
    warm = 1
    assert sizes == {"x": [small] * (warm + ROUNDS) + [middle] * ROUNDS + [large] * ROUNDS,
                     "y": [small] * (warm + ROUNDS) + [middle]}  # fmt: skip
    assert list(x.ms) == [small, middle, large]
    assert list(y.ms) == [small]
    assert y.stopped == "ValueError: too large on 0.02 MB"
    assert step_ms == {}


def test_growth_of_boilerkit_has_its_steps() -> None:
    found = growth_results([find_system("boilerkit")], SHORT_BLOCKS, [10_000, 20_000])
    assert (found["shape"], found["blocks"][0]) == (SHORT_BLOCKS, synthetic_page(10_000, SHORT_BLOCKS).count(b"<p>"))
    assert [row["system"] for row in found["rows"]] == [PARSE, PARSE_TEXT, "boilerkit", ALL_LABELS]
    assert [row["step"] for row in found["steps"]] == list(steps.STEPS)
    assert all(len(row["ms"]) == 2 and row["exponent"] is None for row in [*found["rows"], *found["steps"]])


# --- Processes --------------------------------------------------------------------------------------------------------


def test_measuring_processes_have_one_core_and_one_thread() -> None:
    before = dict(os.environ)
    assert in_fresh_process(os.getenv, "OPENBLAS_NUM_THREADS") == "1"
    assert dict(os.environ) == before
    if hasattr(os, "sched_getaffinity"):
        assert len(in_fresh_process(os.sched_getaffinity, 0)) == 1


def test_a_measuring_process_that_dies_is_said() -> None:
    with pytest.raises(BenchmarkError, match="the measuring process died"):
        in_fresh_process(os._exit, 1)


def test_memory_is_that_of_the_process_alone(here: Path) -> None:
    ballast = b"x" * 300_000_000  # which Linux would count as the peak of all that is started from here
    rows = memory_rows([find_system("fake_speed:extract")], saved(here, *[synthetic_page(10_000)] * 2))
    assert [row["system"] for row in rows] == [BASELINE.name, "fake_speed:extract"]
    for row in rows:
        assert 1 < row["start_mb"] <= row["peak_mb"] < len(ballast) / 1e6


def test_memory_grows_by_what_a_page_takes(here: Path) -> None:
    (here / "greedy_speed.py").write_text("def extract(page): return str(len(b'x' * 200_000_000))\n")
    row = memory_rows([find_system("greedy_speed:extract")], saved(here, b"page"))[1]
    assert 195 < row["peak_mb"] - row["start_mb"] < 250


@pytest.mark.parametrize("name", ["fake_speed:extract", "fake_speed:fails", "fake_speed:nothing"])
def test_cold_start_takes_time(here: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setattr(start, "ROUNDS", 1)
    rows = start_rows([find_system(name)])
    assert [row["system"] for row in rows] == [BASELINE.name, name]
    assert all(row["seconds"] > 0 for row in rows)


def test_a_system_that_cannot_be_run_alone_is_said(here: Path) -> None:
    with pytest.raises(BenchmarkError, match="fake_speed:leave cannot be run in a process of its own"):
        start_rows([find_system("fake_speed:leave")])


@pytest.mark.parametrize("name", PEERS)
def test_what_users_type_gives_what_the_systems_give(name: str) -> None:
    page = synthetic_page(10_000)
    try:
        expected = find_system(name).load()(page)
    except MissingSystem as missing:
        pytest.skip(str(missing))
    assert _typed(name)(page) == expected


def test_what_users_type_for_boilerkit(small_model: ContentModel, tmp_path: Path) -> None:
    page = synthetic_page(10_000)
    folder = save_model(small_model, tmp_path / "my@model")
    for name in (f"boilerkit:{folder}", f"boilerkit:{folder}@0.3", "boilerkit", "boilerkit@0.9"):
        assert _typed(name)(page) == find_system(name).load()(page)


def test_peers_are_called_without_boilerkit() -> None:
    codes = [BASELINE.code, PARSER.code]
    for name in PEERS:
        with suppress(MissingSystem):
            codes.append(find_system(name).code)
    assert not any("boilerkit" in code for code in codes)


def _typed(name: str) -> Callable[[bytes], str]:
    names: dict[str, Callable[[bytes], str]] = {}
    exec(find_system(name).code, names)
    return names["extract"]


# --- Memory and start of Boilerkit ------------------------------------------------------------------------------------


def test_memory_is_measured_by_shape_with_its_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    system, sizes = find_system("boilerkit"), [50_000]
    monkeypatch.setattr(memory, "SHAPES", ["links"])
    monkeypatch.setattr(memory, "MOST_LARGEST", 2)
    monkeypatch.setattr(memory, "peak_memory", lambda program, files: (0, 6 * files[0].stat().st_size + 80_000_000))
    pages = saved(tmp_path, *(synthetic_page(size) for size in (30_000, 10_000, 50_000)))
    *largest, row = shape_rows(system, pages, sizes)
    assert [one["shape"] for one in largest] == [f"page {pages[at].id} of {pages[at].corpus}" for at in (2, 0)]
    assert [one["mb"] for one in largest] == [0.05, 0.03]
    assert (row["shape"], row["mb"], row["times_size"], row["within"]) == ("links", 0.05, 6.0, True)
    assert row["peak_mb"] == row["limit_mb"] == pytest.approx(80.3, abs=0.01)
    monkeypatch.setattr(memory, "peak_memory", lambda program, files: (0, 200_000_000))
    assert not shape_rows(system, [], sizes)[0]["within"]


def test_loading_a_model_takes_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(start, "ROUNDS", 1)
    assert load_ms() > 0


# --- Side by side -----------------------------------------------------------------------------------------------------


def test_threads_and_processes_are_measured(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parallel, "ROUNDS", 1)
    rows = parallel.parallel_rows(saved(tmp_path, *[synthetic_page(10_000)] * 20))
    assert [(row["mode"], row["workers"]) for row in rows] == [
        ("threads", 1),
        ("threads", 2),
        ("processes", 1),
        ("processes", 2),
    ]
    assert [row["times_one"] for row in rows[::2]] == [1.0, 1.0]
    assert all(row["pages_per_second"] > 0 for row in rows)


# --- The command ------------------------------------------------------------------------------------------------------


def measure(here: Path, *names: str, limit: int = 3) -> tuple[dict[str, Any], Result]:
    words = [word for name in names for word in ("--system", name)]
    arguments = [str(gold_file(here)), *words, "--limit", str(limit), "--largest", "0.04", "-o", str(here / "out")]
    done = CliRunner().invoke(command, arguments)
    assert done.exit_code == 0, done.output
    return json.loads((here / "out" / "speed.json").read_text()), done


def test_the_command_measures_and_writes_all(
    here: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "justext", None)  # as if it were not installed
    found, done = measure(here, "fake_speed:extract", "fake_speed:fails", "justext")
    assert "justext is not installed: pip install 'justext'" in done.stderr
    assert [(corpus["corpus"], corpus["pages"]) for corpus in found["corpora"]] == [("gold", 3)]
    names = ["fake_speed:extract", "fake_speed:fails"]
    timed = [PARSE, PARSE_TEXT, *names]
    assert [row["system"] for row in found["pages"]["rows"]] == timed
    assert [row["failures"] for row in found["pages"]["rows"]] == [0, 0, 0, 3]
    columns = found["pages"]["columns"]
    assert len(set(columns["id"])) == 3
    assert {name: len(ms) for name, ms in columns["ms"].items()} == dict.fromkeys(timed, 3)
    assert [row["system"] for row in found["memory"]] == [BASELINE.name, *names]
    assert [row["system"] for row in found["start"]] == [BASELINE.name, *names]
    (growth,) = found["growth"]
    assert [row["system"] for row in growth["rows"]] == timed
    assert [len(row["bytes"]) for row in growth["rows"]] == [3, 3, 3, 0]
    for rows in (found["pages"]["rows"], found["memory"], found["start"], growth["rows"]):
        assert [row["version"] for row in rows[-2:]] == [find_system(name).version for name in names]
    assert (found["memory_by_shape"], found["load_ms"], found["parallel"]) == ([], None, [])
    for text in ("Single pages, one core: 3 pages of gold", "Time by the size", *names):
        assert text in done.stdout
    assert "Timing pages, 4 systems: 0 of 3" in capfd.readouterr().err


def test_boilerkit_is_also_measured_by_step_and_side_by_side(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("benchmarks.speed.MEMORY_SIZES", (20_000,))
    monkeypatch.setattr(parallel, "ROUNDS", 1)
    found, done = measure(here, "boilerkit", limit=2)
    assert [row["system"] for row in found["pages"]["rows"]] == [PARSE, PARSE_TEXT, "boilerkit", ALL_LABELS]
    assert [row["step"] for row in found["pages"]["steps"]] == list(steps.STEPS)
    assert sum(row["share"] for row in found["pages"]["steps"]) == pytest.approx(1, abs=0.5)
    assert [growth["shape"] for growth in found["growth"]] == [PROSE, SHORT_BLOCKS]
    assert [row["shape"] for row in found["memory_by_shape"]][-len(SHAPES) :] == list(SHAPES)
    assert found["load_ms"] > 0 and len(found["parallel"]) == 4
    for text in ("Steps of extract", "Peak of memory", "Threads and processes"):
        assert text in done.stdout


def test_without_any_system_the_command_says_so(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "justext", None)
    done = CliRunner().invoke(command, [str(gold_file(here)), "--system", "justext"])
    assert isinstance(done.exception, BenchmarkError)
    assert "none of these systems is installed" in str(done.exception)


def test_tables_hold_what_was_measured() -> None:
    growth = {
        "exponent": 1.0,
        "exponent_all_sizes": 0.9,
        "bytes": [10_000, 20_000_000],
        "ms": [1.0, 1500],
        "stopped": "",
    }
    peak = {"shape": "links", "mb": 1.0, "peak_mb": 87.0, "parse_mb": 40.0, "limit_mb": 86.0, "within": False}
    pages = [SavedPage("corpus", str(number), Path(), 1000 * (number + 1)) for number in range(2)]
    times = [_times(PARSE, [1.0, 3.0]), _times("resiliparse", [2.0, 2.0]), _times("boilerkit", [2.0, 4.0])]
    results = {
        "corpora": corpora_of(pages),
        "pages": page_results(times, {"walk": [0.25, 0.5]}, pages),
        "growth": [
            {
                "shape": SHORT_BLOCKS,
                "blocks": [400, 800_000],
                "rows": [{"system": name, **growth} for name in (PARSE, "boilerkit", "x")],
                "steps": [{"step": "walk", **growth}],
            }
        ],
        "memory": [],
        "memory_by_shape": [peak, peak | {"parse_mb": 86.5}],
        "start": [{"system": "import numpy", "seconds": 0.2}, {"system": "boilerkit", "seconds": 0.5}],
        "load_ms": 12.5,
        "parallel": [{"mode": "threads", "workers": 2, "pages_per_second": 300.0, "times_one": 1.9}],
    }
    assert tables.page_names(results) == "2 pages of corpus"
    row = tables.ratio_rows(results["pages"]["rows"])[2]
    assert list(row.values()) == ["boilerkit", "3.00", "3.00", "1.50, 1.67, 1.97", "1.50, 1.50, 1.95"]
    by_corpus = tables.ratio_rows(results["pages"]["rows_by_corpus"])[2]
    assert by_corpus == {"corpus": "corpus"} | row
    assert [row["system"] for row in tables.system_rows(results)] == [PARSE, "resiliparse", "boilerkit"]
    assert list(tables.step_rows(results)[0].values()) == ["walk", "0.375", "0.19", "12%"]
    assert tables.start_rows(results)[3] == {"what": "the difference", "ms": "300"}
    assert [row["within"] for row in tables.shape_rows(results)] == ["no", "no, nor lxml"]
    grown = tables.step_growth_rows(results)
    assert [row["of"] for row in grown] == [PARSE, "boilerkit", "step: walk"]
    assert list(grown[1].values()) == [SHORT_BLOCKS, "boilerkit", "0.900", "1.000", "20.00", "1.50"]
    assert len(tables.growth_rows(results)) == 3
    assert list(tables.parallel_rows(results)[0].values()) == ["threads", "2", "300", "1.90"]
