"""Pages that are files of their own: printed, or each written to a file in a folder."""

from __future__ import annotations

import errno
import json
import sys
from collections.abc import Sequence
from contextlib import closing

from boilerkit.archives.folders import FolderWriter
from boilerkit.archives.page_files import PageFile
from boilerkit.batch import extract_many
from boilerkit.cli.extract_options import Chosen
from boilerkit.errors import error_message
from boilerkit.records import Record
from boilerkit.terminal.console import print_content, to_json, warn
from boilerkit.terminal.progress import progress_bar


class Printer:
    """Prints contents; of several pages, each under a line with the page's name, or as JSON with it in "file"."""

    def __init__(self, are_several: bool, output_format: str) -> None:
        self.are_several = are_several
        self.is_json = output_format == "json"
        self.gap = ""

    def write(self, page: PageFile, content: str) -> None:
        """Print the content of a page."""
        if self.are_several and self.is_json:
            content = to_json({"file": page.name} | json.loads(content))
        elif self.are_several:
            print_content(f"{self.gap}==> {page.name} <==\n")
            self.gap = "\n"
        if content:
            print_content(content.removesuffix("\n"))


def extract_pages(pages: Sequence[PageFile], chosen: Chosen, sink: Printer | FolderWriter, jobs: int) -> int:
    """Write the content of each page and report failures on stderr; return how many there are."""

    def record(page: PageFile) -> Record:
        read = page.record()
        return Record(read.content, chosen.url, chosen.charset)

    failures = 0
    quiet = len(pages) == 1 or (isinstance(sink, Printer) and sys.stdout.isatty())
    jobs = max(1, min(jobs, len(pages)))
    with (
        progress_bar("Extracting", len(pages), shown=not quiet) as advance,
        closing(extract_many(map(record, pages), jobs, options=chosen.options)) as contents,
    ):
        for page, content in zip(pages, contents, strict=True):
            try:
                if isinstance(content, Exception):
                    raise content
                sink.write(page, content)
            except Exception as error:  # one bad page must not cost the others
                if is_closed_pipe(error):
                    raise
                warn(page.name, error_message(error))
                failures += 1
            advance()
    return failures


def remaining(pages: Sequence[PageFile], writer: FolderWriter) -> list[PageFile]:
    """Return the pages that are not done yet; say on stderr how many are."""
    found = [page for page in pages if not writer.is_done(page)]
    if done := len(pages) - len(found):
        print(f"{done:,} of {len(pages):,} files were done before (--overwrite extracts them again)", file=sys.stderr)
    return found


def is_closed_pipe(error: Exception) -> bool:
    """Return whether the reader of what is printed has gone, such as `head`."""
    return isinstance(error, OSError) and error.errno == errno.EPIPE
