"""The commands of the benchmark that score systems, from small pages whose scores are known beforehand."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner, Result
from numpy.typing import NDArray
from support.generated import labelled_pages, write_gold

import boilerkit
from benchmarks import accuracy, learning_curve, results, systems
from benchmarks.__main__ import main
from benchmarks.accuracy import provenance
from benchmarks.corpora import open_corpus, sample
from benchmarks.exceptions import BenchmarkError, MissingSystem
from benchmarks.metrics import METRICS
from benchmarks.progress import INTERVAL, progress
from benchmarks.results import context, read_json, safe_name, write_json
from benchmarks.scores import Provenance, Scores, file_of, read_scores, scores_by_page_set, write_scores
from benchmarks.systems import BoilerkitExtractor, System, find_system
from benchmarks.tables import write_tables
from boilerkit.gold.pages import GoldPage
from boilerkit.gold.reader import read_gold
from boilerkit.learning.estimator import BoilerplateClassifier
from boilerkit.learning.evaluation import PageScore, cross_validate
from boilerkit.learning.out_of_fold import load_out_of_fold, save_out_of_fold
from boilerkit.learning.training_pages import TrainingPage, prepare
from boilerkit.metrics import word_f1
from boilerkit.model.content import ContentModel
from boilerkit.model.storage import save_model

ROOT = Path(__file__).parent.parent
LAYOUTS = ROOT.parent / "shared" / "data" / "layouts"
METRIC = {metric.name: metric for metric in METRICS}

#: Systems that give all text of a page, or that of its first paragraph, and note each page that they are given.
OWN = r"""
import re

def _note(page):
    with open("calls", "ab") as calls:
        calls.write(page + b"\n")

def everything(page):
    _note(page)
    if b"bad" in page:
        raise ValueError("a bad page")
    return "\n".join(re.findall("<p>(.*?)</p>", page.decode()))

def first(page):
    _note(page)
    return re.search("<p>(.*?)</p>", page.decode())[1]
"""
EVERYTHING, FIRST = "own_system:everything", "own_system:first"
ROWS: list[dict[str, Any]] = [
    {
        "id": "two parts",
        "page_type": "article",
        "html": "<p>one two three four</p><p>five six seven eight</p>",
        "gold_text": "one two three four",
        "must_have": ["two", "nine"],
        "must_not_have": ["six"],
    },
    {"id": "whole", "page_type": "article", "html": "<p>uno dos tres cuatro</p>", "gold_text": "uno dos tres cuatro"},
    {"id": "failing", "page_type": "forum", "html": "<p>bad alpha</p>", "gold_text": "bad alpha"},
    {"id": "nothing", "page_type": "forum", "html": "<p>delta</p>", "gold_text": ""},
]


def run(*args: str | Path | int) -> Result:
    return CliRunner().invoke(main, [str(arg) for arg in args])


def write_rows(file: Path, rows: Sequence[dict[str, Any]]) -> Path:
    file.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return file


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current directory, with systems of the user's own in it, the results and the cache."""
    (tmp_path / "own_system.py").write_text(OWN)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", list(sys.path))
    monkeypatch.delitem(sys.modules, "own_system", raising=False)
    monkeypatch.setattr(results, "RESULTS", tmp_path / "results")
    for module in (results, accuracy):
        monkeypatch.setattr(module, "CACHE", tmp_path / "cache")
    return tmp_path


@pytest.fixture
def ours(here: Path, small_model: ContentModel) -> str:
    """The name of Boilerkit with a small model, as a system."""
    save_model(small_model, here / "model")
    return "boilerkit:model"


def calls(folder: Path) -> list[str]:
    file = folder / "calls"
    return sorted(file.read_text().splitlines()) if file.exists() else []


def cells(table: str, system: str) -> dict[str, str]:
    """The cells of a system's row in the first table of a Markdown file, by the columns' names."""
    header, *rows = [line.strip("| ").split(" | ") for line in table.splitlines() if line.startswith("|")]
    row = next(row for row in rows if row[0] == system)
    return dict(zip(header, row, strict=True))


# --- accuracy ---------------------------------------------------------------------------------------------------------


