"""A small crawl of generated pages for tests, as Parquet and as WARC, with pages that fail."""

from __future__ import annotations

import gzip
import io
import json
from pathlib import Path
from typing import Any

import pyarrow as pa
from pyarrow import parquet

from boilerkit.integrations.records import ExtractRecord
from support.generated import labelled_pages

#: What a server may send in place of a page.
NOT_A_PAGE = b"%PDF-1.7\x00\x01\x02\xff\xfe binary \x00\x00"


def crawl_rows() -> list[dict[str, Any]]:
    """Return rows with "id", "url" and "html": generated pages, one that is binary data, and one that is missing."""
    pages: list[bytes | None] = [page.html.encode() for page in labelled_pages()]
    pages[3:3] = [NOT_A_PAGE]
    pages[7:7] = [None]
    return [{"id": number, "url": f"https://site.example/{number}", "html": page} for number, page in enumerate(pages)]


def expected_rows(rows: list[dict[str, Any]], **options: Any) -> list[dict[str, Any]]:
    """Return the rows with the content of their pages, made one by one."""
    extract_record = ExtractRecord(**options)
    return [
        {name: value for name, value in row.items() if name != "html"} | extract_record(row["html"], row["url"])
        for row in rows
    ]


def write_parquet(folder: Path, n_files: int = 2) -> Path:
    """Write the rows to Parquet files in a folder; return the folder."""
    folder.mkdir()
    rows = crawl_rows()
    for number in range(n_files):
        parquet.write_table(pa.Table.from_pylist(rows[number::n_files]), folder / f"{number}.parquet", row_group_size=4)
    return folder


def write_warc(file: Path, rows: list[dict[str, Any]]) -> Path:
    """Write the rows that have a page as responses; return the file."""
    from warcio.statusandheaders import StatusAndHeaders
    from warcio.warcwriter import WARCWriter

    with file.open("wb") as stream:
        writer = WARCWriter(stream, gzip=True)
        for row in rows:
            if row["html"] is not None:
                head = StatusAndHeaders("200 OK", [("Content-Type", "text/html; charset=utf-8")], protocol="HTTP/1.1")
                kind = {"WARC-Identified-Payload-Type": "text/html"}
                record = writer.create_warc_record(
                    row["url"], "response", io.BytesIO(row["html"]), http_headers=head, warc_headers_dict=kind
                )
                writer.write_record(record)
    return file


def read_parquet(folder: Path, key: str = "id") -> list[dict[str, Any]]:
    """Return the rows of the Parquet files of a folder, in the order of a column."""
    files = sorted(folder.rglob("*.parquet"))
    assert files, f"nothing was written to {folder}"
    return sorted((row for file in files for row in parquet.read_table(file).to_pylist()), key=lambda row: row[key])


def read_json_lines(folder: Path) -> list[dict[str, Any]]:
    """Return the rows of the JSONL files of a folder."""
    rows = []
    for file in sorted(folder.glob("*.jsonl*")):
        with gzip.open(file) if file.suffix == ".gz" else file.open("rb") as lines:
            rows += map(json.loads, lines)
    return rows
