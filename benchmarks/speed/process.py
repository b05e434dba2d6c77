"""Processes in which figures are taken: on one core with one thread, or with nothing imported but one system."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import metadata
from multiprocessing import get_context
from pathlib import Path
from typing import TypeVar, TypeVarTuple

from benchmarks.exceptions import BenchmarkError
from benchmarks.systems import System

_Arguments = TypeVarTuple("_Arguments")
_Result = TypeVar("_Result")

#: Read by OpenMP and by the BLAS libraries on import.
_ONE_THREAD = dict.fromkeys(
    ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "BLIS_NUM_THREADS", "VECLIB_MAXIMUM_THREADS"), "1"
)


@dataclass(frozen=True)
class Program:
    """What an interpreter of its own runs: `code` defines `extract`."""

    name: str
    version: str
    code: str

    @staticmethod
    def of(system: System) -> Program:
        """Return the program of a system."""
        return Program(system.name, system.version, system.code)


_IMPORTS = "import numpy, lxml.etree"

#: What importing alone takes, and what parsing takes.
BASELINE = Program(_IMPORTS, metadata.version("lxml"), f"{_IMPORTS}\ndef extract(page): pass\n")
PARSER = Program(
    "lxml parse",
    metadata.version("lxml"),
    "from lxml import etree\n"
    "def extract(page): etree.fromstring(page, etree.HTMLParser(huge_tree=True, no_network=True))\n",
)


def in_fresh_process(function: Callable[[*_Arguments], _Result], *arguments: *_Arguments) -> _Result:
    """Call a function of a module in a process of its own, which is bound to one core with all that it starts.

    Raises what the function raises, and BenchmarkError if the process dies.
    """
    # Not forked: libraries that are in memory have started their threads.
    with (
        _environment(_ONE_THREAD),
        ProcessPoolExecutor(1, mp_context=get_context("spawn"), initializer=_stay_on_one_core) as pool,
    ):
        try:
            return pool.submit(function, *arguments).result()
        except BrokenProcessPool:
            raise BenchmarkError(
                "the measuring process died: a system crashed it, or memory ran out. Measure the systems one by one "
                "(--system NAME) to find the one to leave out"
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
    """Bind this process to the last core, where the platform can; many systems do their own work on the first."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})


def run_alone(program: Program, script: str, *files: Path) -> str:
    """Run a script in an interpreter of its own and return its last line of output.

    The script gets the program's code as its first argument and the files as the others. Raises BenchmarkError if it
    fails.
    """
    command = [sys.executable, "-c", script, program.code, *map(str, files)]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", errors="replace", check=False)
    if done.returncode:
        why = (done.stderr.strip().splitlines() or [f"exit code {done.returncode}"])[-1]
        raise BenchmarkError(f"{program.name} cannot be run in a process of its own ({why}); fix it, or leave it out")
    return (done.stdout.splitlines() or [""])[-1]
