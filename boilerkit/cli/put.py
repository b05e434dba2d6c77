"""Where the content of pages goes: printed, or to a file for each page."""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

import click

from boilerkit.cli.common import ARCHIVES, HTML_SUFFIXES, JSON_LINES, TEXT_SUFFIXES, PageFile, reason
from boilerkit.errors import BoilerkitError

#: Of the files that hold the content of pages, by output; those that hold that of all pages of a file are RECORDS.
RECORDS = "records"
_SUFFIXES = {"text": ".txt", "markdown": ".md", "html": ".html", "json": ".json", RECORDS: ".jsonl"}


class Printer:
    """Prints contents; where there are several pages, each under a line with its name."""

    def __init__(self, headed: bool) -> None:
        self.headed = headed
        self.gap = ""

    def __call__(self, page: PageFile, content: str) -> None:
        if self.headed:
            print(f"{self.gap}==> {page.name} <==\n")
            self.gap = "\n"
        if content:
            print(content.removesuffix("\n"))


class Writer:
    """Writes the content of each page to a file of its own, whole or not at all.

    A hidden file in the folder tells the options with which files of this output were made, and by its date since when:
    `again` sets it to now.
    """

    def __init__(
        self, pages: Sequence[PageFile], folder: Path, output: str, options: Mapping[str, object], again: bool
    ) -> None:
        self.files = {page: folder / place for page, place in zip(pages, places(pages, _SUFFIXES[output]), strict=True)}
        sources = {page.path.resolve() for page in pages}
        for file in self.files.values():
            if file.resolve() in sources:
                raise click.UsageError(f"{file} is itself a page to extract and would be overwritten.")
        folder.mkdir(parents=True, exist_ok=True)  # a folder that cannot be is told of once, not with each page
        self.options = folder / f".boilerkit-{output}.json"
        said = json.dumps(options) + "\n"
        if again or not self.options.is_file() or self.options.read_bytes() != said.encode():
            with _written_whole(self.options) as lines:
                lines.write(said)

    def has(self, page: PageFile) -> bool:
        """Whether an earlier run wrote the page's content with these options, and the page is older than that."""
        file = self.files[page]
        try:
            sources = () if page.path == Path("-") else (page.path, self.options)
            return bool(sources) and file.is_file() and all(_is_newer(file, source) for source in sources)
        except OSError:  # which reading the page will tell of
            return False

    def __call__(self, page: PageFile, content: str) -> None:
        file = self.files[page]
        try:
            with self.opened(page) as lines:
                lines.write(content.removesuffix("\n") + "\n" if content else "")
        except (OSError, UnicodeError) as error:
            raise BoilerkitError(f"cannot write {file}: {reason(error)}") from error

    @contextmanager
    def opened(self, page: PageFile) -> Iterator[TextIO]:
        """The file of a page, to be written to."""
        self.files[page].parent.mkdir(parents=True, exist_ok=True)
        with _written_whole(self.files[page]) as lines:
            yield lines


def _is_newer(file: Path, source: Path) -> bool:
    return file.stat().st_mtime > source.stat().st_mtime


@contextmanager
def _written_whole(file: Path) -> Iterator[TextIO]:
    """A file that has another name until it is whole: a run that is stopped leaves no half file that looks done."""
    partial = file.with_name(f".{os.getpid()}.part")
    try:
        with partial.open("w", encoding="utf-8", errors="backslashreplace") as lines:
            yield lines
        partial.replace(file)
    finally:
        partial.unlink(missing_ok=True)


def places(pages: Sequence[PageFile], suffix: str) -> list[Path]:
    """Where the content of each page goes, no two to the same file, also where upper and lower case are one.

    The suffix takes the place of that of HTML, of text, or of a file of pages. Pages that would meet so (a.htm and
    a.html) keep theirs before it (a.htm.txt and a.html.txt), and those that meet still are numbered.
    """
    short = [_without_suffix(page.place) for page in pages]
    meeting = Counter(_folded(place) for place in short)
    found: list[Path] = []
    taken: set[str] = set()
    for page, place in zip(pages, short, strict=True):
        base = place if meeting[_folded(place)] == 1 else page.place
        number, file = 1, base.with_name(base.name + suffix)
        while _folded(file) in taken:
            number += 1
            file = base.with_name(f"{base.name}-{number}{suffix}")
        taken.add(_folded(file))
        found.append(file)
    return found


def _without_suffix(place: Path) -> Path:
    name = place.name.lower()
    known = (*ARCHIVES, *JSON_LINES, *HTML_SUFFIXES, *TEXT_SUFFIXES)
    suffix = max((its for its in known if name.endswith(its)), key=len, default="")
    return place.with_name(place.name[: len(name) - len(suffix)]) if len(suffix) < len(name) else place


def _folded(place: Path) -> str:
    return str(place).casefold()
