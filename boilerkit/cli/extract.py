"""`boilerkit extract`: the main content of pages."""

from __future__ import annotations

import errno
import json
import sys
from collections import deque
from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import closing, nullcontext
from dataclasses import dataclass, replace
from itertools import groupby
from pathlib import Path
from typing import Any, cast

import click

import boilerkit
from boilerkit.archives.files import (
    HTML_SUFFIXES,
    TEXT_SUFFIXES,
    PageFile,
    find_page_files,
    is_archive,
)
from boilerkit.archives.records import Record, read_records
from boilerkit.archives.writing import RECORDS, FolderWriter
from boilerkit.batch import extract_with_options
from boilerkit.cli.options import (
    charset_option,
    input_format_option,
    labels_option,
    model_option,
    threshold_option,
)
from boilerkit.documents import InputFormatOption
from boilerkit.errors import BoilerkitError, error_message
from boilerkit.extraction import OUTPUT_FORMATS, ExtractOptions, OutputFormat
from boilerkit.labels import Label
from boilerkit.model.storage import load_shipped
from boilerkit.terminal.console import to_json, warn
from boilerkit.terminal.progress import progress_bar


@click.command("extract", short_help="Extract the main content of pages.")
@click.argument("pages", nargs=-1, required=True, metavar="FILE|DIR|-...", type=click.Path(path_type=Path))
@click.option(
    "-f",
    "--format",
    "output_format",
    type=click.Choice(OUTPUT_FORMATS),
    default="text",
    show_default=True,
    help="Format of the content.",
)
@click.option(
    "-o",
    "--output",
    "output_folder",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    help="Write one file per page into this folder, in the subfolders of the pages. Default: print.",
)
@input_format_option
@threshold_option
@labels_option(
    "--keep", "Keep the blocks with these labels, such as title,body,caption. Default: those over the threshold."
)
@model_option
@click.option("--links/--no-links", default=True, help="Links in Markdown and HTML. Default: with them.")
@click.option("--images/--no-images", default=True, help="Images in Markdown and HTML. Default: with them.")
@click.option("--tables/--no-tables", default=True, help="Tables of data, in any format. Default: with them.")
@click.option("--title/--no-title", default=False, help="Begin Markdown and HTML with the title. Default: without it.")
@click.option(
    "--markers/--no-markers", default=True, help='Numbers and "- " of list items in text. Default: with them.'
)
@click.option("--comments/--no-comments", default=False, help="Reader comments, after the content. Default: without.")
@click.option("--url", metavar="URL", help="Address of the page; makes links in Markdown and HTML absolute.")
@charset_option
@click.option(
    "-j",
    "--jobs",
    type=click.IntRange(min=1),
    default=1,
    show_default=True,
    metavar="N",
    help="Number of processes. With 2 or more, a page that takes over a minute is given up.",
)
@click.option("--overwrite", is_flag=True, help="Extract again what is already in the output folder.")
def command(
    pages: Sequence[Path],
    output_format: str,
    output_folder: Path | None,
    input_format: str,
    threshold: float | None,
    keep: frozenset[Label] | None,
    model_folder: Path | None,
    links: bool,
    images: bool,
    tables: bool,
    title: bool,
    markers: bool,
    comments: bool,
    url: str | None,
    charset: str | None,
    jobs: int,
    overwrite: bool,
) -> None:
    """Extract the main content of pages: files, all HTML files in folders, or "-" for standard input.

    Files of many pages (.warc, .wet, .jsonl with a "text" or "html" field, also .gz) give one line of JSON per page,
    with its id, url and content; in the output folder, one file of lines for each. WARC and WET need boilerkit[warc].

    A page that cannot be read or written is reported on stderr; the others are extracted, and the exit code is 1.
    Several pages are printed each under a line with its name; as JSON, one object per line, with the name in "file".

    Pages whose output is newer than they are, and was made with the same options, are skipped, so a run that was
    stopped can be resumed. Use --overwrite after retraining a model in its folder.

    \b
    Examples:
      boilerkit extract page.html
      curl -s https://example.org/ | boilerkit extract - --url https://example.org/ -f markdown
      boilerkit extract site/ -o texts/ -j 4
      boilerkit extract page.html --keep title,body,caption
      boilerkit extract *.html -f json > pages.jsonl
      boilerkit extract crawl/*.wet.gz -o texts/ -j 4
    """
    model = None if model_folder is None else boilerkit.load_model(model_folder)
    options = ExtractOptions(
        cast(InputFormatOption, input_format),
        cast(OutputFormat, output_format),
        threshold,
        keep,
        model,
        include_links=links,
        include_images=images,
        include_tables=tables,
        include_title=title,
        include_list_markers=markers,
        include_comments=comments,
    )
    suffixes = TEXT_SUFFIXES if input_format == "text" else HTML_SUFFIXES
    skipped: set[Path] = set()
    single = [page for page in pages if not is_archive(page)]
    files = list(dict.fromkeys(find_page_files(single, output_folder, skipped.add, suffixes)))
    archives = [PageFile(file, Path(file.name)) for file in dict.fromkeys(filter(is_archive, pages))]
    if url and len(files) > 1:
        raise click.UsageError(f"--url is the address of one page, but there are {len(files)} pages.")
    several = len(files) > 1
    sink: Printer | FolderWriter = Printer(with_names=(several or bool(archives)) and output_format != "json")
    archive_writer: FolderWriter | None = None
    if output_folder is not None:  # both before any work, as they refuse what would overwrite a page
        recorded = _recorded_options(options, model_folder, url, charset)
        sink = FolderWriter(files, output_folder, output_format, recorded, overwrite) if files else sink
        if archives:
            recorded = {"format": output_format, **recorded}
            archive_writer = FolderWriter(archives, output_folder, RECORDS, recorded, overwrite)
    skipped -= {page.path for page in files}
    if skipped:
        print(_skipped_message(len(skipped), suffixes), file=sys.stderr)
    extractor = Extractor(options, url, charset, jobs, names_in_json=several and output_folder is None)
    failures = sum(extract_archive(file, extractor, archive_writer) for file in _remaining(archives, archive_writer))
    failures += extract_files(_remaining(files, sink), extractor, sink)
    if output_folder is not None:
        total = _count(len(files) + len(archives), "file")
        print(f"{total}, {_count(failures, 'failure')}: {output_folder}", file=sys.stderr)
    if failures:
        sys.exit(1)


