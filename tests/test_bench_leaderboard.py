"""The leaderboard: resumed runs, the page, and texts next to their gold."""

from __future__ import annotations

import json
import re
import sys
from base64 import b64encode
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from lxml import html as lxml_html

from benchmarks import accuracy, leaderboard, results
from benchmarks.leaderboard.diffs import MAX_WORDS, Run, diff
from benchmarks.scores import file_of, read_scores

pytest.importorskip("jinja2")
pytest.importorskip("matplotlib")

EVIL = "<script>alert(1)</script>"
ROWS: list[dict[str, Any]] = [
    {
        "id": f"<b>{n}</b>",
        "html": f"<p>gold words of {n}</p>",
        "gold_text": f"gold words of {n} & {EVIL}",
    }
    for n in range(5)
]
CODE = """
def all_of_it(page):
    with open("calls", "ab") as calls:
        calls.write(b".")
    return page.decode().replace("<p>", "").replace("</p>", "") + "<script>alert(2)</script>"

def nothing(page):
    return ""
"""
ALL, NOTHING = "own_board:all_of_it", "own_board:nothing"


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current directory, with two systems, two corpora, and a cache of its own."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.delitem(sys.modules, "own_board", raising=False)
    (tmp_path / "own_board.py").write_text(CODE)
    for name in ("one", "two"):
        (tmp_path / f"{name}.jsonl").write_text("".join(json.dumps(row) + "\n" for row in ROWS))
    (tmp_path / "dates.jsonl").write_text("")
    for module in (accuracy, results):
        monkeypatch.setattr(module, "CACHE", tmp_path / "cache")
    return tmp_path


def run(*arguments: str) -> Result:
    systems = ("--system", NOTHING, "--system", ALL)
    return CliRunner().invoke(
        leaderboard.command, [*arguments, *systems, "--html", "board", "-o", "out", "--diffs", "2"]
    )


def calls(folder: Path) -> int:
    return len((folder / "calls").read_bytes())


def test_the_page_has_all_corpora_and_systems(here: Path) -> None:
    done = run("one.jsonl", "two.jsonl")
    assert done.exit_code == 0, done.output
    text = (here / "board" / "index.html").read_text(encoding="utf-8")
    page = lxml_html.fromstring(text)
    header, *rows = [[cell.text_content() for cell in row] for row in page.xpath("//section[@id='overview']//tr")]
    assert header == ["system", "mean rank", "one: word F1", "two: word F1"]
    assert [row[:2] for row in rows] == [[ALL, "1.0"], [NOTHING, "2.0"]]
    assert rows[1][2] == "0.000 [0.000, 0.000]"
    (run_of_both,) = page.xpath("//section[@id='how']//tr[starts-with(td, 'scores on one')]/td")[:1]
    assert run_of_both.text == f"scores on one: {ALL}, {NOTHING}; scores on two: {ALL}, {NOTHING}"
    context = read_scores(file_of(here / "out", "one", ALL)).context
    for figure in (context["command"], context["commit"], context["machine"], f"numpy {context['versions']['numpy']}"):
        assert figure in run_of_both.getparent().text_content()
    assert page.xpath("//section[@id='overview']//img")  # word F1 on both corpora
    (script,) = page.xpath("//script")
    allowed = re.search(r"script-src '([^']+)'", text)
    assert allowed and allowed[1] == f"sha256-{b64encode(sha256(script.text.encode()).digest()).decode()}"
    assert "alert(" not in script.text
    assert (here / "out" / "accuracy" / "one.md").exists()


def test_each_page_leads_to_its_texts(here: Path) -> None:
    assert run("one.jsonl").exit_code == 0
    page = lxml_html.parse(str(here / "board" / "index.html")).getroot()
    links = page.xpath("//section[@id='texts']//a")
    assert [link.text for link in links] == ["<b>0</b>", "<b>1</b>"]
    texts = lxml_html.parse(str(here / "board" / links[1].get("href"))).getroot()
    assert not texts.xpath("//script")
    systems = [" ".join(element.text_content().split()) for element in texts.xpath("//summary")]
    assert systems == [f"{ALL}: word F1 0.875", f"{NOTHING}: word F1 0.000", "gold"]
    first, second, gold = texts.xpath("//details/div")
    assert "gold words of 1" in first.text_content()
    assert [element.text_content() for element in second.xpath(".//del")] == [f"gold words of 1 & {EVIL}"]
    assert gold.text_content() == f"gold words of 1 & {EVIL}"
    assert texts.xpath("//a/@href") == ["../../index.html"]


def test_what_was_measured_is_not_measured_again(here: Path) -> None:
    run("one.jsonl")
    assert calls(here) == 5
    file = file_of(here / "out", "one", ALL)
    first = file.stat().st_mtime_ns
    run("one.jsonl", "two.jsonl")
    assert calls(here) == 10
    assert file.stat().st_mtime_ns == first
    (here / "own_board.py").write_text(f"{CODE}\nversion = 2\n")
    done = run("one.jsonl")
    assert done.exit_code == 0, done.output
    assert calls(here) == 15
    assert read_scores(file).context["fingerprint"]


def test_a_corpus_that_cannot_be_read_does_not_cost_the_others(here: Path) -> None:
    done = run("dates.jsonl", "nowhere.jsonl", "one.jsonl")
    assert done.exit_code == 0, done.output
    assert "left out: dates.jsonl: " in done.stderr and "left out: nowhere.jsonl: " in done.stderr
    done = run("nowhere.jsonl")
    assert done.exit_code == 1 and "no corpus to measure" in str(done.exception)


def test_without_names_all_corpora_that_were_fetched_are_measured(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(leaderboard, "clone_folder", lambda name: here if name == "harvest" else here / "nowhere")
    assert leaderboard._fetched() == ["harvest"]


@pytest.mark.parametrize(
    ("text", "gold", "expected"),
    [
        ("The cat, sat.", "the cat sat", [Run("same", "the cat sat")]),
        ("The cat", "The big cat", [Run("same", "The "), Run("lost", "big "), Run("same", "cat")]),
        ("one two", "one three", [Run("same", "one "), Run("extra", "two"), Run("lost", "three")]),
        ("", "gold", [Run("lost", "gold")]),
        ("text", "", [Run("extra", "text")]),
        ("", "", []),
        ("港口船", "港口的船", [Run("same", "港口"), Run("lost", "的"), Run("same", "船")]),
    ],
)
def test_differences_of_words(text: str, gold: str, expected: list[Run]) -> None:
    assert diff(text, gold) == expected


def test_long_texts_are_compared_up_to_a_length() -> None:
    (run,) = diff("a " * (MAX_WORDS + 100), "a " * (MAX_WORDS + 100))
    assert len(run.text.split()) == MAX_WORDS
