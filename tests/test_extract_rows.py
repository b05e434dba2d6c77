"""Rows of files of many pages: what is written, and that a run that was stopped goes on and writes each row once."""

from __future__ import annotations

import gzip
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow
import pytest
import zstandard
from click.testing import CliRunner, Result
from pyarrow import parquet
from support.archives import article, conversion, response, write_warc
from support.plain_text import PAGE

import boilerkit
from boilerkit import BoilerkitError, ExtractOptions, OptionError
from boilerkit.archives import RowOptions, extract_records, extract_to_file, open_writer, read_records
from boilerkit.archives.page_files import find_files
from boilerkit.archives.sources import ReadOptions, Source, sources_of
from boilerkit.cli import main

ROOT = Path(__file__).parent.parent
#: Of the model for HTML.
VERSION = boilerkit.load_model().version
OUTPUTS = ("out.jsonl", "out.jsonl.gz", "out.jsonl.zst", "out.parquet")


def run(*args: object, input: bytes | str | None = None) -> Result:
    return CliRunner().invoke(main, [str(arg) for arg in args], input=input)


def rows_in(file: Path) -> list[dict[str, Any]]:
    if file.suffix == ".parquet":
        rows: list[dict[str, Any]] = parquet.read_table(file).to_pylist()
        return rows
    data = file.read_bytes()
    if file.suffix == ".gz":
        data = gzip.decompress(data)
    if file.suffix == ".zst":
        data = zstandard.ZstdDecompressor().stream_reader(data, read_across_frames=True).read()
    return [json.loads(line) for line in data.splitlines()]


