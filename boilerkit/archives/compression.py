"""Compressed files, read as far as they are whole: damage costs what it damages, and what follows is read."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, BinaryIO

from boilerkit.decoding.encoding import MAX_BYTES
from boilerkit.errors import BoilerkitError, InputError

#: Bytes that are read at a time. A byte of gzip holds at most 1,032, so this bounds memory too.
_CHUNK = 1 << 16
_STEP = 64
#: The longest line that is read, in bytes: room for the largest page with escapes.
_MAX_LINE = 2 * MAX_BYTES

#: The bytes with which the parts of a compressed file begin: members of gzip (RFC 1952), frames of zstd (RFC 8878).
MAGIC = {".gz": b"\x1f\x8b\x08", ".zst": b"\x28\xb5\x2f\xfd"}


def read_lines(file: BinaryIO, suffix: str) -> Iterator[bytes | InputError]:
    """Yield the lines of a file without their ends; an error for each place where it is damaged, or a line too long.

    `suffix` is ".gz" or ".zst" for compressed files. A line that damage cuts is not yielded.
    """
    rest: list[bytes] = []
    for chunk in read_chunks(file, suffix):
        if isinstance(chunk, InputError):
            rest = []
            yield chunk
            continue
        first, *others = chunk.split(b"\n")
        rest.append(first)
        for line in others:
            yield b"".join(rest)
            rest = [line]
        if sum(map(len, rest)) > _MAX_LINE:
            yield InputError(f"a line has over {_MAX_LINE:,} bytes")
            rest = []
    if any(rest):
        yield b"".join(rest)


def read_chunks(file: BinaryIO, suffix: str) -> Iterator[bytes | InputError]:
    """Yield the decompressed bytes of a file, and an error for each place where it is damaged."""
    if suffix not in MAGIC:
        while data := file.read(_CHUNK):
            yield data
        return
    magic = MAGIC[suffix]
    decompressor: Any = None
    data = b""
    while data := data or file.read(_CHUNK):
        if decompressor is None:
            decompressor = new_decompressor(suffix)
        before = decompressor.copy() if suffix == ".gz" else None
        try:
            content = decompressor.decompress(data)
        except Exception as error:  # zlib.error and zstandard's own
            if before is not None:
                yield _until_damage(before, data)
            yield InputError(f"the compressed file is damaged before byte {file.tell():,}: {error}")
            decompressor, data = None, _from_next(magic, data[1:], file)
            continue
        if content:
            yield content
        data = b""
        if decompressor.eof:
            data, decompressor = decompressor.unused_data.lstrip(b"\0"), None
    if decompressor is not None:
        yield InputError("the compressed file is truncated: it ends within a compressed part")


def _until_damage(decompressor: Any, data: bytes) -> bytes:
    """Return what there is before the damage in some bytes of gzip."""
    content = b""
    with suppress(zlib.error):
        for place in range(0, len(data), _STEP):
            content += decompressor.decompress(data[place : place + _STEP])
    return content


def new_decompressor(suffix: str) -> Any:
    """Return an object that decompresses one part of a file; BoilerkitError without the package for it."""
    if suffix == ".gz":
        return zlib.decompressobj(zlib.MAX_WBITS | 16)
    return import_zstandard().ZstdDecompressor().decompressobj()


def import_zstandard() -> Any:
    """Return the package zstandard. Raises BoilerkitError if it is not installed."""
    try:
        import zstandard
    except ModuleNotFoundError:
        raise BoilerkitError("files in zstd need zstandard: pip install 'boilerkit[corpora]'") from None
    return zstandard


def compression_of(file: Path) -> str:
    """Return ".gz", ".zst" or "", as a file's name says."""
    return file.suffix.lower() if file.suffix.lower() in MAGIC else ""


def _from_next(magic: bytes, data: bytes, file: BinaryIO) -> bytes:
    """Return what follows from the next place where a compressed part may begin; b"" at the end of the file."""
    while (found := data.find(magic)) < 0:
        more = file.read(_CHUNK)
        if not more:
            return b""
        data = data[-len(magic) + 1 :] + more
    return data[found:]
