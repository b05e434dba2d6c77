"""Reading files of many pages: WARC, WET, JSON lines, Parquet, data sets, folders; damage costs itself alone."""

from __future__ import annotations

import gzip
import io
import json
import sys
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import brotli  # type: ignore[import-untyped]
import pyarrow
import pytest
import zstandard
from pyarrow import parquet
from support.archives import COMPRESS, article, conversion, response, write_warc
from support.plain_text import PAGE

from boilerkit import BoilerkitError, InputError, Record
from boilerkit.archives import WarcFilter, read_records
from boilerkit.archives.compression import MAGIC, read_lines


def contents(records: list[Record]) -> list[Any]:
    """Pages as they are; of errors, only that they are."""
    return ["error" if isinstance(its.content, InputError) else its.content for its in records]


# --- WARC -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("suffix", COMPRESS)
def test_warc_keeps_what_it_knows_of_pages(tmp_path: Path, suffix: str) -> None:
    records = [
        response(0, article(0)),
        response(1, b"no", status="404 Not Found"),
        response(2, b"{}", headers=["Content-Type: application/json"]),
        response(3, "<p>żółw".encode("iso8859-2"), headers=['Content-Type: text/html; Charset="ISO-8859-2"']),
        conversion(4, PAGE),
    ]
    found = list(read_records(write_warc(tmp_path / f"crawl.warc{suffix}", records)))
    assert [record.url for record in found] == [f"https://example.org/{number}" for number in (0, 3, 4)]
    assert [record.charset for record in found] == [None, "ISO-8859-2", "utf-8"]
    assert [record.input_format for record in found] == ["html", "html", "text"]
    assert contents(found) == [article(0), "<p>żółw".encode("iso8859-2"), PAGE.encode()]
    assert found[0].columns == {
        "id": f"<urn:uuid:{0:032}>",
        "url": "https://example.org/0",
        "crawl_date": "2024-01-01T00:00:00Z",
        "digest": f"sha1:{0:032}",
        "status": 200,
    }


def test_other_records_of_warc_can_be_asked_for(tmp_path: Path) -> None:
    records = [response(0, b"<p>gone", status="410 Gone"), response(1, b"<p>x", headers=["Content-Type: text/plain"])]
    file = write_warc(tmp_path / "crawl.warc", records)
    assert list(read_records(file)) == []
    assert contents(list(read_records(file, warc=WarcFilter(statuses={410})))) == [b"<p>gone"]
    assert contents(list(read_records(file, warc=WarcFilter(media_types=None)))) == [b"<p>x"]
    assert len(list(read_records(file, warc=WarcFilter(None, None)))) == 2


def _raw_deflate(body: bytes) -> bytes:
    compressor = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return compressor.compress(body) + compressor.flush()


ENCODINGS: dict[str, tuple[str, Callable[[bytes], bytes]]] = {
    "gzip": ("Content-Encoding: gzip", gzip.compress),
    "deflate": ("Content-Encoding: deflate", zlib.compress),
    "raw deflate": ("Content-Encoding: deflate", _raw_deflate),
    "br": ("Content-Encoding: br", brotli.compress),
    "zstd": ("Content-Encoding: zstd", zstandard.compress),
    "chunked": ("Transfer-Encoding: chunked", lambda body: b"%x\r\n%s\r\n0\r\n\r\n" % (len(body), body)),
    "two": ("Content-Encoding: deflate, gzip", lambda body: gzip.compress(zlib.compress(body))),
    "decoded by the crawler": ("Content-Encoding: br", bytes),
}


@pytest.mark.parametrize("name", ENCODINGS)
def test_bodies_are_decoded(tmp_path: Path, name: str) -> None:
    header, encode = ENCODINGS[name]
    records = [response(0, encode(article(0)), headers=["Content-Type: text/html", header]), response(1, article(1))]
    found = list(read_records(write_warc(tmp_path / "crawl.warc.gz", records)))
    assert contents(found) == [article(0), article(1)]


