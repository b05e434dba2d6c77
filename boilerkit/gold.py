"""Gold: what people said that pages contain. Reading gold files, and aligning gold to the blocks of a page.

A gold file is JSONL or Parquet with one page a row:

============ =============== ==========================================================================================
column       needed          what it holds
============ =============== ==========================================================================================
id           yes             a name for the page, unique in the file (and corpus)
html         one of these    the page, as text or (Parquet) bytes
text         three           the page as plain text, one block a line
path                         the page's file, seen from the gold file's folder
gold_text    one of these    the main content as plain text
spans        two             every labelled piece of the page: ``[{"label": "body", "text": "..."}, ...]`` in the
                             page's order, or with ``"start"`` and ``"end"``, character offsets into the page's text as
                             ``boilerkit blocks --json`` gives it, in place of ``"text"``
must_have,   no              lists of snippets that the main content must and must not contain; a page that has nothing
must_not_have                but these can be measured, but not trained on
url          no              the page's address
group        no              pages of one group are never parted between training and testing; else the url's domain,
                             or that of the address that the page names as its own
page_type    no              scores are also given by page type
corpus       no              scores are also given by corpus
============ =============== ==========================================================================================

Labels are those of `boilerkit.Label`. Pages need not have all their text labelled: what no span covers is left out of
training. With `gold_text`, all that is not in it counts as boilerplate.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import numpy as np
from numpy.typing import NDArray

from boilerkit.errors import GoldError
from boilerkit.labels import KINDS, Label
from boilerkit.metrics import WORD, words_of
from boilerkit.segment.blocks import Blocks


@dataclass(frozen=True)
class Span:
    """A labelled piece of a page, given by its `text`, or by `start` and `end` in the page's text."""

    label: Label
    text: str | None = None
    start: int = 0
    end: int = 0


#: What a person said of a page: its main text, or labelled spans.
Gold = str | Sequence[Span]


@dataclass(frozen=True)
class GoldPage:
    """One row of a gold file; gold is None where only snippets are known.

    An empty group stands for that of the address that the page names as its own, or none.
    """

    id: str
    html: str | bytes
    gold: Gold | None
    url: str = ""
    group: str = ""
    page_type: str = ""
    corpus: str = ""
    must_have: tuple[str, ...] = ()
    must_not_have: tuple[str, ...] = ()


def html_bytes(html: str | bytes) -> bytes:
    """A page as bytes: text in UTF-8, with lone surrogates as they are."""
    return html.encode("utf-8", "surrogatepass") if isinstance(html, str) else html


def domain_of(url: str) -> str:
    """The host of an address without "www.", "" where there is none."""
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:
        return ""
    return host.removeprefix("www.")


# --- Aligning ---------------------------------------------------------------------------------------------------

#: Words of a page or of its gold beyond these are not aligned: the time grows with the product of the two.
MAX_WORDS = 50_000


@dataclass(frozen=True)
class Target:
    """What a page's gold says of its blocks, two arrays of shape [n_blocks].

    `content` is the share of each block's words that is content, `weight` the number of its words that the gold speaks
    of: 0 for a block to be left out of training.
    """

    content: NDArray[np.float32]
    weight: NDArray[np.float32]


def align(table: Blocks, gold: Gold) -> Target:
    """Find for each block how much of it is content.

    Words are matched by the longest common subsequence of the page's words and the gold's (bit-parallel, Hyyrö 2004),
    so gold may leave out, add or change text. Titles and captions are left out of training: gold texts differ on
    whether they are content.
    """
    words = _page_words(table)
    kinds = _kinds_by_text(words, gold) if isinstance(gold, str) else _kinds_by_spans(table, words, gold, _HALVES)
    content = np.bincount(words.owners, kinds == CONTENT, len(table))
    known = np.bincount(words.owners, kinds >= 0, len(table))
    n_words = np.bincount(words.owners, minlength=len(table))
    weight = np.where(2 * known >= n_words, known, 0)
    return Target((content / np.maximum(known, 1)).astype(np.float32), weight.astype(np.float32))


def align_labels(table: Blocks, gold: Gold) -> NDArray[np.int8]:
    """The label of each block as its place in `labels.KINDS`, -1 where the gold does not tell; [n_blocks].

    It is the one that most of the block's words have. Words are matched as in `align`.
    """
    if isinstance(gold, str):
        return np.full(len(table), UNKNOWN, dtype=np.int8)
    words = _page_words(table)
    kinds = _kinds_by_spans(table, words, gold, _TWELVE)
    known = kinds >= 0
    counts = np.zeros((len(table), len(KINDS)), dtype=np.int64)
    np.add.at(counts, (words.owners[known], kinds[known]), 1)
    total = counts.sum(axis=1)
    n_words = np.bincount(words.owners, minlength=len(table))
    return np.where((total > 0) & (2 * total >= n_words), counts.argmax(axis=1), UNKNOWN).astype(np.int8)


#: What a word of a page is, by its gold.
UNKNOWN, OTHER, CONTENT = -1, 0, 1

