"""Progress on stderr, where somebody watches; nothing of it in pipes and logs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from boilerkit.cli.common import console


@contextmanager
def bar(what: str, total: int, shown: bool = True) -> Iterator[Callable[[], None]]:
    """A bar of `total` steps that goes away when all is done; call what it gives after each step."""
    on = console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    off = not (shown and on.is_terminal)
    # Without redirect_stdout=False, what is printed meanwhile would go to stderr as well.
    with Progress(*columns, console=on, transient=True, redirect_stdout=False, disable=off) as progress:
        task = progress.add_task(what, total=total)
        yield lambda: progress.advance(task)


@contextmanager
def steps(what: str) -> Iterator[Callable[[str], None]]:
    """A line that tells which step is under way; call what it gives with each step's name."""
    on = console(stderr=True)
    if not on.is_terminal:
        yield lambda step: None
        return
    with on.status(what) as status:
        yield lambda step: status.update(f"{what}: {step}")
