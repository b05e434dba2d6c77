"""Many pages: in order, in bounded memory, in as many processes as one likes, with errors as values."""

from __future__ import annotations

from collections.abc import Collection, Generator, Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from boilerkit.errors import BoilerkitError, InputError, PageError
from boilerkit.extract import check_options, extract
from boilerkit.labels import Label, of_twelve
from boilerkit.model.content import ContentModel
from boilerkit.model.store import load_model
from boilerkit.page import Output
from boilerkit.sniff import Input

if TYPE_CHECKING:
    from boilerkit.model.flat import FlatModel


def extract_many(
    pages: Iterable[str | bytes | BoilerkitError],
    n_jobs: int = 1,
    *,
    input: Input = "auto",
    output: Output = "text",
    threshold: float | None = None,
    keep: Collection[Label | str] | None = None,
    charset: str | None = None,
    model: ContentModel | FlatModel | None = None,
    timeout: float | None = 60,
) -> Generator[str | BoilerkitError, None, None]:
    """The main content of each page, in the order of the pages, as the pages come.

    Pages are taken from the iterable as results are consumed, and only few ahead, so that any number of them goes
    through in little memory. One bad page never costs the others: its result is an error.

    Parameters
    ----------
    pages
        Pages as `extract` takes them. An error in place of a page comes out in its place, so that what already failed,
        in reading or fetching, keeps its place in the order.
    n_jobs
        Processes that work side by side; -1: one a core. 1: no other process; then nothing is there to end a page that
        takes too long or to survive a crash.
    input, output, threshold, keep, charset, model
        As for `extract`, the same for all pages. The model is sent to each process once.
    timeout
        Seconds that a page may take, where `n_jobs` is not 1; None: any time.

    Returns
    -------
    A generator of results: the content, or a BoilerkitError: InputError for what is no page, PageError for a page that
    took too long, ended its process, or met a fault of Boilerkit's own. Processes run from the first result on until
    the last, or until the generator is closed.

    Raises
    ------
    InputError
        Where `pages` is itself a page.
    BoilerkitError
        On the first result: where processes cannot start.
    """
    labels = None if keep is None else frozenset(of_twelve(keep))
    check_options(output, threshold, labels, input)
    if isinstance(pages, str | bytes):
        raise InputError("extract_many takes an iterable of pages; one page is for extract")
    if n_jobs != -1 and n_jobs < 1:
        raise ValueError(f"n_jobs is a number of processes from 1, or -1 for one a core, not {n_jobs!r}")
    if timeout is not None and not timeout > 0:
        raise ValueError(f"timeout is a number of seconds over 0, or None, not {timeout!r}")
    job = _Job(input, output, threshold, labels, charset, model or load_model())
    sources = map(_source, pages)
    if n_jobs == 1:
        return _here(sources, job)
    from joblib import cpu_count

    from boilerkit.workers import answers

    return answers(sources, job, cpu_count() if n_jobs == -1 else n_jobs, timeout)


@dataclass(frozen=True)
class _Job:
    """What is to be done with each page."""

    input: Input
    output: Output
    threshold: float | None
    keep: frozenset[Label | str] | None
    charset: str | None
    model: ContentModel | FlatModel

    def __call__(self, page: str | bytes) -> str | BoilerkitError:
        try:
            return extract(
                page,
                input=self.input,
                output=self.output,
                threshold=self.threshold,
                keep=self.keep,
                charset=self.charset,
                model=self.model,
            )
        except BoilerkitError as error:
            return error.with_traceback(None)
        except Exception as error:  # whatever is wrong with one page, the others shall be done
            return PageError(f"unexpected {type(error).__name__}: {error}")


def _here(sources: Iterator[str | bytes | BoilerkitError], job: _Job) -> Generator[str | BoilerkitError, None, None]:
    for source in sources:
        yield source if isinstance(source, BoilerkitError) else job(source)


def _source(page: object) -> str | bytes | BoilerkitError:
    """A page as it can be sent to a process."""
    if isinstance(page, str | bytes | BoilerkitError):
        return page
    if isinstance(page, bytearray | memoryview):
        return bytes(page)
    return InputError(f"a page is str or bytes, not {type(page).__name__}")