@pytest.mark.parametrize("name", ["gzip", "deflate", "br", "zstd"])
def test_a_body_that_cannot_be_decoded_costs_itself_alone(tmp_path: Path, name: str) -> None:
    header, encode = ENCODINGS[name]
    records = [
        response(0, encode(article(0))[:-9], headers=["Content-Type: text/html", header]),
        response(1, b"\x00\x01\x02", headers=["Content-Type: text/html", header]),
        response(2, article(2)),
    ]
    found = list(read_records(write_warc(tmp_path / "crawl.warc.gz", records)))
    assert contents(found) == ["error", "error", article(2)]
    assert found[0].url == "https://example.org/0" and f"cannot be decoded as {name}" in str(found[0].content)


@pytest.mark.parametrize("suffix", [".gz", ".zst"])
@pytest.mark.parametrize("damage", ["head", "body", "start", "checksum"])
def test_a_damaged_record_costs_itself_alone(tmp_path: Path, suffix: str, damage: str) -> None:
    parts = [COMPRESS[suffix](response(number, article(number, 900))) for number in range(5)]
    place = {"start": 0, "head": 20, "body": len(parts[2]) // 2, "checksum": len(parts[2]) - 6}[damage]
    parts[2] = parts[2][:place] + bytes(byte ^ 255 for byte in parts[2][place : place + 4]) + parts[2][place + 4 :]
    (tmp_path / f"crawl.warc{suffix}").write_bytes(b"".join(parts))
    found = contents(list(read_records(tmp_path / f"crawl.warc{suffix}")))
    assert [article(n, 900) for n in (0, 1, 3, 4)] == [its for its in found if its not in ("error", article(2, 900))]
    assert "error" in found and len(found) <= 6


def test_damage_next_to_damage(tmp_path: Path) -> None:
    parts = [gzip.compress(response(number, article(number))) for number in range(5)]
    parts[1:3] = [part[:30] + b"damage" + part[36:] for part in parts[1:3]]
    (tmp_path / "crawl.warc.gz").write_bytes(b"".join(parts))
    found = contents(list(read_records(tmp_path / "crawl.warc.gz")))
    assert found == [article(0), "error", article(3), article(4)]


def test_rubbish_between_records_that_are_not_compressed(tmp_path: Path) -> None:
    parts = [response(number, article(number)) for number in range(4)]
    (tmp_path / "crawl.warc").write_bytes(b"".join([parts[0], b"rubbish WARC/ here\r\n" * 9, *parts[1:]]))
    found = contents(list(read_records(tmp_path / "crawl.warc")))
    assert found == [article(0), "error", article(1), article(2), article(3)]


@pytest.mark.parametrize("suffix", COMPRESS)
@pytest.mark.parametrize("missing", [1, 3, 100, 200])
def test_a_truncated_archive_is_told_of(tmp_path: Path, suffix: str, missing: int) -> None:
    file = write_warc(tmp_path / f"crawl.warc{suffix}", [response(number, article(number)) for number in range(4)])
    file.write_bytes(file.read_bytes()[: -missing - (4 if not suffix else 0)])
    found = contents(list(read_records(file)))
    assert found[:3] == [article(0), article(1), article(2)]
    assert found[-1] == "error" and found[3:] in (["error"], [article(3), "error"])


def test_an_archive_in_one_member_of_gzip(tmp_path: Path) -> None:
    whole = gzip.compress(b"".join(response(number, article(number)) for number in range(500)))
    (tmp_path / "crawl.warc.gz").write_bytes(whole)
    assert contents(list(read_records(tmp_path / "crawl.warc.gz"))) == [article(number) for number in range(500)]
    (tmp_path / "crawl.warc.gz").write_bytes(whole[: len(whole) // 2])
    found = contents(list(read_records(tmp_path / "crawl.warc.gz")))
    assert found[-1] == "error" and len(found) > 50
    assert found[:-1] == [article(number) for number in range(len(found) - 1)]


@pytest.mark.parametrize("data", [b"\x1f\x8b damaged", b"<p>no archive", b"WARC/1.0\r\n"])
def test_what_is_no_archive_is_told_of(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "bad.warc.gz").write_bytes(data)
    assert contents(list(read_records(tmp_path / "bad.warc.gz"))) == ["error"]


@pytest.mark.parametrize(
    ("module", "name"), [("fastwarc.warc", "a.warc"), ("pyarrow", "a.parquet"), ("zstandard", "a.jsonl.zst")]
)
def test_missing_packages_are_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, module: str, name: str) -> None:
    (tmp_path / name).write_bytes(b"WARC/1.0\r\n")
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(BoilerkitError, match=r"pip install 'boilerkit\[corpora\]'"):
        list(read_records(tmp_path / name))


# --- JSON lines -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("compress", [bytes, gzip.compress, zstandard.compress])
def test_lines_of_json_keep_their_columns(tmp_path: Path, compress: Callable[[bytes], bytes]) -> None:
    rows: list[dict[str, Any]] = [
        {"id": 7, "html": "<p>a", "url": "https://example.org", "tags": ["x", None], "text": "old"},
        {"uri": "https://example.com", "raw_html": "<p>b", "n": 1.5},
        {"content": "c"},
        {"text": "d", "id": None},
        {"nothing": 1},
        {"html": 5},
        {"html": None, "body": "<p>e"},
    ]
    suffix = {bytes: "", gzip.compress: ".gz", zstandard.compress: ".zst"}[compress]
    file = tmp_path / f"pages.jsonl{suffix}"
    file.write_bytes(compress("".join(json.dumps(row) + "\n" for row in rows).encode()))
    found = list(read_records(file))
    assert contents(found) == ["<p>a", "<p>b", "c", "d", "error", "error", "<p>e"]
    assert [its.input_format for its in found] == ["html", "html", "auto", "text", "auto", "html", "auto"]
    assert [its.url for its in found[:3]] == ["https://example.org", "https://example.com", None]
    assert [its.id for its in found] == [7, "line 2", "line 3", "line 4", "line 5", "line 6", "line 7"]
    assert found[0].columns == {name: rows[0][name] for name in ("id", "url", "tags", "text")}
    assert "expected one of html, raw_html" in str(found[4].content) and "found nothing" in str(found[4].content)


def test_columns_can_be_named(tmp_path: Path) -> None:
    (tmp_path / "pages.jsonl").write_text(
        '{"html": "<p>no", "doc": "yes", "at": "https://a.b", "key": 3}\n{"html": 1}\n'
    )
    found = list(read_records(tmp_path / "pages.jsonl", content_column="doc", url_column="at", id_column="key"))
    assert contents(found) == ["yes", "error"]
    assert (found[0].url, found[0].id) == ("https://a.b", 3) and found[0].columns["html"] == "<p>no"


def test_lines_that_are_not_json_cost_themselves_alone(tmp_path: Path) -> None:
    lines = [b'{"text": "a"}', b"no json", b"", b"[" * 200_000, b"\xff", b'["b"]', b'{"text": "c"}', b'{"text": "d']
    (tmp_path / "pages.jsonl").write_bytes(b"\n".join(lines))
    found = list(read_records(tmp_path / "pages.jsonl"))
    assert contents(found) == ["a", *["error"] * 4, "c", "error"]
    assert [its.id for its in found] == [f"line {number}" for number in (1, 2, 4, 5, 6, 7, 8)]


@pytest.mark.parametrize("suffix", MAGIC)
def test_damaged_parts_of_compressed_lines(suffix: str) -> None:
    compress = COMPRESS[suffix]
    parts = [compress(b"".join(b'{"n": %d}\n' % (10 * part + line) for line in range(3))) for part in range(4)]
    parts[1] = parts[1][:15] + bytes(byte ^ 255 for byte in parts[1][15:19]) + parts[1][19:]
    found = list(read_lines(io.BytesIO(b"".join(parts)), suffix))
    lines = [json.loads(line)["n"] for line in found if isinstance(line, bytes) and line]
    assert sum(isinstance(line, InputError) for line in found) == 1
    assert [line for line in lines if line // 10 != 1] == [0, 1, 2, 20, 21, 22, 30, 31, 32]
    cut = list(read_lines(io.BytesIO(parts[0] + parts[2][:-3]), suffix))
    assert isinstance(cut[-1], InputError) and "truncated" in str(cut[-1])


def test_what_comes_before_damage_in_one_member_is_read() -> None:
    lines = [b'{"n": %d, "digest": "%d"}' % (number, zlib.crc32(b"%d" % number)) for number in range(5000)]
    data = gzip.compress(b"\n".join(lines))
    place = len(data) * 3 // 5
    found = list(read_lines(io.BytesIO(data[:place] + bytes(20) + data[place + 20 :]), ".gz"))
    assert isinstance(found[-1], InputError) or isinstance(found[-2], InputError)
    good = [line for line in found if isinstance(line, bytes)]
    assert len(good) > 2500 and good[:2500] == lines[:2500]


def test_chunks_do_not_cut_lines() -> None:
    lines = [b"%d" % number * 50 for number in range(5000)]
    assert list(read_lines(io.BytesIO(b"\n".join(lines)), "")) == lines
    assert list(read_lines(io.BytesIO(gzip.compress(b"\n".join(lines) + b"\n")), ".gz")) == lines


# --- Parquet and data sets --------------------------------------------------------------------------------------------


def _table() -> pyarrow.Table:
    return pyarrow.table(
        {
            "html": pyarrow.array([article(number) for number in range(10)], pyarrow.binary()),
            "url": [f"https://example.org/{number}" for number in range(10)],
            "when": pyarrow.array(range(10), pyarrow.timestamp("s")),
            "scores": [[number, None] for number in range(10)],
        }
    )


def test_parquet_keeps_its_columns(tmp_path: Path) -> None:
    parquet.write_table(_table(), tmp_path / "pages.parquet", row_group_size=4)
    found = list(read_records(tmp_path / "pages.parquet"))
    assert contents(found) == [article(number) for number in range(10)]
    assert [its.columns for its in found] == _table().drop_columns("html").to_pylist()
    assert found[3].url == "https://example.org/3" and found[3].id == "row 4"


def test_a_damaged_row_group_costs_itself_alone(tmp_path: Path) -> None:
    file = tmp_path / "pages.parquet"
    parquet.write_table(_table(), file, row_group_size=4, compression="zstd", use_dictionary=False)
    offset = parquet.ParquetFile(file).metadata.row_group(1).column(0).data_page_offset
    data = bytearray(file.read_bytes())
    data[offset : offset + 60] = bytes(60)
    file.write_bytes(data)
    found = list(read_records(file))
    assert contents(found) == [*map(article, range(4)), *["error"] * 4, *map(article, (8, 9))]
    assert [its.id for its in found[4:8]] == [f"row {number}" for number in range(5, 9)]
    file.write_bytes(data[:-20])
    with pytest.raises(BoilerkitError, match="cannot be read as Parquet"):
        list(read_records(file))


def test_text_columns_that_are_not_utf8(tmp_path: Path) -> None:
    array = pyarrow.Array.from_buffers(
        pyarrow.string(), 1, pyarrow.array([b"<p>\xbf\xf3\xb3w"], pyarrow.binary()).buffers()
    )
    parquet.write_table(pyarrow.table({"html": array}), tmp_path / "pages.parquet")
    assert contents(list(read_records(tmp_path / "pages.parquet"))) == [b"<p>\xbf\xf3\xb3w"]


def test_saved_datasets(tmp_path: Path) -> None:
    datasets = pytest.importorskip("datasets")
    parts = {name: datasets.Dataset.from_dict({"content": [f"<p>{name}", "<p>x"], "n": [1, 2]}) for name in ("a", "b")}
    datasets.DatasetDict(parts).save_to_disk(tmp_path / "saved")
    parts["a"].save_to_disk(tmp_path / "one")
    assert contents(list(read_records(tmp_path / "saved"))) == ["<p>a", "<p>x", "<p>b", "<p>x"]
    assert [its.columns for its in read_records(tmp_path / "one")] == [{"n": 1}, {"n": 2}]


# --- Folders ----------------------------------------------------------------------------------------------------------


def test_folders_and_patterns(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "b.html").write_text("<p>b")
    (tmp_path / "a.HTM").write_text("<p>a")
    (tmp_path / "notes.txt").write_text("no page")
    (tmp_path / "link.html").symlink_to("nowhere")
    write_warc(tmp_path / "deep" / "c.warc.gz", [response(0, article(0))])
    found = list(read_records(tmp_path))
    assert contents(found) == [b"<p>a", b"<p>b", article(0), "error"]
    assert [its.id for its in found[:2]] == ["a.HTM", "deep/b.html"] and found[1].columns == {"file": "deep/b.html"}
    assert contents(list(read_records(str(tmp_path / "**" / "*.html")))) == [b"<p>b", "error"]
    assert contents(list(read_records([tmp_path / "a.HTM", tmp_path / "none.html"]))) == [b"<p>a", "error"]