@pytest.fixture(scope="module")
def crawl(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A WARC of 60 pages, of which the fifth cannot be decoded and the last is no page."""
    records = [response(number, article(number)) for number in range(60)]
    records[5] = response(5, b"\\0\\1", headers=["Content-Type: text/html", "Content-Encoding: br"])
    records[59] = response(59, b"%PDF-1.7")
    return write_warc(tmp_path_factory.mktemp("crawl") / "crawl.warc.gz", records)


# --- What is written --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", OUTPUTS)
@pytest.mark.parametrize("jobs", [1, 2])
def test_rows_of_an_archive(crawl: Path, tmp_path: Path, name: str, jobs: int) -> None:
    result = run("extract", crawl, "-o", tmp_path / name, "-j", jobs)
    assert result.exit_code == 1 and "58 pages written, 2 failures" in result.stderr
    rows = rows_in(tmp_path / name)
    assert [row["url"] for row in rows] == [f"https://example.org/{n}" for n in range(59) if n != 5]
    assert list(rows[0]) == ["id", "url", "crawl_date", "digest", "status", "text", "model_version"]
    assert {row["model_version"] for row in rows} == {VERSION}
    assert [row["text"] for row in rows[:5]] == [boilerkit.extract(article(number)) for number in range(5)]
    errors = rows_in(tmp_path / f"{name}.errors.jsonl")
    assert [error["url"] for error in errors] == ["https://example.org/5", "https://example.org/59"]
    assert "cannot be decoded as br" in errors[0]["error"] and "PDF" in errors[1]["error"]
    assert errors[0]["source"] == str(crawl)
    assert sorted(file.name for file in tmp_path.iterdir()) == [name, f"{name}.errors.jsonl"]


def test_fields_and_columns_of_the_input(tmp_path: Path) -> None:
    lines = [{"html": article(n).decode(), "at": f"https://a.b/{n}", "tags": [n], "text": "old"} for n in range(3)]
    (tmp_path / "in.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    assert run("extract", tmp_path / "in.jsonl", "-o", tmp_path / "all.jsonl").exit_code == 0
    assert rows_in(tmp_path / "all.jsonl") == [
        {"at": line["at"], "tags": line["tags"], "text": boilerkit.extract(line["html"]), "model_version": VERSION}
        for line in lines
    ]
    fields = "url,title,n_words,confidence,tags,none"
    args = ("extract", tmp_path / "in.jsonl", "--url-column", "at", "--fields", fields)
    assert run(*args, "-o", tmp_path / "some.parquet").exit_code == 0
    pages = [boilerkit.analyze(article(number)) for number in range(3)]
    expected = [
        {
            "url": f"https://a.b/{number}",
            "title": f"Ferry {number}",
            "n_words": page.n_words,
            "confidence": round(page.confidence or 0, 4),
            "tags": [number],
            "none": None,
        }
        for number, page in enumerate(pages)
    ]
    assert rows_in(tmp_path / "some.parquet") == expected
    assert [json.loads(line) for line in run(*args).stdout.splitlines()] == expected


def test_formats_of_content(crawl: Path, tmp_path: Path) -> None:
    run("extract", crawl, "-f", "markdown", "--title", "-o", tmp_path / "md.jsonl")
    assert rows_in(tmp_path / "md.jsonl")[3]["markdown"] == boilerkit.extract(
        article(3), output_format="markdown", include_title=True
    )
    both = next(extract_records(read_records(crawl), ["text", "html"]))[1]
    assert both == {format: boilerkit.extract(article(0), output_format=format) for format in ("text", "html")}  # type: ignore[arg-type]
    everything = next(extract_records(read_records(crawl), options=ExtractOptions(output_format="json")))[1]
    assert isinstance(everything, dict)
    assert everything["status"] == 200 and everything["title"] == "Ferry 0" and everything["language"] == "en"


def test_the_address_that_a_page_names_is_used_where_no_other_is_known(tmp_path: Path) -> None:
    html = "<link rel=canonical href='https://a.b/own'><p>one</p>"
    lines = [{"html": html}, {"html": html, "url": "https://a.b/given"}]
    (tmp_path / "in.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    found = run("extract", tmp_path / "in.jsonl", "--fields", "url").stdout.splitlines()
    assert [json.loads(line)["url"] for line in found] == ["https://a.b/own", "https://a.b/given"]


def test_filters_leave_pages_out(tmp_path: Path) -> None:
    records = [response(n, article(n, words)) for n, words in enumerate((20, 200, 20, 300))]
    file = write_warc(tmp_path / "crawl.warc", records)
    result = run("extract", file, "-o", tmp_path / "out.jsonl", "--min-words", "100")
    assert result.exit_code == 0 and "2 pages written, 2 left out" in result.stderr
    assert [row["url"][-1] for row in rows_in(tmp_path / "out.jsonl")] == ["1", "3"]
    assert run("extract", file, "--min-confidence", "1").stdout == ""
    assert len(run("extract", file, "--language", "de,en").stdout.splitlines()) == 4
    assert run("extract", file, "--language", "de").stdout == ""


def test_pages_folders_and_archives_go_into_one_file(crawl: Path, tmp_path: Path) -> None:
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "a.html").write_bytes(article(100))
    (tmp_path / "site" / "b.html").write_bytes(b"%PDF-1.7")
    result = run("extract", tmp_path / "site", crawl, tmp_path / "none.html", "-o", tmp_path / "site" / "out.jsonl")
    assert result.exit_code == 1 and "59 pages written, 4 failures" in result.stderr
    assert rows_in(tmp_path / "site" / "out.jsonl")[0] == {
        "file": "a.html",
        "text": boilerkit.extract(article(100)),
        "model_version": VERSION,
    }
    again = run("extract", tmp_path / "site", "-o", tmp_path / "site" / "out.jsonl", "--overwrite")
    assert "1 page written, 1 failure" in again.stderr, "what a run wrote is no input of the next"


def test_records_that_say_what_they_are(tmp_path: Path) -> None:
    html = article(1).decode()
    lines: list[Any] = [{"text": PAGE}, {"html": html}, {"text": PAGE}, {"html": html}]
    (tmp_path / "in.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    run("extract", tmp_path / "in.jsonl", "-o", tmp_path / "out.jsonl")
    expected = [boilerkit.extract(PAGE, input_format="text"), boilerkit.extract(html, input_format="html")] * 2
    assert [row["text"] for row in rows_in(tmp_path / "out.jsonl")] == expected


@pytest.mark.parametrize("kind", ["warc", "warc.gz", "jsonl", "jsonl.gz", "html"])
def test_standard_input_is_what_it_begins_like(kind: str) -> None:
    line = json.dumps({"html": article(0).decode(), "url": "https://example.org/0"}).encode() + b"\n"
    data = {"warc": response(0, article(0)), "jsonl": line, "html": article(0)}[kind.removesuffix(".gz")]
    result = run("extract", "-", input=gzip.compress(data) if kind.endswith(".gz") else data)
    text = boilerkit.extract(article(0))
    if kind == "html":
        assert result.stdout == text + "\n"
    else:
        row = json.loads(result.stdout)
        assert (row["text"], row["url"]) == (text, "https://example.org/0")


def test_values_that_json_or_arrow_lack(tmp_path: Path) -> None:
    lines = [
        '{"id": NaN, "text": "a b", "x": 1, "y": "\\ud800", "z": {"a": Infinity}}',
        '{"id": 1, "text": "a b", "x": "one", "y": "y", "z": 5}',
    ]
    (tmp_path / "in.jsonl").write_text("\n".join(lines))
    assert run("extract", tmp_path / "in.jsonl", "-o", tmp_path / "out.jsonl").exit_code == 0
    first = json.loads((tmp_path / "out.jsonl").read_text().splitlines()[0], parse_constant=lambda name: 1 / 0)
    assert (first["id"], first["x"], first["y"], first["z"]) == (None, 1, "\ud800", {"a": None})
    assert run("extract", tmp_path / "in.jsonl", "-o", tmp_path / "out.parquet").exit_code == 0
    second = rows_in(tmp_path / "out.parquet")[1]
    assert (second["x"], second["y"], second["z"]) == ("one", "y", "5")


def test_types_of_parquet_stay(tmp_path: Path) -> None:
    table = pyarrow.table(
        {
            "html": [article(number).decode() for number in range(3)],
            "when": pyarrow.array([1, 2, None], pyarrow.timestamp("us", "UTC")),
            "small": pyarrow.array([1, 2, 3], pyarrow.int8()),
            "none": pyarrow.array([None] * 3, pyarrow.list_(pyarrow.string())),
        }
    )
    parquet.write_table(table, tmp_path / "in.parquet")
    run("extract", tmp_path / "in.parquet", "-o", tmp_path / "out.parquet")
    written = parquet.read_table(tmp_path / "out.parquet")
    untouched = written.drop_columns(["text", "model_version"])
    assert untouched.schema.equals(table.drop_columns("html").schema)
    assert untouched.to_pylist() == table.drop_columns("html").to_pylist()


@pytest.mark.parametrize("name", ["out.csv", "out.txt", "out.gz"])
def test_files_of_other_formats_are_refused(crawl: Path, tmp_path: Path, name: str) -> None:
    result = run("extract", crawl, "-o", tmp_path / name)
    assert result.exit_code == 2 and ".jsonl, .jsonl.gz" in result.stderr.replace("\n", " ")
    assert not (tmp_path / name).exists()


def test_what_is_complete_or_a_source_is_not_overwritten(crawl: Path, tmp_path: Path) -> None:
    lines = tmp_path / "in.jsonl"
    lines.write_text(json.dumps({"text": PAGE}))
    assert run("extract", lines, "-o", lines, "--overwrite").exit_code == 2
    (tmp_path / "out.jsonl").write_text("mine")
    result = run("extract", lines, "-o", tmp_path / "out.jsonl")
    assert result.exit_code == 2 and "is complete already" in result.stderr
    assert (tmp_path / "out.jsonl").read_text() == "mine"
    assert run("extract", lines, "-o", tmp_path / "out.jsonl", "--overwrite").exit_code == 0


def test_a_writer_of_ones_own(tmp_path: Path) -> None:
    for name in OUTPUTS:
        with open_writer(tmp_path / name) as writer:
            for number in range(3):
                writer.write({"n": number})
        assert rows_in(tmp_path / name) == [{"n": 0}, {"n": 1}, {"n": 2}]
    with pytest.raises(ZeroDivisionError), open_writer(tmp_path / "out.jsonl") as writer:
        writer.write({"n": 1 / 0})
    assert len(rows_in(tmp_path / "out.jsonl")) == 3
    with pytest.raises(OptionError, match="no known format"), open_writer(tmp_path / "out.csv"):
        pass


def test_parquet_holds_no_more_rows_than_a_group_has(
    crawl: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("boilerkit.archives.writers.ROW_GROUP_BYTES", 5_000)
    run("extract", crawl, "-o", tmp_path / "out.parquet")
    file = parquet.ParquetFile(tmp_path / "out.parquet")
    sizes = [file.metadata.row_group(group).num_rows for group in range(file.num_row_groups)]
    assert len(sizes) > 5 and sum(sizes) == 58 and max(sizes) <= 15


# --- Runs that are stopped --------------------------------------------------------------------------------------------


class Stopped(Exception):
    """What ends a run."""


def _extract(sources: list[Source], file: Path, stop_at: int | None = None) -> None:
    """Extract with a commit after each seventh page; stop at a page as if the machine had."""

    def on_progress(status: Any) -> None:
        nonlocal pages
        pages += 1
        if pages == stop_at:
            raise Stopped

    pages = 0
    extract_to_file(sources, file, RowOptions(ExtractOptions()), {}, on_progress=on_progress)


def _sources(*paths: Path) -> list[Source]:
    return sources_of(list(find_files(paths)), ReadOptions())


@pytest.mark.parametrize("name", OUTPUTS)
def test_a_run_goes_on_at_the_record(crawl: Path, tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = iter(range(10**6))
    monkeypatch.setattr("boilerkit.archives.runs.time.monotonic", lambda: next(clock))  # a second a page
    monkeypatch.setattr("boilerkit.archives.runs.PROGRESS_SECONDS", 0)
    (tmp_path / "more.jsonl").write_text("".join(json.dumps({"id": n, "text": PAGE}) + "\n" for n in range(20)))
    paths = (crawl, tmp_path / "none.warc", tmp_path / "more.jsonl")
    _extract(_sources(*paths), tmp_path / f"whole-{name}")
    for stop_at in (3, 9, 8, 30, 1, 8, 4, 12):
        with pytest.raises(Stopped):
            _extract(_sources(*paths), tmp_path / name, stop_at)
        assert not (tmp_path / name).exists()
    _extract(_sources(*paths), tmp_path / name)
    assert rows_in(tmp_path / name) == rows_in(tmp_path / f"whole-{name}")
    assert len(rows_in(tmp_path / name)) == 78
    errors = [rows_in(tmp_path / f"{its}.errors.jsonl") for its in (name, f"whole-{name}")]
    assert errors[0] == errors[1] and len(errors[0]) == 3


COMMAND = """
import sys
import boilerkit.archives.runs as runs
from boilerkit.cli import main
runs.COMMIT_SECONDS = 0.2
main(sys.argv[1:])
"""


def started(*args: object) -> subprocess.Popen[bytes]:
    """Start a run that commits often."""
    return subprocess.Popen(
        [sys.executable, "-c", COMMAND, *map(str, args)],
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stderr=subprocess.PIPE,
    )


def _until(is_true: Any, seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not is_true():
        assert time.monotonic() < end
        time.sleep(0.01)


def _committed(file: Path) -> int:
    try:
        state = json.loads(file.with_name(file.name + ".partial").joinpath("state.json").read_text())
    except OSError:
        return 0
    return int(state["progress"]["record"])


@pytest.fixture(scope="module")
def long_crawl(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A WARC that takes a second or more."""
    records = (response(number, article(number, 600)) for number in range(400))
    return write_warc(tmp_path_factory.mktemp("crawl") / "long.warc.gz", records)


@pytest.mark.skipif(os.name == "nt", reason="there are no signals of this kind")
@pytest.mark.parametrize("name", ["out.jsonl.gz", "out.parquet"])
def test_a_run_that_is_killed_goes_on_and_writes_each_row_once(long_crawl: Path, tmp_path: Path, name: str) -> None:
    out = tmp_path / name
    options = ("-j", "2", "--fields", "url,text,status", "--min-words", "3", "--status", "200")
    for _ in range(2):
        done = _committed(out)
        with started("extract", long_crawl, "-o", out, *options) as process:
            _until(lambda: _committed(out) > done or process.poll() is not None)  # noqa: B023
            process.send_signal(signal.SIGKILL)
            process.communicate()
        assert not out.exists() and process.returncode == -signal.SIGKILL
    with started("extract", long_crawl, "-o", out, *options) as process:
        said = process.communicate()[1].decode()
    assert process.returncode == 0 and "pages were done before" in said and "400 pages written" in said
    assert [row["url"] for row in rows_in(out)] == [f"https://example.org/{number}" for number in range(400)]
    assert [file.name for file in tmp_path.iterdir()] == [name]


@pytest.mark.skipif(os.name == "nt", reason="there are no signals of this kind")
def test_two_runs_on_one_output_do_not_harm_each_other(long_crawl: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.jsonl"
    with started("extract", long_crawl, "-o", out) as first:
        _until(lambda: _committed(out) > 1)
        second = run("extract", long_crawl, "-o", out)
        assert second.exit_code == 1 and "another run is writing here" in second.stderr
        assert run("extract", long_crawl, "-o", out, "--overwrite").exit_code == 1
        first.communicate()
    assert first.returncode == 0 and len(rows_in(out)) == 400


@pytest.fixture
def full_after(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Let the disk be full from the commit with this number on."""

    def fill(number: int) -> None:
        calls = 0
        fsync = os.fsync

        def full(descriptor: int) -> None:
            nonlocal calls
            calls += 1
            if calls > number:
                raise OSError(28, "No space left on device")
            fsync(descriptor)

        monkeypatch.setattr("os.fsync", full)

    yield fill
    monkeypatch.undo()


@pytest.mark.parametrize("name", OUTPUTS)
def test_a_run_goes_on_after_the_disk_was_full(
    crawl: Path, tmp_path: Path, name: str, full_after: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("boilerkit.archives.runs.COMMIT_SECONDS", 0)
    for number in (0, 1, 2, 10, 31):
        full_after(number)
        result = run("extract", crawl, "-o", tmp_path / name)
        assert result.exit_code == 1 and "cannot write" in result.stderr and "No space left" in result.stderr
        assert not (tmp_path / name).exists()
        monkeypatch.undo()
        monkeypatch.setattr("boilerkit.archives.runs.COMMIT_SECONDS", 0)
    assert "58 pages written, 2 failures" in run("extract", crawl, "-o", tmp_path / name).stderr
    assert [row["url"] for row in rows_in(tmp_path / name)] == [
        f"https://example.org/{number}" for number in range(59) if number != 5
    ]


def test_other_options_or_input_do_not_go_on_with_what_was_begun(
    crawl: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("boilerkit.archives.runs.PROGRESS_SECONDS", 0)
    with pytest.raises(Stopped):
        _extract(_sources(crawl), tmp_path / "out.jsonl", 10)
    folder = tmp_path / "out.jsonl.partial"
    (folder / "state.json").write_text(json.dumps({"settings": {"other": 1}}))
    result = run("extract", crawl, "-o", tmp_path / "out.jsonl")
    assert result.exit_code == 2 and "begun with other options" in result.stderr
    assert run("extract", crawl, "-o", tmp_path / "out.jsonl", "--overwrite").exit_code == 1
    assert len(rows_in(tmp_path / "out.jsonl")) == 58 and not folder.exists()


# --- Into a folder ----------------------------------------------------------------------------------------------------


def test_archives_into_a_folder(crawl: Path, tmp_path: Path) -> None:
    for name in "ab":
        (tmp_path / "in" / name).mkdir(parents=True)
        write_warc(tmp_path / "in" / name / "d.wet.gz", [conversion(1, PAGE)])
    (tmp_path / "in" / "page.html").write_bytes(article(1))
    out = tmp_path / "in" / "out"
    result = run("extract", tmp_path / "in", crawl, "-o", out)
    assert result.exit_code == 1 and "4 files, 2 failures" in result.stderr
    written = sorted(file.relative_to(out).as_posix() for file in out.rglob("*") if not file.name.startswith("."))
    assert [name for name in written if "." in name] == [
        "a/d.jsonl",
        "b/d.jsonl",
        "crawl.jsonl",
        "crawl.jsonl.errors.jsonl",
        "page.txt",
    ]
    assert rows_in(out / "a" / "d.jsonl")[0]["text"] == boilerkit.extract(PAGE)
    again = run("extract", tmp_path / "in", crawl, "-o", out)
    assert again.exit_code == 0 and "3 of 3 files were done before" in again.stderr
    other = run("extract", tmp_path / "in", crawl, "-o", out, "-f", "markdown")
    assert "done before" not in other.stderr and "markdown" in rows_in(out / "a" / "d.jsonl")[0]


def test_an_archive_in_the_output_folder_is_not_overwritten(tmp_path: Path) -> None:
    (tmp_path / "pages.jsonl").write_text(json.dumps({"text": PAGE}))
    result = run("extract", tmp_path / "pages.jsonl", "-o", tmp_path)
    assert result.exit_code == 2 and "would be overwritten" in result.stderr
    assert json.loads((tmp_path / "pages.jsonl").read_text()) == {"text": PAGE}


def test_links_to_nowhere_are_told_of(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_bytes(article(1))
    (tmp_path / "b").symlink_to("nowhere")
    assert "b: skipped: it is a link to nowhere" in run("extract", tmp_path).stderr


# --- Terminals --------------------------------------------------------------------------------------------------------


def test_nothing_of_a_page_controls_a_terminal(tmp_path: Path) -> None:
    escape = "\x1b]0;owned\x07\x9b2J"
    (tmp_path / "in.jsonl").write_text(json.dumps({"id": escape, "html": 5}) + f"\n{escape}\n")
    (tmp_path / f"a{escape}.html").write_bytes(b"%PDF-1.7")
    for args in ((tmp_path / "in.jsonl",), (tmp_path / f"a{escape}.html",)):
        result = run("extract", *args)
        assert result.exit_code == 1 and "owned" in result.stderr
        assert not set("\x1b\x07\x9b") & set(result.stderr)


def test_content_is_sanitised_for_terminals_alone(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from boilerkit.terminal.console import print_content

    print_content("a\tb\n\x1b[2J\x9b")
    assert capsys.readouterr().out == "a\tb\n\x1b[2J\x9b\n"
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    print_content("a\tb\n\x1b[2J\x9b")
    assert capsys.readouterr().out == "a\tb\n\ufffd[2J\ufffd\n"


def test_errors_of_writing_are_boilerkits_own(crawl: Path, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(BoilerkitError, match="cannot write"):
        _extract(_sources(crawl), tmp_path / "file" / "out.jsonl")