def test_accuracy_from_pages_to_tables(here: Path) -> None:
    gold = write_rows(here / "own.jsonl", ROWS)
    result = run("accuracy", gold, "--system", EVERYTHING, "--system", FIRST, "--against", EVERYTHING)
    assert result.exit_code == 0, result.output

    scores = read_scores(file_of(here / "results", "own", EVERYTHING))
    assert (scores.corpus, scores.system, scores.provenance) == ("own", EVERYTHING, Provenance.HELD_OUT)
    assert scores.ids == ["two parts", "whole", "failing", "nothing"]
    assert scores.page_types == ["article", "article", "forum", "forum"]
    assert scores.failures == {"failing": "ValueError: a bad page"}
    assert scores.columns == {
        "word_f1": [0.66667, 1, 0, 0],  # of 8 words 4 are right
        "word_precision": [0.5, 1, 0, 0],
        "word_recall": [1, 1, 0, 0],
        "token_f1": [0.66667, 1, 0, 0],
        "shingle_precision": [0.2, 1, 0, 0],  # of 5 runs 1 is right
        "shingle_answered": [1, 1, 0, 1],
        "shingle_recall": [1, 1, 0, 0],
        "shingle_wanted": [1, 1, 1, 0],
        "snippet_true_positives": [1, None, None, None],
        "snippet_false_positives": [1, None, None, None],
        "snippet_false_negatives": [1, None, None, None],
        "snippet_true_negatives": [0, None, None, None],
    }
    assert scores.context["versions"]["boilerkit"] == boilerkit.__version__

    table = (here / "results" / "accuracy" / "own.md").read_text(encoding="utf-8")
    assert table.startswith("# own, 4 pages\n")
    first, everything = cells(table, FIRST), cells(table, EVERYTHING)
    assert everything["word F1"].startswith("0.417 [")
    assert first["word F1"].startswith("0.750 [")
    assert first[f"against {EVERYTHING}"].startswith("+0.333 [")
    assert everything[f"against {EVERYTHING}"] == "–"
    assert everything["4-gram F1"].startswith("0.500 [")  # precision 1.2/3, recall 2/3
    assert everything["snippet F1"] == "0.500 [0.500, 0.500]"
    assert (everything["failed pages"], first["failed pages"]) == ("1", "0")
    assert table.index(f"| {FIRST} |") < table.index(f"| {EVERYTHING} |")  # the best first
    assert f"| {EVERYTHING} | 0.833 | 0.000 |" in table.partition("## word F1 by page type")[2]
    assert "Out of fold" not in table
    assert f"| scores: {FIRST}, {EVERYTHING} |" in table.partition("## Runs")[2]

    for line in ("own, 4 pages", "word F1 by page type", "own.md"):
        assert line in result.stdout
    values = {its["system"]: its for its in read_json(here / "results" / "accuracy" / "own.json")["systems"]}
    assert list(values) == [FIRST, EVERYTHING]
    assert values[FIRST]["context"] == scores.context
    assert values[EVERYTHING]["scores"]["article"]["word F1"][0] == 0.8333
    assert values[EVERYTHING]["scores"]["forum"]["word F1"] == [0, 0, 0]
    assert values[EVERYTHING]["scores"]["all"]["snippet recall"] == [0.5, 0.5, 0.5]


def test_a_second_run_extracts_what_is_new(here: Path) -> None:
    gold = write_rows(here / "own.jsonl", ROWS[:2])
    options = ("--system", FIRST, "--against", FIRST)
    assert run("accuracy", gold, *options).exit_code == 0
    file = file_of(here / "results", "own", FIRST)
    before = file.read_bytes()
    assert calls(here) == sorted(row["html"] for row in ROWS[:2])
    assert run("accuracy", gold, *options).exit_code == 0
    assert file.read_bytes() == before
    assert len(calls(here)) == 2
    write_rows(gold, [ROWS[3], *ROWS[:2]])
    assert run("accuracy", gold, *options).exit_code == 0
    assert calls(here) == sorted(row["html"] for row in (*ROWS[:2], ROWS[3]))
    assert read_scores(file).ids == ["nothing", "two parts", "whole"]


def test_some_pages_do_not_count_as_results(here: Path) -> None:
    gold = write_rows(here / "own.jsonl", ROWS)
    for _ in range(2):
        result = run("accuracy", gold, "--system", FIRST, "--limit", 2)
        assert result.exit_code == 0, result.output
        assert not (here / "results").exists()
        scores = read_scores(file_of(here / "cache" / "limit-2", "own", FIRST))
        assert len(scores.ids) == len(set(scores.ids)) == 2
        assert len(calls(here)) == 2  # the same each time
    assert run("accuracy", gold, "--system", FIRST, "--limit", 2, "--output", "mine").exit_code == 0
    assert read_scores(file_of(here / "mine", "own", FIRST)).ids == scores.ids
    assert not (here / "results").exists()


def test_systems_on_other_pages_are_not_in_the_same_table(here: Path) -> None:
    gold = write_rows(here / "own.jsonl", ROWS)
    for options in (("--system", FIRST, "--limit", 2), ("--system", EVERYTHING)):
        assert run("accuracy", gold, *options, "--output", "mine").exit_code == 0
    table = (here / "mine" / "accuracy" / "own.md").read_text(encoding="utf-8")
    assert table.startswith("# own, 4 pages\n")
    assert f"| {EVERYTHING} |" in table and f"| {FIRST} |" not in table
    assert file_of(here / "mine", "own", FIRST).exists()