@dataclass(frozen=True)
class Extractor:
    """How pages are extracted; `names_in_json`: JSON says which file the page is from."""

    options: ExtractOptions
    url: str | None = None
    charset: str | None = None
    jobs: int = 1
    names_in_json: bool = False

    def contents(self, pages: Sequence[PageFile]) -> Generator[str | Exception, None, None]:
        """Yield the content of each page, or what is wrong with it."""
        jobs = min(self.jobs, len(pages))
        found: Iterable[str | Exception]
        found = map(self._content, pages) if jobs < 2 else self.extract_many(map(_read, pages), jobs)
        for page, content in zip(pages, found, strict=True):
            if self.names_in_json and self.options.output_format == "json" and isinstance(content, str):
                yield to_json({"file": page.name} | json.loads(content))
            else:
                yield content

    def extract_many(
        self, pages: Iterable[bytes | str | BoilerkitError], jobs: int, input_format: InputFormatOption | None = None
    ) -> Generator[str | BoilerkitError, None, None]:
        """Yield the content of pages that have been read."""
        options = self.options if input_format is None else replace(self.options, input_format=input_format)
        return extract_with_options(pages, options, jobs, self.charset)

    def _content(self, page: PageFile) -> str | Exception:
        try:
            return self.options.extract(page.read(), self.url, self.charset)
        except Exception as error:  # one bad page must not cost the others
            return error


def _read(page: PageFile) -> bytes | BoilerkitError:
    try:
        return page.read()
    except Exception as error:  # as above
        return BoilerkitError(error_message(error))


class Printer:
    """Prints contents, each under a line with the page's name if there are several."""

    def __init__(self, with_names: bool) -> None:
        self.with_names = with_names
        self.gap = ""

    def write(self, page: PageFile, content: str) -> None:
        """Print the content of a page."""
        if self.with_names:
            print(f"{self.gap}==> {page.name} <==\n")
            self.gap = "\n"
        if content:
            print(content.removesuffix("\n"))


