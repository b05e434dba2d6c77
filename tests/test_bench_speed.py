"""The speed benchmark: what is called in which order, what is value_and_count, and what the results hold. Nothing is timed."""

from __future__ import annotations

import gc
import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

import boilerkit
from benchmarks.exceptions import BenchmarkError
from benchmarks.speed import command
from benchmarks.speed.memory import memory_rows, start_rows
from benchmarks.speed.synthetic_pages import generated_page
from benchmarks.speed.growth import Growth, exponent, grow, growth_rows, page_sizes
from benchmarks.speed.pages import SavedPage, corpora_of, save_pages
from benchmarks.speed.process import in_fresh_process
from benchmarks.speed.snippets import BASELINE, PARSE, SNIPPETS, code_of
from benchmarks.speed.timing import (
    PARSE_BYTES,
    PARSE_TEXT,
    Contender,
    PageTimes,
    Timing,
    contenders,
    page_results,
    time_pages,
    timed,
)
from benchmarks.systems import PEERS, MissingSystem, find_system
from boilerkit.model.content import ContentModel
from boilerkit.model.store import save_model

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
    html = [generated_page(10_000).decode() + f"<p>{number}</p>" for number in range(n_pages)]
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


def contender(call: Callable[[bytes], str], name: str = "fake") -> Contender:
    return Contender(name, "1", call)


# --- Generated pages --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [10_000, 23_456, 160_000, 2_000_000])
def test_generated_pages_have_the_size_that_was_asked_for(size: int) -> None:
    page = generated_page(size)
    assert len(page) == pytest.approx(size, rel=0.1)
    assert generated_page(size) == page


def test_generated_pages_are_whole_pages(shipped_model: ContentModel) -> None:
    page = generated_page(50_000)
    assert page.startswith(b"<!DOCTYPE html>")
    assert page.endswith(b"</footer></body></html>\n")
    for tag in (b"nav", b"article", b"section", b"ul", b"li", b"a", b"p", b"aside", b"footer"):
        assert 0 < page.count(b"<" + tag + b">") + page.count(b"<" + tag + b" ") == page.count(b"</" + tag + b">")
    assert len(boilerkit.extract(page)) > 10_000


def test_all_parts_of_generated_pages_grow() -> None:
    small, large = generated_page(100_000), generated_page(400_000)
    for part in (b"<p>", b"<h2>", b"<li>", b"<a ", b'class="comment"', b'class="teaser"'):
        assert large.count(part) == pytest.approx(4 * small.count(part), rel=0.2)


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


def test_pages_go_through_all_systems_in_turns(tmp_path: Path) -> None:
    calls: list[str] = []

    def system(name: str) -> Contender:
        def call(page: bytes) -> str:
            calls.append(f"{page.decode()} {name}")
            return ""

        return contender(call, name)

    times = time_pages([system("x"), system("y"), system("z")], saved(tmp_path, b"0", b"1", b"2", b"3"))
    assert calls[:3] == ["0 x", "0 y", "0 z"]  # to warm up
    assert calls[3:] == ["0 x", "0 y", "0 z", "1 y", "1 z", "1 x", "2 z", "2 x", "2 y", "3 x", "3 y", "3 z"]
    assert [own.name for own in times] == ["x", "y", "z"]
    assert all(len(own.ms) == 4 and min(own.ms) > 0 for own in times)


def test_what_is_prepared_is_what_is_called_with(tmp_path: Path) -> None:
    seen: list[str] = []
    time_pages([Contender("x", "", lambda text: seen.append(text) or "", bytes.decode)], saved(tmp_path, b"page"))
    assert seen == ["page", "page"]


def test_garbage_is_not_collected_within_calls(tmp_path: Path) -> None:
    enabled: list[bool] = []
    time_pages([contender(lambda page: enabled.append(gc.isenabled()) or "")], saved(tmp_path, b"page"))
    assert enabled == [True, False]
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
    times = time_pages([contender(lambda page: "text", PARSE_BYTES), contender(call)], pages, limit_seconds=0.2)
    found = page_results(times, pages)
    assert found["failures"] == [
        {"system": "fake", "corpus": "tiny", "id": "1", "why": "ValueError: no such"},
        {"system": "fake", "corpus": "tiny", "id": "2", "why": "took over 0.2 s"},
        {"system": "fake", "corpus": "tiny", "id": "3", "why": "SystemExit: 3"},
    ]
    assert [(row["failures"], row["over_time"]) for row in found["rows"]] == [(0, 0), (3, 1)]
    assert times[1].ms[2] >= 200


def test_the_alarm_is_off_after_a_call() -> None:
    assert timed(lambda page: "text", b"", limit_seconds=0.05).text == "text"
    time.sleep(0.1)  # the alarm, if it were on, would end the test


def test_what_the_user_has_to_mend_stops_the_timing(here: Path) -> None:
    with pytest.raises(BenchmarkError, match="returned NoneType"):
        timed(find_system("fake_speed:nothing").load(), b"page")


