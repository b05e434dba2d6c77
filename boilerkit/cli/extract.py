"""`boilerkit extract`: pages to their main content."""

from __future__ import annotations

import errno
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import click

import boilerkit
from boilerkit.cli.common import (
    HTML_SUFFIXES,
    PageFile,
    charset_option,
    complain,
    model_option,
    reason,
    threshold_option,
    to_json,
)
from boilerkit.cli.progress import bar
from boilerkit.errors import BoilerkitError
from boilerkit.model.content import ContentModel
from boilerkit.page import OUTPUTS, Output

_SUFFIXES = {"text": ".txt", "markdown": ".md", "html": ".html", "json": ".json"}


@dataclass(frozen=True)
class Request:
    """What is wanted of each page; `named`: JSON tells the page's file."""

    model: ContentModel
    output: Output = "text"
    threshold: float | None = None
    url: str | None = None
    charset: str | None = None
    named: bool = False

    def answer(self, page: PageFile) -> str:
        """The content of one page."""
        source = page.read()
        if self.output != "json":
            return boilerkit.extract(
                source,
                output=self.output,
                threshold=self.threshold,
                url=self.url,
                charset=self.charset,
                model=self.model,
            )
        found = boilerkit.analyze(
            source, threshold=self.threshold, url=self.url, charset=self.charset, model=self.model
        )
        return to_json({"file": page.name} | found.to_dict() if self.named else found.to_dict())


@click.command("extract", short_help="Take the main content out of pages.")
@click.argument("pages", nargs=-1, required=True, metavar="FILE|DIR|-...", type=click.Path(path_type=Path))
@click.option(
    "-f", "--output", type=click.Choice(OUTPUTS), default="text", show_default=True, help="Form of the content."
)
@click.option(
    "-o",
    "--output-dir",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    help="Write a file for each page here, in folders as the pages are. Default: print.",
)
@threshold_option
@model_option
@click.option("--url", metavar="URL", help="Address of the page; links in Markdown and HTML are made absolute with it.")
@charset_option
def command(
    pages: Sequence[Path],
    output: str,
    output_dir: Path | None,
    threshold: float | None,
    model_folder: Path | None,
    url: str | None,
    charset: str | None,
) -> None:
    """Take the main content out of pages: files, all HTML files in folders, or "-" for standard input.

    A page that cannot be read or written is named on stderr; all others are done, and the exit code is 1. Several pages
    are printed each under a line with its name; as JSON, one object a line, with the name in "file".

    \b
    Examples:
      boilerkit extract page.html
      curl -s https://example.org/ | boilerkit extract - --url https://example.org/ -f markdown
      boilerkit extract site/ -o texts/
      boilerkit extract *.html -f json > pages.jsonl
    """
    others: set[Path] = set()
    found = list(dict.fromkeys(find_pages(pages, output_dir, others.add)))  # a page named twice is done once
    if url and len(found) > 1:
        raise click.UsageError(f"--url is the address of one page, but there are {len(found)} pages.")
    several = len(found) > 1
    request = Request(
        model=boilerkit.load_model(model_folder),
        output=cast(Output, output),
        threshold=threshold,
        url=url,
        charset=charset,
        named=several and output_dir is None,
    )
    put = _Printer(headed=several and output != "json") if output_dir is None else _Writer(found, output_dir, output)
    others -= {page.path for page in found}
    if others:
        print(_passed_over(len(others)), file=sys.stderr)
    if not extract_all(found, request, put):
        sys.exit(1)


def extract_all(pages: Sequence[PageFile], request: Request, put: Callable[[PageFile, str], None]) -> bool:
    """Put out the content of each page; say on stderr which pages fail. Returns whether none did."""
    failed = 0
    quiet = len(pages) == 1 or (isinstance(put, _Printer) and sys.stdout.isatty())
    with bar("Extracting", len(pages), shown=not quiet) as advance:
        for page in pages:
            try:
                put(page, request.answer(page))
            except Exception as error:  # whatever is wrong with one page, the others shall be done
                if isinstance(error, OSError) and error.errno == errno.EPIPE:  # nobody reads what is printed any more
                    raise
                complain(page.name, reason(error))
                failed += 1
            advance()
    return not failed


def _passed_over(number: int) -> str:
    files = "1 file that is" if number == 1 else f"{number:,} files that are"
    return f"passed over {files} not named {', '.join(HTML_SUFFIXES)}"


def find_pages(
    paths: Iterable[Path], output_dir: Path | None, pass_over: Callable[[Path], None] = lambda file: None
) -> Iterator[PageFile]:
    """The pages that the command line names, those of a folder in the order of their names.

    What lies in `output_dir`, in a folder of pages, is what an earlier run wrote and no page. A folder without pages
    stands for itself, so that it is told of like a page that fails. `pass_over` gets each file of a folder that is not
    named as a page.
    """
    for path in paths:
        inside = []
        for file in sorted(_files(path, output_dir)) if path.is_dir() else ():
            if file.suffix.lower() in HTML_SUFFIXES:
                inside.append(file)
            else:
                pass_over(file)
        for file in inside:
            yield PageFile(file, file.relative_to(path))
        if not inside:
            yield PageFile(path, Path("stdin" if path == Path("-") else path.name))


def _files(folder: Path, output_dir: Path | None) -> Iterator[Path]:
    written = output_dir.resolve() if output_dir else None
    if written and folder.resolve() not in written.parents:
        written = None
    for file in folder.rglob("*"):
        if file.is_file() and (written is None or written not in file.resolve().parents):
            yield file


# --- Where the content goes -------------------------------------------------------------------------------------------


class _Printer:
    """Prints; where there are several pages, each under a line with its name."""

    def __init__(self, headed: bool) -> None:
        self.headed = headed
        self.gap = ""

    def __call__(self, page: PageFile, content: str) -> None:
        if self.headed:
            print(f"{self.gap}==> {page.name} <==\n")
            self.gap = "\n"
        if content:
            print(content.removesuffix("\n"))


class _Writer:
    """Writes each page to a file of its own."""

    def __init__(self, pages: Sequence[PageFile], folder: Path, output: str) -> None:
        self.files = {page: folder / place for page, place in zip(pages, places(pages, _SUFFIXES[output]), strict=True)}
        sources = {page.path.resolve() for page in pages}
        for file in self.files.values():
            if file.resolve() in sources:
                raise click.UsageError(f"{file} is itself a page to extract and would be overwritten.")
        folder.mkdir(parents=True, exist_ok=True)  # a folder that cannot be is told of once, not with each page

    def __call__(self, page: PageFile, content: str) -> None:
        file = self.files[page]
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(content.removesuffix("\n") + "\n" if content else "", encoding="utf-8")
        except (OSError, UnicodeError) as error:
            raise BoilerkitError(f"cannot write {file}: {reason(error)}") from error


def places(pages: Sequence[PageFile], suffix: str) -> list[Path]:
    """Where the content of each page goes, no two to the same file, also where upper and lower case are one.

    The suffix takes the place of that of HTML. Pages that would meet so (a.htm and a.html) keep theirs before it
    (a.htm.txt and a.html.txt), and those that meet still are numbered.
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
    return place.with_suffix("") if place.suffix.lower() in HTML_SUFFIXES else place


def _folded(place: Path) -> str:
    return str(place).casefold()
