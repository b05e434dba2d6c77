"""The time of `extract` by step: its functions are timed as they call each other, so that the steps add up."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import metadata
from pkgutil import resolve_name
from typing import Any

import boilerkit
from benchmarks.speed.timing import TimedSystem, cpu_seconds

STEPS = ("decode", "prefilter", "parse", "walk", "features", "predict", "select", "output", "rest")
BY_STEP = "boilerkit, by step"

#: The step that the time of a function belongs to, without that of the other functions here that it calls.
FUNCTIONS = {
    "boilerkit:extract": "rest",
    "boilerkit.documents:detect_input_format": "decode",
    "boilerkit.html.document:decode_to_utf8": "decode",
    "boilerkit.html.document:strip_unused_markup": "prefilter",
    "boilerkit.html.document:parse_mended": "parse",
    "boilerkit.extraction:read_document": "parse",  # what is left of it is freeing the tree
    "boilerkit.html.document:segment_html": "walk",
    "boilerkit.html.document:unshown_html": "walk",
    "boilerkit.blocks.features:FeatureSet.predict_two_stage": "features",
    "boilerkit.model.content:ContentModel.predict_proba": "predict",
    "boilerkit.model.trees:TreeEnsemble.log_odds": "predict",
    "boilerkit.extraction:choose": "select",
    "boilerkit.html.document:to_text": "output",
}


class StepTimer:
    """Calls `extract` with its steps timed, and keeps the steps of the fastest call."""

    def __init__(self) -> None:
        self.seconds = dict.fromkeys(STEPS, 0.0)
        self._nested = [0.0]  # seconds in timed functions that were called, for each one that is running
        self._best: dict[str, float] = {}

    @property
    def system(self) -> TimedSystem:
        """The timer as a system that takes its turn."""
        return TimedSystem(BY_STEP, metadata.version("boilerkit"), self.extract)

    def extract(self, page: bytes) -> str:
        """Extract a page with its steps timed. Raises as `extract` does."""
        self.seconds = dict.fromkeys(STEPS, 0.0)
        try:
            with self._patched():
                return boilerkit.extract(page)
        finally:
            if not self._best or sum(self.seconds.values()) < sum(self._best.values()):
                self._best = self.seconds

    def take_best(self) -> dict[str, float]:
        """Return the milliseconds of each step in the fastest call since this was last called."""
        best, self._best = self._best, {}
        return {step: round(1000 * seconds, 4) for step, seconds in best.items()}

    def timed(self, function: Callable[..., Any], step: str) -> Callable[..., Any]:
        """Return the function with its time added to that of a step."""

        def call(*arguments: Any, **options: Any) -> Any:
            self._nested.append(0.0)
            start = cpu_seconds()
            try:
                return function(*arguments, **options)
            finally:
                taken = cpu_seconds() - start
                self.seconds[step] += taken - self._nested.pop()
                self._nested[-1] += taken

        return call

    @contextmanager
    def _patched(self) -> Iterator[None]:
        originals = [(*owner_of(name), step) for name, step in FUNCTIONS.items()]
        patches = [(owner, name, getattr(owner, name), step) for owner, name, step in originals]
        try:
            for owner, name, function, step in patches:
                setattr(owner, name, self.timed(function, step))
            yield
        finally:
            for owner, name, function, _ in reversed(patches):
                setattr(owner, name, function)


def owner_of(function: str) -> tuple[Any, str]:
    """Return the module or class of one of FUNCTIONS, and the function's name there."""
    module, _, path = function.partition(":")
    *above, name = path.split(".")
    return resolve_name(f"{module}:{'.'.join(above)}"), name
