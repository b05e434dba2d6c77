"""Files that hold many pages: WARC and WET archives, and JSON lines."""

from __future__ import annotations

import gzip
import re
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, cast

from boilerkit.archives.files import ARCHIVE_SUFFIXES
from boilerkit.decoding.encoding import MAX_BYTES, decode
from boilerkit.documents import InputFormatOption
from boilerkit.errors import BoilerkitError, InputError
from boilerkit.json_lines import read_json_lines

#: What reading a truncated or corrupt compressed file raises.
_DAMAGE = (EOFError, zlib.error, gzip.BadGzipFile)


@dataclass(frozen=True)
class Record:
    """One page of a file of many; `page` is an error if the record holds none. The `id` is as the file has it."""

    id: Any
    url: str
    page: str | bytes | BoilerkitError
    input_format: InputFormatOption


def read_records(file: Path) -> Iterator[Record]:
    """Yield the pages of a file. Raises BoilerkitError for a damaged file, OSError for one that cannot be read."""
    return _read_archive(file) if file.name.lower().endswith(ARCHIVE_SUFFIXES) else _read_json_lines(file)


def _read_archive(file: Path) -> Iterator[Record]:
    """Yield what was converted to text (WET), and the HTML pages among the responses (WARC)."""
    try:
        from warcio.archiveiterator import ArchiveIterator
        from warcio.exceptions import ArchiveLoadFailed
    except ModuleNotFoundError as error:
        raise BoilerkitError(f"reading WARC and WET files needs {error.name}: pip install 'boilerkit[warc]'") from None
    with file.open("rb") as stream:
        try:
            for record in ArchiveIterator(stream):
                is_text = record.rec_type == "conversion"
                if is_text or (record.rec_type == "response" and "html" in _content_type(record)):
                    yield Record(
                        record.rec_headers.get_header("WARC-Record-ID") or "",
                        record.rec_headers.get_header("WARC-Target-URI") or "",
                        _converted_text(record) if is_text else _response_page(record),
                        "text" if is_text else "html",
                    )
        except (ArchiveLoadFailed, *_DAMAGE) as error:
            raise BoilerkitError(f"the archive is damaged: {error}") from None


def _converted_text(record: Any) -> bytes | BoilerkitError:
    """Return the text of a record, which is as long as the record says unless the archive is truncated."""
    text: bytes = record.content_stream().read(MAX_BYTES + 1)
    complete = len(text) >= min(record.length or 0, MAX_BYTES)
    return text if complete else InputError(f"the record is truncated: it has {len(text):,} of {record.length:,} bytes")


def _response_page(record: Any) -> str | bytes | BoilerkitError:
    """Return the page of a response, decoded if the server named its encoding."""
    page: bytes = record.content_stream().read(MAX_BYTES + 1)
    charset = re.search(r"charset\s*=\s*[\"']?([\w.:-]+)", _content_type(record))
    try:
        return decode(page, charset[1]) if charset else page
    except BoilerkitError as error:
        return error


def _content_type(record: Any) -> str:
    content_type = record.http_headers.get_header("Content-Type") if record.http_headers else None
    return (content_type or "").lower()


def _read_json_lines(file: Path) -> Iterator[Record]:
    """Yield the pages of objects with a "text" (plain text) or "html"; "id" and "url" are kept."""
    input_format: InputFormatOption = "auto"  # a bad line is taken for what the line before was
    with _open(file) as lines:
        try:
            for number, row in read_json_lines(lines):
                record = _row_record(row, f"line {number}", input_format)
                input_format = record.input_format
                yield record
        except _DAMAGE as error:
            raise BoilerkitError(f"the file is damaged: {error}") from None


def _row_record(row: Mapping[str, Any] | str, name: str, input_format: InputFormatOption) -> Record:
    if isinstance(row, str):
        return Record(name, "", InputError(row), input_format)
    id, url = row.get("id", name), str(row.get("url") or "")
    if isinstance(row.get("text"), str):
        return Record(id, url, row["text"], "text")
    if isinstance(row.get("html"), str):
        return Record(id, url, row["html"], "html")
    return Record(id, url, InputError('expected an object with "text" or "html"'), input_format)


def _open(file: Path) -> BinaryIO:
    return cast(BinaryIO, gzip.open(file)) if file.name.lower().endswith(".gz") else file.open("rb")
