"""WARC and WET archives (ISO 28500), read with FastWARC. A damaged record costs itself alone.

Source: J. Bevendorff et al., "Elastic ChatNoir: Search Engine for the ClueWeb and the Common Crawl", ECIR 2018.
"""

from __future__ import annotations

import io
import re
import zlib
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

from boilerkit.archives.compression import MAGIC, new_decompressor, read_chunks
from boilerkit.archives.page_files import OneFile
from boilerkit.archives.parquet import import_pyarrow
from boilerkit.decoding.encoding import MAX_BYTES
from boilerkit.errors import BoilerkitError, InputError
from boilerkit.records import Record

#: Media types of pages.
HTML_TYPES = frozenset(("text/html", "application/xhtml+xml"))

_CHUNK = 1 << 20
_HEAD = 4096  # bytes of a compressed part that show whether a record begins there
_RECORD_START = b"WARC/"
_CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w.:-]+)", re.IGNORECASE)


@dataclass(frozen=True)
class WarcFilter:
    """Which records are pages: of responses, those with one of these status codes and media types; None: with any.

    What was converted to text (WET) always is.
    """

    statuses: Collection[int] | None = frozenset((200,))
    media_types: Collection[str] | None = HTML_TYPES

    def accepts(self, record: Any) -> bool:
        """Return whether a record of FastWARC's is a page."""
        from fastwarc.warc import WarcRecordType

        if record.record_type == WarcRecordType.conversion:
            return True
        if record.record_type != WarcRecordType.response or not record.is_http_parsed:
            return False
        if self.statuses is not None and record.http_headers.status_code not in self.statuses:
            return False
        return self.media_types is None or (record.http_content_type or "").lower() in self.media_types


@dataclass
class WarcFile(OneFile):
    """A WARC or WET archive as a source of records, plain, or compressed with gzip, zstd or lz4."""

    path: Path
    filter: WarcFilter = field(default_factory=WarcFilter)
    position: int = 0

    @property
    def types(self) -> dict[str, Any]:
        """The types of the columns in Arrow, which archives have all or none of."""
        pyarrow = import_pyarrow()
        return dict.fromkeys(("id", "url", "crawl_date", "digest"), pyarrow.string())

    def records(self, skip: int = 0) -> Iterator[Record]:
        """Yield the pages after the first `skip`. Raises OSError, and BoilerkitError without FastWARC."""
        with self.path.open("rb", buffering=0) as file:
            for number, record in enumerate(read_warc(file, self.filter)):
                if number >= skip:
                    self.position = file.tell()
                    yield record
            self.position = file.tell()


def read_warc(file: BinaryIO, accept: WarcFilter) -> Iterator[Record]:
    """Yield the pages of an archive that can seek, with an error in place of each damaged one.

    After damage, what follows is read from the next place where a record begins. Raises BoilerkitError without
    FastWARC.
    """
    if _is_one_member(file):
        yield from read_warc_stream(read_chunks(file, ".gz"), accept)
        return
    place = _Place()
    start: int | None = 0
    while start is not None:
        file.seek(start)
        try:
            yield from _read(file, accept, place)
            if not place.is_reported and (error := _truncation(file, place.last)):
                yield Record(error)
            return
        except OSError as error:
            # Reading from a record that is damaged itself fails again without a new one.
            if not place.is_reported and not place.last == start > 0:
                yield Record(_damage(place.last, error))
        start = _next_record(file, max(place.last, start) + 1)
        place.last = start or 0


def read_warc_stream(chunks: Iterator[bytes | InputError], accept: WarcFilter) -> Iterator[Record]:
    """Yield the pages of an archive that comes in uncompressed chunks, up to where it is damaged."""
    place = _Place()
    try:
        yield from _read(_Stream(chunks), accept, place)
    except OSError as error:
        yield Record(_damage(place.last, error))


@dataclass
class _Place:
    """Where the last record began, and whether it was reported as damaged."""

    last: int = 0
    is_reported: bool = False


