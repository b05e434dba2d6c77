"""One system over many pages: in processes of its own, each page within a time limit, each text stored at once.

A system that hangs, crashes or raises on a page loses that page only. A run that was stopped goes on where it was.
"""

from __future__ import annotations

import json
import re
import signal
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from functools import cache
from multiprocessing import get_context
from pathlib import Path

from benchmarks.errors import BenchmarkError
from benchmarks.systems import Extractor, System, find_system
from boilerkit.errors import BoilerkitError
from boilerkit.gold.pages import GoldPage, html_bytes
from boilerkit.learning.training_pages import page_key

#: Pages handed out for each process, the one at work included: no process is ever idle, and memory stays bounded.
_HANDED_OUT = 3


@dataclass(frozen=True)
class Outcome:
    """What a system made of a page.

    `key` is a hash of the page's bytes, `text` the main text, and `why` says why there is none where the system failed,
    else "".
    """

    key: str
    text: str
    why: str = ""


def outcomes(
    system: System,
    pages: Iterable[GoldPage],
    store_folder: Path,
    jobs: int = 1,
    limit_seconds: float = 60,
    on_page: Callable[[], object] = lambda: None,
) -> list[Outcome]:
    """What a system makes of each page, in the order of the pages.

    Outcomes are stored in a file of `store_folder`, one for each system and fingerprint, as they come; what the file
    holds, failures too, is not run again. `jobs` processes work at the same time; one that needs more than
    `limit_seconds` for a page is ended. `on_page` is called once for each page. Only so many pages are held in memory
    as are being worked on.

    Raises BenchmarkError where the user is to change something: the system is not installed, would be measured on what
    it was trained on, or cannot be run.
    """
    keys: list[str] = []
    with _open_store(store_folder / _file_name(system)) as (known, add):

        def new_pages() -> Iterator[tuple[str, bytes]]:
            seen = set(known)
            for page in pages:
                key = page_key(page.html)
                keys.append(key)
                if key in seen:
                    on_page()
                else:
                    seen.add(key)
                    yield key, html_bytes(page.html)

        def done(outcome: Outcome) -> None:
            add(outcome)
            on_page()

        _run(system, new_pages(), jobs, limit_seconds, done)
        return [known[key] for key in keys]


# --- The store --------------------------------------------------------------------------------------------------------


def _file_name(system: System) -> str:
    return re.sub(r"[^\w.@-]+", "_", system.name) + f"-{system.fingerprint}.jsonl"


@contextmanager
def _open_store(file: Path) -> Iterator[tuple[dict[str, Outcome], Callable[[Outcome], None]]]:
    """The outcomes that a file holds, by key, and a function that adds one to both."""
    file.parent.mkdir(parents=True, exist_ok=True)
    known = {outcome.key: outcome for outcome in _stored(file)}
    with file.open("a+b") as out:
        if out.tell():
            out.seek(-1, 2)
            if out.read(1) != b"\n":  # the end of a line whose writing was cut short
                out.write(b"\n")

        def add(outcome: Outcome) -> None:
            known[outcome.key] = outcome
            out.write(json.dumps(asdict(outcome)).encode() + b"\n")
            out.flush()

        yield known, add


def _stored(file: Path) -> Iterator[Outcome]:
    """The outcomes in a file, if there is one; lines that are damaged are passed over, and their pages run again."""
    if not file.exists():
        return
    with file.open("rb") as lines:
        for line in lines:
            with suppress(ValueError, TypeError):
                yield Outcome(**json.loads(line))


# --- The processes ----------------------------------------------------------------------------------------------------


def _run(
    system: System,
    pages: Iterable[tuple[str, bytes]],
    jobs: int,
    limit_seconds: float,
    done: Callable[[Outcome], object],
) -> None:
    """Give `done` the outcome of each page, which comes with its key."""
    from pebble import ProcessPool

    # Not forked: the pool replaces processes that died, at a time when its threads may hold locks.
    pool = ProcessPool(jobs, initializer=_warm_up, initargs=(system.name,), context=get_context("spawn"))
    at_work: dict[Future[tuple[str, str]], str] = {}

    def finish_some() -> None:
        for future in wait(at_work, return_when=FIRST_COMPLETED).done:
            text, why = _result(future, system.name, limit_seconds)
            done(Outcome(at_work.pop(future), text, why))

    try:
        for key, page in pages:
            at_work[pool.schedule(_extract, (system.name, page), timeout=limit_seconds)] = key
            if len(at_work) >= _HANDED_OUT * jobs:
                finish_some()
        while at_work:
            finish_some()
    finally:
        pool.stop()  # type: ignore[no-untyped-call]
        pool.join()


def _result(future: Future[tuple[str, str]], name: str, limit_seconds: float) -> tuple[str, str]:
    """The text of a page that is done, and why there is none. Raises BoilerkitError for what the user has to mend."""
    from pebble import ProcessExpired

    error = future.exception()
    if error is None:
        return future.result()
    if isinstance(error, BoilerkitError):
        raise error
    if isinstance(error, BrokenProcessPool):
        raise BenchmarkError(
            f"the processes that run {name} broke down. What they did is stored: run the same again to go on"
        )
    if isinstance(error, TimeoutError):
        return "", f"took over {limit_seconds:g} s"
    if isinstance(error, ProcessExpired):
        return "", f"the process died ({_cause_of_death(error.exitcode)})"
    return "", _said(error)


def _cause_of_death(exit_code: int) -> str:
    try:
        return signal.Signals(-exit_code).name
    except ValueError:
        return f"exit code {exit_code}"


def _said(error: BaseException) -> str:
    """An error as one line; messages of some systems hold whole pages."""
    return f"{type(error).__name__}: {error}".partition("\n")[0].removesuffix(": ")[:200]


# In the processes:


@cache
def _loaded(name: str) -> Extractor:
    return find_system(name).load()


def _warm_up(name: str) -> None:
    """Load a system before the time of the first page starts; what is wrong with it is said by the first page."""
    with suppress(Exception):
        _loaded(name)


def _extract(name: str, page: bytes) -> tuple[str, str]:
    """The text of a page, and why there is none. Raises BoilerkitError for what no page is to blame for."""
    extract = _loaded(name)
    try:
        return extract(page), ""
    except BenchmarkError:
        raise
    except Exception as error:  # a system fails in ways of its own; its exceptions may not travel between processes
        return "", _said(error)