def test_accuracy_by_snippets_alone(here: Path) -> None:
    rows = [{"id": row["id"], "html": row["html"], "must_have": ["one", "o", "zero"]} for row in ROWS]
    result = run("accuracy", write_rows(here / "own.jsonl", rows), "--system", EVERYTHING, "--against", EVERYTHING)
    assert result.exit_code == 0, result.output
    scores = read_scores(file_of(here / "results", "own", EVERYTHING))
    assert scores.columns == {
        "snippet_true_positives": [2, 1, 0, 0],
        "snippet_false_positives": [0, 0, 0, 0],
        "snippet_false_negatives": [1, 2, 3, 3],
        "snippet_true_negatives": [0, 0, 0, 0],
    }
    row = cells((here / "results" / "accuracy" / "own.md").read_text(encoding="utf-8"), EVERYTHING)
    assert row["snippet F1"].startswith("0.400 [")  # 3 of 12 found: 2 · 3 / (2 · 3 + 9)
    assert not {"word F1", "4-gram F1", "block F1"} & set(row)
    assert "by page type" not in result.stdout


def test_accuracy_by_spans(here: Path) -> None:
    html = "<nav>Home page</nav><p>The cat sat on the mat.</p><p>Then it slept all day.</p>"
    spans = [
        {"label": "navigation", "text": "Home page"},
        {"label": "navigation", "text": "The cat sat on the mat."},
        {"label": "body", "text": "Then it slept all day."},
    ]
    gold = write_rows(here / "own.jsonl", [{"id": "page", "html": html, "spans": spans}])
    result = run("accuracy", gold, "--system", EVERYTHING, "--against", EVERYTHING)
    assert result.exit_code == 0, result.output
    scores = read_scores(file_of(here / "results", "own", EVERYTHING))
    assert scores.columns["word_f1"] == [0.625]  # of 11 words 5 are right
    block_columns = {name: values for name, values in scores.columns.items() if name.startswith("block")}
    assert block_columns == {
        "block_true_positives": [1],
        "block_false_positives": [1],
        "block_false_negatives": [0],
        "block_true_negatives": [1],
    }
    row = cells((here / "results" / "accuracy" / "own.md").read_text(encoding="utf-8"), EVERYTHING)
    assert row["block F1"] == "0.667 [0.667, 0.667]"


def test_boilerkit_is_scored_by_what_its_users_get(ours: str, small_model: ContentModel, here: Path) -> None:
    gold = write_gold(here / "own.jsonl", n_sites=3, pages_a_site=2)
    result = run("accuracy", gold, "--system", ours, "--system", f"{ours}@0.9", "--against", ours)
    assert result.exit_code == 0, result.output
    for name, threshold in ((ours, None), (f"{ours}@0.9", 0.9)):
        scores = read_scores(file_of(here / "results", "own", name))
        assert scores.provenance == Provenance.UNKNOWN  # the model's folder does not say what it was trained on
        assert scores.columns["word_f1"] == [
            round(word_f1(boilerkit.extract(page.source, model=small_model, threshold=threshold), str(page.gold)), 5)
            for page in read_gold(gold)
        ]


def test_a_model_is_not_measured_on_its_own_pages(ours: str, here: Path) -> None:
    gold = write_gold(here / "own.jsonl", n_sites=3, pages_a_site=1)
    prepared, _ = prepare(read_gold(gold), here / "pages", n_jobs=1)
    save_out_of_fold(here / "model", prepared[:1])
    result = run("accuracy", gold, "--system", ours)
    assert result.exit_code == 1
    assert "\nbenchmarks: " in result.stderr and "measured in-sample" in result.stderr
    assert not (here / "results").exists()

    predictions = [np.zeros(len(page.weight)) for page in prepared]
    predictions[0][0] = 1
    save_out_of_fold(here / "model", prepared, np.array([0, 1, 2]), predictions)
    result = run("accuracy", gold, "--system", ours, "--against", ours)
    assert result.exit_code == 0, result.output
    scores = read_scores(file_of(here / "results", "own", ours))
    assert scores.provenance == Provenance.OUT_OF_FOLD
    # Nothing but the first block of the first page, "River" of the menu, was kept by the stored predictions.
    assert scores.columns["shingle_answered"] == [1, 0, 0]
    assert "trained without it" in (here / "results" / "accuracy" / "own.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("known", "words"),
    [
        (0, Provenance.HELD_OUT),
        (2, f"{Provenance.OUT_OF_FOLD} (2 of 3 pages)"),
        (3, Provenance.OUT_OF_FOLD),
        (None, Provenance.UNKNOWN),
    ],
)
def test_how_pages_are_measured(known: int | None, words: str, small_model: ContentModel, tmp_path: Path) -> None:
    pages = [GoldPage(str(site), page.html, page.text) for site, page in enumerate(labelled_pages(3, 1))]
    if known is not None:
        prepared, _ = prepare(pages, tmp_path / "pages", n_jobs=1)
        others, _ = prepare([GoldPage("other", "<p>Another page.</p>", "")], tmp_path / "pages", n_jobs=1)
        save_out_of_fold(tmp_path, [*prepared[:known], *others])
    extractor = BoilerkitExtractor(small_model, 0.5, load_out_of_fold(tmp_path))
    assert provenance(extractor, pages) == words
    assert provenance(lambda page: "", pages) == Provenance.HELD_OUT


