"""WARC and WET archives of pages that tests make."""

from __future__ import annotations

import gzip
from collections.abc import Callable, Iterable
from pathlib import Path

import zstandard

#: How the records of an archive are compressed, each on its own.
COMPRESS: dict[str, Callable[[bytes], bytes]] = {
    "": bytes,
    ".gz": gzip.compress,
    ".zst": zstandard.ZstdCompressor(write_checksum=True).compress,
}


def article(number: int, words: int = 120) -> bytes:
    """Return a page whose main text says its number."""
    text = " ".join(
        f"The ferry of number {number} crossed the bay again on day {day}," for day in range(words // 12 + 1)
    )
    return (
        f"<html lang='en'><head><title>Ferry {number}</title></head><body><nav><a href='/'>Home</a></nav>"
        f"<article><h1>Ferry {number}</h1><p>{text} and so it ended.</p></article><footer>Imprint</footer>"
        "</body></html>"
    ).encode()


def response(
    number: int, body: bytes, *, status: str = "200 OK", headers: Iterable[str] = ("Content-Type: text/html",)
) -> bytes:
    """Return a WARC record of a response, not compressed."""
    http = "\r\n".join([f"HTTP/1.1 {status}", *headers, f"Content-Length: {len(body)}", "", ""]).encode() + body
    return _record("response", number, "application/http; msgtype=response", http)


def conversion(number: int, text: str) -> bytes:
    """Return a WET record, not compressed."""
    return _record("conversion", number, "text/plain", text.encode())


def _record(kind: str, number: int, content_type: str, block: bytes) -> bytes:
    head = (
        f"WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Target-URI: https://example.org/{number}\r\n"
        f"WARC-Date: 2024-01-01T00:00:00Z\r\nWARC-Record-ID: <urn:uuid:{number:032}>\r\n"
        f"WARC-Payload-Digest: sha1:{number:032}\r\n"
        f"Content-Type: {content_type}\r\nContent-Length: {len(block)}\r\n\r\n"
    )
    return head.encode() + block + b"\r\n\r\n"


def write_warc(file: Path, records: Iterable[bytes]) -> Path:
    """Write records as an archive, compressed as its name says."""
    compress = COMPRESS[file.suffix if file.suffix in COMPRESS else ""]
    file.write_bytes(b"".join(map(compress, records)))
    return file
