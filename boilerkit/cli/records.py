"""Files that hold many pages: WARC and WET archives, and JSONL."""

from __future__ import annotations

import errno
import gzip
import json
import os
import sys
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, cast

import boilerkit
from boilerkit.cli.common import complain, reason, to_json
from boilerkit.decode import MAX_BYTES
from boilerkit.errors import BoilerkitError, InputError
from boilerkit.sniff import Input

if TYPE_CHECKING:
    from boilerkit.cli.extract import Request

ARCHIVES = (".warc", ".wet", ".warc.gz", ".wet.gz")
JSON_LINES = (".jsonl", ".ndjson", ".jsonl.gz", ".ndjson.gz")


@dataclass(frozen=True)
class Record:
    """One page of such a file; `page` is an error where the record is none, `input` says what it is."""

    id: str
    url: str
    page: str | bytes | BoilerkitError
    input: Input


def holds_records(file: Path) -> bool:
    """Whether a file's name says that it holds many pages."""
    return file.name.lower().endswith((*ARCHIVES, *JSON_LINES))


def put_records(file: Path, request: Request, jobs: int, folder: Path | None, again: bool) -> bool:
    """Print the content of a file's pages, or write it to a file in a folder, whole or not at all.

    What the folder holds already is not done again where it is newer. Returns whether no page failed.
    """
    try:
        if folder is None:
            return not sum(not _printed(line) for line in extract_records(file, request, jobs))
        target = folder / f"{_stem(file)}.jsonl"
        if not again and target.is_file() and target.stat().st_mtime > file.stat().st_mtime:
            print(f"{file} was done before (--again does it anew)", file=sys.stderr)
            return True
        folder.mkdir(parents=True, exist_ok=True)
        partial = target.with_name(f".{os.getpid()}.part")
        try:
            failed = 0
            with partial.open("w", encoding="utf-8") as lines:
                for line in extract_records(file, request, jobs):
                    lines.write(line + "\n" if line else "")
                    failed += line is None
            partial.replace(target)
        finally:
            partial.unlink(missing_ok=True)
        return not failed
    except (BoilerkitError, OSError) as error:
        if isinstance(error, OSError) and error.errno == errno.EPIPE:  # nobody reads what is printed any more
            raise
        complain(str(file), reason(error))
        return False


def _printed(line: str | None) -> bool:
    if line is not None:
        print(line)
    return line is not None


def _stem(file: Path) -> str:
    """The file's name without what says of what kind it is."""
    name = file.name.removesuffix(".gz")
    return name.rpartition(".")[0]


def extract_records(file: Path, request: Request, jobs: int) -> Iterator[str | None]:
    """The content of each page of a file as a line of JSON, in their order; None for one that failed.

    Which fail is said on stderr. Few pages are in memory at a time. Unless the request says what the pages are, the
    first of them does: what has been turned into text is flat text.
    """
    records = read_records(file)
    first = next(records, None)
    if first is None:
        return
    input = request.input if request.input != "auto" else first.input
    waiting: deque[Record] = deque()

    def pages() -> Iterator[str | bytes | BoilerkitError]:
        for record in _chain(first, records):
            waiting.append(record)
            yield record.page

    found = boilerkit.extract_many(
        pages(),
        jobs,
        input=input,
        output=request.output,
        threshold=request.threshold,
        keep=request.keep,
        charset=request.charset,
        model=request.model,
    )
    with closing(found):
        for content in found:
            record = waiting.popleft()
            if isinstance(content, BoilerkitError):
                complain(f"{file}, {record.id}", reason(content))
                yield None
            else:
                yield _line(record, content, request.output)


def _chain(first: Record, others: Iterable[Record]) -> Iterator[Record]:
    yield first
    yield from others


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
                if is_text or (record.rec_type == "response" and _is_html(record)):
                    yield Record(
                        record.rec_headers.get_header("WARC-Record-ID") or "",
                        record.rec_headers.get_header("WARC-Target-URI") or "",
                        record.content_stream().read(MAX_BYTES + 1),
                        "text" if is_text else "html",
                    )
        except (ArchiveLoadFailed, EOFError) as error:
            raise BoilerkitError(f"the archive is damaged: {error}") from None


def _is_html(record: Any) -> bool:
    kind = (record.http_headers.get_header("Content-Type") if record.http_headers else None) or ""
    return "html" in kind.lower()


def _json_lines(file: Path) -> Iterator[Record]:
    """Objects with a "text", flat, or "html"; "id" and "url" are kept."""
    with _opened(file) as lines:
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            try:
                row = json.loads(line)
            except ValueError as error:
                yield Record(f"line {number}", "", InputError(f"no JSON: {error}"), "auto")
                continue
            yield _row(row, number)


def _row(row: Any, number: int) -> Record:
    fields = row if isinstance(row, dict) else {}
    id, url = str(fields.get("id", f"line {number}")), str(fields.get("url") or "")
    if isinstance(fields.get("text"), str):
        return Record(id, url, fields["text"], "text")
    if isinstance(fields.get("html"), str):
        return Record(id, url, fields["html"], "html")
    return Record(id, url, InputError('expected an object with "text" or "html"'), "auto")


def _opened(file: Path) -> BinaryIO:
    return cast(BinaryIO, gzip.open(file)) if file.name.lower().endswith(".gz") else file.open("rb")
