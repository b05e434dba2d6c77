"""Archives of pages on the command line: WARC, WET and JSONL."""

from __future__ import annotations

import gzip
import importlib
import io
import json
import sys

import pytest
from click.testing import CliRunner
from support.plain_text import PAGE, PARAGRAPH

import boilerkit
from boilerkit.cli import main
from boilerkit.model.storage import load_shipped


def _run(*arguments):
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


def test_commands_take_plain_text(tmp_path):
    (tmp_path / "page.txt").write_text(PAGE, encoding="utf-8")
    (tmp_path / "page.html").write_text("<p>HTML</p>", encoding="utf-8")
    printed = _run("extract", tmp_path / "page.txt", "--input-format", "text")
    assert printed.exit_code == 0 and printed.stdout == boilerkit.extract(PAGE) + "\n"
    folder = _run("extract", tmp_path, "--input-format", "text", "-o", tmp_path / "out")
    assert folder.exit_code == 0 and [file.name for file in (tmp_path / "out").glob("*.txt")] == ["page.txt"]
    explained = _run("blocks", tmp_path / "page.txt", "--explain", "3")
    assert explained.exit_code == 0 and "topics_in_text" in explained.stdout


def _write_wet(file, pages, kind="conversion"):
    writer_module = pytest.importorskip("warcio.warcwriter")
    with file.open("wb") as stream:
        writer = writer_module.WARCWriter(stream, gzip=True)
        writer.write_record(writer.create_warcinfo_record("pages", {"software": "a test"}))
        for number, page in enumerate(pages):
            headers = {}
            if kind == "response":
                status = importlib.import_module("warcio.statusandheaders").StatusAndHeaders
                headers["http_headers"] = status("200 OK", [("Content-Type", "text/html")], protocol="HTTP/1.0")
            writer.write_record(
                writer.create_warc_record(
                    f"https://example.org/{number}",
                    kind,
                    payload=io.BytesIO(page.encode()),
                    warc_content_type="text/plain",
                    **headers,
                )
            )


@pytest.mark.parametrize("jobs", [1, 2])
def test_archives_of_text(tmp_path, jobs):
    _write_wet(tmp_path / "crawl.wet.gz", [PAGE, "The <p> tag\nand the <b> tag\nare two that are told of here."])
    found = _run("extract", tmp_path / "crawl.wet.gz", "-j", jobs)
    assert found.exit_code == 0
    rows = [json.loads(line) for line in found.stdout.splitlines()]
    assert [row["url"] for row in rows] == ["https://example.org/0", "https://example.org/1"]
    assert rows[0]["text"] == boilerkit.extract(PAGE) and rows[0]["id"].startswith("<urn:uuid:")


def test_archives_of_html(tmp_path):
    html = f"<html><body><nav><a href='/'>Home</a></nav><p>{PARAGRAPH * 4}</p></body></html>"
    _write_wet(tmp_path / "crawl.warc.gz", [html], "response")
    found = _run("extract", tmp_path / "crawl.warc.gz")
    assert json.loads(found.stdout)["text"] == boilerkit.extract(html)


def test_lines_of_json_go_on_where_they_were_stopped(tmp_path):
    rows = [{"id": 7, "text": PAGE}, {"text": PAGE, "url": "https://example.org"}, {"no": "page"}]
    file = tmp_path / "pages.jsonl.gz"
    file.write_bytes(gzip.compress(("\n".join(map(json.dumps, rows)) + "\n{").encode()))
    found = _run("extract", file, "-o", tmp_path / "out")
    assert found.exit_code == 1
    assert 'line 3: expected an object with "text" or "html"' in found.stderr and "line 4: not JSON" in found.stderr
    lines = [json.loads(line) for line in (tmp_path / "out" / "pages.jsonl").read_text().splitlines()]
    result = {"text": boilerkit.extract(PAGE), "model_version": load_shipped("text").version}
    assert lines == [{"id": 7, "url": ""} | result, {"id": "line 2", "url": "https://example.org"} | result]
    again = _run("extract", file, "-o", tmp_path / "out")
    assert again.exit_code == 0 and "1 of 1 files were done before" in again.stderr


