"""Progress on stderr: a bar or a status line in terminals, a plain line now and then elsewhere."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from boilerkit.terminal.console import console

#: Seconds between lines where there is no terminal.
INTERVAL = 30


@contextmanager
def progress_bar(what: str, total: int, shown: bool = True) -> Iterator[Callable[[], None]]:
    """Show a bar of `total` steps, which disappears at the end; call the yielded function after each step."""
    stderr = console(stderr=True)
    if shown and not stderr.is_terminal:
        yield _Log(what, total).advance
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    # Without redirect_stdout=False, what is printed meanwhile would go to stderr as well.
    with Progress(*columns, console=stderr, transient=True, redirect_stdout=False, disable=not shown) as progress:
        task = progress.add_task(what, total=total)
        yield lambda: progress.advance(task)


@contextmanager
def status_line(what: str) -> Iterator[Callable[[str], None]]:
    """Show the current step; call the yielded function with the name of each."""
    stderr = console(stderr=True)
    if not stderr.is_terminal:
        yield _Log(what).step
        return
    with stderr.status(what) as status:
        yield lambda step: status.update(f"{what}: {step}")


class _Log:
    """Prints plain lines, at most one each INTERVAL seconds; nothing for work that takes less."""

    def __init__(self, what: str, total: int = 0) -> None:
        self.what = what
        self.total = total
        self.done = 0
        self.last = time.monotonic()

    def advance(self) -> None:
        self.done += 1
        self._print(f"{self.done:,} of {self.total:,}")

    def step(self, name: str) -> None:
        self._print(name)

    def _print(self, text: str) -> None:
        if time.monotonic() - self.last > INTERVAL:
            self.last = time.monotonic()
            print(f"{self.what}: {text}", file=sys.stderr, flush=True)
