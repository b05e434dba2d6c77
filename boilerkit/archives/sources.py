"""Where records come from: one interface for files of all formats, folders of pages, data sets and standard input."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby, islice
from pathlib import Path
from typing import Protocol

from boilerkit.archives.compression import read_chunks
from boilerkit.archives.hf_datasets import PREFIX, DatasetSource, is_saved_dataset
from boilerkit.archives.jsonl import JsonLinesFile, read_json_records
from boilerkit.archives.page_files import (
    JSON_LINES_SUFFIXES,
    PARQUET_SUFFIXES,
    STDIN,
    PageFile,
    find_files,
    stdin_format,
)
from boilerkit.archives.parquet import ParquetSource
from boilerkit.archives.warc import WarcFile, WarcFilter, read_warc_stream
from boilerkit.records import Columns, Record


class Source(Protocol):
    """Something to read records from, in the same order each time."""

    position: int  # bytes read so far

    @property
    def name(self) -> str:
        """What it is called in messages."""

    @property
    def size(self) -> int:
        """Its bytes; 0 if that is not known."""

    def records(self, skip: int = 0) -> Iterator[Record]:
        """Yield the records after the first `skip`, with errors in place of pages that cannot be read.

        Raises BoilerkitError or OSError if nothing more can be read.
        """


@dataclass(frozen=True)
class ReadOptions:
    """How files are read: the columns of pages in JSON lines, Parquet and data sets, and which records of WARC."""

    columns: Columns = field(default_factory=Columns)
    warc: WarcFilter = field(default_factory=WarcFilter)


def read_records(
    paths: str | Path | Iterable[str | Path],
    *,
    content_column: str | None = None,
    url_column: str | None = None,
    id_column: str | None = None,
    warc: WarcFilter | None = None,
) -> Iterator[Record]:
    """Yield the pages of files as records, one at a time.

    Parameters
    ----------
    paths
        A path or several: WARC and WET (.warc, .wet, also .gz, .zst), JSON lines (.jsonl, .ndjson, also .gz, .zst),
        Parquet (.parquet), folders that `datasets` saved, "hf:owner/name" for a data set of the hub, single pages,
        folders of all these, patterns such as "crawl/**/*.warc.gz", and "-" for standard input.
    content_column, url_column, id_column
        Columns of JSON lines, Parquet and data sets. None: the first of the usual names (see `boilerkit.records`).
    warc
        Which records of a WARC are pages. None: responses with status 200 that are HTML.

    Records that are damaged or have no page have an InputError as their `content`. Raises OSError and BoilerkitError
    for files that cannot be read at all.
    """
    given = [paths] if isinstance(paths, str | Path) else paths
    options = ReadOptions(Columns(content_column, url_column, id_column), warc or WarcFilter())
    for source in sources_of(list(find_files(map(Path, given))), options):
        yield from source.records()


def sources_of(files: Sequence[PageFile], options: ReadOptions) -> list[Source]:
    """Return files as sources, in their order; neighbouring files of one page each are one source."""
    found: list[Source] = []
    for is_many, group in groupby(files, lambda file: file.is_archive or file.path == STDIN):
        of_kind = list(group)
        found += [_open(file.path, options) for file in of_kind] if is_many else [PageFilesSource(of_kind)]
    return found


def _open(path: Path, options: ReadOptions) -> Source:
    name = str(path)
    if path == STDIN:
        return StdinSource(options)
    if name.startswith(PREFIX) or is_saved_dataset(path):
        return DatasetSource(name, options.columns)
    if name.lower().endswith(JSON_LINES_SUFFIXES):
        return JsonLinesFile(path, options.columns)
    if name.lower().endswith(PARQUET_SUFFIXES):
        return ParquetSource(path, options.columns)
    return WarcFile(path, options.warc)


@dataclass
class PageFilesSource:
    """Files that hold one page each, as a source of records."""

    files: Sequence[PageFile]
    position: int = 0

    @property
    def name(self) -> str:
        """What it is called in messages."""
        return self.files[0].name if len(self.files) == 1 else f"{len(self.files):,} files"

    @property
    def size(self) -> int:
        """Bytes of the files that there are."""
        return sum(file.path.stat().st_size for file in self.files if file.path.is_file())

    def records(self, skip: int = 0) -> Iterator[Record]:
        """Yield the page of each file."""
        for file in self.files[:skip]:
            self.position += file.path.stat().st_size if file.path.is_file() else 0
        for file in self.files[skip:]:
            record = file.record()
            self.position += len(record.content) if isinstance(record.content, bytes) else 0
            yield record


@dataclass
class StdinSource:
    """Standard input: a WARC or JSON lines, also in gzip or zstd, if it begins like one, else a page."""

    options: ReadOptions
    position: int = 0
    name: str = "standard input"
    size: int = 0

    def records(self, skip: int = 0) -> Iterator[Record]:
        """Yield the records after the first `skip`."""
        return islice(self._records(), skip, None)

    def _records(self) -> Iterator[Record]:
        kind, suffix = stdin_format()
        stream = sys.stdin.buffer
        if kind == "warc":
            return read_warc_stream(read_chunks(stream, suffix), self.options.warc)
        if kind == "jsonl":
            return read_json_records(stream, suffix, self.options.columns)
        return iter([PageFile(STDIN, Path("stdin")).record()])


def fingerprint(source: Source) -> str:
    """Return a text that changes when the source does: a hash of the names, sizes and times of its files."""
    files = source.files if isinstance(source, PageFilesSource) else [PageFile(Path(source.name), Path(source.name))]
    digest = hashlib.blake2b(digest_size=16)
    for file in files:
        status = file.path.stat() if file.path.exists() else None
        digest.update(repr((file.name, status and (status.st_size, status.st_mtime_ns))).encode("utf-8", "replace"))
    return digest.hexdigest()
