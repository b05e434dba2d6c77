"""Read gold files: what people said that pages contain.

A gold file is JSONL or Parquet with one page per row:

============ =============== ==========================================================================================
column       required        content
============ =============== ==========================================================================================
id           yes             a name for the page, unique in the file (and corpus)
html         one of these    the page as HTML, as text or (Parquet) bytes
text         three           the page as plain text
path                         the page's file, in the gold file's folder or below; .txt is plain text, all else HTML
gold_text    at least one    the main content as plain text
spans        of these two    labelled pieces of the page: ``[{"label": "body", "text": "..."}, ...]`` in the page's
                             order, or with ``"start"`` and ``"end"``, character offsets into the page's full text as
                             ``boilerkit blocks --json`` prints it, in place of ``"text"``
must_have,   no              lists of snippets that the main content must and must not contain; a page that has nothing
must_not_have                but these can be scored, but not trained on
url          no              the page's address
group        no              pages of one group are never separated between training and testing; default: the domain
                             of the url, or of the address that the page names as its own
page_type    no              scores are also given by page type
corpus       no              scores are also given by corpus
language     no              a code such as "de"; benchmarks give scores by language
comments     no              a list of texts of reader comments, for benchmarks
done         no              false for a page whose labelling is not finished, which is left out
============ =============== ==========================================================================================

Labels are those of `boilerkit.Label`. Not all text of a page needs a label: text that no span covers is left out of
training. With `gold_text`, all other text counts as boilerplate, and spans, if there are any, only give labels.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePath
from typing import Any

from boilerkit.blocks.columns import InputFormat
from boilerkit.decoding.encoding import MAX_BYTES
from boilerkit.errors import GoldError
from boilerkit.gold.pages import Gold, GoldPage, Span, domain_of
from boilerkit.json_lines import read_json_lines
from boilerkit.labels import Label

_SCHEMA = 'a page is {"id": ..., "html" or "text" or "path": ..., "gold_text" or "spans": ...}'


@dataclass
class _Reader:
    """Reads the rows of one gold file; `where` names the row at hand in messages."""

    file: Path
    needs_gold: bool = True
    seen: set[str] = field(default_factory=set)
    where: str = ""

    def error(self, what: str) -> GoldError:
        return GoldError(f"{self.file}, {self.where}: {what} ({_SCHEMA})")

    def page(self, row: Any) -> GoldPage:
        page_id = row.get("id")
        if not isinstance(page_id, str | int) or isinstance(page_id, bool) or page_id == "":
            raise self.error('"id" is missing or empty')
        corpus = self.optional(row, "corpus")
        key = f"{corpus}\n{page_id}"
        if key in self.seen:
            raise self.error(f'the id "{page_id}" is not unique')
        self.seen.add(key)
        url = self.optional(row, "url")
        source, input_format = self.source(row)
        gold, spans = self.gold(row)
        return GoldPage(
            id=str(page_id),
            source=source,
            gold=gold,
            input_format=input_format,
            url=url,
            group=self.optional(row, "group") or domain_of(url),
            page_type=self.optional(row, "page_type"),
            corpus=corpus,
            spans=spans,
            must_have=self.snippets(row, "must_have"),
            must_not_have=self.snippets(row, "must_not_have"),
            language=self.optional(row, "language"),
            comments=self.snippets(row, "comments"),
        )

    def optional(self, row: Mapping[str, Any], name: str) -> str:
        value = row.get(name)
        if value is not None and not isinstance(value, str):
            raise self.error(f'"{name}" must be text, found {type(value).__name__}')
        return value or ""

    def source(self, row: Mapping[str, Any]) -> tuple[str | bytes, InputFormat]:
        """Return the page and what it is; a file named .txt is plain text, any other HTML."""
        given = [name for name in ("html", "text", "path") if row.get(name) is not None]
        if len(given) != 1:
            raise self.error(f'expected one of "html", "text" and "path", found {" and ".join(given) or "none"}')
        value = row[given[0]]
        if given[0] == "html" and isinstance(value, bytes):
            return value, "html"
        if not isinstance(value, str):
            raise self.error(f'"{given[0]}" must be text, found {type(value).__name__}')
        if given[0] != "path":
            return value, "html" if given[0] == "html" else "text"
        return self.page_file(value), "text" if value.lower().endswith(".txt") else "html"

    def page_file(self, value: str) -> bytes:
        """Return the bytes of a page's file; gold files of strangers name no other files than those beside them."""
        path = PurePath(value)
        if path.is_absolute() or path.drive or ".." in path.parts:
            raise self.error(f'"path" must be in the folder of the gold file, found "{value}"')
        file = self.file.parent / path
        try:
            if not file.is_file():
                raise FileNotFoundError(f"{file} does not exist or is not a file")
            if file.stat().st_size > MAX_BYTES:
                raise ValueError(f"{file} has more than {MAX_BYTES:,} bytes")
            return file.read_bytes()
        except (OSError, ValueError) as error:
            raise self.error(f'the file of "path" cannot be read: {error}') from None

    def snippets(self, row: Mapping[str, Any], name: str) -> tuple[str, ...]:
        value = row.get(name) or []
        if not isinstance(value, list) or not all(isinstance(snippet, str) for snippet in value):
            raise self.error(f'"{name}" must be a list of texts')
        return tuple(value)

    def gold(self, row: Mapping[str, Any]) -> tuple[Gold | None, tuple[Span, ...]]:
        """Return what is content, and the labels of blocks where that is a text."""
        text, spans = row.get("gold_text"), row.get("spans")
        if text is not None and not isinstance(text, str):
            raise self.error(f'"gold_text" must be text, found {type(text).__name__}')
        if spans is not None and not isinstance(spans, list):
            raise self.error(f'"spans" must be a list, found {type(spans).__name__}')
        labelled = [self.span(number, span) for number, span in enumerate(spans or [])]
        if text is not None:
            return text, tuple(labelled)
        if spans is not None:
            return labelled, ()
        if not self.needs_gold or row.get("must_have") or row.get("must_not_have"):
            return None, ()
        raise self.error('expected "gold_text" or "spans"')

    def span(self, number: int, span: Any) -> Span:
        try:
            label = Label(span["label"])
        except (TypeError, KeyError, ValueError):
            names = ", ".join(Label)
            raise self.error(f'span {number} has no "label", or none of these: {names}') from None
        if isinstance(span.get("text"), str):
            return Span(label, span["text"])
        start, end = span.get("start"), span.get("end")
        if not isinstance(start, int) or not isinstance(end, int) or not 0 <= start <= end:
            raise self.error(f'span {number} has neither "text" nor whole numbers "start" and "end"')
        return Span(label, start=start, end=end)


