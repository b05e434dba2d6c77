"""Scores of reader comments."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from benchmarks import comments
from benchmarks.comments import command
from benchmarks.exceptions import BenchmarkError
from benchmarks.results import read_json
from boilerkit.gold.pages import page_bytes
from boilerkit.model.content import ContentModel

ROWS: list[dict[str, Any]] = [
    {"id": "1", "html": "<p>text", "gold_text": "text", "comments": ["I like this cat very much", "So it is"]},
    {"id": "2", "html": "<p>text 2", "gold_text": "text", "comments": ["I like it"], "url": "https://a.example/"},
    {"id": "3", "html": "<p>text 3", "gold_text": "text"},
    {"id": "4", "html": "<p>text 4", "gold_text": "text", "language": "en"},
]


def write_rows(file: Path, rows: list[dict[str, Any]]) -> Path:
    file.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return file


def test_comments_found_and_made_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    by_page = {"<p>text": "I like this cat very", "<p>text 2": "", "<p>text 3": "Log in", "<p>text 4": " "}
    find_all = lambda system, load, pages, jobs, nothing: [by_page[page_bytes(page.source).decode()] for page in pages]  # noqa: E731
    monkeypatch.setattr(comments, "find_all", find_all)
    monkeypatch.setattr(comments, "installed", lambda systems, load: ["boilerkit"])
    done = CliRunner().invoke(command, [str(write_rows(tmp_path / "own.jsonl", ROWS)), "-o", str(tmp_path)])
    assert done.exit_code == 0, done.output
    (row,) = read_json(tmp_path / "comments" / "own.json")["rows"]
    assert (row["pages"], row["other pages"], row["found on others"]) == (2, 2, 1)
    assert row["found"][0] == pytest.approx(2 / 4 / 2)  # two of four runs of words, then nothing
    assert row["word F1"][0] == pytest.approx(2 * 5 / (5 + 9) / 2, abs=1e-4)
    assert "1 of 2" in done.stdout


def test_pages_without_comments_cannot_be_scored(tmp_path: Path) -> None:
    done = CliRunner().invoke(command, [str(write_rows(tmp_path / "own.jsonl", ROWS[2:]))])
    assert isinstance(done.exception, BenchmarkError) and "no page of own has reader comments" in str(done.exception)


def test_systems_find_what_they_give_as_comments(shipped_model: ContentModel) -> None:
    assert comments._finder("boilerkit")(b"<p>text</p>", "") == ""
    pytest.importorskip("trafilatura")
    said = "I have been waiting for this boat for more than three hours and nobody told us anything."
    page = f"<html><body><article><p>{said[::-1] * 9}</p></article><div id='comments'><p>{said}</p></div></body></html>"
    assert said in comments._finder("trafilatura")(page.encode(), "")
