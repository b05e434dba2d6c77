"""A pool of worker processes: results in order, in bounded memory, and no page costs another its result.

Each worker has its own pipe and returns results page by page, so it is known which page a worker was at when it hung or
died: only that page is lost, and none is done twice. The pools of the standard library, of joblib and of Pebble share
pipes and locks between workers; a worker that is killed while it holds them (when memory runs out, say) breaks those
pools for all pages.
"""

from __future__ import annotations

import pickle
import signal
import time
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import contextmanager, suppress
from itertools import islice
from math import inf
from multiprocessing.connection import Connection, wait
from typing import Any

from joblib.externals.loky.backend import get_context

from boilerkit.errors import BoilerkitError, PageError

#: Pages that a worker gets at a time. More avoid waiting between pages; fewer save memory and balance the work.
CHUNK_SIZE = 4
#: Chunks per worker, dispatched or done, that may be held while an earlier page is awaited.
PREFETCH_CHUNKS = 4

_MAX_FAILED_STARTS = 10  # workers in a row that may die before they are ready
_EXIT_TIMEOUT = 5  # seconds for a worker that closed its pipe to exit, and so to have an exit code

Result = str | BoilerkitError
Numbered = tuple[int, str | bytes]


def map_ordered(
    pages: Iterable[str | bytes | BoilerkitError],
    function: Callable[[str | bytes], Result],
    n_workers: int,
    timeout: float | None,
) -> Generator[Result, None, None]:
    """Yield what `function` returns for each page, in the order of the pages, computed by `n_workers` processes.

    `function` is pickled once and sent to each worker; it must not raise. The result of a page that takes longer than
    `timeout` seconds, or that ends its worker, is a PageError; an error among the pages is its own result. At most
    `n_workers` * CHUNK_SIZE * PREFETCH_CHUNKS pages are taken ahead of what was consumed. What the iterable raises is
    raised after the results of the pages before it. However the generator ends, it stops its workers.

    Raises BoilerkitError if `function` cannot be sent or a worker cannot start.
    """
    try:
        setup = pickle.dumps(function)
    except Exception as error:  # pickling runs code of whatever is pickled
        raise BoilerkitError(f"the model cannot be sent to other processes: {error}") from error
    queue = _PageQueue(pages, n_workers * CHUNK_SIZE * PREFETCH_CHUNKS)
    pool = _WorkerPool(queue, setup, timeout)
    try:
        pool.start(n_workers)
        while True:
            pool.dispatch()  # before a result is yielded: no worker should wait for its consumer
            if queue.has_next:
                yield queue.next()
            if queue.is_done:  # known only once one more page was asked for
                break
            pool.poll()
        if queue.error:
            raise queue.error
    finally:
        pool.stop()


class _PageQueue:
    """The pages in their order: which to dispatch next, and whose result to yield next."""

    def __init__(self, pages: Iterable[str | bytes | BoilerkitError], most: int) -> None:
        self.pages = iter(pages)
        self.most = most
        self.taken = self.yielded = 0
        self.is_exhausted = False
        self.error: Exception | None = None  # what the iterable raised
        self.returned: deque[Numbered] = deque()
        self.results: dict[int, Result] = {}

    @property
    def is_done(self) -> bool:
        """Whether all results were yielded, as far as is known."""
        return self.is_exhausted and self.yielded == self.taken

    @property
    def has_next(self) -> bool:
        """Whether the next result is there."""
        return self.yielded in self.results

    def next(self) -> Result:
        """Return the next result, which is there."""
        self.yielded += 1
        return self.results.pop(self.yielded - 1)

    def take(self) -> list[Numbered]:
        """Return up to CHUNK_SIZE pages to work on; none if none are left or enough are held."""
        chunk: list[Numbered] = []
        while len(chunk) < CHUNK_SIZE and self.returned:
            chunk.append(self.returned.popleft())
        while len(chunk) < CHUNK_SIZE and self.taken - self.yielded < self.most and not self.is_exhausted:
            try:
                found = list(islice(self.pages, 1))
            except Exception as error:
                self.error, found = error, []
            if not found:
                self.is_exhausted = True
            for page in found:
                if isinstance(page, BoilerkitError):
                    self.results[self.taken] = page
                else:
                    chunk.append((self.taken, page))
                self.taken += 1
        return chunk