def extract_files(pages: Sequence[PageFile], extractor: Extractor, sink: Printer | FolderWriter) -> int:
    """Write the content of each page and report failures on stderr; return how many there are."""
    failures = 0
    quiet = len(pages) == 1 or (isinstance(sink, Printer) and sys.stdout.isatty())
    with (
        progress_bar("Extracting", len(pages), shown=not quiet) as advance,
        closing(extractor.contents(pages)) as contents,
    ):
        for page, content in zip(pages, contents, strict=True):
            try:
                if isinstance(content, Exception):
                    raise content
                sink.write(page, content)
            except Exception as error:  # one bad page must not cost the others
                if _is_closed_pipe(error):
                    raise
                warn(page.name, error_message(error))
                failures += 1
            advance()
    return failures


def extract_archive(file: PageFile, extractor: Extractor, writer: FolderWriter | None) -> int:
    """Write the content of an archive's pages as lines of JSON; return the number of failures."""
    try:
        with writer.open(file) if writer else nullcontext(sys.stdout) as lines:
            failures = 0
            for line in extract_records(file.path, extractor):
                lines.write(line + "\n" if line else "")
                failures += line is None
        return failures
    except (BoilerkitError, OSError) as error:
        if _is_closed_pipe(error):
            raise
        warn(file.name, error_message(error))
        return 1


def extract_records(file: Path, extractor: Extractor) -> Iterator[str | None]:
    """Yield the content of each page of an archive as a line of JSON, in order; None for one that failed.

    Failures are reported on stderr. Few pages are in memory at a time. Unless the options say what the pages are, each
    record does.
    """
    asked = extractor.options.input_format

    def input_format_of(record: Record) -> InputFormatOption:
        return asked if asked != "auto" else record.input_format

    for input_format, records in groupby(read_records(file), input_format_of):
        yield from _extract_group(file, records, extractor, input_format)


def _extract_group(
    file: Path, records: Iterable[Record], extractor: Extractor, input_format: InputFormatOption
) -> Iterator[str | None]:
    """Yield lines as `extract_records` does, for records of one input format."""
    waiting: deque[Record] = deque()
    version = (extractor.options.model or load_shipped("text" if input_format == "text" else "html")).version

    def pages() -> Iterator[str | bytes | BoilerkitError]:
        for record in records:
            waiting.append(record)
            yield record.page

    with closing(extractor.extract_many(pages(), extractor.jobs, input_format)) as contents:
        for content in contents:
            record = waiting.popleft()
            if isinstance(content, BoilerkitError):
                warn(f"{file}, {record.id}", error_message(content))
                yield None
            else:
                yield _line(record, content, extractor.options.output_format, version)


def _line(record: Record, content: str, output_format: str, model_version: str) -> str:
    values: dict[str, Any] = {"id": record.id, "url": record.url}
    if output_format != "json":
        return to_json(values | {output_format: content, "model_version": model_version})
    page = json.loads(content)
    return to_json(values | page | {"url": page["url"] or record.url})


def _recorded_options(
    options: ExtractOptions, model_folder: Path | None, url: str | None, charset: str | None
) -> dict[str, object]:
    """Return what the content of a page depends on, apart from the page."""
    return {
        "input_format": options.input_format,
        "threshold": options.threshold,
        "keep": None if options.keep is None else sorted(options.keep),
        "model": None if model_folder is None else str(model_folder.resolve()),
        "url": url,
        "charset": charset,
        "links": options.include_links,
        "images": options.include_images,
        "tables": options.include_tables,
        "title": options.include_title,
        "markers": options.include_list_markers,
        "comments": options.include_comments,
    }


def _remaining(pages: Sequence[PageFile], writer: Printer | FolderWriter | None) -> list[PageFile]:
    """Return the pages that are not done yet; say on stderr how many are."""
    if not isinstance(writer, FolderWriter):
        return list(pages)
    remaining = [page for page in pages if not writer.is_done(page)]
    if done := len(pages) - len(remaining):
        print(f"{done:,} of {len(pages):,} files were done before (--overwrite extracts them again)", file=sys.stderr)
    return remaining


def _skipped_message(number: int, suffixes: Sequence[str]) -> str:
    files = "1 file that is" if number == 1 else f"{number:,} files that are"
    return f"skipped {files} not named {', '.join(suffixes)}"


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def _is_closed_pipe(error: Exception) -> bool:
    return isinstance(error, OSError) and error.errno == errno.EPIPE
