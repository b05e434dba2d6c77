"""From records to rows: which fields of a page are written, and which pages are left out."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Collection, Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from boilerkit.batch import RecordAnalyzer, map_records
from boilerkit.errors import BoilerkitError, OptionError
from boilerkit.extraction import ExtractOptions, OutputFormat
from boilerkit.page import Page
from boilerkit.records import Record

#: Fields with the content; how they look is for `ExtractOptions` to say.
CONTENT_FIELDS: tuple[OutputFormat, ...] = ("text", "markdown", "html")
#: Fields that the page's markup is read once more for.
METADATA_FIELDS = (
    "title",
    "authors",
    "date",
    "date_modified",
    "site_name",
    "language",
    "description",
    "image",
)
_FIELDS: dict[str, Callable[[Page], Any]] = {
    "confidence": lambda page: None if page.confidence is None else round(page.confidence, 4),
    "n_words": lambda page: page.n_words,
    "input_format": lambda page: page.input_format,
    "text_source": lambda page: page.text_source,
    "page_type": lambda page: str(page.page_type),
    "model_version": lambda page: page.model_version,
    "label_model_version": lambda page: page.label_model_version,
    "comments": lambda page: [comment.to_dict() for comment in page.comments],
    "blocks": lambda page: [block.to_dict() for block in page.blocks],
}
#: All fields of pages; any other name is that of a column of the input.
PAGE_FIELDS = (*CONTENT_FIELDS, *METADATA_FIELDS, *_FIELDS)


@dataclass(frozen=True)
class PageFilter:
    """Which pages are written. `languages` are codes such as "en"; a page of unknown language has none of them."""

    min_words: int = 0
    min_confidence: float = 0.0
    languages: Collection[str] = ()

    def accepts(self, page: Page) -> bool:
        """Return whether a page is written. Raises OptionError if a confidence is asked for that its model lacks."""
        if page.n_words < self.min_words:
            return False
        if self.min_confidence > 0:
            if page.confidence is None:
                raise OptionError("the model says nothing of its confidence: it was trained without cross-validation")
            if page.confidence < self.min_confidence:
                return False
        return not self.languages or page.language in self.languages


@dataclass(frozen=True)
class RowOptions:
    """How records become rows.

    With `fields`, a row has these: fields of the page (see PAGE_FIELDS), "url" and "id", and columns of the input.
    Without, it has all columns of the input but that of the page, the content in the output format of `options`, and
    the version of the model; "json" stands for text, metadata, confidence and versions. A field replaces a column of
    its name. `url` and `charset` are those of records that have none.
    """

    options: ExtractOptions
    fields: Sequence[str] | None = None
    filter: PageFilter = PageFilter()
    url: str | None = None
    charset: str | None = None

    @property
    def page_fields(self) -> tuple[str, ...]:
        """The fields that come from the page."""
        if self.fields is not None:
            return tuple(field for field in self.fields if field in PAGE_FIELDS)
        if self.options.output_format == "json":
            versions = ("model_version", "label_model_version")
            return (*METADATA_FIELDS, "page_type", "comments", "confidence", "text_source", *versions, "text")
        return (self.options.output_format, "model_version")

    @property
    def has_url(self) -> bool:
        """Whether a row has an address; that which the page names is used where no other is known."""
        return self.options.output_format == "json" if self.fields is None else "url" in self.fields

    def row(self, record: Record, values: Mapping[str, Any]) -> dict[str, Any]:
        """Return the row of a record, given its values of `page_fields`."""
        if self.fields is None:
            return {**record.columns, **values}
        own = {"url": record.url, "id": record.id}
        return {
            field: values[field] if field in values else record.columns.get(field, own.get(field))
            for field in self.fields
        }


@dataclass(frozen=True)
class _RowValues(RecordAnalyzer):
    """Returns the values of fields of a record's page, None if the page is to be left out; workers get it pickled."""

    how: RowOptions

    def __call__(self, record: Record) -> dict[str, Any] | None:
        page = self.analyze(record, keep_tree=self._needs_tree)
        if not self.how.filter.accepts(page):
            return None
        values = {field: self._value(page, field) for field in self.how.page_fields}
        if record.url is None and self.how.has_url:
            values["url"] = page.url
        return values

    def _value(self, page: Page, field: str) -> Any:
        if field in CONTENT_FIELDS:
            return self.options.render(page, field)
        return _FIELDS[field](page) if field in _FIELDS else getattr(page, field)

    @cached_property
    def _needs_tree(self) -> bool:
        return bool(self.how.filter.languages) or any(
            field in ("markdown", "html", "comments", *METADATA_FIELDS) for field in self.how.page_fields
        )


def extract_records(
    records: Iterable[Record],
    fields: Sequence[str] | None = None,
    n_jobs: int = 1,
    *,
    options: ExtractOptions | None = None,
    filter: PageFilter | None = None,
    timeout: float | None = 60,
) -> Generator[tuple[Record, dict[str, Any] | BoilerkitError | None], None, None]:
    """Yield each record, without its page, and its row: a dict to be written, an error, or None if it is left out.

    Parameters
    ----------
    records
        From `read_records`, or made by yourself.
    fields
        The names of the row, such as ``("url", "title", "text")``; see `RowOptions`. None: all columns of the input
        and the content.
    options, n_jobs, timeout
        As for `boilerkit.extract_many`.
    filter
        Which pages are left out. None: none is.

    Raises OptionError and BoilerkitError as `boilerkit.extract_many` does.
    """
    how = RowOptions(options or ExtractOptions(), fields, filter or PageFilter())
    return rows_of(records, how, n_jobs, timeout)


def rows_of(
    records: Iterable[Record], how: RowOptions, n_jobs: int, timeout: float | None
) -> Generator[tuple[Record, dict[str, Any] | BoilerkitError | None], None, None]:
    """Yield records and rows as `extract_records` does."""
    waiting: deque[Record] = deque()

    def taken() -> Iterator[Record]:
        for record in records:
            if how.url or how.charset:
                record = replace(record, url=record.url or how.url, charset=record.charset or how.charset)
            waiting.append(Record("", record.url, record.charset, record.input_format, record.id, record.columns))
            yield record

    with closing(map_records(taken(), _RowValues(how.options, how), n_jobs, timeout)) as results:
        for values in results:
            record = waiting.popleft()
            yield record, how.row(record, values) if isinstance(values, dict) else values