def test_figures_are_those_of_the_times() -> None:
    pages = [SavedPage("tiny", str(number), Path(), 1_000_000) for number in range(4)]
    times = [
        _times(PARSE_BYTES, [1.0, 1.0, 1.0, 1.0]),
        _times("boilerkit:my-model@0.7", [2.0, 2.0, 2.0, 4.0]),
        _times("other", [10.0, 20.0, 30.0, 40.0]),
    ]
    found = page_results(times, pages)
    assert found["rows"][2] == {
        "system": "other",
        "version": "1",
        "mean_ms": 25.0,
        "median_ms": 25.0,
        "p95_ms": 38.5,
        "pages_per_second": 40.0,
        "mb_per_second": 40.0,
        "times_parse": 25.0,
        "times_boilerkit": 10.0,
        "failures": 0,
        "over_time": 0,
    }
    assert [row["times_boilerkit"] for row in found["rows"]] == [0.4, 1.0, 10.0]
    assert found["columns"]["bytes"] == [1_000_000] * 4
    assert found["columns"]["ms"]["other"] == [10.0, 20.0, 30.0, 40.0]
    assert page_results([times[0], times[2]], pages)["rows"][1]["times_boilerkit"] is None


def _times(name: str, ms: list[float]) -> PageTimes:
    return PageTimes(name, "1", ms, [""] * len(ms))


def test_baselines_parse_and_come_first(here: Path) -> None:
    found = contenders([find_system("fake_speed:extract")])
    assert [one.name for one in found] == [PARSE_BYTES, PARSE_TEXT, "fake_speed:extract"]
    page = "<?xml version='1.0' encoding='latin-1'?><html><body>Körsand</body></html>".encode("latin-1")
    assert [one.call(one.prepare(page)) for one in found] == ["html", "html", "<?xml"]
    binary = b"%PDF-1.7 <p>text</p>"
    assert found[1].call(found[1].prepare(binary)) == "html"


