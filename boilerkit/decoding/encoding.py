"""Decoding pages: from str or bytes to text."""

from __future__ import annotations

import codecs
from collections.abc import Mapping
from os import PathLike

from boilerkit.decoding._utf8 import count_sequences
from boilerkit.decoding.decoders import REPLACEMENT, decode_bytes
from boilerkit.decoding.detection import detect_encoding
from boilerkit.decoding.labels import find_encoding
from boilerkit.decoding.prescan import declared_encoding
from boilerkit.errors import InputError

#: Largest page, in bytes. Work grows linearly with size; this bounds it.
MAX_BYTES = 128 * 1024 * 1024

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark it starts with
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16le"),
    (codecs.BOM_UTF16_BE, "utf-16be"),
)

_MAGIC = {
    b"%PDF-": "a PDF file",
    b"PK\x03\x04": "a ZIP archive or an office document",
    b"\x89PNG\r\n": "a PNG image",
    b"\xff\xd8\xff": "a JPEG image",
    b"GIF8": "a GIF image",
    b"\x1f\x8b": "gzip-compressed data (decompress it first)",
    b"BZh": "bzip2-compressed data (decompress it first)",
    b"\x28\xb5\x2f\xfd": "zstandard-compressed data (decompress it first)",
    b"\xfd7zXZ": "xz-compressed data (decompress it first)",
    b"\x7fELF": "a program",
    b"\xd0\xcf\x11\xe0": "an office document",
    b"OggS": "an audio or video file",
    b"ID3": "an audio file",
    b"RIFF": "an audio, video or image file",
    b"\x00\x00\x01\x00": "an icon",
    b"wOF": "a font",
}

#: Of these, what is still recognised after a reader decoded it as text, and is no beginning of a text.
_DECODED_MAGIC = {magic: _MAGIC[magic] for magic in (b"%PDF-", b"PK\x03\x04")}
_CHECKED_BYTES = 4096  # that tell binary data
_CONTROL = bytes(set(range(32)) - set(b"\t\n\r\f\v\b\x1b"))

#: Encodings that switch to other characters by bytes of ASCII, so their pages look like UTF-8.
_USE_ASCII_ONLY = ("iso-2022-jp", "replacement")
_ASCII_SEARCHED = 1024  # bytes that are searched for a declaration of these, as many as the HTML Standard asks for


def decode(page: str | bytes, charset: str | None = None) -> str:
    """Return the text of a page.

    The encoding of bytes is the first of these:

    1. that of a byte order mark, or UTF-16 if every other byte is zero;
    2. `charset`, which the server or the caller names;
    3. UTF-8, if the bytes outside ASCII are valid in it, with few exceptions. It precedes a declaration because text in
       another encoding is hardly ever valid UTF-8, while pages that were saved or transcoded as UTF-8 often keep their
       old declaration, and because one damaged byte makes no page another encoding;
    4. what the page declares in a meta tag or an XML declaration;
    5. what its bytes look like, by cchardet.

    `charset` is trusted even where the bytes are valid in UTF-8: leave it out if it is a server's default. Labels mean
    what they mean to browsers (https://encoding.spec.whatwg.org): "latin1" is Windows-1252, "gb2312" is GBK. `charset`
    may also be a character set that only Python knows, such as "cp437". Unknown labels are ignored. Bytes that are
    invalid in the encoding become U+FFFD, and so do NUL, lone surrogates, and all of a page in an encoding that
    browsers refuse to decode, such as ISO-2022-KR.

    Raises InputError for input that is neither str nor bytes, for binary data, and for pages over `MAX_BYTES`.
    """
    return decode_to_utf8(page, charset).decode()


