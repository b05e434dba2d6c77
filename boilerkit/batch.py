"""Many pages: in order, in bounded memory, in any number of processes, with errors as values."""

from __future__ import annotations

from collections.abc import Callable, Collection, Generator, Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Generic, TypedDict, TypeVar, Unpack

from boilerkit.documents import InputFormatOption
from boilerkit.errors import BoilerkitError, InputError, OptionError, PageError, error_message
from boilerkit.extraction import ExtractOptions, OutputFormat
from boilerkit.labels import Label
from boilerkit.model.content import ContentModel
from boilerkit.page import Page
from boilerkit.records import Record, to_record

R = TypeVar("R")


class Options(TypedDict, total=False):
    """The options of `extract` that are the same for all pages, as keywords."""

    input_format: InputFormatOption
    output_format: OutputFormat
    threshold: float | None
    keep: Collection[Label | str] | None
    model: ContentModel | None
    include_links: bool
    include_images: bool
    include_tables: bool
    include_title: bool
    include_list_markers: bool
    include_comments: bool


def extract_many(
    pages: Iterable[object],
    n_jobs: int = 1,
    *,
    options: ExtractOptions | None = None,
    charset: str | None = None,
    timeout: float | None = 60,
    **keywords: Unpack[Options],
) -> Generator[str | BoilerkitError, None, None]:
    """Yield the main content of each page, in the order of the pages, as they come.

    Pages are taken from the iterable as results are consumed, only a few ahead, so any number of them passes through
    in little memory. One bad page never costs the others: its result is an error.

    Parameters
    ----------
    pages
        Each is a page as `extract` takes it; a tuple of a page, its url and perhaps its charset; a mapping with the
        page in "html", "content" or another column of `boilerkit.records.CONTENT_COLUMNS`, and perhaps "url" and
        "charset"; or a `Record`. An error in place of a page is passed through, so that what already failed, in reading
        or fetching, keeps its place in the order.
    n_jobs
        Number of worker processes; -1: one per core. 1: no other process; then nothing can end a page that takes too
        long or survive a crash.
    options, **keywords
        How to extract, the same for all pages: `ExtractOptions`, or its fields as keywords, which `extract` explains.
        The model is sent to each process once. Pages that say what they are, such as those of a column "html", are
        taken for that unless `input_format` is given.
    charset
        The encoding of pages that come without one of their own.
    timeout
        Seconds that one page may take; None: any number. It needs other processes (`n_jobs` of 2 or more, or -1).

    Yields
    ------
    The content of each page, or an error in its place: InputError for what is not a page; PageError for a page that
    took longer than `timeout`, ended its process, found no memory or met a bug. The processes live from the first
    result on until the last, or until the generator is closed.

    Raises
    ------
    InputError
        If `pages` is itself a page.
    OptionError
        If an option has a value that it cannot have.
    BoilerkitError
        On the first result, if processes cannot start.
    """
    extract = _Extract(_options(options, keywords))
    return map_records(_records(pages, charset, "extract_many"), extract, n_jobs, timeout)


def analyze_many(
    pages: Iterable[object],
    n_jobs: int = 1,
    *,
    options: ExtractOptions | None = None,
    charset: str | None = None,
    timeout: float | None = 60,
    **keywords: Unpack[Options],
) -> Generator[Page | BoilerkitError, None, None]:
    """Yield everything about each page, as `analyze` returns it, in the order of the pages, as they come.

    Takes the parameters of `extract_many`, yields errors as it does, and raises the same errors.
    """
    analyze = _Analyze(_options(options, keywords))
    return map_records(_records(pages, charset, "analyze_many"), analyze, n_jobs, timeout)


def map_records(
    records: Iterable[Record], function: Callable[[Record], R], n_jobs: int = 1, timeout: float | None = 60
) -> Generator[R | BoilerkitError, None, None]:
    """Yield what `function` returns for each record, in order, or the error that it raised or that the record is.

    `function` can be pickled; it gets records without their other columns. Takes `n_jobs` and `timeout` and raises
    errors as `extract_many` does.
    """
    if n_jobs != -1 and n_jobs < 1:
        raise OptionError(f"n_jobs is a number of processes from 1, or -1 for one per core, not {n_jobs!r}")
    if timeout is not None and not timeout > 0:
        raise OptionError(f"timeout is a number of seconds over 0, or None, not {timeout!r}")
    call = _ErrorsAsValues(function)
    if n_jobs == 1:
        return (its.content if isinstance(its.content, BoilerkitError) else call(its) for its in records)
    from joblib import cpu_count

    from boilerkit.worker_pool import map_ordered

    return map_ordered(map(_sent, records), call, cpu_count() if n_jobs == -1 else n_jobs, timeout)


def _options(options: ExtractOptions | None, keywords: Options) -> ExtractOptions:
    if options is not None and keywords:
        raise OptionError(f"{next(iter(keywords))} is a field of options: give one or the other")
    return options or ExtractOptions(**keywords)


def _records(pages: Iterable[object], charset: str | None, name: str) -> Iterable[Record]:
    if isinstance(pages, str | bytes):
        raise InputError(f"{name} takes an iterable of pages; use {name.removesuffix('_many')} for one page")
    records = map(to_record, pages)
    if charset is None:
        return records
    return (replace(record, charset=record.charset or charset) for record in records)


def _sent(record: Record) -> Record | BoilerkitError:
    """Return what another process gets of a record."""
    if isinstance(record.content, BoilerkitError):
        return record.content
    return Record(record.content, record.url, record.charset, record.input_format)


# --- What is done with a record; workers get these pickled ------------------------------------------------------------


@dataclass(frozen=True)
class _ErrorsAsValues(Generic[R]):
    function: Callable[[Record], R]

    def __call__(self, record: Record) -> R | BoilerkitError:
        try:
            return self.function(record)
        except BoilerkitError as error:
            return error.with_traceback(None)
        except Exception as error:  # a bug on one page must not cost the others
            return PageError(error_message(error))


@dataclass(frozen=True)
class RecordAnalyzer:
    """Analyzes records with the same options; a record that says what it is is taken for that if no option does."""

    options: ExtractOptions

    def analyze(self, record: Record, keep_tree: bool = False) -> Page:
        """Return the page of a record with its predictions. Raises errors as `ExtractOptions.analyze` does."""
        content = record.content
        if isinstance(content, BoilerkitError):
            raise content
        options = self.options
        if options.input_format == "auto":
            options = self._options_by_format[record.input_format]
        return options.analyze(content, record.url, record.charset, keep_tree=keep_tree)

    @cached_property
    def _options_by_format(self) -> dict[InputFormatOption, ExtractOptions]:
        formats: tuple[InputFormatOption, ...] = ("auto", "html", "text")
        return {its: replace(self.options, input_format=its) for its in formats}


class _Extract(RecordAnalyzer):
    def __call__(self, record: Record) -> str:
        page = self.analyze(record, keep_tree=self.options.output_format != "text")
        return self.options.render(page)


class _Analyze(RecordAnalyzer):
    def __call__(self, record: Record) -> Page:
        return self.analyze(record)