def test_boilerkit_runs_its_model_on_pages_it_was_trained_on(
    small_model: ContentModel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = generated_page(10_000)
    folder = save_model(small_model, tmp_path / "model")

    def stored(*_: object) -> None:
        raise AssertionError("stored answers were asked for")

    monkeypatch.setattr("benchmarks.systems.BoilerkitExtractor.probabilities", stored)
    timed_one = contenders([find_system(f"boilerkit:{folder}@0.3")])[-1]
    assert timed_one.call(page) == boilerkit.extract(page, model=small_model, threshold=0.3)


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


def test_growth_holds_the_best_time_of_each_size() -> None:
    growth = Growth("x", "1")
    for ms in (3.0, 2.0, 4.0):
        growth.take(10, Timing(ms, "text", ""), 1)
    growth.take(20, Timing(5.0, "text", ""), 1)
    assert (growth.best, growth.stopped) == ({10: 2.0, 20: 5.0}, "")


@pytest.mark.parametrize(
    ("timing", "stopped", "noted"),
    [
        (Timing(1001.0, "text", ""), "took 1.0 s on 0.20 MB", True),
        (Timing(999.0, "text", ""), "", True),
        (Timing(5.0, "", "ValueError: too large"), "ValueError: too large on 0.20 MB", False),
        (Timing(1.0, "", ""), "gave no text at once on 0.20 MB", False),
        (Timing(20.0, "", ""), "", True),
    ],
)
def test_growth_stops(timing: Timing, stopped: str, noted: bool) -> None:
    growth = Growth("x", "1")
    growth.take(100_000, Timing(10.0, "text", ""), 1)
    growth.take(200_000, timing, 1)
    assert growth.stopped == stopped
    assert (200_000 in growth.best) == noted


def test_systems_that_never_give_text_go_on() -> None:
    growth = Growth("x", "1")
    growth.take(10, Timing(10.0, "", ""), 1)
    growth.take(20, Timing(1.0, "", ""), 1)
    assert list(growth.best) == [10, 20]


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

    rows = growth_rows(grow([contender(whole, "x"), contender(small_only, "y")], [10_000, 20_000, 40_000]))
    small, middle, large = (len(generated_page(size)) for size in (10_000, 20_000, 40_000))
    assert sizes == {"x": [small] * 4 + [middle] * 3 + [large] * 3, "y": [small] * 4 + [middle]}
    assert rows[0]["bytes"] == [small, middle, large]
    assert rows[0]["exponent"] is None
    assert isinstance(rows[0]["exponent_all_sizes"], float)
    assert rows[1]["bytes"] == [small]
    assert rows[1]["stopped"] == "ValueError: too large on 0.02 MB"


# --- Processes --------------------------------------------------------------------------------------------------------


def test_measuring_processes_have_one_core_and_one_thread() -> None:
    before = dict(os.environ)
    assert in_fresh_process(os.getenv, "OPENBLAS_NUM_THREADS") == "1"
    assert dict(os.environ) == before
    if hasattr(os, "sched_getaffinity"):
        assert len(in_fresh_process(os.sched_getaffinity, 0)) == 1


def test_a_measuring_process_that_dies_is_said() -> None:
    with pytest.raises(BenchmarkError, match="the process that measures died"):
        in_fresh_process(os._exit, 1)


def test_memory_is_that_of_the_process_alone(here: Path) -> None:
    ballast = b"x" * 300_000_000  # which Linux would count as the peak of all that is started from here
    rows = memory_rows([find_system("fake_speed:extract")], saved(here, *[generated_page(10_000)] * 2))
    assert [row["system"] for row in rows] == [BASELINE, "fake_speed:extract"]
    for row in rows:
        assert 1 < row["start_mb"] <= row["peak_mb"] < len(ballast) / 1e6


def test_memory_grows_by_what_a_page_takes(here: Path) -> None:
    (here / "greedy_speed.py").write_text("def extract(page): return str(len(b'x' * 200_000_000))\n")
    row = memory_rows([find_system("greedy_speed:extract")], saved(here, b"page"))[1]
    assert 195 < row["peak_mb"] - row["start_mb"] < 250


@pytest.mark.parametrize("name", ["fake_speed:extract", "fake_speed:fails", "fake_speed:nothing"])
def test_cold_start_takes_time(here: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setattr("benchmarks.speed.memory.REPEATS", 1)
    rows = start_rows([find_system(name)])
    assert [row["system"] for row in rows] == [BASELINE, name]
    assert all(row["seconds"] > 0 for row in rows)


def test_a_system_that_cannot_be_run_alone_is_said(here: Path) -> None:
    with pytest.raises(BenchmarkError, match="fake_speed:leave cannot be run in a process of its own"):
        start_rows([find_system("fake_speed:leave")])


@pytest.mark.parametrize("name", PEERS)
def test_what_users_type_gives_what_the_systems_give(name: str) -> None:
    page = generated_page(10_000)
    try:
        expected = find_system(name).load()(page)
    except MissingSystem as missing:
        pytest.skip(str(missing))
    assert _typed(name)(page) == expected


def test_what_users_type_for_boilerkit(small_model: ContentModel, tmp_path: Path) -> None:
    page = generated_page(10_000)
    folder = save_model(small_model, tmp_path / "my@model")
    for name in (f"boilerkit:{folder}", f"boilerkit:{folder}@0.3", "boilerkit", "boilerkit@0.9"):
        assert _typed(name)(page) == find_system(name).load()(page)


def test_peers_are_called_without_boilerkit() -> None:
    assert set(SNIPPETS) == {BASELINE, PARSE, *PEERS}
    assert not any("boilerkit" in code_of(name) for name in SNIPPETS)


def _typed(name: str) -> Callable[[bytes], str]:
    names: dict[str, Callable[[bytes], str]] = {}
    exec(code_of(name), names)
    return names["extract"]


# --- The command ------------------------------------------------------------------------------------------------------


def test_the_command_measures_and_writes_all(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "justext", None)  # as if it were not installed
    gold = gold_file(here)
    names = ["fake_speed:extract", "fake_speed:fails", "justext"]
    arguments = [str(gold), *(word for name in names for word in ("--system", name))]
    done = CliRunner().invoke(command, [*arguments, "--limit", "3", "--largest", "0.04", "--out", str(here / "out")])
    assert done.exit_code == 0, done.output
    assert "justext is not installed: pip install 'justext'" in done.stderr
    found = json.loads((here / "out" / "speed.json").read_text())
    assert list(found) == ["context", "corpora", "pages", "memory", "start", "growth"]
    assert [(corpus["corpus"], corpus["pages"]) for corpus in found["corpora"]] == [("gold", 3)]
    systems = names[:2]
    baselines = [PARSE_BYTES, PARSE_TEXT]
    assert [row["system"] for row in found["pages"]["rows"]] == [*baselines, *systems]
    assert [row["failures"] for row in found["pages"]["rows"]] == [0, 0, 0, 3]
    columns = found["pages"]["columns"]
    assert len(set(columns["id"])) == 3
    assert {name: len(ms) for name, ms in columns["ms"].items()} == dict.fromkeys([*baselines, *systems], 3)
    assert [row["system"] for row in found["memory"]] == [BASELINE, *systems]
    assert [row["system"] for row in found["start"]] == [BASELINE, *systems]
    assert [row["system"] for row in found["growth"]] == [*baselines, *systems]
    assert [len(row["bytes"]) for row in found["growth"]] == [3, 3, 3, 0]
    for rows in (found["pages"]["rows"], found["memory"], found["start"], found["growth"]):
        assert [row["version"] for row in rows[-2:]] == [find_system(name).version for name in systems]
    for text in ("Single pages, one core (3 of gold)", "Peak of memory", "Cold start", "Time by the size", *systems):
        assert text in done.stdout


def test_without_any_system_the_command_says_so(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "justext", None)
    done = CliRunner().invoke(command, [str(gold_file(here)), "--system", "justext"])
    assert isinstance(done.exception, BenchmarkError)
    assert "none of these systems is installed" in str(done.exception)
