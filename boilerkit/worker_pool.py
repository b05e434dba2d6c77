"""Processes that answer pages side by side: in order, in bounded memory, and no page costs another one its answer.

Each worker has a pipe of its own and answers page by page, so that it is known which page a worker was at when it hung
or died: only that one is lost, and none is done twice. The pools of the standard library, of joblib and of Pebble share
pipes and locks between their workers; a worker that is killed while it holds them (by the system when memory runs out,
say) breaks those pools for all pages.
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

#: Pages that a worker gets at a time. More save waiting between pages; fewer save memory and part the work more evenly.
CHUNK = 4
#: Chunks a worker, given out or answered, that may be held while an earlier page is waited for.
AHEAD = 4

_STILLBORN = 10  # workers in a row that may die before they are ready; one that is killed then is no reason to give up
_LAST_BREATH = 5  # seconds for a worker that closed its pipe to end, and so to say how it ended

Answer = str | BoilerkitError
Numbered = tuple[int, str | bytes]


def answers(
    pages: Iterable[str | bytes | BoilerkitError],
    answer: Callable[[str | bytes], Answer],
    n_workers: int,
    timeout: float | None,
) -> Generator[Answer, None, None]:
    """What `answer` gives for each page, in the order of the pages, worked out by `n_workers` processes.

    `answer` is pickled once and sent to each worker; it must not raise. A page that takes longer than `timeout` seconds
    or that ends its worker is answered by a PageError, an error among the pages by itself. No more than `n_workers` *
    CHUNK * AHEAD pages are taken ahead of what was consumed. What the iterable raises is raised after the answers to
    the pages before it. However the generator ends, it stops its workers.

    Raises BoilerkitError where `answer` cannot be sent or a worker cannot start.
    """
    try:
        setup = pickle.dumps(answer)
    except Exception as error:  # pickling runs code of whatever is pickled
        raise BoilerkitError(f"the model cannot be sent to other processes: {error}") from error
    line = _Line(pages, n_workers * CHUNK * AHEAD)
    crew = _Crew(line, setup, timeout)
    try:
        crew.start(n_workers)
        while True:
            crew.give_out()  # before an answer comes out: no worker shall wait for whoever takes it
            if line.has_next:
                yield line.next()
            if line.is_done:  # which may come out only where one more page is asked for
                break
            crew.collect()
        if line.error:
            raise line.error
    finally:
        crew.stop()


class _Line:
    """The pages in their order: which are to be given out next, and which answer is to come out next."""

    def __init__(self, pages: Iterable[str | bytes | BoilerkitError], most: int) -> None:
        self.pages = iter(pages)
        self.most = most
        self.taken = self.put_out = 0
        self.is_exhausted = False
        self.error: Exception | None = None  # what the iterable raised
        self.returned: deque[Numbered] = deque()
        self.answers: dict[int, Answer] = {}

    @property
    def is_done(self) -> bool:
        """Whether all answers were put out, as far as is known."""
        return self.is_exhausted and self.put_out == self.taken

    @property
    def has_next(self) -> bool:
        """Whether the answer that is to come out next is there."""
        return self.put_out in self.answers

    def next(self) -> Answer:
        """Put out the next answer, which is there."""
        self.put_out += 1
        return self.answers.pop(self.put_out - 1)

    def take(self) -> list[Numbered]:
        """Up to CHUNK pages to be worked on; none where there are none left or enough are held."""
        chunk: list[Numbered] = []
        while len(chunk) < CHUNK and self.returned:
            chunk.append(self.returned.popleft())
        while len(chunk) < CHUNK and self.taken - self.put_out < self.most and not self.is_exhausted:
            try:
                found = list(islice(self.pages, 1))
            except Exception as error:
                self.error, found = error, []
            if not found:
                self.is_exhausted = True
            for page in found:
                if isinstance(page, BoilerkitError):
                    self.answers[self.taken] = page
                else:
                    chunk.append((self.taken, page))
                self.taken += 1
        return chunk


class _Worker:
    """A process, the pages that it still has to answer, and since when it has been at the first of them."""

    def __init__(self) -> None:
        # How loky starts processes: afresh everywhere, for threads do not survive forks, and without importing the
        # caller's main module, so that scripts need no `if __name__ == "__main__"`.
        context = get_context("loky")
        self.pipe, theirs = context.Pipe()
        self.process = context.Process(target=_serve, args=(theirs,), daemon=True)
        with _interrupts_held():
            self.process.start()
        theirs.close()  # or its end would not show here
        self.is_ready = False
        self.todo: deque[Numbered] = deque()
        self.since = 0.0

    @property
    def is_idle(self) -> bool:
        """Whether it waits for pages."""
        return self.is_ready and not self.todo

    def begin(self, setup: bytes) -> None:
        """Tell a new worker how to answer."""
        with suppress(OSError):  # that it has ended is seen where its answer is awaited
            self.pipe.send_bytes(setup)

    def give(self, chunk: list[Numbered]) -> None:
        """Hand pages to an idle worker, which is waiting for them, so that this does not block."""
        self.todo.extend(chunk)
        self.since = time.monotonic()
        with suppress(OSError):  # as above
            self.pipe.send([isinstance(page, str) for _, page in chunk])
            for _, page in chunk:
                # Pickled, a page would be copied once more on either side.
                self.pipe.send_bytes(page.encode("utf-8", "surrogatepass") if isinstance(page, str) else page)

    def receive(self) -> tuple[int, Answer] | None:
        """The next answer and its page's number; None from a worker that has become ready.

        Raises EOFError or OSError where the worker has ended, BoilerkitError where it could not start.
        """
        said = self.pipe.recv()
        self.since = time.monotonic()
        if self.is_ready:
            return self.todo.popleft()[0], said
        if said is not None:
            raise BoilerkitError(f"a worker process cannot start: {said}")
        self.is_ready = True
        return None

    def left(self, timeout: float) -> float:
        """Seconds that it still has for the page that it is at; without a page, any time."""
        return self.since + timeout - time.monotonic() if self.todo else inf

    def end(self) -> str:
        """Wait until a worker that closed its pipe has ended; returns how it did."""
        self.process.join(_LAST_BREATH)
        code = self.process.exitcode
        if code is not None and -code in set(signal.Signals):
            return signal.Signals(-code).name
        return f"exit code {code}"

    def stop(self) -> None:
        """End the process, whatever it is at."""
        self.pipe.close()
        self.process.terminate()
        self.process.join()


class _Crew:
    """The workers on a line of pages. Those that hang or die are replaced."""

    def __init__(self, line: _Line, setup: bytes, timeout: float | None) -> None:
        self.line = line
        self.setup = setup
        self.timeout = inf if timeout is None else timeout
        self.workers: list[_Worker] = []
        self.stillborn = 0  # workers in a row that died before they were ready

    def start(self, number: int) -> None:
        """Start workers."""
        self.workers += [_Worker() for _ in range(number)]  # all start at once, and only then is the first spoken to
        for worker in self.workers:
            worker.begin(self.setup)

    def stop(self) -> None:
        """End all workers."""
        for worker in self.workers:
            worker.stop()

    def give_out(self) -> None:
        """Hand pages to workers that wait for some."""
        for worker in self.workers:
            if worker.is_idle and (chunk := self.line.take()):
                worker.give(chunk)

    def collect(self) -> None:
        """Take in what the workers say; wait for it where there is no answer to be put out."""
        left = min((worker.left(self.timeout) for worker in self.workers), default=inf)
        patience = 0 if self.line.has_next else max(0, left)
        speaking = wait([worker.pipe for worker in self.workers], None if patience == inf else patience)
        for place, worker in enumerate(self.workers):
            if worker.pipe in speaking:
                try:
                    self._hear(worker)
                except (EOFError, OSError):
                    self._replace(place, f"the process that worked on it ended ({worker.end()})")
            elif worker.left(self.timeout) <= 0:
                self._replace(place, f"no answer within {self.timeout:g} seconds")

    def _hear(self, worker: _Worker) -> None:
        if answered := worker.receive():
            number, answer = answered
            self.line.answers[number] = answer
        else:
            self.stillborn = 0

    def _replace(self, place: int, why: str) -> None:
        """Start another worker. The page that the old one was at is lost, those after it go back into the line."""
        worker = self.workers[place]
        worker.stop()
        if not worker.is_ready:
            self.stillborn += 1
            if self.stillborn > _STILLBORN:
                raise BoilerkitError(f"worker processes cannot start: {why}")
        if worker.todo:
            self.line.answers[worker.todo.popleft()[0]] = PageError(why)
            self.line.returned.extend(worker.todo)
        self.workers[place] = _Worker()
        self.workers[place].begin(self.setup)


@contextmanager
def _interrupts_held() -> Iterator[None]:
    """Hold Ctrl-C back until this is over; processes that are started meanwhile never get it.

    It goes to all processes of a terminal, and one that is still starting would complain on its own.
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
    """Answer pages until the other end of the pipe is closed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C goes to all processes; the one that started this ends it
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    with suppress(EOFError, OSError):
        try:
            answer = pickle.loads(pipe.recv_bytes())
        except Exception as error:
            pipe.send(f"{type(error).__name__}: {error}")
            return
        pipe.send(None)
        while True:
            for page in [_received(pipe, is_text) for is_text in pipe.recv()]:
                pipe.send(answer(page))


def _received(pipe: Connection[Any, Any], is_text: bool) -> str | bytes:
    page = pipe.recv_bytes()
    return page.decode("utf-8", "surrogatepass") if is_text else page
