"""Writing the content of pages: one file for each page of a folder, complete or not at all."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO
from uuid import uuid4

from boilerkit.archives.page_files import ARCHIVE_SUFFIXES, HTML_SUFFIXES, STDIN, TEXT_SUFFIXES, PageFile
from boilerkit.errors import BoilerkitError, OptionError, error_message

#: The format of files that hold the content of all pages of an archive.
RECORDS = "records"
#: Suffixes of the files that hold content, by format.
_SUFFIXES = {"text": ".txt", "markdown": ".md", "html": ".html", "json": ".json", RECORDS: ".jsonl"}


class FolderWriter:
    """Writes the content of each page to a file of its own in a folder.

    A hidden file in the folder holds the options with which the files of this format were made, and its date says since
    when; `overwrite` sets it to now. Raises OptionError if a file to be written is itself a page to extract.
    """

    def __init__(
        self, pages: Sequence[PageFile], folder: Path, format: str, options: Mapping[str, object], overwrite: bool
    ) -> None:
        paths = output_paths(pages, _SUFFIXES[format])
        self.files = {page: folder / path for page, path in zip(pages, paths, strict=True)}
        sources = {page.path.resolve() for page in pages}
        for file in self.files.values():
            if file.resolve() in sources:
                raise OptionError(f"{file} is itself a page to extract and would be overwritten")
        folder.mkdir(parents=True, exist_ok=True)  # an unwritable folder is reported once, not for each page
        self.options_file = folder / f".boilerkit-{format}.json"
        text = json.dumps(options) + "\n"
        if overwrite or not self.options_file.is_file() or self.options_file.read_bytes() != text.encode():
            with atomic_write(self.options_file) as lines:
                lines.write(text)

    def is_done(self, page: PageFile) -> bool:
        """Return whether an earlier run wrote the page's content with these options after the page last changed."""
        file = self.files[page]
        try:
            sources = () if page.path == STDIN else (page.path, self.options_file)
            return bool(sources) and file.is_file() and all(_is_newer(file, source) for source in sources)
        except OSError:  # reported when the page is read
            return False

    def write(self, page: PageFile, content: str) -> None:
        """Write the content of a page. Raises BoilerkitError if that is not possible."""
        try:
            self.files[page].parent.mkdir(parents=True, exist_ok=True)
            with atomic_write(self.files[page]) as lines:
                lines.write(content.removesuffix("\n") + "\n" if content else "")
        except (OSError, UnicodeError) as error:
            raise BoilerkitError(f"cannot write {self.files[page]}: {error_message(error)}") from error


def _is_newer(file: Path, source: Path) -> bool:
    return file.stat().st_mtime > source.stat().st_mtime


@contextmanager
def atomic_write(file: Path) -> Iterator[TextIO]:
    """Open a file that has a random name until it is complete.

    A run that is stopped leaves no partial file that looks done, and two runs on one folder do not mix their output.
    """
    partial = file.with_name(f".{uuid4().hex}.part")
    try:
        with partial.open("x", encoding="utf-8", errors="backslashreplace") as lines:
            yield lines
        partial.replace(file)
    finally:
        partial.unlink(missing_ok=True)


def output_paths(pages: Sequence[PageFile], suffix: str) -> list[Path]:
    """Return where the content of each page goes; no two share a file, even where case is ignored.

    The suffix replaces that of HTML, of text, or of an archive. Pages whose paths would collide (a.htm and a.html) keep
    theirs before it (a.htm.txt and a.html.txt), and those that still collide are numbered.
    """
    short = [_without_suffix(page.relative_path) for page in pages]
    uses = Counter(_casefold_key(path) for path in short)
    found: list[Path] = []
    taken: set[str] = set()
    for page, path in zip(pages, short, strict=True):
        base = path if uses[_casefold_key(path)] == 1 else page.relative_path
        number, file = 1, base.with_name(base.name + suffix)
        while _casefold_key(file) in taken:
            number += 1
            file = base.with_name(f"{base.name}-{number}{suffix}")
        taken.add(_casefold_key(file))
        found.append(file)
    return found


def _without_suffix(path: Path) -> Path:
    name = path.name.lower()
    known = (*ARCHIVE_SUFFIXES, *HTML_SUFFIXES, *TEXT_SUFFIXES)
    suffix = max((its for its in known if name.endswith(its)), key=len, default="")
    return path.with_name(path.name[: len(name) - len(suffix)]) if len(suffix) < len(name) else path


def _casefold_key(path: Path) -> str:
    return str(path).casefold()
