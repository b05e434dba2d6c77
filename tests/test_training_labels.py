"""The published labels: records without text, joined to pages, and the data folder that is made from both."""

from __future__ import annotations

import gzip
import json
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import training.__main__ as recipe
from boilerkit import Label
from boilerkit.gold.pages import Span
from boilerkit.metrics import words_of
from training import fetch
from training.corpora import CORPORA, LABELS_FILE, read_rows, read_spans, training_pages
from training.labels import PAGE_IDS, RECORDS
from training.labels.records import blob_of, join, read_records, record_of, write_records
from training.labels.sources import SOURCES, Source

DATA = Path(__file__).resolve().parents[2] / "shared" / "data"
needs_data = pytest.mark.skipif(not (DATA / LABELS_FILE).exists(), reason="needs the training data in ../shared/data")
needs_git = pytest.mark.skipif(not shutil.which("git"), reason="needs git")

HTML = """<html><body><nav><a href="/">Home</a> <a href="/sport">Sport, and more!</a></nav>
<p>The ferry was <b>late</b> again on Monday.</p><p>Home</p><footer>© 2024</footer></body></html>""".encode()
SPANS = [
    Span(Label.NAVIGATION, "Home"),
    Span(Label.NAVIGATION, "Sport, and more!"),
    Span(Label.BODY, "The ferry was late again on Monday."),
    Span(Label.RELATED, "Home"),
    Span(Label.SHARE, "»"),
    Span(Label.FOOTER, "© 2024"),
]


def words(spans: list[Span]) -> list[tuple[Label, list[str]]]:
    return [(span.label, found) for span in spans if (found := words_of(span.text or ""))]


# --- Records ----------------------------------------------------------------------------------------------------------


def test_labels_come_back_with_the_text_of_the_page(tmp_path: Path) -> None:
    record = record_of("made", "1", "example.org", HTML, SPANS)
    write_records(tmp_path / "labels.jsonl", [record])
    text = (tmp_path / "labels.jsonl").read_text(encoding="utf-8")
    assert not {"ferry", "late", "monday", "sport"} & set(words_of(text))
    (read,) = read_records(tmp_path / "labels.jsonl")
    assert [label for label, _ in read.labels] == ["navigation", "body", "related", "footer"]
    joined = join(read, HTML)
    assert joined.missing == 0
    assert words(joined.spans) == words(SPANS)  # without the one that has no word


def test_pieces_are_found_whatever_the_blocks_are() -> None:
    record = record_of("made", "1", "", HTML, [Span(Label.BODY, "The ferry was"), Span(Label.BODY, "late again")])
    assert [span.text for span in join(record, HTML).spans] == ["The ferry was", "late again"]


def test_what_the_page_has_elsewhere_is_left_out() -> None:
    far = "<p>one two three four</p>" * 40
    moved = [Span(Label.TITLE, "The end of it"), Span(Label.BODY, "one two three four"), Span(Label.BODY, "Gone away")]
    record = record_of("made", "1", "", b"", moved)
    joined = join(record, f"<p>Intro</p>{far}<p>The end of it</p>".encode())
    assert [span.text for span in joined.spans] == ["one two three four"]
    assert joined.missing == 2
    # Text that has no labels is skipped where two pieces follow it.
    joined = join(
        record_of("made", "1", "", b"", moved[:1] + moved[2:]), f"{far}<p>The end of it. Gone away</p>".encode()
    )
    assert joined.missing == 0


def test_pages_are_named_as_git_names_them() -> None:
    assert blob_of(b"hello\n") == "ce013625030ba8dba906f756967f9e9ca394464a"


# --- The published files ----------------------------------------------------------------------------------------------


