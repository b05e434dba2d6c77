"""Damaged pages, what must hold of them, and hostile pages."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from click.testing import CliRunner

import boilerkit
from benchmarks.__main__ import main
from benchmarks.docs import reliability as sections
from benchmarks.reliability import command, invariants, long_run
from benchmarks.reliability.fuzz import fuzz, read_pages
from benchmarks.reliability.growth import HOSTILE, grow
from benchmarks.reliability.invariants import check_page
from benchmarks.reliability.mutations import MAX_BYTES, mutated

PAGE = b"<html><body><p>The tide came in and went out.</p><div>The boats lay on <b>their</b> sides.</div></body></html>"


@pytest.fixture(scope="module")
def pages() -> list[bytes]:
    return read_pages(None)


def test_a_seed_gives_the_same_pages_each_time(pages: list[bytes]) -> None:
    first = [mutated(pages, 7, number) for number in range(50)]
    assert first == [mutated(pages, 7, number) for number in range(50)]
    assert first != [mutated(pages, 8, number) for number in range(50)]
    assert not set(first) & set(pages)
    assert max(map(len, first)) <= 2 * MAX_BYTES  # those in UTF-16


def test_damaged_pages_keep_what_holds_of_every_page(pages: list[bytes]) -> None:
    for number in range(60):
        assert check_page(mutated(pages, 3, number)).broken == (), number


def test_pages_of_a_folder_are_damaged_too(tmp_path: Path, pages: list[bytes]) -> None:
    (tmp_path / "one.html").write_bytes(PAGE)
    assert PAGE in read_pages(tmp_path)
    assert len(read_pages(tmp_path)) == len(pages) + 1


# --- The checks see what they are for ---------------------------------------------------------------------------------


def page_with(**changes: Any) -> Any:
    """Return a page of which something is not as it is."""
    page = boilerkit.analyze(PAGE, input_format="html", threshold=0)
    names = ("blocks", "full_text", "source", "text_source", "text", "markdown", "html")
    return SimpleNamespace(**({name: getattr(page, name) for name in names} | changes))


def block(text: str, start: int, index: int = 0, xpath: str = "/html[1]") -> Any:
    return SimpleNamespace(text=text, start=start, end=start + len(text), index=index, xpath=xpath)


BROKEN: dict[str, Any] = {
    "offsets: a block's text": page_with(full_text="one", blocks=[block("two", 0)]),
    "offsets: text between": page_with(full_text="one two", blocks=[block("two", 4)]),
    "offsets: blocks are not numbered": page_with(full_text="one two", blocks=[block("one", 0), block("two", 4)]),
    "xpath: /a²": page_with(blocks=[block("one", 0, xpath="/a²")]),
    "xpath: /html[2]": page_with(blocks=[block("one", 0, xpath="/html[2]")]),
    "coverage: 3 words": page_with(full_text="The tide came in and went. The boats lay on their sides."),
    "HTML: <script>": page_with(html="<script>x</script>"),
    "Markdown (CommonMark): <script>": page_with(markdown="<script>x</script>"),
    "text: no Unicode": page_with(text="\ud800"),
}
BROKEN["coverage: 3 words"].source = "<p>The boat and the tide came in and went out.</p>"


@pytest.mark.parametrize("problem", BROKEN)
def test_the_checks_see_what_they_are_for(problem: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(invariants.boilerkit, "analyze", lambda *args, **kwargs: BROKEN[problem])
    assert any(found.startswith(problem) for found in check_page(PAGE).broken)


def test_unexpected_errors_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*args: object, **kwargs: object) -> None:
        raise RuntimeError("no")

    assert check_page(PAGE).broken == ()
    monkeypatch.setattr(invariants.boilerkit, "analyze", fail)
    assert check_page(PAGE).broken == ("error: RuntimeError: no",)
    assert check_page(b"%PDF-").broken == ("error: RuntimeError: no",)


def test_pages_that_are_refused_are_counted() -> None:
    checked = check_page(b"%PDF-1.7")
    assert checked.refused and not checked.broken
    assert replace(checked, refused=False) != checked


# --- Commands ---------------------------------------------------------------------------------------------------------


def test_what_fails_is_counted_and_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, pages: list[bytes]) -> None:
    def broken(page: bytes) -> invariants.Checked:
        return invariants.Checked(len(page), 0.1, False, ("xpath: x",))

    monkeypatch.setattr("benchmarks.reliability.fuzz.map_ordered", lambda items, *_: map(broken, items))
    found = fuzz(pages, 60, 3, 5, 1, tmp_path)
    assert (found["pages"], found["failed"], found["failures"]) == (3, 3, {"xpath": 3})
    assert (tmp_path / "5-2.html").read_bytes() == mutated(pages, 5, 2)


def test_reliability_writes_its_figures(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("benchmarks.results.CACHE", tmp_path / "cache")
    arguments = ["reliability", "--pages", "5", "--largest", "10000", "--output", str(tmp_path)]
    result = CliRunner().invoke(main, arguments, catch_exceptions=False)
    assert result.exit_code == 0, result.output
    values = json.loads((tmp_path / command.FILE).read_text(encoding="utf-8"))
    assert values["damaged"]["pages"] == 5
    assert {row["shape"] for row in values["shapes"]} == set(HOSTILE)
    monkeypatch.setattr(sections, "RESULTS", tmp_path)
    assert "| 5 |" in sections.damaged()
    assert len(sections.hostile().splitlines()) == len(HOSTILE) + 2


def test_the_fuzzer_ends_with_an_error_if_it_finds_something(monkeypatch: pytest.MonkeyPatch) -> None:
    result = CliRunner().invoke(main, ["fuzz", "--pages", "2", "--seed", "3"])
    assert result.exit_code == 0 and "pages: 2" in result.output
    monkeypatch.setattr("benchmarks.reliability.fuzz.fuzz", lambda *args: {"failed": 1})
    assert CliRunner().invoke(main, ["fuzz", "--pages", "2"]).exit_code == 1


@pytest.mark.parametrize("shape", HOSTILE)
def test_hostile_pages_have_about_the_size_asked_for(shape: str) -> None:
    assert 5_000 < len(HOSTILE[shape](10_000).encode()) < 20_000


def test_no_page_is_tried_that_would_take_too_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("benchmarks.reliability.growth.MAX_SECONDS", 0)
    rows = grow((10_000, 20_000), ("text",))
    assert all(len(cast(list[int], row["bytes"])) == 1 for row in rows)


# --- A long run -------------------------------------------------------------------------------------------------------


def test_a_long_run_has_each_page_once(tmp_path: Path) -> None:
    pytest.importorskip("pyarrow")
    arguments = ["long-run", "--pages", "150", "--kills", "0", "--jobs", "1", "-o", str(tmp_path)]
    done = CliRunner().invoke(main, arguments)
    assert done.exit_code == 0, done.output
    found = json.loads((tmp_path / long_run.FILE).read_text())
    assert (found["rows"], found["errors"]) == (148, 2)
    assert (found["twice"], found["missing"], found["text of another page"]) == (0, 0, 0)


def test_pages_that_are_missing_or_there_twice_are_counted(tmp_path: Path) -> None:
    pa, pq = pytest.importorskip("pyarrow"), pytest.importorskip("pyarrow.parquet")
    output = tmp_path / "texts.parquet"
    (tmp_path / "texts.parquet.errors.jsonl").write_text("{}\n{}\n")
    texts = ["page number 2 of", "page number 2 of", "page number 8 of", ""]
    pq.write_table(pa.table({"id": ["2", "2", "3", "5"], "text": texts}), output)
    found = long_run.check_output(output, 6)
    assert found == {"rows": 4, "twice": 1, "missing": 1, "text of another page": 1, "errors": 2}
