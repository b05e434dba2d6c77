"""Rows of files of many pages: printed, or written to a file."""

from __future__ import annotations

import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from boilerkit.archives.outputs import Progress, errors_file
from boilerkit.archives.rows import RowOptions
from boilerkit.archives.runs import Reader, error_row, extract_to_file, rows_from
from boilerkit.archives.sources import Source
from boilerkit.archives.writers import to_line
from boilerkit.errors import BoilerkitError, OptionError
from boilerkit.terminal.console import count, print_content, warn
from boilerkit.terminal.progress import RunProgress


def rows_to_file(
    sources: Sequence[Source],
    file: Path,
    how: RowOptions,
    settings: Mapping[str, Any],
    jobs: int,
    overwrite: bool,
    replace: bool = False,
) -> int:
    """Write the rows of all sources to a file; return the number of failures.

    Raises OptionError for a file that is there already and complete, unless `overwrite` or `replace` is set: with the
    first, what an earlier run began is thrown away too.
    """
    if any(Path(source.name).resolve() == file.resolve() for source in sources):
        raise OptionError(f"{file} is itself a file of pages to extract and would be overwritten")
    if file.exists() and not overwrite and not replace:
        raise OptionError(f"{file} is complete already: --overwrite extracts it again")
    start = time.monotonic()
    before = 0

    def on_start(progress: Progress) -> None:
        nonlocal before
        before = progress.pages
        shown.begin(before)
        if before:
            print(f"{count(before, 'page')} were done before; the rest follows", file=sys.stderr)

    with RunProgress("Extracting") as shown:
        progress = extract_to_file(
            sources,
            file,
            how,
            settings,
            n_jobs=jobs,
            overwrite=overwrite,
            on_start=on_start,
            on_progress=lambda status: shown.update(
                status.progress.pages, status.progress.errors, status.bytes_read, status.bytes_total
            ),
        )
    print(_summary(progress, progress.pages - before, time.monotonic() - start, file), file=sys.stderr)
    return progress.errors


def print_rows(sources: Sequence[Source], how: RowOptions, jobs: int) -> int:
    """Print the rows of all sources as lines of JSON and report failures on stderr; return how many there are."""
    failures = 0
    number = 0
    with closing(rows_from(Reader(sources), how, jobs, 60)) as rows:
        for record, row, (after, _) in rows:
            if isinstance(row, BoilerkitError):
                error = error_row(sources, number, record, row)
                place = ", ".join(str(part) for part in (error["source"], error["id"], error["url"]) if part)
                warn(place, str(row))
                failures += 1
            elif row is not None:
                print_content(to_line(row).removesuffix("\n"))
            number = after
    return failures


def _summary(progress: Progress, now: int, seconds: float, file: Path) -> str:
    parts = [f"{count(progress.written, 'page')} written"]
    if progress.left_out:
        parts.append(f"{progress.left_out:,} left out")
    if progress.errors:
        parts.append(f"{count(progress.errors, 'failure')} ({errors_file(file)})")
    return f"{', '.join(parts)}, {now / max(seconds, 1e-3):,.0f} pages/s: {file}"
