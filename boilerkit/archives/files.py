"""Page files: finding them in folders, and reading them."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from boilerkit.decoding.encoding import MAX_BYTES
from boilerkit.errors import InputError

#: Files that hold many pages.
ARCHIVE_SUFFIXES = (".warc", ".wet", ".warc.gz", ".wet.gz")
JSON_LINES_SUFFIXES = (".jsonl", ".ndjson", ".jsonl.gz", ".ndjson.gz")
HTML_SUFFIXES = (".html", ".htm", ".xhtml", ".shtml")
TEXT_SUFFIXES = (".txt",)


@dataclass(frozen=True)
class PageFile:
    """A file to read: `path`, or "-" for standard input; `relative_path` is its place in the folder it was found in."""

    path: Path
    relative_path: Path

    @property
    def name(self) -> str:
        """The file's name in messages."""
        return "standard input" if self.path == Path("-") else str(self.path)

    def read(self) -> bytes:
        """Return the file's bytes; of a file that is too large for a page, just enough to show it."""
        if self.path == Path("-"):
            return sys.stdin.buffer.read(MAX_BYTES + 1)
        if self.path.is_dir():
            raise InputError(f"no {', '.join(HTML_SUFFIXES)} file is in this folder")
        with self.path.open("rb") as file:
            return file.read(MAX_BYTES + 1)


def is_archive(file: Path) -> bool:
    """Return whether a file's name says that it holds many pages."""
    return file.name.lower().endswith((*ARCHIVE_SUFFIXES, *JSON_LINES_SUFFIXES))


def find_page_files(
    paths: Iterable[Path],
    output_folder: Path | None = None,
    on_skipped: Callable[[Path], object] = lambda file: None,
    suffixes: Sequence[str] = HTML_SUFFIXES,
) -> Iterator[PageFile]:
    """Yield the page files among paths: files as they are, and those of folders, sorted by name.

    Files in `output_folder`, if that is inside a folder of pages, were written by an earlier run and are not pages. A
    folder without page files is yielded itself, so that it is reported like a page that fails. `on_skipped` is called
    with each file of a folder that has none of the suffixes.
    """
    for path in paths:
        inside = []
        for file in sorted(_files(path, output_folder)) if path.is_dir() else ():
            if file.suffix.lower() in suffixes:
                inside.append(file)
            else:
                on_skipped(file)
        for file in inside:
            yield PageFile(file, file.relative_to(path))
        if not inside:
            yield PageFile(path, Path("stdin" if path == Path("-") else path.name))


def _files(folder: Path, output_folder: Path | None) -> Iterator[Path]:
    written = output_folder.resolve() if output_folder else None
    if written and folder.resolve() not in written.parents:
        written = None
    for file in folder.rglob("*"):
        if file.is_file() and (written is None or written not in file.resolve().parents):
            yield file
