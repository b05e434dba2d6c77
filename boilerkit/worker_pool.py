"""A pool of worker processes: results in order, in bounded memory, and no item costs another its result.

Each worker has its own pipe and returns results one by one, so it is known which item a worker was at when it hung or
died: only that is lost, and none is done twice. The pools of the standard library, of joblib and of Pebble share
pipes and locks between workers; a worker that is killed while it holds them (when memory runs out, say) breaks those
pools for all items.
"""

from __future__ import annotations

import os
import pickle
import signal
import time
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import contextmanager, suppress
from itertools import islice
from math import inf
from multiprocessing import current_process
from multiprocessing.connection import Connection, wait
from queue import SimpleQueue
from threading import Thread
from typing import Any, TypeVar

from joblib.externals.loky.backend import get_context

from boilerkit.errors import BoilerkitError, PageError

#: Items that a worker has at a time, so that it never waits for the next. Fewer save memory and balance the work.
IN_HAND = 4
#: Items per worker, sent or done, that may be held while an earlier one is awaited.
PREFETCH = 16

_MAX_FAILED_STARTS = 10  # workers in a row that may die before they are ready
_START_TIMEOUT = 120  # seconds that a worker may take to be ready, at least
_EXIT_TIMEOUT = 5  # seconds for a worker that closed its pipe to exit, and so to have an exit code

T = TypeVar("T")
R = TypeVar("R")
Numbered = tuple[int, Any]


def map_ordered(
    items: Iterable[T | BoilerkitError],
    function: Callable[[T], R | BoilerkitError],
    n_workers: int,
    timeout: float | None,
) -> Generator[R | BoilerkitError, None, None]:
    """Yield what `function` returns for each item, in the order of the items, computed by `n_workers` processes.

    Items and results are pickled. `function` is pickled once and sent to each worker; it must not raise. The result of
    an item that takes longer than `timeout` seconds, or that ends its worker, is a PageError; an error among the items
    is its own result. At most `n_workers` * PREFETCH items are taken ahead of what was consumed. What the iterable
    raises is raised after the results of the items before it. However the generator ends, it stops its workers.

    Raises BoilerkitError if `function` cannot be sent or a worker cannot start.
    """
    if current_process().daemon:
        raise BoilerkitError("processes cannot be started from a daemonic process: use n_jobs=1")
    try:
        setup = pickle.dumps(function)
    except Exception as error:  # pickling runs code of whatever is pickled
        raise BoilerkitError(f"the model cannot be sent to other processes: {error}") from error
    queue = _ItemQueue(items, n_workers * PREFETCH)
    pool = _WorkerPool(queue, setup, timeout)
    try:
        pool.start(n_workers)
        while True:
            pool.dispatch()  # before a result is yielded: no worker should wait for its consumer
            if queue.has_next:
                yield queue.next()
            if queue.is_done:  # known only once one more item was asked for
                break
            pool.poll()
        if queue.error:
            raise queue.error
    finally:
        pool.stop()


class _ItemQueue:
    """The items in their order: which to send next, and whose result to yield next."""

    def __init__(self, items: Iterable[Any], most: int) -> None:
        self.items = iter(items)
        self.most = most
        self.taken = self.yielded = 0
        self.is_exhausted = False
        self.error: Exception | None = None  # what the iterable raised
        self.returned: deque[Numbered] = deque()
        self.results: dict[int, Any] = {}

    @property
    def is_done(self) -> bool:
        """Whether all results were yielded, as far as is known."""
        return self.is_exhausted and self.yielded == self.taken

    @property
    def has_next(self) -> bool:
        """Whether the next result is there."""
        return self.yielded in self.results

    def next(self) -> Any:
        """Return the next result, which is there."""
        self.yielded += 1
        return self.results.pop(self.yielded - 1)

    def take(self) -> Numbered | None:
        """Return the next item to work on; None if none is left or enough are held."""
        if self.returned:
            return self.returned.popleft()
        while self.taken - self.yielded < self.most and not self.is_exhausted:
            try:
                found = list(islice(self.items, 1))
            except Exception as error:
                self.error, found = error, []
            if not found:
                self.is_exhausted = True
                break
            self.taken += 1
            if not isinstance(found[0], BoilerkitError):
                return self.taken - 1, found[0]
            self.results[self.taken - 1] = found[0]
        return None