@pytest.mark.parametrize(
    ("how", "said"),
    [(f"{Provenance.OUT_OF_FOLD} (1 of 2 pages)", True), (Provenance.OUT_OF_FOLD, True), (Provenance.HELD_OUT, False)],
)
def test_tables_say_so_where_pages_were_trained_on(how: str, said: bool, tmp_path: Path) -> None:
    scores = scores_of("a", [0.5, 1], provenance=how)
    write_scores(scores, tmp_path)
    text = write_tables(tmp_path, "made", [scores], "a").read_text(encoding="utf-8")
    assert ("trained without it" in text) == said


def test_peers_that_are_not_installed_are_left_out(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def find(name: str) -> System:
        if name == "gone":
            raise MissingSystem("gone is not installed: pip install gone")
        return find_system({"boilerkit": FIRST, "there": EVERYTHING}[name])

    monkeypatch.setattr(systems, "find_system", find)
    monkeypatch.setattr(systems, "PEERS", ("gone", "there"))
    monkeypatch.setattr(systems, "PROGRAMS", ())
    result = run("accuracy", write_rows(here / "own.jsonl", ROWS[:2]))
    assert result.exit_code == 0, result.output
    assert "left out: gone is not installed" in result.stderr
    found = {its.system for its in scores_by_page_set(here / "results", "own")[0]}
    assert found == {FIRST, EVERYTHING}


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (("nothing.jsonl",), "nothing.jsonl does not exist"),
        (("moon",), 'there is no corpus "moon"'),
        (("own.jsonl", "--system", "own_system:last"), "has no 'last'"),
        (("own.jsonl", "--system", "moon"), "no system named 'moon'"),
    ],
)
def test_what_cannot_be_scored_is_told_in_a_line(args: tuple[str, ...], message: str, here: Path) -> None:
    write_rows(here / "own.jsonl", ROWS)
    result = run("accuracy", "--system", FIRST, *args)
    assert result.exit_code == 1
    assert message in result.stderr
    assert result.stderr.count("\n") == 1


def test_samples_are_the_same_each_time() -> None:
    pages = [GoldPage(str(number), "", "") for number in range(50)]
    few = sample(pages, 5)
    assert few == sample(list(pages), 5) and len({page.id for page in few}) == 5
    assert few != pages[:5]
    assert sample(pages, None) == sample(pages, 50) == sample(pages, 60) == pages
    with pytest.raises(BenchmarkError, match="no page"):
        sample([], 5)


SAMPLES = {
    "wcxb-dev": ("wcxb", 3),
    "article-extraction-benchmark": ("article-extraction-benchmark", 3),
    "cleaneval": ("html-cleaning-dataset-merged", 3),
    "dragnet": ("html-cleaning-dataset-merged", 3),
    "trafilatura": ("trafilatura", 8),
    "fundus": ("fundus", 3),
}


