"""`boilerkit extract`: pages to their main content."""

from __future__ import annotations

import errno
import sys
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import click

import boilerkit
from boilerkit.cli.common import (
    HTML_SUFFIXES,
    TEXT_SUFFIXES,
    PageFile,
    charset_option,
    complain,
    input_option,
    labels_option,
    model_option,
    reason,
    threshold_option,
    to_json,
)
from boilerkit.cli.progress import bar
from boilerkit.cli.put import RECORDS, Printer, Writer
from boilerkit.cli.records import holds_records, put_records
from boilerkit.errors import BoilerkitError
from boilerkit.labels import Label
from boilerkit.model.content import ContentModel
from boilerkit.page import OUTPUTS, Output
from boilerkit.decoding.input_format import Input


@dataclass(frozen=True)
class Request:
    """What is wanted of each page; `named`: JSON tells the page's file."""

    model: ContentModel
    input: Input = "auto"
    output: Output = "text"
    threshold: float | None = None
    keep: frozenset[Label] | None = None
    url: str | None = None
    charset: str | None = None
    named: bool = False

    def answers(self, pages: Sequence[PageFile], jobs: int) -> Generator[str | Exception, None, None]:
        """The content of each page, or what is wrong with it."""
        if jobs == 1:
            found: Iterable[str | Exception] = map(self._answer, pages)
        else:
            found = self.side_by_side(map(_source, pages), jobs)
        for page, content in zip(pages, found, strict=True):
            if self.named and isinstance(content, str):  # content is an object of JSON with something in it
                yield to_json({"file": page.name})[:-1] + ", " + content[1:]
            else:
                yield content

    def side_by_side(
        self, pages: Iterable[bytes | str | BoilerkitError], jobs: int
    ) -> Generator[str | BoilerkitError, None, None]:
        """What `extract_many` gives for pages that have been read."""
        return boilerkit.extract_many(
            pages,
            jobs,
            input=self.input,
            output=self.output,
            threshold=self.threshold,
            keep=self.keep,
            charset=self.charset,
            model=self.model,
        )

    def _answer(self, page: PageFile) -> str | Exception:
        try:
            return boilerkit.extract(
                page.read(),
                input=self.input,
                output=self.output,
                threshold=self.threshold,
                keep=self.keep,
                url=self.url,
                charset=self.charset,
                model=self.model,
            )
        except Exception as error:  # whatever is wrong with one page, the others shall be done
            return error


def _source(page: PageFile) -> bytes | BoilerkitError:
    try:
        return page.read()
    except Exception as error:  # as above
        return BoilerkitError(reason(error))


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
@input_option
@threshold_option
@labels_option(
    "--keep", "Keep the blocks of these labels, for instance title,body,caption. Default: what is over the threshold."
)
@model_option
@click.option("--url", metavar="URL", help="Address of the page; links in Markdown and HTML are made absolute with it.")
@charset_option
@click.option(
    "-j",
    "--jobs",
    type=click.IntRange(min=1),
    default=1,
    show_default=True,
    metavar="N",
    help="Processes that work side by side. With 2 or more, a page that takes over a minute is given up.",
)
@click.option("--again", is_flag=True, help="Do pages anew whose files in the output folder are newer than they are.")
def command(
    pages: Sequence[Path],
    output: str,
    output_dir: Path | None,
    input: str,
    threshold: float | None,
    keep: frozenset[Label] | None,
    model_folder: Path | None,
    url: str | None,
    charset: str | None,
    jobs: int,
    again: bool,
) -> None:
    """Take the main content out of pages: files, all HTML files in folders, or "-" for standard input.

    Files that hold many pages (.warc, .wet, .jsonl with a "text" or "html", also .gz) give a line of JSON for each
    page, with its id, url and content; in the output folder one file of lines for each such file. WARC and WET need
    boilerkit[warc].

    A page that cannot be read or written is named on stderr; all others are done, and the exit code is 1. Several pages
    are printed each under a line with its name; as JSON, one object a line, with the name in "file".

    What lies in the output folder is not done again where it is newer than its page, so that a run that was stopped can
    be gone on with. With other options all are done anew; after a model was trained anew in its folder, say --again.

    \b
    Examples:
      boilerkit extract page.html
      curl -s https://example.org/ | boilerkit extract - --url https://example.org/ -f markdown
      boilerkit extract site/ -o texts/ -j 4
      boilerkit extract page.html --keep title,body,caption
      boilerkit extract *.html -f json > pages.jsonl
      boilerkit extract crawl/*.wet.gz -o texts/ -j 4
    """
    others: set[Path] = set()
    many = list(dict.fromkeys(page for page in pages if holds_records(page)))
    single = [page for page in pages if not holds_records(page)]
    suffixes = TEXT_SUFFIXES if input == "text" else HTML_SUFFIXES
    found = list(dict.fromkeys(find_pages(single, output_dir, others.add, suffixes)))  # a page named twice is done once
    if url and len(found) > 1:
        raise click.UsageError(f"--url is the address of one page, but there are {len(found)} pages.")
    several = len(found) > 1
    request = Request(
        model=boilerkit.load_model(model_folder),
        input=cast(Input, input),
        output=cast(Output, output),
        threshold=threshold,
        keep=keep,
        url=url,
        charset=charset,
        named=several and output == "json" and output_dir is None,
    )
    options = _options(request, model_folder)
    archives = [PageFile(file, Path(file.name)) for file in many]
    put: Printer | Writer = Printer(headed=(several or bool(many)) and output != "json")
    put_archive: Writer | None = None
    if output_dir is not None:  # both before any work, for they refuse what would overwrite a page
        put = Writer(found, output_dir, output, options, again) if found else put
        put_archive = Writer(archives, output_dir, RECORDS, {"output": output, **options}, again) if many else None
    others -= {page.path for page in found}
    if others:
        print(_passed_over(len(others), suffixes), file=sys.stderr)
    fine = [put_records(file, request, jobs, put_archive) for file in _not_done(archives, put_archive)]
    found = _not_done(found, put)
    if not extract_all(found, request, put, max(1, min(jobs, len(found)))) or not all(fine):
        sys.exit(1)