_TWELVE = {label: number for number, label in enumerate(KINDS)} | dict.fromkeys(
    (Label.CONTENT, Label.BOILERPLATE), UNKNOWN
)
_HALVES = {label: CONTENT if label.is_content else OTHER for label in Label} | dict.fromkeys(
    (Label.TITLE, Label.CAPTION), UNKNOWN
)


@dataclass(frozen=True)
class _Words:
    """The words of a page, with the block of each and its place in the page's text."""

    words: list[str]
    owners: NDArray[np.int64]
    places: NDArray[np.int64]


def _page_words(table: Blocks) -> _Words:
    found = [
        (match[0].lower(), index, start + match.start())
        for index, (start, text) in enumerate(zip(table.block("start").tolist(), table.block_texts(), strict=True))
        for match in WORD.finditer(text)
    ]
    words, owners, places = zip(*found, strict=True) if found else ((), (), ())
    return _Words(list(words), np.array(owners, dtype=np.int64), np.array(places, dtype=np.int64))


def _kinds_by_text(page: _Words, gold: str) -> NDArray[np.int64]:
    gold_words = words_of(gold)
    kinds = np.full(len(page.words), OTHER)
    end = 0
    for start, length, _ in _common_runs(page.words, gold_words):
        end = start + length
        kinds[start:end] = CONTENT
    # Nothing is known of words that were not compared.
    kinds[MAX_WORDS if len(gold_words) <= MAX_WORDS else end :] = UNKNOWN
    return kinds


def _kinds_by_spans(
    table: Blocks, page: _Words, spans: Sequence[Span], kind_by_label: Mapping[Label, int]
) -> NDArray[np.int64]:
    """What each word of the page is: the number that `kind_by_label` has for the label of its span."""
    kinds = np.full(len(page.words), UNKNOWN)
    by_text = [(word, kind_by_label[span.label]) for span in spans for word in words_of(span.text or "")]
    kind_of = np.array([kind for _, kind in by_text], dtype=np.int64)
    for start, length, gold_start in _common_runs(page.words, [word for word, _ in by_text]):
        kinds[start : start + length] = kind_of[gold_start : gold_start + length]
    for span in spans:
        if span.text is None:
            if span.end > len(table.text):
                raise GoldError(f"a span ends at {span.end}, but the page's text has {len(table.text)} characters")
            first, end = np.searchsorted(page.places, (span.start, span.end))
            kinds[first:end] = kind_by_label[span.label]
    return kinds


def _common_runs(words: Sequence[str], gold: Sequence[str]) -> Iterator[tuple[int, int, int]]:
    """Runs of the longest common subsequence: start in the page's words, length, start in the gold's."""
    from rapidfuzz.distance import LCSseq

    numbers: dict[str, int] = {}
    page_ids = [numbers.setdefault(word, len(numbers)) for word in words[:MAX_WORDS]]
    gold_ids = [numbers.setdefault(word, len(numbers)) for word in gold[:MAX_WORDS]]
    for run in LCSseq.opcodes(page_ids, gold_ids):
        if run.tag == "equal":
            yield run.src_start, run.src_end - run.src_start, run.dest_start


def gold_text(table: Blocks, gold: Gold) -> str:
    """The main text that the gold of a page stands for: itself, or the blocks that its spans say are body text."""
    if isinstance(gold, str):
        return gold
    target = align(table, gold)
    kept = np.flatnonzero((target.content > 0.5) & (target.weight > 0))
    return "\n\n".join(table.block_text(int(index)) for index in kept)


# --- Reading ----------------------------------------------------------------------------------------------------

_SCHEMA = 'a page is {"id": ..., "html" or "text" or "path": ..., "gold_text" or "spans": ...}'