def test_archives_that_cannot_be_read(tmp_path, monkeypatch):
    assert "No such file" in _run("extract", tmp_path / "none.wet").stderr
    (tmp_path / "bad.wet.gz").write_bytes(b"\x1f\x8b damaged")
    assert _run("extract", tmp_path / "bad.wet.gz").exit_code == 1
    monkeypatch.setitem(sys.modules, "warcio.archiveiterator", None)
    assert "pip install 'boilerkit[warc]'" in _run("extract", tmp_path / "bad.wet.gz").stderr


def _lines_of(file, *rows):
    file.parent.mkdir(exist_ok=True)
    file.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return file


def _texts(file):
    return [json.loads(line).get("text") for line in file.read_text(encoding="utf-8").splitlines()]


def test_a_file_of_pages_is_never_overwritten(tmp_path):
    file = _lines_of(tmp_path / "pages.jsonl", {"text": PAGE})
    before = file.read_bytes()
    found = _run("extract", file, "-o", tmp_path)
    assert found.exit_code == 2 and "would be overwritten" in found.stderr
    assert file.read_bytes() == before


def test_files_of_pages_of_one_name_have_files_of_their_own(tmp_path):
    a, b = (_lines_of(tmp_path / folder / "d.jsonl", {"id": folder, "text": PAGE}) for folder in "ab")
    assert _run("extract", a, b, "-o", tmp_path / "out").exit_code == 0
    written = sorted((tmp_path / "out").glob("*.jsonl"))
    assert len(written) == 2 and len({file.read_bytes() for file in written}) == 2


def test_files_of_pages_are_done_anew_with_other_options(tmp_path):
    file = _lines_of(tmp_path / "pages.jsonl", {"text": PAGE})
    assert _run("extract", file, "-o", tmp_path / "out").exit_code == 0
    again = _run("extract", file, "-o", tmp_path / "out", "-f", "markdown")
    assert again.exit_code == 0 and "done before" not in again.stderr
    assert "markdown" in json.loads((tmp_path / "out" / "pages.jsonl").read_text(encoding="utf-8"))


def test_each_line_says_what_it_is(tmp_path):
    html = f"<html><body><article><h1>Ferry</h1><p>{PAGE.splitlines()[-1]}</p></article></body></html>"
    file = _lines_of(tmp_path / "pages.jsonl", {"text": PAGE}, {"html": html}, {"text": PAGE}, ["no page"])
    assert _run("extract", file, "-o", tmp_path / "out").exit_code == 1
    assert _texts(tmp_path / "out" / "pages.jsonl") == [
        boilerkit.extract(PAGE, input_format="text"),
        boilerkit.extract(html, input_format="html"),
        boilerkit.extract(PAGE, input_format="text"),
    ]


def test_damaged_files_of_pages_are_named(tmp_path):
    whole = gzip.compress("".join(json.dumps({"id": n, "text": PAGE}) + "\n" for n in range(50)).encode())
    (tmp_path / "cut.jsonl.gz").write_bytes(whole[: len(whole) // 2])
    (tmp_path / "none.jsonl.gz").write_bytes(b"no gzip at all")
    (tmp_path / "deep.jsonl").write_text("[" * 200_000 + "\n" + json.dumps({"id": "\ud800", "text": PAGE}) + "\n")
    for name in ("cut.jsonl.gz", "none.jsonl.gz", "deep.jsonl"):
        found = _run("extract", tmp_path / name, "-o", tmp_path / "out")
        assert found.exit_code == 1 and name in found.stderr, name
        assert isinstance(found.exception, SystemExit)
    assert json.loads((tmp_path / "out" / "deep.jsonl").read_text(encoding="utf-8"))["text"]
    assert not (tmp_path / "out" / "cut.jsonl").exists()