class _Worker:
    """A process, the items that it has still to do, and since when it has been at the first of them.

    A thread sends, as a worker that is stopped or busy takes nothing from its pipe, and nobody should wait for it.
    """

    def __init__(self, setup: bytes) -> None:
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
        self.since = time.monotonic()
        self.outbox: SimpleQueue[bytes | Numbered | None] = SimpleQueue()
        self.outbox.put(setup)
        self.sender = Thread(target=self._send, daemon=True)
        self.sender.start()

    @property
    def has_room(self) -> bool:
        """Whether it should get another item."""
        return self.is_ready and len(self.todo) < IN_HAND

    def give(self, item: Numbered) -> None:
        """Let a worker have an item; this does not block."""
        if not self.todo:
            self.since = time.monotonic()
        self.todo.append(item)
        self.outbox.put(item)

    def _send(self) -> None:
        with suppress(OSError):  # that it has died is noticed when its result is awaited
            while (message := self.outbox.get()) is not None:
                if isinstance(message, bytes):
                    self.pipe.send_bytes(message)
                else:
                    self.pipe.send(message[1])

    def receive(self) -> tuple[int, Any] | None:
        """Return the next result and its item's number, None from a worker that has become ready.

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
        """Return the seconds left for the item that it is at, or to become ready; infinity without an item."""
        if self.is_ready and not self.todo:
            return inf
        return self.since + (timeout if self.is_ready else max(timeout, _START_TIMEOUT)) - time.monotonic()

    def end(self) -> str:
        """Wait until a worker that closed its pipe has exited; return how it did."""
        self.process.join(_EXIT_TIMEOUT)
        code = self.process.exitcode
        if code is not None and -code in set(signal.Signals):
            return signal.Signals(-code).name
        return f"exit code {code}"

    def stop(self) -> None:
        """End the process, whatever it is doing; one that is stopped (SIGSTOP) ends by nothing less than a kill."""
        if hasattr(signal, "SIGKILL") and self.process.is_alive():
            os.kill(self.process.pid, signal.SIGKILL)  # loky's processes have no kill()
        else:
            self.process.terminate()
        self.process.join()
        self.outbox.put(None)
        self.sender.join()  # nothing reads what it sends any more, so that it fails or is done
        self.pipe.close()


class _WorkerPool:
    """The workers on a queue of items. Those that hang or die are replaced."""

    def __init__(self, queue: _ItemQueue, setup: bytes, timeout: float | None) -> None:
        self.queue = queue
        self.setup = setup
        self.timeout = inf if timeout is None else timeout
        self.workers: list[_Worker] = []
        self.failed_starts = 0  # workers in a row that died before they were ready

    def start(self, number: int) -> None:
        """Start workers."""
        for _ in range(number):
            self.workers.append(_Worker(self.setup))

    def stop(self) -> None:
        """End all workers."""
        for worker in self.workers:
            worker.stop()

    def dispatch(self) -> None:
        """Send items to workers, first to those that have the fewest."""
        while open_workers := [worker for worker in self.workers if worker.has_room]:
            item = self.queue.take()
            if item is None:
                break
            min(open_workers, key=lambda worker: len(worker.todo)).give(item)

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
        """Start another worker. The item that the old one was at is lost; those after it go back into the queue."""
        worker = self.workers[index]
        worker.stop()
        if not worker.is_ready:
            self.failed_starts += 1
            if self.failed_starts > _MAX_FAILED_STARTS:
                raise BoilerkitError(f"worker processes cannot start: {reason}")
        if worker.todo:
            self.queue.results[worker.todo.popleft()[0]] = PageError(reason)
            self.queue.returned.extend(worker.todo)
        self.workers[index] = _Worker(self.setup)


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
    """Return results until the other end of the pipe is closed."""
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
            pipe.send(function(pipe.recv()))