@dataclass
class _Reader:
    """Reads the rows of one gold file; `where` names the row at hand in messages."""

    file: Path
    seen: set[str] = field(default_factory=set)
    where: str = ""

    def wrong(self, what: str) -> GoldError:
        return GoldError(f"{self.file}, {self.where}: {what} ({_SCHEMA})")

    def page(self, row: Any) -> GoldPage:
        if not isinstance(row, Mapping):
            raise self.wrong(f"expected an object, found {type(row).__name__}")
        page_id = row.get("id")
        if not isinstance(page_id, str | int) or isinstance(page_id, bool) or page_id == "":
            raise self.wrong('"id" is missing or empty')
        corpus = self.optional(row, "corpus")
        key = f"{corpus}\n{page_id}"
        if key in self.seen:
            raise self.wrong(f'the id "{page_id}" is not unique')
        self.seen.add(key)
        url = self.optional(row, "url")
        return GoldPage(
            id=str(page_id),
            html=self.html(row),
            gold=self.gold(row),
            url=url,
            group=self.optional(row, "group") or domain_of(url),
            page_type=self.optional(row, "page_type"),
            corpus=corpus,
            must_have=self.snippets(row, "must_have"),
            must_not_have=self.snippets(row, "must_not_have"),
        )

    def optional(self, row: Mapping[str, Any], name: str) -> str:
        value = row.get(name)
        if value is not None and not isinstance(value, str):
            raise self.wrong(f'"{name}" must be text, found {type(value).__name__}')
        return value or ""

    def html(self, row: Mapping[str, Any]) -> str | bytes:
        given = [name for name in ("html", "text", "path") if row.get(name) is not None]
        if len(given) != 1:
            raise self.wrong(f'expected one of "html", "text" and "path", found {" and ".join(given) or "none"}')
        value = row[given[0]]
        if given[0] == "html" and isinstance(value, bytes):
            return value
        if not isinstance(value, str):
            raise self.wrong(f'"{given[0]}" must be text, found {type(value).__name__}')
        if given[0] == "html":
            return value
        if given[0] == "text":
            return html_of_lines(value)
        try:
            return (self.file.parent / value).read_bytes()
        except (OSError, ValueError) as error:
            raise self.wrong(f'the file of "path" cannot be read: {error}') from None

    def snippets(self, row: Mapping[str, Any], name: str) -> tuple[str, ...]:
        value = row.get(name) or []
        if not isinstance(value, list) or not all(isinstance(snippet, str) for snippet in value):
            raise self.wrong(f'"{name}" must be a list of texts')
        return tuple(value)

    def gold(self, row: Mapping[str, Any]) -> Gold | None:
        text, spans = row.get("gold_text"), row.get("spans")
        if text is None and spans is None and (row.get("must_have") or row.get("must_not_have")):
            return None
        if (text is None) == (spans is None):
            raise self.wrong('expected either "gold_text" or "spans"')
        if text is not None:
            if not isinstance(text, str):
                raise self.wrong(f'"gold_text" must be text, found {type(text).__name__}')
            return text
        if not isinstance(spans, list):
            raise self.wrong(f'"spans" must be a list, found {type(spans).__name__}')
        return [self.span(number, span) for number, span in enumerate(spans)]

    def span(self, number: int, span: Any) -> Span:
        try:
            label = Label(span["label"])
        except (TypeError, KeyError, ValueError):
            names = ", ".join(Label)
            raise self.wrong(f'span {number} has no "label", or none of these: {names}') from None
        if isinstance(span.get("text"), str):
            return Span(label, span["text"])
        start, end = span.get("start"), span.get("end")
        if not isinstance(start, int) or not isinstance(end, int) or not 0 <= start <= end:
            raise self.wrong(f'span {number} has neither "text" nor whole numbers "start" and "end"')
        return Span(label, start=start, end=end)


def html_of_lines(text: str) -> str:
    """A page of plain text as HTML, each line that has text as a paragraph."""
    return "".join(f"<p>{escape(line)}</p>\n" for line in text.splitlines() if line.strip())


def read_gold(file: str | Path) -> Iterator[GoldPage]:
    """The pages of a gold file, one at a time; see this module for what the file holds.

    Raises GoldError, which names the file, the line (of JSONL) or row (of Parquet), and what is expected.
    """
    reader = _Reader(Path(file))
    if not reader.file.is_file():
        raise GoldError(f"{file} is not there, or is no file; a gold file is JSONL or Parquet, {_SCHEMA}")
    if reader.file.suffix == ".parquet":
        rows = _parquet_rows(reader)
    elif reader.file.suffix in (".jsonl", ".ndjson", ".json"):
        rows = _json_rows(reader)
    else:
        raise GoldError(f"{file} must be named .jsonl or .parquet; {_SCHEMA}")
    any_row = False
    for row in rows:
        any_row = True
        yield reader.page(row)
    if not any_row:
        raise GoldError(f"{file} holds no page; {_SCHEMA}")


def _json_rows(reader: _Reader) -> Iterator[Any]:
    with reader.file.open("rb") as lines:
        for number, line in enumerate(lines, 1):
            reader.where = f"line {number}"
            try:
                text = line.decode("utf-8-sig" if number == 1 else "utf-8")
                if text.strip():
                    yield json.loads(text)
            except UnicodeDecodeError as error:
                raise reader.wrong(f"cannot be read as UTF-8 text: {error}") from None
            except (ValueError, RecursionError) as error:
                raise reader.wrong(f"not JSON: {error}") from None


def _parquet_rows(reader: _Reader) -> Iterator[Any]:
    from datasets import load_dataset
    from pyarrow.parquet import read_metadata

    number = 0
    try:
        if not read_metadata(reader.file).num_rows:  # of which `datasets` would make an error of its own
            return
        file = re.sub(r"([*?\[])", r"[\1]", str(reader.file))  # a name, not a pattern
        for number, row in enumerate(load_dataset("parquet", data_files=file, split="train", streaming=True), 1):
            reader.where = f"row {number}"
            yield {name: value for name, value in row.items() if value is not None}
    except (OSError, ValueError) as error:
        reader.where = f"row {number + 1}"
        raise reader.wrong(f"cannot be read as Parquet: {error}") from None
