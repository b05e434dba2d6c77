"""Files that hold many pages: WARC and WET archives, and JSONL."""

from __future__ import annotations

import errno
import gzip
import json
import re
import sys
import zlib
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import closing, nullcontext
from dataclasses import dataclass, replace
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, cast

from boilerkit.cli.common import ARCHIVES, JSON_LINES, PageFile, complain, reason, to_json
from boilerkit.cli.put import Writer
from boilerkit.decoding.encoding import MAX_BYTES, decode
from boilerkit.errors import BoilerkitError, InputError
from boilerkit.decoding.input_format import Input

if TYPE_CHECKING:
    from boilerkit.cli.extract import Request

#: What reading a compressed file that is cut or changed raises.
_DAMAGE = (EOFError, zlib.error, gzip.BadGzipFile)


@dataclass(frozen=True)
class Record:
    """One page of such a file; `page` is an error where the record is none, `input` says what it is.

    The `id` is as the file has it.
    """

    id: Any
    url: str
    page: str | bytes | BoilerkitError
    input: Input


def holds_records(file: Path) -> bool:
    """Whether a file's name says that it holds many pages."""
    return file.name.lower().endswith((*ARCHIVES, *JSON_LINES))


def put_records(file: PageFile, request: Request, jobs: int, put: Writer | None) -> bool:
    """Print the content of a file's pages, or write it to a file of lines. Returns whether no page failed."""
    try:
        with put.opened(file) if put else nullcontext(sys.stdout) as lines:
            failed = 0
            for line in extract_records(file.path, request, jobs):
                lines.write(line + "\n" if line else "")
                failed += line is None
        return not failed
    except (BoilerkitError, OSError) as error:
        if isinstance(error, OSError) and error.errno == errno.EPIPE:  # nobody reads what is printed any more
            raise
        complain(file.name, reason(error))
        return False


def extract_records(file: Path, request: Request, jobs: int) -> Iterator[str | None]:
    """The content of each page of a file as a line of JSON, in their order; None for one that failed.

    Which fail is said on stderr. Few pages are in memory at a time. Unless the request says what the pages are, each
    record does.
    """

    def input_of(record: Record) -> Input:
        return request.input if request.input != "auto" else record.input

    for input, records in groupby(read_records(file), input_of):
        yield from _extracted(file, records, replace(request, input=input), jobs)


def _extracted(file: Path, records: Iterable[Record], request: Request, jobs: int) -> Iterator[str | None]:
    """As `extract_records`, for records that are all of the request's input."""
    waiting: deque[Record] = deque()

    def pages() -> Iterator[str | bytes | BoilerkitError]:
        for record in records:
            waiting.append(record)
            yield record.page

    with closing(request.side_by_side(pages(), jobs)) as found:
        for content in found:
            record = waiting.popleft()
            if isinstance(content, BoilerkitError):
                complain(f"{file}, {record.id}", reason(content))
                yield None
            else:
                yield _line(record, content, request.output)


def _line(record: Record, content: str, output: str) -> str:
    values: dict[str, Any] = {"id": record.id, "url": record.url}
    return to_json(values | (json.loads(content) | values if output == "json" else {output: content}))


def read_records(file: Path) -> Iterator[Record]:
    """The pages of a file, one at a time. Raises BoilerkitError for a damaged file, OSError for one that is gone."""
    return _archived(file) if file.name.lower().endswith(ARCHIVES) else _json_lines(file)


def _archived(file: Path) -> Iterator[Record]:
    """What was turned into text (WET), and the HTML pages among the responses (WARC)."""
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
                        record.rec_headers.get_header("WARC-BlockTargets-URI") or "",
                        _converted(record) if is_text else _response(record),
                        "text" if is_text else "html",
                    )
        except (ArchiveLoadFailed, *_DAMAGE) as error:
            raise BoilerkitError(f"the archive is damaged: {error}") from None


def _converted(record: Any) -> bytes | BoilerkitError:
    """The text of a record, which is as long as the record says unless the archive was cut."""
    text: bytes = record.content_stream().read(MAX_BYTES + 1)
    whole = len(text) >= min(record.length or 0, MAX_BYTES)
    return text if whole else InputError(f"the record is cut: it has {len(text):,} of {record.length:,} bytes")


def _response(record: Any) -> str | bytes | BoilerkitError:
    """The page of a response; where the server named its encoding, decoded."""
    page: bytes = record.content_stream().read(MAX_BYTES + 1)
    charset = re.search(r"charset\s*=\s*[\"']?([\w.:-]+)", _content_type(record))
    try:
        return decode(page, charset[1]) if charset else page
    except BoilerkitError as error:
        return error


def _content_type(record: Any) -> str:
    kind = record.http_headers.get_header("Content-Type") if record.http_headers else None
    return (kind or "").lower()


def _json_lines(file: Path) -> Iterator[Record]:
    """Objects with a "text", flat, or "html"; "id" and "url" are kept."""
    input: Input = "auto"  # of the line before: a bad line is of no kind
    with _opened(file) as lines:
        try:
            for number, line in enumerate(lines, 1):
                if line.strip():
                    record = _row(line, number, input)
                    input = record.input
                    yield record
        except _DAMAGE as error:
            raise BoilerkitError(f"the file is damaged: {error}") from None


def _row(line: bytes, number: int, input: Input) -> Record:
    name = f"line {number}"
    try:
        row = json.loads(line)
    except (ValueError, RecursionError) as error:
        return Record(name, "", InputError(f"no JSON: {error}"), input)
    fields = row if isinstance(row, dict) else {}
    id, url = fields.get("id", name), str(fields.get("url") or "")
    if isinstance(fields.get("text"), str):
        return Record(id, url, fields["text"], "text")
    if isinstance(fields.get("html"), str):
        return Record(id, url, fields["html"], "html")
    return Record(id, url, InputError('expected an object with "text" or "html"'), input)


def _opened(file: Path) -> BinaryIO:
    return cast(BinaryIO, gzip.open(file)) if file.name.lower().endswith(".gz") else file.open("rb")
