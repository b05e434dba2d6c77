"""Files of pages: finding them in folders and by patterns, and reading those that hold one page."""

from __future__ import annotations

import glob
import sys
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from boilerkit.archives.compression import MAGIC, new_decompressor
from boilerkit.archives.hf_datasets import PREFIX, is_saved_dataset
from boilerkit.decoding.encoding import MAX_BYTES
from boilerkit.errors import BoilerkitError, InputError, error_message
from boilerkit.json_lines import parse_line
from boilerkit.records import Record

HTML_SUFFIXES = (".html", ".htm", ".xhtml", ".shtml")
TEXT_SUFFIXES = (".txt",)
#: Files that hold many pages, by their format.
WARC_SUFFIXES = tuple(name + its for name in (".warc", ".wet") for its in ("", ".gz", ".zst", ".lz4"))
JSON_LINES_SUFFIXES = tuple(name + its for name in (".jsonl", ".ndjson") for its in ("", ".gz", ".zst"))
PARQUET_SUFFIXES = (".parquet", ".pq")
ARCHIVE_SUFFIXES = (*WARC_SUFFIXES, *JSON_LINES_SUFFIXES, *PARQUET_SUFFIXES)

STDIN = Path("-")
_PEEKED = 1 << 16


@dataclass(frozen=True)
class PageFile:
    """A file to read: `path`, or "-" for standard input; `relative_path` is its place in the folder it was found in."""

    path: Path
    relative_path: Path

    @property
    def name(self) -> str:
        """The file's name in messages."""
        return "standard input" if self.path == STDIN else str(self.path)

    @property
    def is_archive(self) -> bool:
        """Whether the file holds many pages, as its name says; of standard input, as its beginning says."""
        return is_archive(self.path) if self.path != STDIN else stdin_format()[0] != "page"

    def read(self) -> bytes:
        """Return the file's bytes; of a file that is too large for a page, just enough to show it."""
        if self.path == STDIN:
            return sys.stdin.buffer.read(MAX_BYTES + 1)
        if self.path.is_dir():
            raise InputError(f"no {', '.join(HTML_SUFFIXES)} file is in this folder")
        with self.path.open("rb") as file:
            return file.read(MAX_BYTES + 1)

    def read_page(self) -> bytes:
        """Return the page of a file that is to hold one. Raises InputError for a file of many pages, and as `read`."""
        if self.is_archive:
            raise InputError("this file holds many pages, which `boilerkit extract` reads: save one of them as a file")
        return self.read()

    def record(self) -> Record:
        """Return the file's page as a record, with an error in its place if it cannot be read."""
        name = self.relative_path.as_posix()
        content: bytes | BoilerkitError
        try:
            content = self.read()
        except Exception as error:  # one bad file must not cost the others
            content = InputError(error_message(error))
        return Record(content, id=name, columns={"file": name})


class OneFile:
    """What all sources that are one file have in common."""

    path: Path

    @property
    def name(self) -> str:
        """The file's name in messages."""
        return str(self.path)

    @property
    def size(self) -> int:
        """Bytes of the file."""
        return self.path.stat().st_size


def stdin_format() -> tuple[str, str]:
    """Return what standard input begins like ("warc", "jsonl" or "page"), and how it is compressed (a suffix or "")."""
    head = _peek(sys.stdin.buffer)
    suffix = next((suffix for suffix, magic in MAGIC.items() if head.startswith(magic)), "")
    if suffix:
        head = new_decompressor(suffix).decompress(head)
    if head.startswith(b"WARC/"):
        return "warc", suffix
    first_line, end, _ = head.lstrip().partition(b"\n")
    is_object = isinstance(parse_line(first_line), dict) or (not end and first_line.startswith(b'{"'))
    return ("jsonl" if is_object else "page"), suffix


def _peek(stream: Any) -> bytes:
    if hasattr(stream, "peek"):
        head: bytes = stream.peek(_PEEKED)
        return head
    head = stream.read(_PEEKED)  # of a test, or of a program that replaced it
    stream.seek(-len(head), 1)
    return head


def is_archive(file: Path) -> bool:
    """Return whether a file or folder holds many pages in a format of its own."""
    name = str(file)
    return name.lower().endswith(ARCHIVE_SUFFIXES) or name.startswith(PREFIX) or is_saved_dataset(file)


def find_files(
    paths: Iterable[Path],
    output: Path | None = None,
    on_skipped: Callable[[Path], object] = lambda file: None,
    suffixes: Sequence[str] = HTML_SUFFIXES,
) -> Iterator[PageFile]:
    """Yield the files of pages among paths: files as they are, and those of folders and patterns, sorted by name.

    In folders, these are the files with one of the suffixes, and archives. What is in `output`, or is this file, was
    written by an earlier run and is not read. A folder without any is yielded itself, so that it is reported like a
    page that fails. `on_skipped` is called with each file of a folder that is passed over, links to nowhere too.
    """
    for path in _expanded(paths):
        inside = []
        is_folder = path.is_dir() and not is_archive(path)
        for file in sorted(_files(path, output)) if is_folder else ():
            if file.suffix.lower() in suffixes or is_archive(file):
                inside.append(file)
            else:
                on_skipped(file)
        for file in inside:
            yield PageFile(file, file.relative_to(path))
        if not inside:
            yield PageFile(path, Path("stdin" if path == STDIN else path.name))


def _expanded(paths: Iterable[Path]) -> Iterator[Path]:
    """Yield paths, and for patterns such as "crawl/**/*.warc.gz" the paths that match."""
    for path in paths:
        matches = [] if path.exists() or not glob.has_magic(str(path)) else glob.glob(str(path), recursive=True)
        yield from map(Path, sorted(matches)) if matches else (path,)


def _files(folder: Path, output: Path | None) -> Iterator[Path]:
    """Yield the files in a folder, at any depth, but for what a run into `output` writes."""
    written = _written_by(output) if output and folder.resolve() in output.resolve().parents else ()
    for file in folder.rglob("*"):
        if (file.is_file() or (file.is_symlink() and not file.exists())) and not _is_in(file, written):
            yield file


def _written_by(output: Path) -> Collection[Path]:
    resolved = output.resolve()
    return {
        resolved,
        resolved.with_name(resolved.name + ".partial"),
        resolved.with_name(resolved.name + ".errors.jsonl"),
    }


def _is_in(file: Path, places: Collection[Path]) -> bool:
    resolved = file.resolve()
    return bool(places) and (resolved in places or any(place in resolved.parents for place in places))