def test_published_records_are_of_known_pages_and_sources() -> None:
    records = read_records(RECORDS)
    files = json.loads(PAGE_IDS.read_text(encoding="utf-8"))
    assert set(files) == {corpus.file for corpus in CORPORA}
    keys = {(corpus, page_id) for of_file in files.values() for corpus, page_id in of_file}
    assert {(record.corpus, record.id) for record in records} <= keys
    as_files = {corpus for source in SOURCES for corpus in source.corpora}
    assert {corpus for corpus, _ in files["labelled_extra.parquet"]} == as_files
    assert all(len(source.commit) == 40 for source in SOURCES)


@needs_data
def test_published_labels_give_the_training_labels() -> None:
    pages = {(row["corpus"], row["id"]): row["html"] for corpus in CORPORA for row in read_rows(DATA / corpus.file)}
    expected = read_spans(DATA / LABELS_FILE)
    records = {(record.corpus, record.id): record for record in read_records(RECORDS)}
    assert records.keys() == expected.keys()
    lost = total = 0
    for key, spans in expected.items():
        assert records[key].blob == blob_of(pages[key])
        joined = join(records[key], pages[key])
        ours, theirs = words(joined.spans), words(list(spans))
        assert len(ours) + joined.missing == len(theirs)
        assert joined.missing or ours == theirs
        lost, total = lost + joined.missing, total + len(theirs)
    assert lost < total / 400


@needs_data
def test_the_published_files_are_those_of_the_data(tmp_path: Path) -> None:
    recipe.export(DATA, tmp_path / "labels.jsonl", tmp_path / "page_ids.json")
    for file in (RECORDS, PAGE_IDS):
        assert (tmp_path / file.name).read_bytes() == file.read_bytes()


# --- Fetching ---------------------------------------------------------------------------------------------------------


def repository(folder: Path, files: dict[str, bytes | dict[str, Any]]) -> Source:
    """Make a repository with these files, packed where they are named .gz."""
    for name, content in files.items():
        data = content if isinstance(content, bytes) else json.dumps(content).encode()
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(gzip.compress(data) if name.endswith(".gz") else data)
    who = ["-c", "user.name=Keeper", "-c", "user.email=keeper@example.org"]
    for command in (["init", "--quiet"], ["add", "."], [*who, "commit", "--quiet", "-m", "Pages"]):
        subprocess.run(["git", "-C", str(folder), *command], check=True)
    commit = fetch.git(folder, "rev-parse", "HEAD").decode().strip()
    return Source(folder.as_uri(), commit, "MIT")


