"""Times pages and the steps of `extract`, as a program of its own: it may time the Boilerkit of another folder.

It imports nothing of `benchmarks` and is run by `benchmarks.speed.profile`. Its argument is JSON: by the name of each
contender the code that defines `extract`. On standard input are the files of pages as a JSON list, on standard output
is what `measured` returns.
"""

from __future__ import annotations

import gc
import json
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pkgutil import resolve_name
from typing import Any

#: The processor's time in this thread: what other programs take of a busy machine does not count.
cpu_seconds = time.thread_time

STEPS = ("decode", "strip_unused_markup", "parse", "walk", "features", "predict", "select", "output", "rest")
REPEATS = 5

#: What the time of a function counts as, without that of the others here that it calls. What code of another folder
#: does not have counts as what calls it.
PLACES = {
    "boilerkit:extract": "rest",
    "boilerkit.html.document:decode_to_utf8": "decode",
    "boilerkit.html.document:strip_unused_markup": "strip_unused_markup",
    "boilerkit.html.document:parse_utf8": "parse",
    "boilerkit.extraction:read": "parse",  # what is left of it is freeing the tree
    "boilerkit.html.document:segment_html": "walk",
    "boilerkit.html.document:find_embedded_html": "walk",
    "boilerkit.model.content:predict_two_stage": "features",
    "boilerkit.model.content:ContentModel.predict_proba": "predict",
    "boilerkit.model.trees:TreeEnsemble.log_odds": "predict",
    "boilerkit.extraction:select": "select",
    "boilerkit.page:to_text": "output",
}

Extract = Callable[[bytes], str]


class Clock:
    """Adds up the seconds that functions take by step, each without those of the timed functions that it calls."""

    def __init__(self) -> None:
        self.seconds = dict.fromkeys(STEPS, 0.0)
        self._inner = [0.0]  # seconds in timed functions that were called, by each one that is running

    def timed(self, function: Callable[..., Any], step: str) -> Callable[..., Any]:
        """The function, with its time added to that of a step."""

        def call(*arguments: Any, **options: Any) -> Any:
            self._inner.append(0.0)
            start = cpu_seconds()
            try:
                return function(*arguments, **options)
            finally:
                taken = cpu_seconds() - start
                self.seconds[step] += taken - self._inner.pop()
                self._inner[-1] += taken

        return call


@contextmanager
def clocked() -> Iterator[Clock]:
    """While it lasts, the functions of PLACES add their time to the clock."""
    clock, originals = Clock(), []
    try:
        for place, step in PLACES.items():
            owner, name = owner_of(place)
            if owner is not None and hasattr(owner, name):
                originals.append((owner, name, getattr(owner, name)))
                setattr(owner, name, clock.timed(getattr(owner, name), step))
        yield clock
    finally:
        for owner, name, original in reversed(originals):
            setattr(owner, name, original)


def owner_of(place: str) -> tuple[Any, str]:
    """The module or class of a function in PLACES, None where there is none, and the function's name there."""
    module, _, path = place.partition(":")
    *above, name = path.split(".")
    try:
        return resolve_name(f"{module}:{'.'.join(above)}"), name
    except (ImportError, AttributeError):
        return None, name


def measured(codes: Mapping[str, str], files: list[str]) -> dict[str, Any]:
    """Milliseconds of each page by contender, and by step of boilerkit's `extract`: the least of REPEATS times.

    All take turns on a page before the next one comes. The steps are those of the quickest of their repetitions.
    """
    contenders = {name: defined(code) for name, code in codes.items()}
    ms: dict[str, list[float]] = {name: [] for name in contenders}
    steps: dict[str, list[float]] = {step: [] for step in STEPS}
    with open(files[0], "rb") as file:
        best_of_turns(contenders, file.read())
    gc.collect()
    gc.freeze()
    for name in files:
        with open(name, "rb") as file:
            page = file.read()
        best, best_steps = best_of_turns(contenders, page)
        for contender, seconds in best.items():
            ms[contender].append(round(1000 * seconds, 4))
        for step, seconds in best_steps.items():
            steps[step].append(round(1000 * seconds, 4))
    return {"ms": ms, "steps": steps}


def best_of_turns(contenders: Mapping[str, Extract], page: bytes) -> tuple[dict[str, float], dict[str, float]]:
    """Seconds of each contender on a page, and of the steps."""
    best = dict.fromkeys(contenders, float("inf"))
    best_steps: dict[str, float] = {}
    gc.collect()
    gc.disable()
    for _ in range(REPEATS):
        for name, extract in contenders.items():
            best[name] = min(best[name], seconds_of(extract, page))
        with clocked() as clock:
            seconds_of(contenders["boilerkit"], page)
        if not best_steps or sum(clock.seconds.values()) < sum(best_steps.values()):
            best_steps = clock.seconds
    gc.enable()
    return best, best_steps


def seconds_of(extract: Extract, page: bytes) -> float:
    """What one call takes, whether it gives text or refuses the page."""
    start = cpu_seconds()
    with suppress(Exception):  # other code fails in ways of its own
        extract(page)
    return cpu_seconds() - start


def defined(code: str) -> Extract:
    """The function `extract` that some code defines."""
    names: dict[str, Any] = {}
    exec(code, names)
    extract: Extract = names["extract"]
    return extract


if __name__ == "__main__":
    print(json.dumps(measured(json.loads(sys.argv[1]), json.load(sys.stdin))))
