"""Decoding pages: from str or bytes to text."""

from __future__ import annotations

import codecs
import re
from itertools import accumulate

from boilerkit.decoding._utf8 import is_utf8
from boilerkit.errors import InputError

#: Largest page, in bytes. Work grows linearly with size; this bounds it.
MAX_BYTES = 128 * 1024 * 1024

#: What browsers decode when a page declares these, by the WHATWG Encoding Standard (https://encoding.spec.whatwg.org).
_WHATWG_ALIASES = {
    "ascii": "cp1252",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "tis-620": "cp874",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
    "big5": "big5hkscs",
}

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark it starts with
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
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

_REPLACEMENT = "\ufffd".encode()
_ASCII_ESCAPES = ("iso2022_jp", "iso2022_kr", "hz", "utf-7")
_SNIFFED_BYTES = 4096  # searched for a declared encoding; browsers search 1024, but some pages need more
_META_CHARSET = re.compile(rb"""<meta[^>]{0,256}?charset\s*=\s*["']?\s*([a-z0-9_:.+-]{2,40})""")
_XML_ENCODING = re.compile(rb"""^\s*<\?xml[^>]{0,128}?encoding\s*=\s*["']([a-z0-9_:.+-]{2,40})["']""")
_CONTROL = bytes(set(range(32)) - set(b"\t\n\r\f\v\b\x1b"))


def decode(page: str | bytes, charset: str | None = None) -> str:
    """Return the text of a page.

    The encoding of bytes is the first of these: that of a byte order mark, `charset` (from the HTTP header), UTF-8 if
    the page is valid UTF-8, the one that the page declares in a meta tag or an XML declaration, or what
    charset-normalizer detects. Unknown names are ignored. Valid UTF-8 precedes a declaration because text in another
    encoding is hardly ever valid UTF-8, while pages that were saved or transcoded as UTF-8 often keep their old
    declaration. Bytes that are invalid in the encoding become U+FFFD, and so do NUL and lone surrogates.

    Raises InputError for input that is neither str nor bytes, for binary data, and for pages over `MAX_BYTES`.
    """
    return decode_to_utf8(page, charset).decode()


def decode_to_utf8(page: str | bytes, charset: str | None = None) -> bytes:
    """Decode a page as `decode` does, but to UTF-8. Most pages are in UTF-8 already and are not copied."""
    if isinstance(page, bytearray | memoryview):
        page = bytes(page)
    if isinstance(page, str):
        if len(page) > MAX_BYTES:
            raise InputError(f"the page has {len(page):,} characters; the most is {MAX_BYTES:,}")
        data = encode_utf8(page)
    elif isinstance(page, bytes):
        if len(page) > MAX_BYTES:
            raise InputError(f"the page has {len(page):,} bytes; the most is {MAX_BYTES:,}")
        data = _to_utf8(page, charset)
    else:
        raise InputError(f"a page is str or bytes, not {type(page).__name__}")
    return data.replace(b"\x00", _REPLACEMENT)


def encode_utf8(text: str) -> bytes:
    """Return the text in UTF-8, with U+FFFD for lone surrogates."""
    try:
        return text.encode("utf-8")
    except UnicodeEncodeError:
        return text.encode("utf-8", "surrogatepass").decode("utf-8", "replace").encode("utf-8")


def _to_utf8(page: bytes, charset: str | None) -> bytes:
    """Return the bytes of a page as UTF-8, without a byte order mark."""
    encoding, start = _explicit_encoding(page, charset)
    if start:
        page = page[start:]
    if encoding in (None, "utf-8") and is_utf8(page):
        return page
    # A page that declares UTF-8 is UTF-8 even where some of its bytes are not.
    return encode_utf8(page.decode(encoding or _declared(page) or _detected(page), "replace"))


def _explicit_encoding(page: bytes, charset: str | None) -> tuple[str | None, int]:
    """Return the codec that precedes UTF-8, if there is one, and the size of the page's byte order mark."""
    for mark, encoding in _BOMS:
        if page.startswith(mark):
            return encoding, len(mark)
    unmarked = _utf16_without_mark(page)
    if unmarked:
        return unmarked, 0
    codec = _codec(charset)
    if codec and codec.startswith(("utf-16", "utf-32")):  # whose bytes look binary
        return codec, 0
    _reject_binary(page)
    declared = _declared(page)
    # Encodings that use only the bytes of ASCII are valid UTF-8.
    return codec or (declared if declared in _ASCII_ESCAPES else None), 0


def _declared(page: bytes) -> str | None:
    """Return the codec that a page declares in its markup."""
    head = page[:_SNIFFED_BYTES].lower()  # matching without regard to case takes ten times as long
    match = _META_CHARSET.search(head) or _XML_ENCODING.search(head)
    codec = _codec(match[1].decode("ascii")) if match else None
    if codec and codec.startswith(("utf-16", "utf-32")):
        return "utf-8"  # a declaration that is readable as ASCII must be wrong
    return codec


def _codec(label: str | None) -> str | None:
    """Return the Python codec for an encoding label of a page, None for no label and for an unknown one."""
    if not label:
        return None
    try:
        name = codecs.lookup(label.strip()).name
        # Raises LookupError for codecs that decode no text, UnicodeError for those of host names.
        b"\xff".decode(name, "replace")
    except (LookupError, ValueError):
        return None
    return _WHATWG_ALIASES.get(name, name)


def _utf16_without_mark(page: bytes) -> str | None:
    """Recognise UTF-16 by the zero byte beside each ASCII letter of the markup."""
    head = page[:128]
    if page[:2] == b"<\x00" and head[1::2].count(0) > len(head) // 4:
        return "utf-16-le"
    if page[:2] == b"\x00<" and head[0::2].count(0) > len(head) // 4:
        return "utf-16-be"
    return None


def _reject_binary(page: bytes) -> None:
    if page.startswith(tuple(_MAGIC)):
        what = next(what for magic, what in _MAGIC.items() if page.startswith(magic))
        raise InputError(f"this is {what}, not an HTML page")
    head = page[:_SNIFFED_BYTES]
    controls = len(head) - len(head.translate(None, _CONTROL))
    if controls > 0.03 * len(head) and controls > 4:
        raise InputError("this looks like binary data, not an HTML page: too many control characters")


def _detected(page: bytes) -> str:
    """Return the codec that charset-normalizer detects, or else Windows-1252, which can decode any bytes."""
    from charset_normalizer import from_bytes  # slow to import and rarely needed

    # Only letters outside ASCII tell encodings apart, so detection gets the runs of text that have some.
    runs = [run for run in re.split(rb"[<>]", page[: 1 << 20]) if not run.isascii()]
    sizes = accumulate(len(run) for run in runs)
    sample = b" ".join(run for run, size in zip(runs, sizes, strict=True) if size < 50_000 or run is runs[0])
    match = from_bytes(sample).best()
    return (_codec(match.encoding) if match else None) or "cp1252"
