"""Pages a second of several threads and of several processes, next to one."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from functools import partial
from itertools import islice
from typing import Any

import boilerkit
from benchmarks.speed.pages import SavedPage
from benchmarks.speed.timing import rotated
from boilerkit.cli.progress import bar
from boilerkit.worker_pool import AHEAD, CHUNK

WORKERS = (1, 2)
REPEATS = 2
TIMES = 4  # that the pages are taken: some hundred pages are done within a second, which is too short for processes


def parallel_rows(pages: Sequence[SavedPage], workers: Sequence[int] = WORKERS) -> list[dict[str, Any]]:
    """Pages a second by threads that call `extract`, and by the processes of `extract_many`; the best of REPEATS.

    All take turns. Threads and processes have begun to work before the clock starts.
    """
    html = [page.file.read_bytes() for page in pages] * TIMES
    ways: dict[tuple[str, int], Callable[[list[bytes]], float]] = {
        **{("threads", n): partial(_threads, n) for n in workers},
        **{("processes", n): partial(_processes, n) for n in workers},
    }
    best = dict.fromkeys(ways, float("inf"))
    with bar("Working side by side", REPEATS * len(ways)) as advance:
        for turn in range(REPEATS):
            for way in rotated(list(ways), turn):
                best[way] = min(best[way], ways[way](html))
                advance()
    return [
        {
            "way": way,
            "workers": n,
            "pages_per_second": round(len(html) / seconds, 1),
            "times_one": round(best[way, workers[0]] / seconds, 3),
        }
        for (way, n), seconds in best.items()
    ]


def _threads(n: int, html: list[bytes]) -> float:
    with ThreadPoolExecutor(n) as pool:
        list(pool.map(boilerkit.extract, html[: 2 * n]))  # starts the threads
        start = time.perf_counter()
        for _ in pool.map(boilerkit.extract, html):
            pass
        return time.perf_counter() - start


def _processes(n: int, html: list[bytes]) -> float:
    """Seconds between the results of some pages before `html` and the last result of these, all processes at work.

    More pages stand before and after than are taken ahead: so as much is done already when the clock starts as when it
    stops.
    """
    around = html[: AHEAD * CHUNK * n]
    with closing(boilerkit.extract_many([*around, *html, *around], n_jobs=n)) as results:
        for _ in islice(results, len(around)):
            pass
        start = time.perf_counter()
        for _ in islice(results, len(html)):
            pass
        return time.perf_counter() - start