class _Worker:
    """A process, the pages that it has still to do, and since when it has been at the first of them."""

    def __init__(self) -> None:
        # As loky starts processes: fresh on every system, as threads do not survive forks, and without importing the
        # caller's main module, so that scripts need no `if __name__ == "__main__"`.
        context = get_context("loky")
        self.pipe, theirs = context.Pipe()
        self.process = context.Process(target=_serve, args=(theirs,), daemon=True)
        with _interrupts_blocked():
            self.process.start()
        theirs.close()  # otherwise its end would not be noticed here
        self.is_ready = False
        self.todo: deque[Numbered] = deque()
        self.since = 0.0

    @property
    def is_idle(self) -> bool:
        """Whether it waits for pages."""
        return self.is_ready and not self.todo

    def begin(self, setup: bytes) -> None:
        """Send a new worker its function."""
        with suppress(OSError):  # that it has died is noticed when its result is awaited
            self.pipe.send_bytes(setup)

    def give(self, chunk: list[Numbered]) -> None:
        """Send pages to an idle worker, which is waiting for them, so that this does not block."""
        self.todo.extend(chunk)
        self.since = time.monotonic()
        with suppress(OSError):  # as above
            self.pipe.send([isinstance(page, str) for _, page in chunk])
            for _, page in chunk:
                # Raw bytes: pickling would copy each page once more on either side.
                self.pipe.send_bytes(page.encode("utf-8", "surrogatepass") if isinstance(page, str) else page)

    def receive(self) -> tuple[int, Result] | None:
        """Return the next result and its page's number, None from a worker that has become ready.

        Raises EOFError or OSError if the worker has ended, BoilerkitError if it could not start.
        """
        message = self.pipe.recv()
        self.since = time.monotonic()
        if self.is_ready:
            return self.todo.popleft()[0], message
        if message is not None:
            raise BoilerkitError(f"a worker process cannot start: {message}")
        self.is_ready = True
        return None

    def left(self, timeout: float) -> float:
        """Return the seconds left for the page that it is at; infinity without a page."""
        return self.since + timeout - time.monotonic() if self.todo else inf

    def end(self) -> str:
        """Wait until a worker that closed its pipe has exited; return how it did."""
        self.process.join(_EXIT_TIMEOUT)
        code = self.process.exitcode
        if code is not None and -code in set(signal.Signals):
            return signal.Signals(-code).name
        return f"exit code {code}"

    def stop(self) -> None:
        """End the process, whatever it is doing."""
        self.pipe.close()
        self.process.terminate()
        self.process.join()


class _WorkerPool:
    """The workers on a queue of pages. Those that hang or die are replaced."""

    def __init__(self, queue: _PageQueue, setup: bytes, timeout: float | None) -> None:
        self.queue = queue
        self.setup = setup
        self.timeout = inf if timeout is None else timeout
        self.workers: list[_Worker] = []
        self.failed_starts = 0  # workers in a row that died before they were ready

    def start(self, number: int) -> None:
        """Start workers."""
        self.workers += [_Worker() for _ in range(number)]  # all start before the first is sent anything
        for worker in self.workers:
            worker.begin(self.setup)

    def stop(self) -> None:
        """End all workers."""
        for worker in self.workers:
            worker.stop()

    def dispatch(self) -> None:
        """Send pages to idle workers."""
        for worker in self.workers:
            if worker.is_idle and (chunk := self.queue.take()):
                worker.give(chunk)

    def poll(self) -> None:
        """Receive results from workers; wait for some unless there is a result to yield."""
        left = min((worker.left(self.timeout) for worker in self.workers), default=inf)
        patience = 0 if self.queue.has_next else max(0, left)
        readable = wait([worker.pipe for worker in self.workers], None if patience == inf else patience)
        for index, worker in enumerate(self.workers):
            if worker.pipe in readable:
                try:
                    self._receive_from(worker)
                except (EOFError, OSError):
                    self._replace(index, f"the process that worked on it ended ({worker.end()})")
            elif worker.left(self.timeout) <= 0:
                self._replace(index, f"no result within {self.timeout:g} seconds")

    def _receive_from(self, worker: _Worker) -> None:
        if received := worker.receive():
            number, result = received
            self.queue.results[number] = result
        else:
            self.failed_starts = 0

    def _replace(self, index: int, reason: str) -> None:
        """Start another worker. The page that the old one was at is lost; those after it go back into the queue."""
        worker = self.workers[index]
        worker.stop()
        if not worker.is_ready:
            self.failed_starts += 1
            if self.failed_starts > _MAX_FAILED_STARTS:
                raise BoilerkitError(f"worker processes cannot start: {reason}")
        if worker.todo:
            self.queue.results[worker.todo.popleft()[0]] = PageError(reason)
            self.queue.returned.extend(worker.todo)
        self.workers[index] = _Worker()
        self.workers[index].begin(self.setup)


@contextmanager
def _interrupts_blocked() -> Iterator[None]:
    """Block Ctrl-C meanwhile; processes that are started meanwhile never get it.

    It goes to all processes of a terminal, and one that is still starting would print a traceback of its own.
    """
    if not hasattr(signal, "pthread_sigmask"):  # Windows
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


# --- In the worker ----------------------------------------------------------------------------------------------------


def _serve(pipe: Connection[Any, Any]) -> None:
    """Result pages until the other end of the pipe is closed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C goes to all processes; the parent ends this one
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    with suppress(EOFError, OSError):
        try:
            function = pickle.loads(pipe.recv_bytes())
        except Exception as error:
            pipe.send(f"{type(error).__name__}: {error}")
            return
        pipe.send(None)
        while True:
            for page in [_received(pipe, is_text) for is_text in pipe.recv()]:
                pipe.send(function(page))


def _received(pipe: Connection[Any, Any], is_text: bool) -> str | bytes:
    page = pipe.recv_bytes()
    return page.decode("utf-8", "surrogatepass") if is_text else page