def _read(file: Any, accept: WarcFilter, place: _Place) -> Iterator[Record]:
    """Yield pages until the end, or until damage raises OSError; keep `place` up to date."""
    try:
        from fastwarc.warc import ArchiveIterator
    except ModuleNotFoundError:
        raise BoilerkitError("reading WARC and WET files needs FastWARC: pip install 'boilerkit[corpora]'") from None
    for found in ArchiveIterator(file):
        place.last, place.is_reported = found.stream_pos, False
        if found.content_length == 0 and found.headers.get("Content-Length") is None:
            place.is_reported = True
            yield Record(InputError("the record ends within its header"), _url(found))
        elif accept.accepts(found):
            record = _to_record(found)
            place.is_reported = isinstance(record.content, InputError)
            yield record


def _damage(position: int, error: OSError) -> InputError:
    return InputError(f"the archive is damaged after byte {position:,}: {error}")


def _to_record(found: Any) -> Record:
    """Return a record of FastWARC's as a page."""
    headers = found.headers
    columns = {
        "id": headers.get("WARC-Record-ID") or "",
        "url": _url(found),
        "crawl_date": headers.get("WARC-Date"),
        "digest": headers.get("WARC-Payload-Digest") or headers.get("WARC-Block-Digest"),
    }
    content = _content(found)
    if not found.is_http_parsed:  # WET
        return Record(content, columns["url"], "utf-8", "text", columns["id"], columns)
    columns["status"] = found.http_headers.status_code
    charset = _CHARSET.search(found.http_headers.get("Content-Type") or "")
    if isinstance(content, bytes):
        content = decode_body(content, found.http_headers)
    return Record(content, columns["url"], charset[1] if charset else None, "html", columns["id"], columns)


def _url(found: Any) -> str:
    return found.headers.get("WARC-Target-URI") or ""


def _content(found: Any) -> bytes | InputError:
    """Return the body of a record, an error if the archive has less of it than the record says."""
    expected = found.content_length
    try:
        content: bytes = found.reader.read(min(expected, MAX_BYTES + 1))
        while len(content) < min(expected, MAX_BYTES + 1) and (more := found.reader.read(MAX_BYTES + 1 - len(content))):
            content += more
    except OSError as error:
        return InputError(f"the record is damaged: {error}")
    if len(content) < min(expected, MAX_BYTES + 1):
        return InputError(f"the record is truncated: it has {len(content):,} of {expected:,} bytes")
    return content


# --- Content encodings of HTTP (RFC 9110, 9112) -----------------------------------------------------------------------


def decode_body(body: bytes, headers: Any) -> bytes | InputError:
    """Return the body of a response without its encodings. Many crawlers decode bodies and leave the headers."""
    codings = f"{headers.get('Content-Encoding') or ''},{headers.get('Transfer-Encoding') or ''}".lower().split(",")
    for coding in reversed([its.strip() for its in codings]):
        try:
            body = _decoded(body, coding)
        except (OSError, zlib.error) as error:
            if _looks_decoded(body):
                continue
            return InputError(f"the body cannot be decoded as {coding}: {error}")
    return body


def _decoded(body: bytes, coding: str) -> bytes:
    if coding in ("", "identity"):
        return body
    if coding in ("gzip", "x-gzip"):
        return _inflated(body, zlib.MAX_WBITS | 16)
    if coding == "deflate":
        try:
            return _inflated(body, zlib.MAX_WBITS)
        except zlib.error:  # as some servers understand it
            return _inflated(body, -zlib.MAX_WBITS)
    from fastwarc import stream_io

    readers = {"br": stream_io.BrotliReader, "zstd": stream_io.ZstdReader, "chunked": stream_io.ChunkedReader}
    if coding not in readers:
        raise OSError("this coding is not known")
    reader = readers[coding](io.BytesIO(body))
    content = b""
    while len(content) <= MAX_BYTES and (part := reader.read(_CHUNK)):
        content += part
    return content


