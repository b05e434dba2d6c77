"""The time of single pages, the systems taking turns on each page so that a busy machine's noise hits all alike."""

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

import numpy as np

import boilerkit
from benchmarks.errors import BenchmarkError
from benchmarks.speed.pages import SavedPage
from benchmarks.systems import BoilerkitExtractor, System, is_ours
from boilerkit.cli.progress import bar
from boilerkit.decoding.encoding import decode
from boilerkit.errors import InputError

LIMIT_SECONDS = 60
_OVER = "took over"
PARSE_BYTES, PARSE_TEXT = "lxml parse of bytes", "lxml parse of text"

_Item = TypeVar("_Item")


@dataclass(frozen=True)
class Contender:
    """Something that is timed: `call`, on what `prepare`, which is not timed, makes of a page's bytes."""

    name: str
    version: str
    call: Callable[[Any], str]
    prepare: Callable[[bytes], Any] = bytes


def contenders(systems: Sequence[System]) -> list[Contender]:
    """The systems, iter_pages, and before them what all that use lxml have to do at least: parse.

    The baselines parse with the options that Boilerkit uses, one the bytes as they are, the other text that was decoded
    before. Raises as the loading of a system does.
    """
    lxml = metadata.version("lxml")
    return [
        Contender(PARSE_BYTES, lxml, _parse_bytes),
        Contender(PARSE_TEXT, lxml, _parse_text, _decoded),
        *(Contender(system.name, system.version, _extractor(system)) for system in systems),
    ]


def _extractor(system: System) -> Callable[[bytes], str]:
    """Of Boilerkit what users call, with its model at work on every page: looking up stored answers is no speed."""
    extract = system.load()
    if isinstance(extract, BoilerkitExtractor):
        return partial(boilerkit.extract, model=extract.model, threshold=extract.threshold)
    return extract


def _parse_bytes(page: bytes) -> str:
    from lxml import etree

    # Only the tag is returned: freeing the tree is a cost of having parsed.
    return str(etree.fromstring(page, etree.HTMLParser(huge_tree=True, no_network=True)).tag)


def _decoded(page: bytes) -> str:
    try:
        return decode(page)
    except InputError:  # no page, which systems may have refused too, but something to parse
        return page.decode("utf-8", "replace")


def _parse_text(page: str) -> str:
    from lxml import etree

    parser = etree.HTMLParser(encoding="utf-8", huge_tree=True, no_network=True)
    return str(etree.fromstring(page.encode("utf-8", "replace"), parser).tag)


# --- One call ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Timing:
    """The milliseconds of a call, the text it gave, and why there is none where it failed, else ""."""

    ms: float
    text: str
    why: str


class _OverTime(BaseException):
    """No Exception, which systems would catch and go on."""


def timed(call: Callable[[Any], str], page: Any, limit_seconds: float = LIMIT_SECONDS) -> Timing:
    """Call a system on a page; one that raises is timed all the same, one over the limit is interrupted.

    To be called in the main thread. Code that is not Python is interrupted when it returns. Raises BenchmarkError for
    what no page is to blame for.
    """
    text, why = "", ""
    gc.collect()
    start = time.perf_counter()
    try:
        with _interrupted_after(limit_seconds):
            text = call(page)
    except BenchmarkError:
        raise
    except _OverTime:
        why = f"{_OVER} {limit_seconds:g} s"
    except (Exception, SystemExit) as error:  # a system fails in ways of its own
        why = f"{type(error).__name__}: {error}".partition("\n")[0][:200]
    return Timing(1000 * (time.perf_counter() - start), text, why)


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
def garbage_between_calls() -> Iterator[None]:
    """Garbage is collected before each `timed` call and not within; what is alive by now is not looked through."""
    gc.collect()
    gc.freeze()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
        gc.unfreeze()


def warm_up(measured: Sequence[Contender], page: bytes) -> None:
    """Call each contender once, so that imports and caches are no page's cost."""
    for contender in measured:
        timed(contender.call, contender.prepare(page))


def rotated(items: Sequence[_Item], turn: int) -> list[_Item]:
    """The items, each turn beginning with the next."""
    start = turn % len(items)
    return [*items[start:], *items[:start]]


# --- All pages --------------------------------------------------------------------------------------------------------


@dataclass
class PageTimes:
    """Of one contender, in the order of the pages: milliseconds, and why it failed ("" where it did not)."""

    name: str
    version: str
    ms: list[float] = field(default_factory=list)
    why: list[str] = field(default_factory=list)


def time_systems(systems: Sequence[System], pages: Sequence[SavedPage]) -> list[PageTimes]:
    """`time_pages` of the baselines and systems."""
    return time_pages(contenders(systems), pages)


def time_pages(
    measured: Sequence[Contender], pages: Sequence[SavedPage], limit_seconds: float = LIMIT_SECONDS
) -> list[PageTimes]:
    """Time each contender on each page: all on one page, in an order that rotates, before the next page comes.

    Each was called on the first page before.
    """
    times = {contender.name: PageTimes(contender.name, contender.version) for contender in measured}
    warm_up(measured, pages[0].file.read_bytes())
    with garbage_between_calls(), bar("Timing pages", len(pages)) as advance:
        for turn, page in enumerate(pages):
            html = page.file.read_bytes()
            for contender in rotated(measured, turn):
                timing = timed(contender.call, contender.prepare(html), limit_seconds)
                times[contender.name].ms.append(round(timing.ms, 3))
                times[contender.name].why.append(timing.why)
            advance()
    return list(times.values())


def page_results(times: Sequence[PageTimes], pages: Sequence[SavedPage]) -> dict[str, Any]:
    """What results say of single pages: a row for each contender, the failures, and the figures of each page.

    Ratios are of mean times: to the parsing of bytes, and to the first boilerkit among the systems.
    """
    ours = next((own.ms for own in times if is_ours(own.name)), None)
    parse = next(own.ms for own in times if own.name == PARSE_BYTES)
    megabytes = sum(page.size for page in pages) / 1e6
    return {
        "rows": [_row(own, megabytes, parse, ours) for own in times],
        "failures": [
            {"system": own.name, "corpus": page.corpus, "id": page.id, "why": why}
            for own in times
            for page, why in zip(pages, own.why, strict=True)
            if why
        ],
        "columns": {
            "corpus": [page.corpus for page in pages],
            "id": [page.id for page in pages],
            "bytes": [page.size for page in pages],
            "ms": {own.name: own.ms for own in times},
        },
    }


def _row(own: PageTimes, megabytes: float, parse: list[float], ours: list[float] | None) -> dict[str, Any]:
    total = sum(own.ms)
    return {
        "system": own.name,
        "version": own.version,
        "mean_ms": round(float(np.mean(own.ms)), 3),
        "median_ms": round(float(np.median(own.ms)), 3),
        "p95_ms": round(float(np.percentile(own.ms, 95)), 3),
        "pages_per_second": round(1000 * len(own.ms) / total, 2),
        "mb_per_second": round(1000 * megabytes / total, 3),
        "times_parse": round(total / sum(parse), 2),
        "times_boilerkit": None if ours is None else round(total / sum(ours), 2),
        "failures": sum(bool(why) for why in own.why),
        "over_time": sum(why.startswith(_OVER) for why in own.why),
    }
