"""Guess the encoding of pages that declare none."""

from __future__ import annotations

import re

from boilerkit.decoding.decoders import REPLACEMENT, decode_bytes
from boilerkit.decoding.labels import standard_encoding

#: What cchardet's names stand for on the web, where they are not the standard's or where what it distinguishes is the
#: same for letters. The right side decodes what pages have more of.
_MEANINGS = {"uhc": "euc-kr", "koi8-r": "koi8-u", "iso-8859-16": "iso-8859-2", "iso-8859-13": "windows-1257"}

#: Pages hardly use these; what is taken for them is in Windows-1252 most of the time.
_IMPLAUSIBLE = {"replacement", "utf-8", "utf-16le", "utf-16be", "iso-8859-3", "iso-8859-10", "x-mac-cyrillic"}

_SEARCHED_BYTES = 1 << 20
_SAMPLE_BYTES = 8_000  # which take some milliseconds; more change nothing


def detect_encoding(page: bytes) -> str:
    """Return the standard's name of the encoding that is most probable for bytes that are not UTF-8."""
    if page.isascii():
        return "iso-2022-jp" if re.search(rb"\x1b\$[@B]", page) else "utf-8"
    sample = _letters(page)
    for candidate in _candidates(sample):
        name = (candidate or "").lower()
        encoding = standard_encoding(_MEANINGS.get(name, name))
        if encoding == "iso-8859-2" and re.search(rb"[\x80-\x9f]", sample):
            encoding = "windows-1250"  # which has letters where ISO 8859 has control characters
        if encoding and encoding not in _IMPLAUSIBLE and _fits(sample, encoding):
            return encoding
    return "windows-1252"


def _candidates(sample: bytes) -> list[str | None]:
    """Return cchardet's names of the encodings that a sample may have, the most probable first."""
    import cchardet  # rarely needed

    # faust-cchardet, which comes with datatrove, is another version of the same module and says one only.
    found = cchardet.detect_all(sample) if hasattr(cchardet, "detect_all") else [cchardet.detect(sample)]
    return [candidate["encoding"] for candidate in found]


def _fits(sample: bytes, encoding: str) -> bool:
    """Return whether nearly all of the sample, which may begin or end within a character, is valid in an encoding."""
    text = decode_bytes(sample, encoding)
    return text.count(REPLACEMENT) <= 1 + len(text) // 50


def _letters(page: bytes) -> bytes:
    """Return the first runs of text that have bytes outside ASCII: only these tell encodings apart."""
    runs = (run for run in re.split(rb"[<>]", page[:_SEARCHED_BYTES]) if not run.isascii())
    return b" ".join(runs)[:_SAMPLE_BYTES]
