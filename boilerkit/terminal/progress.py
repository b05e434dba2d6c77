"""Progress on stderr: a bar or a status line in terminals, a plain line now and then elsewhere."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Self

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from boilerkit.terminal.console import console

#: Seconds between lines where there is no terminal.
INTERVAL = 10
_REFRESH = 0.2


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


class RunProgress:
    """How far a long run has come, by bytes: pages, pages a second, errors and the time left."""

    def __init__(self, what: str) -> None:
        self.what = what
        self._pages_before = 0
        self._bytes_before: int | None = None
        self._started = self._last = time.monotonic()
        stderr = console(stderr=True)
        self._bar: Progress | None = None
        if stderr.is_terminal:
            columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
            self._bar = Progress(*columns, console=stderr, transient=True, redirect_stdout=False)
            self._task = self._bar.add_task(what, total=None)

    def __enter__(self) -> Self:
        if self._bar:
            self._bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._bar:
            self._bar.stop()

    def begin(self, pages_before: int) -> None:
        """Say how many pages earlier runs did."""
        self._pages_before = pages_before

    def update(self, pages: int, errors: int, bytes_read: int, bytes_total: int) -> None:
        """Show how far the run is. `pages` and `bytes_read` are those of earlier runs too."""
        if self._bytes_before is None:
            self._bytes_before = bytes_read if self._pages_before else 0
        now = time.monotonic()
        if now - self._last < (_REFRESH if self._bar else INTERVAL):
            return
        self._last = now
        seconds = now - self._started
        text = f"{self.what}: {pages:,} pages, {(pages - self._pages_before) / seconds:,.0f} pages/s, {errors:,} errors"
        if self._bar:
            self._bar.update(self._task, description=text, completed=bytes_read, total=bytes_total or None)
            return
        done = bytes_read - self._bytes_before
        if bytes_total and done > 0:
            left = timedelta(seconds=round((bytes_total - bytes_read) * seconds / done))
            text += f", {bytes_read / bytes_total:.0%}, {left} left"
        print(text, file=sys.stderr, flush=True)


@contextmanager
def counted(what: str) -> Iterator[Callable[[], None]]:
    """Show how many of an unknown number are done; call the yielded function after each."""
    stderr = console(stderr=True)
    log = _Log(what)
    if not stderr.is_terminal:
        yield log.advance
        return
    with stderr.status(what) as status:

        def advance() -> None:
            log.done += 1
            status.update(f"{what}: {log.done:,}")

        yield advance


@contextmanager
def work_status(what: str) -> Iterator[Callable[[float, str], None]]:
    """Show the current step and about how long the rest takes.

    Call the yielded function with the share of the work that is done, from 0 to 1, and the name of the step that
    begins.
    """
    stderr = console(stderr=True)
    start = time.monotonic()

    def said(share: float, step: str) -> str:
        elapsed = time.monotonic() - start
        left = f", about {_duration(elapsed * (1 - share) / share)} left" if share > 0 and elapsed > 1 else ""
        return f"{step} ({share:.0%}{left})"

    if not stderr.is_terminal:
        log = _Log(what)
        yield lambda share, step: log.step(said(share, step))
        return
    with stderr.status(what) as status:
        yield lambda share, step: status.update(f"{what}: {said(share, step)}")


def _duration(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 100 else f"{seconds / 60:.0f} min"


class _Log:
    """Prints plain lines, at most one each INTERVAL seconds; nothing for work that takes less."""

    def __init__(self, what: str, total: int = 0) -> None:
        self.what = what
        self.total = total
        self.done = 0
        self.last = time.monotonic()

    def advance(self) -> None:
        self.done += 1
        self._print(f"{self.done:,} of {self.total:,}" if self.total else f"{self.done:,}")

    def step(self, name: str) -> None:
        self._print(name)

    def _print(self, text: str) -> None:
        if time.monotonic() - self.last > INTERVAL:
            self.last = time.monotonic()
            print(f"{self.what}: {text}", file=sys.stderr, flush=True)
