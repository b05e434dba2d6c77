"""The pages to label, from files of any kind."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from boilerkit.archives import read_records
from boilerkit.archives.page_files import HTML_SUFFIXES, TEXT_SUFFIXES, find_files
from boilerkit.blocks.columns import InputFormat
from boilerkit.decoding.encoding import decode
from boilerkit.documents import InputFormatOption, detect_input_format
from boilerkit.errors import BoilerkitError, error_message
from boilerkit.gold.pages import GoldPage, page_key
from boilerkit.gold.reader import read_gold_rows

#: Files with one page per row, gold or not.
TABLE_SUFFIXES = (".jsonl", ".ndjson", ".json", ".parquet")


@dataclass(frozen=True)
class SourcePage:
    """A page to label.

    `source` is decoded, `file` is where it is if it has a file to itself. `row` and `gold` are what a gold file says of
    it, if it comes from one.
    """

    id: str
    source: str
    input_format: InputFormat
    url: str = ""
    file: Path | None = None
    row: dict[str, Any] = field(default_factory=dict)
    gold: GoldPage | None = None

    @property
    def key(self) -> str:
        """A name for the page that depends on its source alone."""
        return page_key(self.source)


@dataclass(frozen=True)
class Failure:
    """A page or a file that cannot be read; `row` is what a gold file says of the page."""

    name: str
    error: str
    row: dict[str, Any] | None = None


def read_pages(paths: Sequence[Path], input_format: InputFormatOption = "auto") -> Iterator[SourcePage | Failure]:
    """Yield the pages of files, folders, archives and tables, and what cannot be read of them."""
    for file in find_files(paths, suffixes=(*HTML_SUFFIXES, *TEXT_SUFFIXES)):
        try:
            if file.path.name.lower().endswith(TABLE_SUFFIXES):
                yield from read_table(file.path)
            elif file.is_archive:
                yield from _read_archive(file.path)
            else:
                in_folder = file.path.name != str(file.relative_path)
                name = file.relative_path.as_posix() if in_folder else file.path.name
                yield _decoded(name, file.read(), input_format, file=file.path)
        except (BoilerkitError, OSError) as error:
            yield Failure(file.name, error_message(error))


def read_table(file: Path) -> Iterator[SourcePage | Failure]:
    """Yield the pages of a gold file, or of a file of the same form that nobody has labelled yet."""
    for row, page in read_gold_rows(file, needs_gold=False):
        path = file.parent / row["path"] if row.get("path") is not None else None
        try:
            has_gold = row.get("gold_text") is not None or row.get("spans") is not None
            gold = page if has_gold else None
            yield SourcePage(page.id, decode(page.source), page.input_format, page.url, path, row, gold)
        except BoilerkitError as error:
            yield Failure(f"{file}, page {page.id}", str(error), row)


def _read_archive(file: Path) -> Iterator[SourcePage | Failure]:
    for number, record in enumerate(read_records(file), 1):
        name = str(record.id or f"{file.name} {number}")
        if isinstance(record.content, BoilerkitError):
            yield Failure(f"{file}, {name}", str(record.content))
            continue
        try:
            yield _decoded(name, record.content, record.input_format, record.url or "", charset=record.charset)
        except BoilerkitError as error:
            yield Failure(f"{file}, {name}", str(error))


def _decoded(
    name: str,
    page: str | bytes,
    input_format: InputFormatOption,
    url: str = "",
    file: Path | None = None,
    charset: str | None = None,
) -> SourcePage:
    source = decode(page, charset)
    return SourcePage(name, source, detect_input_format(source) if input_format == "auto" else input_format, url, file)