def _inflated(body: bytes, window_bits: int) -> bytes:
    decompressor = zlib.decompressobj(window_bits)
    content = decompressor.decompress(body, MAX_BYTES + 1)
    if not decompressor.eof and len(content) <= MAX_BYTES:
        raise OSError("it is truncated")
    return content


def _looks_decoded(body: bytes) -> bool:
    """Return whether a body is text already, whatever its header says."""
    head = body[:_HEAD]
    return b"<" in head and not head.startswith(tuple(MAGIC.values())) and b"\x00" not in head


# --- Damage -----------------------------------------------------------------------------------------------------------


class _Stream(io.RawIOBase):
    """Chunks as a file that cannot seek; an error among them raises OSError once what comes before it was read."""

    def __init__(self, chunks: Iterator[bytes | InputError]) -> None:
        self.chunks = chunks
        self.data = b""
        self.position = 0

    def readable(self) -> bool:
        """Return True."""
        return True

    def read(self, size: int = -1) -> bytes:
        """Return at most `size` bytes."""
        chunk = self.data or next(self.chunks, b"")
        if isinstance(chunk, InputError):
            raise OSError(str(chunk))
        size = len(chunk) if size < 0 else size
        self.data = chunk[size:]
        self.position += len(chunk[:size])
        return chunk[:size]

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Return the position, which FastWARC asks for in this way."""
        if (whence, offset) not in ((io.SEEK_CUR, 0), (io.SEEK_SET, self.position)):
            raise io.UnsupportedOperation("seek")
        return self.position


def _is_one_member(file: BinaryIO) -> bool:
    """Return whether an archive in gzip has more than its first record in its first member; leaves it at its start.

    The standard asks for a member for each record. In one for all, nothing can be found again after damage.
    """
    decompressor = zlib.decompressobj(zlib.MAX_WBITS | 16)
    try:
        head = decompressor.decompress(file.read(_CHUNK), _CHUNK)
        length = re.match(rb"WARC/.*?Content-Length: *(\d+).*?\r?\n\r?\n", head, re.DOTALL | re.IGNORECASE)
        if length is None:
            return False
        n_bytes, end = len(head), length.end() + int(length[1]) + len(b"\r\n\r\n")
        while n_bytes <= end and not decompressor.eof:
            data = decompressor.unconsumed_tail or file.read(_CHUNK)
            if not data:
                return False
            n_bytes += len(decompressor.decompress(data, _CHUNK))
        return n_bytes > end
    except zlib.error:
        return False
    finally:
        file.seek(0)


def _truncation(file: BinaryIO, last: int) -> InputError | None:
    """Return an error if the archive ends within the compressed part that begins with its last record."""
    file.seek(last)
    head = file.read(4)
    suffix = next((suffix for suffix, magic in MAGIC.items() if head.startswith(magic)), None)
    if suffix is None:
        return None
    file.seek(last)
    error = next((chunk for chunk in read_chunks(file, suffix) if isinstance(chunk, InputError)), None)
    return error and InputError(f"the archive is truncated or damaged after byte {last:,}")


def _next_record(file: BinaryIO, position: int) -> int | None:
    """Return where the next record begins after a damaged one, None if there is none."""
    starts = re.compile(b"|".join([*map(re.escape, MAGIC.values()), re.escape(_RECORD_START)]))
    while True:
        file.seek(position)
        data = file.read(_CHUNK)
        for found in starts.finditer(data):
            if _begins_record(file, position + found.start(), found[0]):
                return position + found.start()
        if len(data) < _CHUNK:
            return None
        position += _CHUNK - len(_RECORD_START) + 1


def _begins_record(file: BinaryIO, position: int, magic: bytes) -> bool:
    file.seek(position)
    head = file.read(_HEAD)
    suffix = next((suffix for suffix, its in MAGIC.items() if its == magic), None)
    if suffix is None:
        return re.match(rb"WARC/\d\.\d\r?\n", head) is not None
    try:
        return bool(new_decompressor(suffix).decompress(head)[:5] == _RECORD_START)
    except Exception:  # not the beginning of anything
        return False
