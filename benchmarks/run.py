"""Run one system over many pages: in processes of its own, each page within a time limit, each text stored at once.

A system that hangs, crashes or raises on a page loses that page only. A run that was stopped is resumed.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path

from benchmarks.exceptions import BenchmarkError
from benchmarks.results import safe_name
from benchmarks.systems import Extractor, System, find_system
from boilerkit.errors import BoilerkitError, PageError
from boilerkit.gold.pages import GoldPage, page_bytes, page_key
from boilerkit.worker_pool import map_ordered


@dataclass(frozen=True)
class Outcome:
    """What a system made of a page.

    `key` is a hash of the page's bytes, `text` the main text, and `error` says why there is none if the system failed,
    else "".
    """

    key: str
    text: str
    error: str = ""


def run_system(
    system: System,
    pages: Iterable[GoldPage],
    store_folder: Path,
    jobs: int = 1,
    limit_seconds: float = 60,
    on_page: Callable[[], object] = lambda: None,
) -> list[Outcome]:
    """Return what a system makes of each page, in the order of the pages.

    Outcomes are stored in a file of `store_folder`, one for each system and fingerprint, as they come; what the file
    holds, failures too, is not run again. `jobs` processes work at the same time; one that needs more than
    `limit_seconds` for a page is ended. `on_page` is called once for each page. Only pages that are being worked on are
    held in memory.

    Raises BenchmarkError if the user is to change something: the system is not installed, would be measured on what it
    was trained on, or cannot be run.
    """
    keys: list[str] = []
    new_keys: list[str] = []
    with _open_store(store_folder / f"{safe_name(system.name)}-{system.fingerprint}.jsonl") as (known, add):

        def new_pages() -> Iterator[bytes]:
            seen = set(known)
            for page in pages:
                key = page_key(page.source)
                keys.append(key)
                if key in seen:
                    on_page()
                else:
                    seen.add(key)
                    new_keys.append(key)
                    yield page_bytes(page.source)

        with closing(map_ordered(new_pages(), _Extract(system.name), jobs, limit_seconds)) as results:
            for number, result in enumerate(results):
                add(_outcome(new_keys[number], result))
                on_page()
        return [known[key] for key in keys]


def _outcome(key: str, result: str | BoilerkitError) -> Outcome:
    """Return the outcome of a page. Raises errors that the user is to put right."""
    if isinstance(result, str):
        return Outcome(key, result)
    if isinstance(result, SystemFailure | PageError):
        return Outcome(key, "", str(result))
    raise result


# --- The store --------------------------------------------------------------------------------------------------------


@contextmanager
def _open_store(file: Path) -> Iterator[tuple[dict[str, Outcome], Callable[[Outcome], None]]]:
    """Yield the outcomes that a file holds, by key, and a function that adds one to both."""
    file.parent.mkdir(parents=True, exist_ok=True)
    known = {outcome.key: outcome for outcome in _stored(file)}
    with file.open("a+b") as out:
        if out.tell():
            out.seek(-1, 2)
            if out.read(1) != b"\n":  # the end of a line that was not written whole
                out.write(b"\n")

        def add(outcome: Outcome) -> None:
            known[outcome.key] = outcome
            out.write(json.dumps(asdict(outcome)).encode() + b"\n")
            out.flush()

        yield known, add


def _stored(file: Path) -> Iterator[Outcome]:
    """Yield the outcomes in a file, if there is one; pages of damaged lines are run again."""
    if not file.exists():
        return
    with file.open("rb") as lines:
        for line in lines:
            with suppress(ValueError, TypeError):
                yield Outcome(**json.loads(line))


# --- In the worker processes ------------------------------------------------------------------------------------------


class SystemFailure(BoilerkitError):
    """A system failed on a page, for reasons of its own."""


class _Extract:
    """A system to be sent to worker processes, which load it before the time of the first page starts."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __setstate__(self, state: dict[str, str]) -> None:
        self.__dict__.update(state)
        with suppress(Exception):  # the first page reports it
            _ = self.extract

    @cached_property
    def extract(self) -> Extractor:
        """The function of the system."""
        return find_system(self.name).load()

    def __call__(self, page: str | bytes) -> str | BoilerkitError:
        """Return the text of a page, or the error: BenchmarkError for errors that are not the page's."""
        assert isinstance(page, bytes)
        try:
            return self.extract(page)
        except BenchmarkError as error:
            return error
        except (Exception, SystemExit) as error:  # which may not travel between processes
            message = f"{type(error).__name__}: {error}".partition("\n")[0].removesuffix(": ")
            return SystemFailure(message[:200])  # messages of some systems hold whole pages
