"""Label records: for each labelled page the labels of its text in order, without the text.

A record names the page (`corpus`, `id`), its `site`, and its bytes: `blob` is their hash as git names them. `labels`
are runs of pieces with one label, such as

    [["navigation", "1:0a1b2c3d 3:4e5f6a7b"], ["body", "57:8c9d0e1f"]]

where each piece is a labelled block: the number of its words, and a hash of its words, which are in lower case,
without punctuation, and joined by spaces. Pieces are found in a page by their words, not by its blocks, so a record
fits whatever blocks a later version makes of the page.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import groupby
from pathlib import Path

from boilerkit.gold.pages import Span
from boilerkit.html.document import HtmlDocument
from boilerkit.labels import Label
from boilerkit.metrics import WORD, words_of

#: Words of the page that are skipped to find a piece. Only if the next piece follows it, it may be further away.
_NEAR = 60


@dataclass(frozen=True)
class LabelRecord:
    """The labels of one page; see this module."""

    corpus: str
    id: str
    site: str
    blob: str
    labels: Sequence[Sequence[str]]


@dataclass(frozen=True)
class JoinedPage:
    """The labelled spans of a page, with their text, and the number of pieces that the page does not have."""

    spans: list[Span]
    missing: int


def blob_of(page: bytes) -> str:
    """Return the name that git gives to a file of these bytes (SHA-1 of a header and the bytes)."""
    return hashlib.sha1(b"blob %d\0" % len(page) + page, usedforsecurity=False).hexdigest()


def record_of(corpus: str, page_id: str, site: str, page: bytes, spans: Sequence[Span]) -> LabelRecord:
    """Return the record of a labelled page; spans without a word are left out, as they cannot be found again."""
    pieces = [(span.label, words) for span in spans if (words := words_of(span.text or ""))]
    runs = groupby(pieces, key=lambda piece: piece[0])
    labels = [[str(label), " ".join(f"{len(words)}:{_hash(words)}" for _, words in run)] for label, run in runs]
    return LabelRecord(corpus, page_id, site, blob_of(page), labels)


def join(record: LabelRecord, page: bytes) -> JoinedPage:
    """Return the labelled spans of a page, with the text that it has for them.

    Each piece is looked for after the one before it, right there first, then further on. What the page does not have,
    or has elsewhere, is counted and left out.
    """
    text = HtmlDocument.read(page).blocks.text
    matches = list(WORD.finditer(text))
    words = [match[0].lower() for match in matches]
    spans: list[Span] = []
    missing = at = 0
    pieces = list(_pieces(record))
    for piece, following in zip(pieces, [*pieces[1:], None], strict=True):
        start = _find(words, at, piece, following)
        if start is None:
            missing += 1
            continue
        at = start + piece.length
        spans.append(Span(piece.label, text[matches[start].start() : matches[at - 1].end()]))
    return JoinedPage(spans, missing)


@dataclass(frozen=True)
class _Piece:
    label: Label
    length: int
    digest: str

    def is_at(self, words: Sequence[str], start: int) -> bool:
        end = start + self.length
        return end <= len(words) and _hash(words[start:end]) == self.digest


def _pieces(record: LabelRecord) -> Iterator[_Piece]:
    for label, pieces in record.labels:
        for piece in pieces.split():
            length, _, digest = piece.partition(":")
            yield _Piece(Label(label), int(length), digest)


def _find(words: Sequence[str], at: int, piece: _Piece, following: _Piece | None) -> int | None:
    """Return where a piece starts, from the word `at` on, None if it is not there."""
    for start in range(at, len(words) - piece.length + 1):
        is_near = start <= at + _NEAR
        if not is_near and following is None:
            return None
        if not piece.is_at(words, start):
            continue
        if is_near or (following is not None and following.is_at(words, start + piece.length)):
            return start
    return None


def _hash(words: Sequence[str]) -> str:
    return hashlib.blake2b(" ".join(words).encode(), digest_size=4).hexdigest()


# --- Files ------------------------------------------------------------------------------------------------------------


def write_records(file: Path, records: Sequence[LabelRecord]) -> None:
    """Write records, a line each."""
    lines = (json.dumps(asdict(record), ensure_ascii=False, separators=(",", ":")) for record in records)
    file.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")


def read_records(file: Path) -> list[LabelRecord]:
    """Read the records that `write_records` wrote."""
    with file.open(encoding="utf-8") as lines:
        return [LabelRecord(**json.loads(line)) for line in lines]