def decode_to_utf8(page: str | bytes, charset: str | None = None) -> bytes:
    """Decode a page as `decode` does, but to UTF-8. Most pages are in UTF-8 already and are not copied."""
    page = plain_page(page)
    if len(page) > MAX_BYTES:
        unit = "characters" if isinstance(page, str) else "bytes"
        raise InputError(f"the page has {len(page):,} {unit}; the most is {MAX_BYTES:,}")
    if isinstance(page, str):
        data = encode_utf8(page)
        _reject_beginnings(data, _DECODED_MAGIC)
    else:
        data = _to_utf8(page, charset)
    return data.replace(b"\x00", REPLACEMENT.encode())


def plain_page(page: object) -> str | bytes:
    """Return a page that is exactly str or bytes, which compiled code needs; InputError for other types.

    NumPy's and lxml's strings are of subclasses.
    """
    if type(page) is str or type(page) is bytes:
        return page
    if isinstance(page, str):
        return str.__str__(page)
    if isinstance(page, bytes | bytearray | memoryview):
        return bytes(page)
    if isinstance(page, PathLike):
        raise InputError("a page is str or bytes, not the path of a file: pass Path(file).read_bytes()")
    if hasattr(page, "read"):
        raise InputError("a page is str or bytes, not an open file: pass file.read(), opened with mode 'rb'")
    raise InputError(f"a page is str or bytes, not {type(page).__name__}")


def encode_utf8(text: str) -> bytes:
    """Return the text in UTF-8, with U+FFFD for lone surrogates."""
    try:
        return text.encode("utf-8")
    except UnicodeEncodeError:
        return text.encode("utf-8", "surrogatepass").decode("utf-8", "replace").encode("utf-8")


def _to_utf8(page: bytes, charset: str | None) -> bytes:
    """Return the bytes of a page as UTF-8, without a byte order mark."""
    mark, encoding = next(((mark, marked) for mark, marked in _BOMS if page.startswith(mark)), (b"", None))
    encoding = encoding or _utf16_without_mark(page) or (find_encoding(charset) if charset else None)
    if encoding is None or not encoding.startswith(("utf-16", "utf-32")):  # whose bytes look binary
        _reject_binary(page)
    if mark:
        page = page[len(mark) :]
    if encoding not in (None, "utf-8"):
        return encode_utf8(decode_bytes(page, encoding))
    n_valid, n_broken = count_sequences(page)
    if encoding is None:
        encoding = _own_encoding(page, n_valid, n_broken)
    if encoding == "utf-8" and n_broken == 0:
        return page
    return encode_utf8(decode_bytes(page, encoding))


def _own_encoding(page: bytes, n_valid: int, n_broken: int) -> str:
    """Return the encoding of a page by itself, given its sequences of UTF-8."""
    # In other encodings, valid sequences come up by chance: on 1,500 short pages of some 35 languages, there were never
    # more of them than of broken ones.
    if n_valid > 2 * n_broken:
        return "utf-8"
    if n_valid == n_broken == 0:
        declared = declared_encoding(page[:_ASCII_SEARCHED])
        if declared not in _USE_ASCII_ONLY:
            return detect_encoding(page) if b"\x1b" in page else "utf-8"
        return declared
    return declared_encoding(page) or detect_encoding(page)


def _utf16_without_mark(page: bytes) -> str | None:
    """Recognise UTF-16 by the zero byte beside each ASCII letter of the markup."""
    head = page[:128]
    if page[:2] == b"<\x00" and head[1::2].count(0) > len(head) // 4:
        return "utf-16le"
    if page[:2] == b"\x00<" and head[0::2].count(0) > len(head) // 4:
        return "utf-16be"
    return None


def _reject_beginnings(page: bytes, beginnings: Mapping[bytes, str]) -> None:
    if page.startswith(tuple(beginnings)):
        what = next(what for magic, what in beginnings.items() if page.startswith(magic))
        raise InputError(f"this is {what}, not an HTML page")


def _reject_binary(page: bytes) -> None:
    _reject_beginnings(page, _MAGIC)
    head = page[:_CHECKED_BYTES]
    controls = len(head) - len(head.translate(None, _CONTROL))
    if controls > 0.03 * len(head) and controls > 4:
        raise InputError("this looks like binary data, not an HTML page: too many control characters")
