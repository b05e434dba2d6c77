"""Parquet files: one page per row, read by row groups, a few rows at a time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from boilerkit.archives.page_files import OneFile
from boilerkit.errors import BoilerkitError, InputError
from boilerkit.records import Columns, Record

#: Rows that are in memory at a time.
_BATCH_ROWS = 64


@dataclass
class ParquetSource(OneFile):
    """A Parquet file as a source of records. A row group that cannot be read costs its rows alone."""

    path: Path
    columns: Columns = field(default_factory=Columns)
    position: int = 0

    @property
    def types(self) -> dict[str, Any]:
        """The types of the columns in Arrow."""
        return {its.name: its.type for its in self._open().schema_arrow}

    def records(self, skip: int = 0) -> Iterator[Record]:
        """Yield the records after the first `skip`. Raises BoilerkitError for what is no Parquet file, OSError."""
        with self._open() as file:
            n_rows = max(1, file.metadata.num_rows)
            first = 0
            for group in range(file.num_row_groups):
                end = first + file.metadata.row_group(group).num_rows
                if end > skip:
                    for number, record in enumerate(self._group(file, group, first, max(skip, first), end)):
                        self.position = self.size * (max(skip, first) + number) // n_rows
                        yield record
                first = end
            self.position = self.size

    def _group(self, file: Any, group: int, first: int, start: int, end: int) -> Iterator[Record]:
        """Yield the records of a row group from row `start` on; errors for those that cannot be read."""
        row = first
        try:
            for batch in file.iter_batches(_BATCH_ROWS, row_groups=[group]):
                for values in batch_rows(batch):
                    if row >= start:
                        yield self.columns.record(values, f"row {row + 1}")
                    row += 1
        except (OSError, ValueError) as error:  # pyarrow's errors are of these
            for number in range(max(row, start), end):
                yield Record(InputError(f"the row group is damaged: {error}"), id=f"row {number + 1}")

    def _open(self) -> Any:
        pyarrow = import_pyarrow()
        from pyarrow import parquet

        try:
            return parquet.ParquetFile(self.path)
        except pyarrow.ArrowException as error:
            raise BoilerkitError(f"{self.path} cannot be read as Parquet: {error}") from None


def batch_rows(batch: Any) -> Iterator[dict[str, Any]]:
    """Yield the rows of a batch, with bytes where a column of strings holds something else than UTF-8."""
    columns = {name: batch.column(number) for number, name in enumerate(batch.schema.names)}
    for number in range(batch.num_rows):
        yield {name: _value(column[number]) for name, column in columns.items()}


def _value(scalar: Any) -> Any:
    try:
        return scalar.as_py()
    except UnicodeDecodeError:
        return scalar.as_buffer().to_pybytes()


def import_pyarrow() -> Any:
    """Return the package pyarrow. Raises BoilerkitError if it is not installed."""
    try:
        import pyarrow
    except ModuleNotFoundError:
        raise BoilerkitError("Parquet files need pyarrow: pip install 'boilerkit[corpora]'") from None
    return pyarrow