def read_gold(file: str | Path) -> Iterator[GoldPage]:
    """Yield the pages of a gold file, one at a time; see this module for what the file holds.

    Raises GoldError, which names the file, the line (of JSONL) or row (of Parquet), and what is expected.
    """
    any_page = False
    for row, page in read_gold_rows(file):
        if row.get("done") is not False:
            any_page = True
            yield page
    if not any_page:
        raise GoldError(f"{file} has no pages; {_SCHEMA}")


def read_gold_rows(file: str | Path, needs_gold: bool = True) -> Iterator[tuple[dict[str, Any], GoldPage]]:
    """Yield all rows of a gold file as they are, each with its page; rows that are not done are among them.

    Without `needs_gold`, rows may be pages that nobody has labelled yet. Raises GoldError as `read_gold` does.
    """
    reader = _Reader(Path(file), needs_gold)
    if not reader.file.is_file():
        raise GoldError(f"{file} does not exist or is not a file; a gold file is JSONL or Parquet, {_SCHEMA}")
    if reader.file.suffix == ".parquet":
        rows = _parquet_rows(reader)
    elif reader.file.suffix in (".jsonl", ".ndjson", ".json"):
        rows = _json_rows(reader)
    else:
        raise GoldError(f"{file} must be named .jsonl or .parquet; {_SCHEMA}")
    for row in rows:
        yield dict(row), reader.page(row)


def _json_rows(reader: _Reader) -> Iterator[Any]:
    with reader.file.open("rb") as lines:
        for number, row in read_json_lines(lines):
            reader.where = f"line {number}"
            if isinstance(row, str):
                raise reader.error(row)
            yield row


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
        raise reader.error(f"cannot be read as Parquet: {error}") from None
