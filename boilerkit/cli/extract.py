"""`boilerkit extract`: the main content of pages."""

from __future__ import annotations

import sys
from collections.abc import Collection, Sequence
from pathlib import Path

import click

from boilerkit.archives.folders import RECORDS, FolderWriter
from boilerkit.archives.page_files import HTML_SUFFIXES, TEXT_SUFFIXES, PageFile, find_files
from boilerkit.archives.rows import RowOptions
from boilerkit.archives.sources import sources_of
from boilerkit.cli.extract_options import Chosen, Rows, extract_options, output_target, row_options
from boilerkit.cli.extract_pages import Printer, extract_pages, remaining
from boilerkit.cli.extract_rows import print_rows, rows_to_file
from boilerkit.cli.options import charset_option
from boilerkit.terminal.console import count, warn


@click.command("extract", short_help="Extract the main content of pages.")
@click.argument("pages", nargs=-1, required=True, metavar="FILE|DIR|-...", type=click.Path(path_type=Path))
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    metavar="FILE|DIR",
    help="Write rows into this file (.jsonl, .jsonl.gz, .jsonl.zst, .parquet), or a file for each page or archive into "
    "this folder. Default: print.",
)
@extract_options
@row_options
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
@click.option("--overwrite", is_flag=True, help="Extract again what is in the output already.")
def command(
    pages: Sequence[Path],
    output: Path | None,
    chosen: Chosen,
    rows: Rows,
    url: str | None,
    charset: str | None,
    jobs: int,
    overwrite: bool,
) -> None:
    """Extract the main content of pages: files, folders, patterns, files of many pages, or "-" for standard input.

    Files of many pages are WARC and WET (.warc, .wet, also .gz, .zst), JSON lines (.jsonl, .ndjson, also .gz, .zst),
    Parquet, folders that the package datasets saved, and hf:OWNER/NAME for a data set of its hub. They give rows: all
    columns that they have but for that of the page, and the content; or just --fields. With -o FILE, the rows of all
    pages go into one file. With -o DIR, each page gets a file of its own, and each file of many pages a .jsonl. All but
    JSON lines needs boilerkit[corpora].

    A page that cannot be read or written is reported on stderr, or in FILE.errors.jsonl beside FILE; the others are
    extracted, and the exit code is 1.

    The same command resumes a run that was stopped, at the page: rows that were not complete are in FILE.partial. In a
    folder, pages whose output is newer than they are, and was made with the same options, are skipped. Use --overwrite
    after retraining a model in its folder.

    \b
    Examples:
      boilerkit extract page.html
      curl -s https://example.org/ | boilerkit extract - --url https://example.org/ -f markdown
      boilerkit extract site/ -o texts/ -j 4
      boilerkit extract page.html --keep title,body,caption
      boilerkit extract crawl.warc.gz -o texts.parquet -j 4
      boilerkit extract dump.parquet --content-column raw -o texts.jsonl.gz --fields url,title,text,date
      boilerkit extract 'crawl/*.warc.gz' -o texts.parquet --min-words 100 --min-confidence 0.8 --language en,de
    """
    suffixes = TEXT_SUFFIXES if chosen.options.input_format == "text" else HTML_SUFFIXES
    skipped: set[Path] = set()
    files = list(dict.fromkeys(find_files(pages, output, skipped.add, suffixes)))
    _say_skipped(skipped - {file.path for file in files}, suffixes)
    archives = [file for file in files if file.is_archive]
    singles = [file for file in files if not file.is_archive]
    if url and (archives or len(singles) > 1):
        raise click.UsageError(f"--url is the address of one page, but there are {len(files)} files.")
    chosen = chosen.with_page(url, charset)
    target = output_target(output)
    how = RowOptions(chosen.options, rows.fields, rows.filter, url, charset)
    settings = chosen.settings | rows.settings
    if output is not None and target == "file":
        failures = rows_to_file(sources_of(files, rows.read), output, how, settings, jobs, overwrite)
    elif output is not None:
        failures = _into_folder(singles, archives, output, chosen, rows, how, jobs, overwrite)
    elif archives or rows.are_asked_for:
        failures = print_rows(sources_of(files, rows.read), how, jobs)
    else:
        failures = extract_pages(singles, chosen, Printer(len(singles) > 1, chosen.options.output_format), jobs)
    if failures:
        sys.exit(1)


def _into_folder(
    singles: Sequence[PageFile],
    archives: Sequence[PageFile],
    folder: Path,
    chosen: Chosen,
    rows: Rows,
    how: RowOptions,
    jobs: int,
    overwrite: bool,
) -> int:
    """Write a file for each page, and one of rows for each archive; return the number of failures."""
    if singles and rows.are_asked_for:
        raise click.UsageError("Fields and filters are for rows: give -o a file, such as out.jsonl or out.parquet.")
    settings = {name: value for name, value in chosen.settings.items() if name != "format"}
    # Both before any work, as they refuse what would overwrite a page.
    output_format = chosen.options.output_format
    writer = FolderWriter(singles, folder, output_format, settings, overwrite) if singles else None
    row_settings = chosen.settings | rows.settings
    row_writer = FolderWriter(archives, folder, RECORDS, row_settings, overwrite) if archives else None
    failures = 0
    if row_writer is not None:
        for archive in remaining(archives, row_writer):
            file = row_writer.files[archive]
            file.parent.mkdir(parents=True, exist_ok=True)
            failures += rows_to_file(
                sources_of([archive], rows.read), file, how, row_settings, jobs, overwrite, replace=True
            )
    if writer is not None:
        failures += extract_pages(remaining(singles, writer), chosen, writer, jobs)
    print(f"{count(len(singles) + len(archives), 'file')}, {count(failures, 'failure')}: {folder}", file=sys.stderr)
    return failures


def _say_skipped(files: Collection[Path], suffixes: Sequence[str]) -> None:
    dangling = sorted(file for file in files if file.is_symlink() and not file.exists())
    for file in dangling:
        warn(str(file), "skipped: it is a link to nowhere")
    if number := len(files) - len(dangling):
        named = "1 file that is" if number == 1 else f"{number:,} files that are"
        print(f"skipped {named} not named {', '.join(suffixes)}, nor like a file of many pages", file=sys.stderr)
