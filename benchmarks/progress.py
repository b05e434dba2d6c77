"""Progress on stderr: a bar in a terminal, elsewhere a line from time to time."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

INTERVAL = 15  # seconds between two lines


@contextmanager
def progress(what: str, total: int) -> Iterator[Callable[[], None]]:
    """Show the progress of `total` steps; yields a function to call after each step."""
    console = Console(stderr=True, highlight=False)
    if console.is_terminal:
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        # What is printed goes to stdout. No thread refreshes the bar: its time would count as a system's.
        with Progress(*columns, console=console, transient=True, redirect_stdout=False, auto_refresh=False) as bar:
            task = bar.add_task(what, total=total)
            yield lambda: bar.update(task, advance=1, refresh=True)
    else:
        yield _lines(what, total)


def _lines(what: str, total: int) -> Callable[[], None]:
    done, last = 0, time.monotonic()
    print(f"{what}: 0 of {total:,}", file=sys.stderr, flush=True)

    def advance() -> None:
        nonlocal done, last
        done += 1
        if done < total and time.monotonic() >= last + INTERVAL:
            last = time.monotonic()
            print(f"{what}: {done:,} of {total:,}", file=sys.stderr, flush=True)

    return advance