@pytest.fixture
def sources(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Repositories with a page for each file of the data folder, and the published files for them."""
    root = tmp_path / "made"
    truth = {"main_content": "The ferry was late again on Monday.", "with": ["ferry"], "without": ["Home"]}
    article = {"a1": {"url": "https://article.example/", "content": "Article."}}
    forum = {"f1": {"url": "https://forum.example/", "content": "Post."}}
    posts = [{"post_text": {"surface_form": "First post."}}]
    fundus = "tests/resources/parser/test_data/is"
    made = {
        "WCXB": {"dev/html/0001.html.gz": HTML, "dev/ground-truth/0001.json": {"ground_truth": truth}},
        "FUNDUS": {
            f"{fundus}/Beacon_2024_05_02.html.gz": HTML,
            f"{fundus}/Beacon.json": {"V1": {"body": {"summary": ["The ferry"], "sections": []}}},
            f"{fundus}/meta.info": {},
        },
        "HARVEST": {"corpus/goldDocuments/t1.json": {"html": "<p>Hi", "gold_standard_annotation": posts}},
        "MAGIC_HTML": {
            "benchmark/data/article/base.json": article,
            "benchmark/data/article/htmls/a1.html": b"<p>Article.",
            "benchmark/data/forum/base.json": forum,
            "benchmark/data/forum/htmls/f1.html": b"<p>Post.",
        },
    }
    own = repository(root / "own" / "pages", {"somewhere/page.html": HTML + b"<!-- two -->\r\n"})
    found = [replace(own, corpora=("own",))]
    for name, files in made.items():
        found.append(repository(root / name / "repo", files))
        monkeypatch.setattr(fetch, name, found[-1])
    monkeypatch.setattr(fetch, "SOURCES", tuple(found))
    ids = {
        "wcxb_dev.parquet": [["wcxb", "0001"]],
        "fundus_train.parquet": [["fundus", "is/Beacon_2024_05_02"]],
        "labelled_extra.parquet": [["own", "page"]],
        "forum_posts.parquet": [["harvest", "t1"]],
        "world_pages.parquet": [["magic-html", "f1"], ["magic-html", "a1"]],
    }
    monkeypatch.setattr(fetch, "PAGE_IDS", tmp_path / "page_ids.json")
    monkeypatch.setattr(fetch, "RECORDS", tmp_path / "labels.jsonl")
    (tmp_path / "page_ids.json").write_text(json.dumps(ids))
    two = record_of("own", "page", "own.example", HTML + b"<!-- two -->\r\n", SPANS)
    write_records(tmp_path / "labels.jsonl", [two, record_of("wcxb", "0001", "", HTML, SPANS)])
    return tmp_path


@needs_git
def test_the_data_folder_is_made_from_repositories(sources: Path) -> None:
    pytest.importorskip("pyarrow")
    out = sources / "data"
    assert fetch.fetch(out, sources / "cache") == []
    pages = {page.id: page for page in training_pages(out)}
    assert len(pages) == 6
    assert pages["page"].source == HTML + b"<!-- two -->\r\n"  # as git has it, whatever a checkout does to it
    assert words(list(pages["page"].labelled_spans)) == words(SPANS)
    assert pages["page"].group == "own.example"
    assert pages["0001"].gold == "The ferry was late again on Monday." and pages["0001"].spans
    assert [pages[page_id].gold for page_id in ("is/Beacon_2024_05_02", "t1", "a1", "f1")] == [
        "The ferry",
        "First post.",
        "Article.",
        "Post.",
    ]
    shutil.rmtree(sources / "made")  # what is there is not fetched again
    assert fetch.fetch(out, sources / "cache") == []


@needs_git
def test_labels_that_are_not_found_are_told_of(sources: Path) -> None:
    pytest.importorskip("pyarrow")
    other = record_of("wcxb", "0001", "", b"<p>another version", [*SPANS, Span(Label.FOOTER, "Imprint")])
    write_records(sources / "labels.jsonl", [other])
    ids = json.loads((sources / "page_ids.json").read_text()) | {"labelled_extra.parquet": [["wcxb", "0001"]]}
    (sources / "page_ids.json").write_text(json.dumps(ids))
    notes = fetch.fetch(sources / "data", sources / "cache")
    assert notes == ["wcxb, 0001: another version of the page, 1 labelled blocks not found"]


@needs_git
def test_pages_and_repositories_that_are_gone(sources: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("pyarrow")
    ids = json.loads((sources / "page_ids.json").read_text())
    (sources / "page_ids.json").write_text(json.dumps(ids | {"forum_posts.parquet": [["harvest", "t2"]]}))
    with pytest.raises(fetch.FetchError, match="t2 of harvest is not in its repository"):
        fetch.fetch(sources / "data", sources / "cache")
    nowhere = Source((sources / "nowhere").as_uri(), "0" * 40, "MIT")
    with pytest.raises(fetch.FetchError, match=r"git fetch .* failed"):
        fetch.fetch_repository(nowhere, sources / "cache")
    monkeypatch.setenv("PATH", "")
    with pytest.raises(fetch.FetchError, match="git is needed"):
        fetch.git(sources, "status")


def test_the_command_fetches(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = []
    monkeypatch.setattr(fetch, "fetch", lambda out, cache: asked.append((out, cache)) or ["wcxb, 1: 2 not found"])
    options = ["python -m training", "fetch", "--data", str(tmp_path / "data"), "--cache", str(tmp_path)]
    monkeypatch.setattr("sys.argv", options)
    recipe.main()
    assert asked == [(tmp_path / "data", tmp_path / "repositories")]
    assert "wcxb, 1: 2 not found" in capsys.readouterr().err
