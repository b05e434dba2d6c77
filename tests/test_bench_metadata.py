"""Scores of titles, authors and dates."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from benchmarks import metadata
from benchmarks.finders import find_all
from benchmarks.metadata import Found, _finder, command, is_held_out
from benchmarks.results import read_json
from boilerkit.gold.pages import GoldPage, page_bytes

PAGES = [
    {"id": str(number), "url": f"https://site{number}.example/", "html": f"<p>page {number}", "gold_text": "x"}
    for number in range(8)
]
GOLD = [
    {
        "id": str(number),
        "title": f"Page {number}",
        "author": "Ann Lee" if number else None,
        "publish_date": "2024-05-11",
    }
    for number in range(8)
]


def write_lines(file: Path, rows: list[dict[str, object]]) -> Path:
    file.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return file


def find(source: bytes) -> Found:
    """Find the title and half of the author on all pages but one, the date on one."""
    if b"page 7" in source:
        return Found()
    return Found(source.decode()[3:], "Ann", "2024-05-11T08:00" if b"page 1" in source else "2024-05-12")


def test_scores_by_half_of_the_sites(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(metadata, "_PEERS", {})
    monkeypatch.setattr(
        metadata,
        "find_all",
        lambda system, load, pages, *rest: [find(page_bytes(page.source)) for page in pages],
    )
    monkeypatch.setattr(metadata, "installed", lambda systems, load: ["boilerkit"])
    pages, gold = write_lines(tmp_path / "pages.jsonl", PAGES), write_lines(tmp_path / "gold.jsonl", GOLD)
    done = CliRunner().invoke(command, [str(pages), str(gold), "-o", str(tmp_path)])
    assert done.exit_code == 0, done.output
    rows = {row["sites"]: row for row in read_json(tmp_path / metadata.FOLDER / "pages.json")["rows"]}
    assert rows["all"]["pages"] == 8
    assert rows["held out"]["pages"] == sum(is_held_out(str(page["url"])) for page in PAGES)
    assert rows["all"]["title"]["score"][0] == pytest.approx(7 / 8)
    assert rows["all"]["author"]["score"][0] == pytest.approx(6 / 7 * 2 / 3, abs=1e-4)
    assert rows["all"]["date"]["score"][0] == pytest.approx(1 / 8)
    assert (rows["all"]["author"]["pages without"], rows["all"]["author"]["found on these"]) == (1, 1)


def test_corpora_bring_metadata_of_their_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "tests" / "eval").mkdir(parents=True)
    (tmp_path / "tests" / "eval" / "a.html").write_text("<p>page", encoding="utf-8")
    (tmp_path / "tests" / "eval_mediacloud_2020.json").write_text("{}")
    dates = {"https://site.example/": {"file": "a.html", "date": "2024-05-11"}}
    (tmp_path / "tests" / "eval_default.json").write_text(json.dumps(dates))
    monkeypatch.setattr(
        metadata, "find_all", lambda system, load, pages, *rest: [Found("x", "Ann", "2024-05-11T08:00")]
    )
    monkeypatch.setattr(metadata, "installed", lambda systems, load: ["boilerkit"])
    done = CliRunner().invoke(command, [f"htmldate:{tmp_path}", "-o", str(tmp_path / "out")])
    assert done.exit_code == 0, done.output
    row = next(row for row in read_json(tmp_path / "out/metadata/htmldate.json")["rows"] if row["sites"] == "all")
    assert row["date"]["score"] == [1, 1, 1]
    assert (row["title"]["pages"], row["title"]["pages without"]) == (0, 0)  # nothing is known of titles
    assert metadata.shown_row(row)["title F1"] == "–"
    pages = write_lines(tmp_path / "pages.jsonl", PAGES)
    done = CliRunner().invoke(command, [str(pages)])
    assert "has metadata: give a file" in str(done.exception)


def test_pages_of_one_site_are_in_one_half() -> None:
    sites = {is_held_out(f"https://{host}/{n}") for host in ("a.tide.co.uk", "www.tide.co.uk") for n in range(9)}
    assert len(sites) == 1


def test_gold_of_other_pages_is_told_of(tmp_path: Path) -> None:
    pages = write_lines(tmp_path / "pages.jsonl", PAGES)
    gold = write_lines(tmp_path / "gold.jsonl", [{"id": "other"}])
    done = CliRunner().invoke(command, [str(pages), str(gold)])
    assert done.exit_code != 0 and "their ids must be equal" in str(done.exception or done.output)


def test_a_system_that_fails_finds_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("trafilatura")
    html = (
        "<html><head><title>The wheel</title><meta name=author content='Ann Lee'></head><body><p>text</p></body></html>"
    )
    pages = [GoldPage("a", html, "x", url="https://a.example/")]
    assert find_all("trafilatura", _finder, pages, 1, Found())[0].author == "Ann Lee"
    assert find_all("no-such-system", _finder, pages, 1, Found()) == [Found()]
    assert "no-such-system, a" in capsys.readouterr().err
