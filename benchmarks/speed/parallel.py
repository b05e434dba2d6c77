"""Pages per second of several threads and of several processes, compared with one."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from functools import partial
from itertools import islice
from typing import Any

import boilerkit
from benchmarks.progress import progress
from benchmarks.speed.pages import SavedPage
from benchmarks.speed.timing import ROUNDS, rotated
from boilerkit.worker_pool import PREFETCH

WORKERS = (1, 2)
REPEATED = 4  # times that the pages are taken per round: some hundred pages are too few for processes


def parallel_rows(pages: Sequence[SavedPage], workers: Sequence[int] = WORKERS) -> list[dict[str, Any]]:
    """Return the pages per second of threads that call `extract`, and of the processes of `extract_many`.

    All take turns for ROUNDS rounds, of which the best counts, by the clock on the wall. Threads and processes have
    begun to work before the clock starts.
    """
    html = [page.file.read_bytes() for page in pages] * REPEATED
    modes: dict[tuple[str, int], Callable[[list[bytes]], float]] = {
        **{("threads", n): partial(_threads, n) for n in workers},
        **{("processes", n): partial(_processes, n) for n in workers},
    }
    best = dict.fromkeys(modes, float("inf"))
    with progress("Threads and processes", ROUNDS * len(modes)) as advance:
        for number in range(ROUNDS):
            for mode in rotated(list(modes), number):
                best[mode] = min(best[mode], modes[mode](html))
                advance()
    return [
        {
            "mode": mode,
            "workers": n,
            "pages_per_second": round(len(html) / seconds, 1),
            "times_one": round(best[mode, workers[0]] / seconds, 3),
        }
        for (mode, n), seconds in best.items()
    ]


def _threads(n: int, html: list[bytes]) -> float:
    with ThreadPoolExecutor(n) as pool:
        list(pool.map(boilerkit.extract, html[: 2 * n]))  # starts the threads
        start = time.perf_counter()
        for _ in pool.map(boilerkit.extract, html):
            pass
        return time.perf_counter() - start


def _processes(n: int, html: list[bytes]) -> float:
    """Return the seconds between the results of some pages before `html` and its last result.

    More pages come before and after than are taken ahead, so as much is already done when the clock starts as when it
    stops.
    """
    around = html[: PREFETCH * n]
    with closing(boilerkit.extract_many([*around, *html, *around], n_jobs=n)) as results:
        for _ in islice(results, len(around)):
            pass
        start = time.perf_counter()
        for _ in islice(results, len(html)):
            pass
        return time.perf_counter() - start