def _options(request: Request, model_folder: Path | None) -> dict[str, object]:
    """What the content of a page depends on, apart from the page."""
    return {
        "input": request.input,
        "threshold": request.threshold,
        "keep": None if request.keep is None else sorted(request.keep),
        "model": None if model_folder is None else str(model_folder.resolve()),
        "url": request.url,
        "charset": request.charset,
    }


def _not_done(pages: Sequence[PageFile], put: Printer | Writer | None) -> list[PageFile]:
    """The pages that are not done yet; says on stderr how many are."""
    if not isinstance(put, Writer):
        return list(pages)
    left = [page for page in pages if not put.has(page)]
    if done := len(pages) - len(left):
        print(f"{done:,} of {len(pages):,} pages were done before (--again does them anew)", file=sys.stderr)
    return left


def extract_all(
    pages: Sequence[PageFile], request: Request, put: Callable[[PageFile, str], None], jobs: int = 1
) -> bool:
    """Put out the content of each page; say on stderr which pages fail. Returns whether none did."""
    failed = 0
    quiet = len(pages) == 1 or (isinstance(put, Printer) and sys.stdout.isatty())
    with (
        bar("Extracting", len(pages), shown=not quiet) as advance,
        closing(request.answers(pages, jobs)) as contents,
    ):
        for page, content in zip(pages, contents, strict=True):
            try:
                if isinstance(content, Exception):
                    raise content
                put(page, content)
            except Exception as error:  # whatever is wrong with one page, the others shall be done
                if isinstance(error, OSError) and error.errno == errno.EPIPE:  # nobody reads what is printed any more
                    raise
                complain(page.name, reason(error))
                failed += 1
            advance()
    return not failed


def _passed_over(number: int, suffixes: Sequence[str]) -> str:
    files = "1 file that is" if number == 1 else f"{number:,} files that are"
    return f"passed over {files} not named {', '.join(suffixes)}"


def find_pages(
    paths: Iterable[Path],
    output_dir: Path | None,
    pass_over: Callable[[Path], None] = lambda file: None,
    suffixes: Sequence[str] = HTML_SUFFIXES,
) -> Iterator[PageFile]:
    """The pages that the command line names, those of a folder in the order of their names.

    What lies in `output_dir`, in a folder of pages, is what an earlier run wrote and no page. A folder without pages
    stands for itself, so that it is told of like a page that fails. `pass_over` gets each file of a folder that is not
    named as a page.
    """
    for path in paths:
        inside = []
        for file in sorted(_files(path, output_dir)) if path.is_dir() else ():
            if file.suffix.lower() in suffixes:
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
