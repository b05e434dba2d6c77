"""Many pages: in order, in bounded memory, in any number of processes, with errors as values."""

from __future__ import annotations

from collections.abc import Collection, Generator, Iterable
from dataclasses import dataclass

from boilerkit.documents import InputFormatOption
from boilerkit.errors import BoilerkitError, InputError, OptionError, PageError
from boilerkit.extraction import ExtractOptions, OutputFormat
from boilerkit.labels import Label
from boilerkit.model.content import ContentModel


def extract_many(
    pages: Iterable[str | bytes | BoilerkitError],
    n_jobs: int = 1,
    *,
    input_format: InputFormatOption = "auto",
    output_format: OutputFormat = "text",
    threshold: float | None = None,
    keep: Collection[Label | str] | None = None,
    charset: str | None = None,
    model: ContentModel | None = None,
    timeout: float | None = 60,
    include_links: bool = True,
    include_images: bool = True,
    include_tables: bool = True,
    include_title: bool = False,
    include_list_markers: bool = True,
    include_comments: bool = False,
) -> Generator[str | BoilerkitError, None, None]:
    """Yield the main content of each page, in the order of the pages, as they come.

    Pages are taken from the iterable as results are consumed, only a few ahead, so any number of them passes through
    in little memory. One bad page never costs the others: its result is an error. Parameters that are not listed here
    are those of `extract`, the same for all pages.

    Parameters
    ----------
    pages
        Pages as `extract` takes them. An error in place of a page is passed through, so that what already failed, in
        reading or fetching, keeps its place in the order.
    n_jobs
        Number of worker processes; -1: one per core. 1: no other process; then nothing can end a page that takes too
        long or survive a crash.
    model
        As for `extract`; it is sent to each process once.
    timeout
        Seconds that a page may take if `n_jobs` is not 1; None: no limit.

    Returns
    -------
    Generator of str or BoilerkitError
        The content of each page, or an error: InputError for what is not a page, PageError for a page that took too
        long, ended its process, or met a bug in Boilerkit. Processes run from the first result on until the last, or
        until the generator is closed.

    Raises
    ------
    InputError
        If `pages` is itself a page.
    OptionError
        If an option has a value that it cannot have.
    BoilerkitError
        On the first result, if processes cannot start.
    """
    options = ExtractOptions(
        input_format,
        output_format,
        threshold,
        keep,
        model,
        include_links=include_links,
        include_images=include_images,
        include_tables=include_tables,
        include_title=include_title,
        include_list_markers=include_list_markers,
        include_comments=include_comments,
    )
    if isinstance(pages, str | bytes):
        raise InputError("extract_many takes an iterable of pages; use extract for one page")
    return extract_with_options(pages, options, n_jobs, charset, timeout)


def extract_with_options(
    pages: Iterable[str | bytes | BoilerkitError],
    options: ExtractOptions,
    n_jobs: int = 1,
    charset: str | None = None,
    timeout: float | None = 60,
) -> Generator[str | BoilerkitError, None, None]:
    """Yield the main content of each page as `extract_many` does, for options that are already validated."""
    if n_jobs != -1 and n_jobs < 1:
        raise OptionError(f"n_jobs is a number of processes from 1, or -1 for one per core, not {n_jobs!r}")
    if timeout is not None and not timeout > 0:
        raise OptionError(f"timeout is a number of seconds over 0, or None, not {timeout!r}")
    sources = map(_checked, pages)
    extract_page = _ExtractPage(options, charset)
    if n_jobs == 1:
        return (source if isinstance(source, BoilerkitError) else extract_page(source) for source in sources)
    from joblib import cpu_count

    from boilerkit.worker_pool import map_ordered

    return map_ordered(sources, extract_page, cpu_count() if n_jobs == -1 else n_jobs, timeout)


@dataclass(frozen=True)
class _ExtractPage:
    """Extracts one page and returns errors as values; workers get it pickled."""

    options: ExtractOptions
    charset: str | None

    def __call__(self, page: str | bytes) -> str | BoilerkitError:
        try:
            return self.options.extract(page, charset=self.charset)
        except BoilerkitError as error:
            return error.with_traceback(None)
        except Exception as error:  # a bug on one page must not cost the others
            return PageError(f"unexpected {type(error).__name__}: {error}")


def _checked(page: object) -> str | bytes | BoilerkitError:
    """Return a page as it can be sent to a process, an error for anything else."""
    if isinstance(page, str | bytes | BoilerkitError):
        return page
    if isinstance(page, bytearray | memoryview):
        return bytes(page)
    return InputError(f"a page is str or bytes, not {type(page).__name__}")
