"""A fresh process on one core and with one thread, in which every figure is taken."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing import get_context
from typing import TypeVar, TypeVarTuple

from benchmarks.errors import BenchmarkError

_Arguments = TypeVarTuple("_Arguments")
_Result = TypeVar("_Result")

#: Read by OpenMP and by the BLAS libraries when they are iter_pages.
_ONE_THREAD = dict.fromkeys(
    ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "BLIS_NUM_THREADS", "VECLIB_MAXIMUM_THREADS"), "1"
)


def in_fresh_process(function: Callable[[*_Arguments], _Result], *arguments: *_Arguments) -> _Result:
    """What a function of a module returns, called in a process of its own; what that starts is bound to one core too.

    Raises what the function raises, and BenchmarkError where the process dies.
    """
    # Not forked: a library that is iter_pages already has made its threads.
    with (
        _environment(_ONE_THREAD),
        ProcessPoolExecutor(1, mp_context=get_context("spawn"), initializer=_stay_on_one_core) as pool,
    ):
        try:
            return pool.submit(function, *arguments).result()
        except BrokenProcessPool:
            raise BenchmarkError(
                "the process that measures died: a system crashed it, or the memory ran out. Measure the systems one "
                "by one (--system NAME) to see which it is, and leave that one out"
            ) from None


@contextmanager
def _environment(values: dict[str, str]) -> Iterator[None]:
    before = dict(os.environ)
    os.environ.update(values)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


def _stay_on_one_core() -> None:
    """Where the system lets a process choose; the last core, as many systems do their own work on the first."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
