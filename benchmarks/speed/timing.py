"""How single pages are timed: systems take turns for some rounds, and the best round of each counts.

The time is that of the processor, so what other programs take of a busy machine does not count.
"""

from __future__ import annotations

import gc
import signal
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from importlib import metadata
from typing import Any, TypeVar

import boilerkit
from benchmarks.exceptions import BenchmarkError
from benchmarks.progress import progress
from benchmarks.speed.pages import SavedPage
from benchmarks.systems import BOILERKIT, BoilerkitExtractor, System
from boilerkit.decoding.encoding import decode
from boilerkit.errors import InputError

ROUNDS = 5
LIMIT_SECONDS = 60  # of wall-clock time, after which a call is interrupted
LONG_SECONDS = 10  # a call that takes longer, or fails, is not repeated

PARSE, PARSE_TEXT = "lxml parse", "lxml parse of text"
ALL_LABELS = "boilerkit, all labels"

OVER_TIME = "took over"

_Item = TypeVar("_Item")

#: Seconds of the processor in this process.
cpu_seconds = time.process_time


@dataclass(frozen=True)
class TimedSystem:
    """Something that is timed: `call`, on what `prepare` (not timed) makes of a page's bytes."""

    name: str
    version: str
    call: Callable[[Any], str]
    prepare: Callable[[bytes], Any] = bytes


def timed_systems(systems: Sequence[System]) -> list[TimedSystem]:
    """Load the systems; before them comes parsing, which is the least that all systems on lxml have to do.

    The parsers have Boilerkit's options. One parses the bytes as they are, the other text that was decoded before. If
    `boilerkit` is among the systems, it is also timed with all labels. Raises as the loading of a system does.
    """
    lxml = metadata.version("lxml")
    timed = [TimedSystem(PARSE, lxml, _parse_bytes), TimedSystem(PARSE_TEXT, lxml, _parse_text, _decoded)]
    for system in systems:
        timed.append(TimedSystem(system.name, system.version, _extractor(system)))
        if system.name == BOILERKIT:
            timed.append(TimedSystem(ALL_LABELS, system.version, _all_labels))
    return timed


def _extractor(system: System) -> Callable[[bytes], str]:
    """Return the system's function; for Boilerkit what users call, not one that looks up stored predictions."""
    extract = system.load()
    if isinstance(extract, BoilerkitExtractor):
        return partial(boilerkit.extract, model=extract.model, threshold=extract.given_threshold)
    return extract


def _all_labels(page: bytes) -> str:
    return " ".join(str(block.label) for block in boilerkit.analyze(page).blocks)


def _parse_bytes(page: bytes) -> str:
    from lxml import etree

    # Only the tag is returned: freeing the tree is a cost of having parsed.
    return str(etree.fromstring(page, etree.HTMLParser(huge_tree=True, no_network=True)).tag)


def _decoded(page: bytes) -> str:
    try:
        return decode(page)
    except InputError:  # which systems may refuse as well, but something to parse
        return page.decode("utf-8", "replace")


def _parse_text(page: str) -> str:
    from lxml import etree

    parser = etree.HTMLParser(encoding="utf-8", huge_tree=True, no_network=True)
    return str(etree.fromstring(page.encode("utf-8", "replace"), parser).tag)


# --- One page ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Timing:
    """The milliseconds of a call, the text it returned, and the error if it failed, else ""."""

    ms: float
    text: str
    error: str


def best_of_rounds(
    systems: Sequence[TimedSystem], page: bytes, limit_seconds: float = LIMIT_SECONDS
) -> dict[str, Timing]:
    """Call the systems in turn on a page, ROUNDS times, in an order that rotates; return the best call of each.

    A call that fails or takes over LONG_SECONDS is the last one of its system.
    """
    best: dict[str, Timing] = {}
    done: set[str] = set()
    for number in range(ROUNDS):
        for system in rotated(systems, number):
            if system.name in done:
                continue
            timing = time_call(system.call, system.prepare(page), limit_seconds)
            if timing.error or timing.ms > 1000 * LONG_SECONDS:
                done.add(system.name)
            if timing.error or system.name not in best or timing.ms < best[system.name].ms:
                best[system.name] = timing
    return {system.name: best[system.name] for system in systems}


class _OverTime(BaseException):
    """Not an Exception, which systems would catch and go on."""


def time_call(call: Callable[[Any], str], page: Any, limit_seconds: float = LIMIT_SECONDS) -> Timing:
    """Time one call. One that raises is timed all the same; one over the limit is interrupted.

    Works in the main thread only. Code that is not Python is interrupted when it returns. Raises BenchmarkError for
    errors that are not the page's.
    """
    text, error = "", ""
    gc.collect()
    start = cpu_seconds()
    try:
        with _interrupted_after(limit_seconds):
            text = call(page)
    except BenchmarkError:
        raise
    except _OverTime:
        error = f"{OVER_TIME} {limit_seconds:g} s"
    except (Exception, SystemExit) as failure:  # a system fails in ways of its own
        error = f"{type(failure).__name__}: {failure}".partition("\n")[0][:200]
    return Timing(1000 * (cpu_seconds() - start), text, error)


@contextmanager
def _interrupted_after(seconds: float) -> Iterator[None]:
    def interrupt(*_: object) -> None:
        raise _OverTime

    before = signal.signal(signal.SIGALRM, interrupt)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


@contextmanager
def gc_paused() -> Iterator[None]:
    """Collect garbage before each `time_call` and not within; what is alive now is never looked through."""
    gc.collect()
    gc.freeze()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
        gc.unfreeze()


def warm_up(systems: Sequence[TimedSystem], page: bytes) -> None:
    """Call each system once, so that imports and caches are not counted for any page."""
    for system in systems:
        time_call(system.call, system.prepare(page))


def rotated(items: Sequence[_Item], turn: int) -> list[_Item]:
    """Return the items, beginning with the next one each turn."""
    start = turn % len(items)
    return [*items[start:], *items[:start]]


# --- All pages --------------------------------------------------------------------------------------------------------


@dataclass
class PageTimes:
    """The milliseconds of one system in the order of the pages, and the errors, "" where it did not fail."""

    name: str
    version: str
    ms: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)


def time_pages(
    systems: Sequence[TimedSystem],
    pages: Sequence[SavedPage],
    limit_seconds: float = LIMIT_SECONDS,
    on_page: Callable[[], object] = lambda: None,
) -> list[PageTimes]:
    """Time each system on each page by `best_of_rounds`; `on_page` is called after each page."""
    times = {system.name: PageTimes(system.name, system.version) for system in systems}
    warm_up(systems, pages[0].file.read_bytes())
    with gc_paused(), progress(f"Timing pages, {len(systems)} systems", len(pages)) as advance:
        for page in pages:
            for name, timing in best_of_rounds(systems, page.file.read_bytes(), limit_seconds).items():
                times[name].ms.append(round(timing.ms, 4))
                times[name].errors.append(timing.error)
            on_page()
            advance()
    return list(times.values())
