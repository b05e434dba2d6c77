"""Batches of pages in Arrow, in and out: the callable that engines run. Needs pyarrow."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, TypeVar

import pyarrow as pa

from boilerkit.errors import OptionError
from boilerkit.integrations.records import DEFAULT_FIELDS, ExtractRecord
from boilerkit.records import CHARSET_COLUMNS, CONTENT_COLUMNS, URL_COLUMNS

_TYPES = {"authors": pa.list_(pa.string()), "confidence": pa.float64()}

B = TypeVar("B", pa.RecordBatch, pa.Table)


class ExtractBatch:
    """Extracts the pages of a batch: a callable that can be pickled, from RecordBatch to RecordBatch or Table to Table.

    The page's column is replaced by "text" ("markdown" or "html" with that `output_format`), by the fields, and by
    "error", null unless the page has no content for the reason that it names. All other columns and the order of rows
    stay. A page that is invalid costs its row alone. The shipped model is loaded once a process, on the first batch.

    Parameters
    ----------
    page
        The column of pages: HTML or plain text, as binary, which may be in any encoding, or as string. None: the first
        of `boilerkit.records.CONTENT_COLUMNS` that the batch has.
    url, charset
        The columns of addresses, and of encodings that the HTTP header named. None: the first of the usual names in
        `boilerkit.records`, if there is one.
    fields
        What is wanted besides the content: names of `boilerkit.integrations.records.FIELDS`.
    prefix
        What the names of new columns begin with.
    **options
        Those of `boilerkit.extract`, such as `output_format`, `input_format`, `threshold`, `keep` and `model`.

    Raises OptionError for options that cannot be, and for a batch without the columns that it needs or with one that
    has the name of a new one.
    """

    def __init__(
        self,
        page: str | None = None,
        url: str | None = None,
        charset: str | None = None,
        *,
        fields: Sequence[str] = DEFAULT_FIELDS,
        prefix: str = "",
        **options: Any,
    ) -> None:
        self.page, self.url, self.charset = page, url, charset
        self.prefix = prefix
        self._extract_record = ExtractRecord(fields, **options)

    def __call__(self, batch: B) -> B:
        """Return the batch with the content of its pages."""
        schema = self.output_schema(batch.schema)
        if isinstance(batch, pa.Table):
            return pa.Table.from_batches([self._extract(its, schema) for its in batch.to_batches()], schema)
        return self._extract(batch, schema)

    def page_column(self, names: Sequence[str]) -> str:
        """Return which of a batch's columns has the pages. Raises OptionError if none has."""
        column = _find(self.page, tuple(CONTENT_COLUMNS), names)
        if column is None:
            raise OptionError(
                f"no column is named {' or '.join(CONTENT_COLUMNS)}: name the column of pages (page=); "
                f"there are {', '.join(names) or 'none'}"
            )
        return column

    @property
    def new_fields(self) -> list[pa.Field]:
        """The columns that a batch gets."""
        names = self._extract_record.names
        return [pa.field(self.prefix + name, _TYPES.get(name, pa.string())) for name in names]

    def output_schema(self, schema: pa.Schema) -> pa.Schema:
        """Return the schema of what comes of a batch with this schema. Raises OptionError as calls do."""
        page = self.page_column(schema.names)
        kept = [field for field in schema if field.name != page]
        new = self.new_fields
        if taken := {field.name for field in kept} & {field.name for field in new}:
            raise OptionError(
                f"the batch has a column {min(taken)!r}, which would be overwritten: rename it, leave it out of "
                "fields, or give new columns a prefix"
            )
        return pa.schema([*kept, *new])

    def _extract(self, batch: pa.RecordBatch, schema: pa.Schema) -> pa.RecordBatch:
        names = batch.schema.names
        page = self.page_column(names)
        url, charset = (
            _find(self.url, URL_COLUMNS, names),
            _find(self.charset, CHARSET_COLUMNS, names),
        )
        records = [
            self._extract_record(*row)
            for row in zip(_values(batch, page), _values(batch, url), _values(batch, charset), strict=True)
        ]
        kept = [batch.column(index) for index, name in enumerate(names) if name != page]
        new = [
            pa.array([record[name] for record in records], field.type)
            for name, field in zip(self._extract_record.names, self.new_fields, strict=True)
        ]
        return pa.RecordBatch.from_arrays([*kept, *new], schema=schema)


def _find(named: str | None, guesses: Sequence[str], names: Sequence[str]) -> str | None:
    """Return the column that was named, else the first guess among a batch's names."""
    if named is None:
        return next((guess for guess in guesses if guess in names), None)
    if named not in names:
        raise OptionError(f"there is no column {named!r}; there are {', '.join(names) or 'none'}")
    return named


def _values(batch: pa.RecordBatch, column: str | None) -> Iterator[Any]:
    """Yield the values of a column one by one, so that a batch of large pages is not copied whole; None without one."""
    if column is None:
        yield from [None] * batch.num_rows
        return
    for scalar in batch.column(column):
        try:
            yield scalar.as_py()
        except UnicodeDecodeError:  # a column of strings that are not UTF-8
            yield scalar.as_buffer().to_pybytes()