@pytest.mark.skipif(not LAYOUTS.is_dir(), reason="needs samples of the corpora in ../shared/data/layouts")
def test_each_public_corpus_can_be_scored(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(accuracy, "CACHE", tmp_path / "cache")
    corpora = [f"{name}:{LAYOUTS / folder}" for name, (folder, _) in SAMPLES.items()]
    result = run("accuracy", *corpora, "--system", "boilerkit", "--output", tmp_path)
    assert result.exit_code == 0, result.output
    extractor = find_system("boilerkit").load()
    assert isinstance(extractor, BoilerkitExtractor)
    for name, (folder, count) in SAMPLES.items():
        scores = read_scores(file_of(tmp_path, name, "boilerkit"))
        assert len(scores.ids) == count and not scores.failures
        leading = METRIC["snippet F1" if name == "trafilatura" else "word F1"]
        found = scores.score(leading)
        assert found is not None and found.value > 0.6, name
        if scores.provenance == Provenance.HELD_OUT and extractor.out_of_fold is not None:
            pages = open_corpus(f"{name}:{LAYOUTS / folder}")[1]
            assert not any(extractor.out_of_fold.has_page(page.source) for page in pages)


# --- compare ----------------------------------------------------------------------------------------------------------


def scores_of(system: str, word_f1s: list[float], corpus: str = "made", **changes: Any) -> Scores:
    n = len(word_f1s)
    values: dict[str, Any] = {
        "version": "1",
        "provenance": Provenance.HELD_OUT,
        "context": {"command": "python -m benchmarks accuracy made.jsonl"},
        "failures": {},
        "ids": [str(number) for number in range(n)],
        "page_types": [""] * n,
        "languages": [""] * n,
        "sites": [""] * n,
        "columns": {"word_f1": word_f1s},
    }
    return Scores(corpus, system, **(values | changes))


@pytest.mark.parametrize(
    ("b", "difference", "verdict"),
    [
        ([0.4, 0.5, 0.6, 0.5], "+0.250 [", "a is better"),
        ([1.0, 0.9, 0.9, 0.9], "-0.175 [", "b is better"),
        ([0.9, 0.5, 0.9, 0.7], "+0.000 [", "may be noise"),
        ([0.7, 0.7, 0.8, 0.8], "+0.000 [+0.000, +0.000]", "may be noise"),
    ],
)
def test_compare_says_who_is_better(b: list[float], difference: str, verdict: str, tmp_path: Path) -> None:
    write_scores(scores_of("a", [0.7, 0.7, 0.8, 0.8]), tmp_path)
    write_scores(scores_of("b", b), tmp_path)
    result = run("compare", "a", "b", "--results", tmp_path)
    assert result.exit_code == 0, result.output
    (row,) = [line for line in result.stdout.splitlines() if "word F1" in line]
    assert difference in row and row.endswith(verdict)
    assert "0.750 [" in row
    back = run("compare", "b", "a", "--results", tmp_path)
    assert verdict in back.stdout


def test_compare_by_corpus_and_page_type(tmp_path: Path) -> None:
    types = ["article", "forum", "article", "forum"]
    for system, f1 in (("a", 0.2), ("b", 0.6)):
        write_scores(scores_of(system, [0.8, f1, 0.8, f1], page_types=types), tmp_path)
        write_scores(scores_of(system, [0.5], corpus="other"), tmp_path)
    write_scores(scores_of("a", [0.5], corpus="third"), tmp_path)
    result = run("compare", "a", "b", "--results", tmp_path)
    lines = [line.split() for line in result.stdout.splitlines()]
    titles = [" ".join(line) for line in lines if line and line[0] in ("made:", "other:", "third:")]
    assert titles == [f"{corpus}: a (held out), b (held out)" for corpus in ("made", "other")]
    (forum,) = [line for line in lines if line[:1] == ["forum"]]
    assert forum[1] == "2" and forum[-3:] == ["b", "is", "better"]
    assert "-0.400" in forum
    only = run("compare", "a", "b", "--results", tmp_path, "--corpus", "other")
    assert "other" in only.stdout and "made" not in only.stdout


def test_compare_without_results_says_how_to_get_them(tmp_path: Path) -> None:
    write_scores(scores_of("a", [0.5]), tmp_path)
    result = run("compare", "a", "b", "--results", tmp_path)
    assert result.exit_code == 1
    assert "no corpus has scores of both a and b" in result.stderr
    assert "--system a --system b" in result.stderr


def test_compare_refuses_scores_of_different_pages(tmp_path: Path) -> None:
    write_scores(scores_of("a", [0.5, 0.6]), tmp_path)
    write_scores(scores_of("b", [0.5, 0.6], ids=["0", "2"]), tmp_path)
    result = run("compare", "a", "b", "--results", tmp_path)
    assert result.exit_code == 1
    assert "different pages of made" in result.stderr


def test_compare_and_report_show_the_last_run(here: Path) -> None:
    gold = write_rows(here / "own.jsonl", ROWS)
    options = ("--system", FIRST, "--system", EVERYTHING)
    assert run("accuracy", gold, *options).exit_code == 0
    for limit, folder in (((), "results"), (("--limit", 2), "limit-2"), (("--output", "mine"), "mine")):
        assert run("accuracy", gold, *options, *limit).exit_code == 0
        compared = run("compare", FIRST, EVERYTHING)
        assert compared.exit_code == 0, compared.output
        assert f"{folder}\n" in compared.stderr
        (row,) = [line.split() for line in compared.stdout.splitlines() if "word F1" in line]
        assert row[row.index("all") + 1] == ("2" if folder == "limit-2" else "4")
        reported = run("report", "--output", here / "report.html")
        assert f"{folder}\n" in reported.stdout
        pages = "2 pages" if folder == "limit-2" else "4 pages"
        assert f"own, {pages}" in (here / "report.html").read_text(encoding="utf-8")


def test_without_any_run_the_repository_has_results(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(results, "CACHE", tmp_path)
    assert results.latest_folder() == results.RESULTS
    (tmp_path / "latest").write_text(str(tmp_path / "deleted"))
    assert results.latest_folder() == results.RESULTS


def test_scores_of_changed_pages_are_refused(tmp_path: Path) -> None:
    write_scores(scores_of("a", [0.5, 0.6]), tmp_path)
    file = file_of(tmp_path, "made", "a")
    file.write_text(file.read_text().replace('"id": ["0", "1"]', '"id": ["0", "2"]'))
    with pytest.raises(BenchmarkError, match="its pages are not those that were scored"):
        read_scores(file)


# --- Progress ---------------------------------------------------------------------------------------------------------


def test_progress_is_a_line_now_and_then(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    now = [0.0]
    monkeypatch.setattr("benchmarks.progress.time.monotonic", lambda: now[0])
    with progress("Working", 1000) as advance:
        for _ in range(1000):
            now[0] += INTERVAL / 512
            advance()
    assert capsys.readouterr().err.splitlines() == [
        "Working: 0 of 1,000",
        "Working: 512 of 1,000",
    ]


# --- Scores -----------------------------------------------------------------------------------------------------------


def test_scores_come_back_as_they_were_written(tmp_path: Path) -> None:
    columns = {"word_f1": [0.123456, None], "rouge_lsum_f1": [None, None], "word_recall": [1, 0]}
    write_scores(scores_of("my:own/system", [0, 0], columns=columns, failures={"1": "ValueError"}), tmp_path)
    found = read_scores(tmp_path / "accuracy" / "made" / "my_own_system.json")
    assert found.columns == {"word_f1": [0.12346, None], "word_recall": [1, 0]}
    assert (found.system, found.failures, found.ids) == ("my:own/system", {"1": "ValueError"}, ["0", "1"])


def test_scores_are_over_the_pages_that_have_the_gold() -> None:
    types = ["article", "article", "forum"]
    scores = scores_of("a", [0, 0, 0], page_types=types, columns={"word_f1": [0.2, None, 0.6]})
    found = scores.score(METRIC["word F1"])
    assert found is not None and found.value == pytest.approx(0.4)
    assert scores.types == ["all", "article", "forum"]
    article = scores.score(METRIC["word F1"], "article")
    assert article is not None and article.value == pytest.approx(0.2)
    assert scores.score(METRIC["word recall"]) is None
    assert scores.score(METRIC["word F1"], "listing") is None


def test_differences_are_of_the_same_pages_alone() -> None:
    a, b = scores_of("a", [0.5, 0.7]), scores_of("b", [0.4, 0.4])
    found = a.difference(b, METRIC["word F1"])
    assert found is not None and found.value == pytest.approx(0.2)
    assert a.difference(scores_of("b", [0.4, 0.4], ids=["1", "0"]), METRIC["word F1"]) is None
    assert a.difference(scores_of("b", [0, 0], columns={"word_recall": [1, 1]}), METRIC["word F1"]) is None


@pytest.mark.parametrize("content", ['{"corpus": "made"}', "[]", "{", '{"pages": 3}'])
def test_damaged_scores_are_told_of(content: str, tmp_path: Path) -> None:
    file = tmp_path / "scores.json"
    file.write_text(content)
    with pytest.raises(BenchmarkError, match=r"scores\.json.* again"):
        read_scores(file)


# --- curves -----------------------------------------------------------------------------------------------------------


def test_curves_over_thresholds(ours: str, small_model: ContentModel, here: Path) -> None:
    unsure = replace(small_model, calibration=(1.5, 0.0), threshold=0.4)
    save_model(unsure, here / "model")
    rows = [
        {
            "id": str(number),
            # with text between the paragraphs that is less sure to be content
            "html": page.html.replace("</p><p>", "</p><ul><li>The river.</li></ul><p>"),
            "gold_text": page.text.replace("\n\n", "\n\nThe river.\n\n"),
        }
        for number, page in enumerate(labelled_pages(4, 2))
    ]
    gold = write_rows(here / "own.jsonl", rows)
    result = run("curves", gold, "--system", ours)
    assert result.exit_code == 0, result.output
    values = read_json(here / "results" / "curves" / "own" / f"{safe_name(ours)}.json")
    assert values["provenance"] == Provenance.UNKNOWN and values["threshold"] == 0.4
    curve = values["curve"]
    assert [point["threshold"] for point in curve] == [round(0.05 * number, 2) for number in range(1, 20)]
    recalls = [point["recall"] for point in curve]
    assert recalls == sorted(recalls, reverse=True) and len(set(recalls)) > 2
    for place in (3, 9, 18):
        threshold = curve[place]["threshold"]
        expected = [
            word_f1(boilerkit.extract(page.source, model=unsure, threshold=threshold), str(page.gold))
            for page in read_gold(gold)
        ]
        assert curve[place]["f1"] == pytest.approx(np.mean(expected), abs=1e-4)
    assert sum(values["calibration"]["share"]) == pytest.approx(1, abs=1e-3)
    gaps = np.abs(np.subtract(values["calibration"]["predicted"], values["calibration"]["observed"]))
    error = np.dot(gaps, values["calibration"]["share"])
    assert values["calibration"]["expected_error"] == pytest.approx(error, abs=1e-3)
    assert f"Calibration error over blocks: {values['calibration']['expected_error']:.3f}" in result.stdout
    assert values["blocks"] is None and "ROC" not in result.stdout


def test_curves_by_spans_rank_blocks(ours: str, here: Path) -> None:
    rows = []
    for number, page in enumerate(labelled_pages(4, 1)):
        spans = [{"label": "body", "text": text} for text in page.text.split("\n\n")]
        spans.append({"label": "footer", "text": f"Copyright {page.site}. All rights reserved."})
        rows.append({"id": str(number), "html": page.html, "spans": spans})
    gold = write_rows(here / "own.jsonl", [*rows, {"id": "text", "html": "<p>Some text.</p>", "gold_text": "Some"}])
    result = run("curves", gold, "--system", ours, "--limit", 5, "--output", "mine")
    assert result.exit_code == 0, result.output
    blocks = read_json(here / "mine" / "curves" / "own" / f"{safe_name(ours)}.json")["blocks"]
    assert blocks["pages"] == 4  # a main text tells nothing of single blocks
    assert blocks["roc_auc"] > 0.9 and blocks["average_precision"] > 0.9
    assert f"Blocks of 4 pages: area under the ROC curve {blocks['roc_auc']:.3f}" in result.stdout


def test_curves_rank_nothing_where_all_blocks_are_content(ours: str, here: Path) -> None:
    rows = [{"id": "page", "html": "<p>The cat sat.</p>", "spans": [{"label": "body", "text": "The cat sat."}]}]
    result = run("curves", write_rows(here / "own.jsonl", rows), "--system", ours)
    assert result.exit_code == 0, result.output
    assert read_json(here / "results" / "curves" / "own" / f"{safe_name(ours)}.json")["blocks"] is None
    assert "ROC" not in result.stdout


@pytest.mark.parametrize(
    ("row", "system", "message"),
    [
        ({"must_have": ["a"], "html": "<p>a</p>"}, "boilerkit:model", "has a main text or labelled spans"),
        ({"gold_text": "a", "html": "%PDF-1.7 and more"}, "boilerkit:model", "no page of own can be read"),
        ({"gold_text": "a", "html": "<p>a</p>"}, FIRST, "has no probabilities"),
    ],
)
def test_curves_need_probabilities_and_pages(
    row: dict[str, Any], system: str, message: str, ours: str, here: Path
) -> None:
    result = run("curves", write_rows(here / "own.jsonl", [{"id": "page"} | row]), "--system", system)
    assert result.exit_code == 1
    assert message in result.stderr
    assert not (here / "results").exists()


# --- learning-curve ---------------------------------------------------------------------------------------------------


def page_score(corpus: str, f1: float, precision: float, recall: float) -> PageScore:
    return PageScore("page", corpus, "", f1, (precision, recall))


def test_points_of_a_learning_curve() -> None:
    scores = [
        page_score("b", 0.5, 0.5, 1),
        page_score("b", 1, float("nan"), 0.5),
        page_score("a", 0.25, 0.4, 0.4),
    ]
    a, b = learning_curve._points(50, scores)
    assert a == {"pages": 50, "corpus": "a", "word_f1": [0.25] * 3, "shingle_f1": [0.4] * 3}
    assert (b["pages"], b["corpus"], b["word_f1"]) == (50, "b", [0.75, 0.5, 1])
    assert b["shingle_f1"][0] == 0.6  # precision 0.5 over one page, recall 0.75 over both


@pytest.fixture
def trained_on(small_model: ContentModel, monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """The ids of the pages of each training, which gives a model that was trained before."""
    trainings: list[list[str]] = []

    def fit(classifier: BoilerplateClassifier, pages: Sequence[TrainingPage], *args: object) -> ContentModel:
        trainings.append([page.id for page in pages])
        return small_model

    monkeypatch.setattr(BoilerplateClassifier, "fit_model", fit)
    return trainings


def grouped_pages() -> list[GoldPage]:
    return [
        GoldPage(str(number), page.html, page.text, group=str(page.site), corpus="made")
        for number, page in enumerate(labelled_pages(6, 4))
    ]


def test_smaller_sizes_are_part_of_the_larger(trained_on: list[list[str]], tmp_path: Path) -> None:
    prepared, _ = prepare(grouped_pages(), tmp_path, n_jobs=1)
    folds: NDArray[np.int64] = np.array([int(page.group) % 3 for page in prepared])
    sizes = (4, 9, None)
    for size in sizes:
        predictions = cross_validate(prepared, BoilerplateClassifier().fit_model, folds, n_pages=size)
        assert [len(p) for p in predictions] == [len(page.weight) for page in prepared]
    by_size = [trained_on[start : start + 3] for start in (0, 3, 6)]
    for fold in range(3):
        small, large, everything = (set(by_size[place][fold]) for place in range(3))
        assert [len(by_size[place][fold]) for place in range(3)] == [4, 9, 16]
        assert small < large < everything
        assert everything == {page.id for page, its in zip(prepared, folds, strict=True) if its != fold}
    assert by_size[0][0] != by_size[2][0][:4]  # by chance, not the first


def test_the_learning_curve_of_a_few_pages(
    trained_on: list[list[str]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(learning_curve, "training_pages", lambda data: iter(grouped_pages()))
    monkeypatch.setattr(learning_curve, "CACHE", tmp_path / "cache" / "benchmarks")
    monkeypatch.setattr(learning_curve, "N_FOLDS", 3)
    shipped = lambda prepared: [np.ones(len(page.weight)) for page in prepared]  # noqa: E731
    monkeypatch.setattr(learning_curve, "_shipped_predictions", shipped)
    result = run("learning-curve", "--data", tmp_path, "--size", 10, "--size", 500, "--output", tmp_path / "out")
    assert result.exit_code == 0, result.output
    assert [len(ids) for ids in trained_on] == [10] * 3
    points = read_json(tmp_path / "out" / "learning-curve.json")["points"]
    assert [(point["pages"], point["corpus"]) for point in points] == [(10, "made"), (16, "made")]
    assert points[0]["word_f1"] != points[1]["word_f1"]
    assert f"{points[0]['word_f1'][0]:.3f} [" in result.stdout


# --- Files of results -------------------------------------------------------------------------------------------------


def test_values_come_back_as_they_were_written(tmp_path: Path) -> None:
    values = {
        "column": [0.5, None, 1, "a, [b] {c}"],
        "rows": [{"a": 1, "b": [1, 2]}, {"a": 2, "b": []}],
        "text": 'é "quoted"\n  [\n 1\n]',
        "nothing": [],
    }
    file = tmp_path / "deep" / "file.json"
    write_json(file, values)
    assert read_json(file) == values
    write_json(file, {"column": list(range(100))})
    text = file.read_text(encoding="utf-8")
    assert text.count("\n") == 3  # a line for the column
    assert [path.name for path in file.parent.iterdir()] == ["file.json"]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "there are no results in"),
        ("{", "cannot be read"),
        ("[1]", "holds no results"),
        ("\udcff", "cannot be read"),  # a byte that is no UTF-8
    ],
)
def test_results_that_cannot_be_read(content: str | None, message: str, tmp_path: Path) -> None:
    file = tmp_path / "file.json"
    if content is not None:
        file.write_bytes(content.encode("utf-8", "surrogateescape"))
    with pytest.raises(BenchmarkError, match=rf"{message}.*run the benchmark"):
        read_json(file)


def test_results_say_how_to_get_them_again(monkeypatch: pytest.MonkeyPatch) -> None:
    args = [
        "/some/where/benchmarks",
        "accuracy",
        "/data/my corpus.parquet",
        "cleaneval:/data/clean",
        "own_module:extract",
    ]
    monkeypatch.setattr(sys, "argv", [*args, "--system", "boilerkit:../models/new@0.7", "--out=/tmp/out", "--jobs=2"])
    context.cache_clear()
    found = context()
    context.cache_clear()
    assert found["command"] == (
        "python -m benchmarks accuracy 'my corpus.parquet' cleaneval:clean own_module:extract "
        "--system boilerkit:new@0.7 --out=out --jobs=2"
    )
    assert found["python"] == ".".join(map(str, sys.version_info[:3]))
    assert found["versions"]["numpy"] == np.__version__
    assert found["machine"].endswith("cores")
    assert json.loads(json.dumps(found)) == found


@pytest.mark.parametrize(
    ("name", "file"), [("wcxb_dev", "wcxb_dev"), ("boilerkit:a/b@0.7", "boilerkit_a_b@0.7"), ("a  b*?", "a_b_")]
)
def test_names_of_files(name: str, file: str) -> None:
    assert safe_name(name) == file


# --- Help -------------------------------------------------------------------------------------------------------------


def test_the_overview_describes_all_commands() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks", "--help"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stderr == ""
    lines = [line.split() for line in done.stdout.partition("Commands:")[2].splitlines()]
    assert [words[0] for words in lines if len(words) > 2] == list(main.commands)
    assert {"accuracy", "compare", "curves", "learning-curve"} <= main.commands.keys()


@pytest.mark.parametrize("name", list(main.commands))
def test_each_command_has_help(name: str) -> None:
    result = run(name, "--help")
    assert result.exit_code == 0
    assert result.stdout.startswith(f"Usage: benchmarks {name} ")
    undescribed = [
        option.name
        for option in main.commands[name].params
        if option.param_type_name == "option" and not getattr(option, "help", None)
    ]
    assert undescribed == []
