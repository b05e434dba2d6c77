"""Writing rows as JSON lines and as Parquet, in steps: what was committed stays, what came after can be taken back."""

from __future__ import annotations

import json
import math
import os
import zlib
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

from boilerkit.archives.compression import compression_of, import_zstandard
from boilerkit.archives.page_files import JSON_LINES_SUFFIXES, PARQUET_SUFFIXES
from boilerkit.archives.parquet import import_pyarrow
from boilerkit.errors import OptionError

#: Names of files that rows can be written to.
OUTPUT_SUFFIXES = (*JSON_LINES_SUFFIXES, *PARQUET_SUFFIXES)
#: Bytes of rows in a row group of Parquet, about, before compression.
ROW_GROUP_BYTES = 64 << 20

Row = Mapping[str, Any]


class RowWriter(Protocol):
    """Writes rows into a folder. A position says how much there is after a commit."""

    @property
    def is_full(self) -> bool:
        """Whether rows take so much memory that they should be committed."""

    def write(self, row: Row) -> None:
        """Add a row."""

    def commit(self) -> int:
        """Make sure that all rows so far are on the disk; return the position."""

    def finish(self, file: Path) -> None:
        """Move all committed rows to their file; called again, do what is left of that."""

    def close(self) -> None:
        """Close without committing."""


def open_rows(folder: Path, file: Path, position: int, types: Mapping[str, Any]) -> RowWriter:
    """Return a writer into a folder of the rows of a file, which goes on at a position of an earlier one.

    `types` has the types of columns in Arrow that are known. Raises OptionError for a file of another format.
    """
    name = file.name.lower()
    if name.endswith(JSON_LINES_SUFFIXES):
        return JsonLinesWriter(folder / "rows", compression_of(file), position)
    if name.endswith(PARQUET_SUFFIXES):
        return ParquetWriter(folder, position, types)
    raise OptionError(f"{file} is of no known format: names end in {', '.join(OUTPUT_SUFFIXES)}")


class JsonLinesWriter:
    """Writes rows as lines of JSON; what is committed at a time is a part of gzip or zstd of its own."""

    def __init__(self, file: Path, suffix: str, position: int) -> None:
        self.path = file
        self.suffix = suffix
        self.file = file.open("r+b" if file.exists() else "xb")
        self.file.truncate(position)  # what came after was not committed
        self.file.seek(position)
        self.compressor: Any = None

    def write(self, row: Row) -> None:
        """Add a row."""
        data = to_line(row).encode("utf-8", "backslashreplace")  # a lone surrogate becomes an escape of JSON
        if self.suffix:
            if self.compressor is None:
                self.compressor = _new_compressor(self.suffix)
            data = self.compressor.compress(data)
        self.file.write(data)

    @property
    def is_full(self) -> bool:
        """Return False: no row is held."""
        return False

    def commit(self) -> int:
        """Make sure that all rows so far are on the disk; return the bytes."""
        if self.compressor is not None:
            self.file.write(self.compressor.flush())
            self.compressor = None
        self.file.flush()
        os.fsync(self.file.fileno())
        return self.file.tell()

    def finish(self, file: Path) -> None:
        """Move the rows to their file."""
        self.file.close()
        if self.path.exists():
            self.path.replace(file)

    def close(self) -> None:
        """Close without committing."""
        self.compressor = None
        self.file.close()


def to_line(row: Row) -> str:
    """Return a row as a line of JSON; what JSON has no value for is null (NaN) or text (dates, bytes)."""
    try:
        return json.dumps(row, ensure_ascii=False, allow_nan=False, default=_plain) + "\n"
    except ValueError:  # NaN or infinity
        return json.dumps(_without_nan(row), ensure_ascii=False, default=_plain) + "\n"


def _plain(value: object) -> object:
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def _without_nan(value: Any) -> Any:
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {name: _without_nan(its) for name, its in value.items()}
    return [_without_nan(its) for its in value] if isinstance(value, list | tuple) else value


def _new_compressor(suffix: str) -> Any:
    if suffix == ".gz":
        return zlib.compressobj(wbits=zlib.MAX_WBITS | 16)
    return import_zstandard().ZstdCompressor().compressobj()


class ParquetWriter:
    """Writes rows as Parquet: a part for what is committed at a time, and in the end one file of all, in zstd.

    A column is of the type that its source says, or that its values have. Where these do not fit together, it is text,
    with JSON for what is not.
    """

    def __init__(self, folder: Path, position: int, types: Mapping[str, Any]) -> None:
        import_pyarrow()
        self.folder = folder
        self.n_parts = position
        self.types = types
        self.rows: list[Row] = []
        self.n_bytes = 0  # of the texts in `rows`
        for part in folder.glob("*.part.parquet"):
            if int(part.name.partition(".")[0]) >= position:  # was not committed
                part.unlink()

    def write(self, row: Row) -> None:
        """Add a row."""
        self.rows.append(row)
        self.n_bytes += sum(len(value) for value in row.values() if isinstance(value, str | bytes))

    @property
    def is_full(self) -> bool:
        """Whether there are rows for a row group."""
        return self.n_bytes >= ROW_GROUP_BYTES

    def commit(self) -> int:
        """Write the rows since the last commit; return the number of parts."""
        if self.rows:
            from pyarrow import parquet

            part = self._part(self.n_parts)
            parquet.write_table(to_table(self.rows, self.types), part, compression="zstd")
            with part.open("rb") as file:
                os.fsync(file.fileno())
            self.rows, self.n_bytes = [], 0
            self.n_parts += 1
        return self.n_parts

    def finish(self, file: Path) -> None:
        """Join all parts to one file."""
        if not any(self._part(number).exists() for number in range(self.n_parts)) and file.exists():
            return  # it was made, and the parts removed
        parts = [self._part(number) for number in range(self.n_parts)]
        whole = self.folder / "whole.parquet"
        if len(parts) != 1:
            join_parts(parts, whole)
        (parts[0] if len(parts) == 1 else whole).replace(file)

    def close(self) -> None:
        """Close without committing."""
        self.rows = []

    def _part(self, number: int) -> Path:
        return self.folder / f"{number:08}.part.parquet"


def is_parquet(file: Path) -> bool:
    """Return whether a file is to be Parquet, as its name says."""
    return file.name.lower().endswith(PARQUET_SUFFIXES)


def page_field_types(names: Iterable[str]) -> dict[str, Any]:
    """Return the types in Arrow of fields of pages, which stay the same where all values of a file are null."""
    pyarrow = import_pyarrow()
    text = pyarrow.string()
    comment = pyarrow.struct([("text", text), ("author", text), ("date", text)])
    special = {
        "confidence": pyarrow.float64(),
        "n_words": pyarrow.int64(),
        "authors": pyarrow.list_(text),
        "comments": pyarrow.list_(comment),
    }
    return {name: special.get(name, text) for name in names if name != "blocks"}


def to_table(rows: Sequence[Row], types: Mapping[str, Any]) -> Any:
    """Return rows as a table of Arrow; `types` has the known types of columns."""
    import pyarrow

    names = dict.fromkeys(name for row in rows for name in row)
    return pyarrow.table({name: _array([row.get(name) for row in rows], types.get(name)) for name in names})


def _array(values: list[Any], type: Any) -> Any:
    import pyarrow

    for wanted in (type, None):
        try:
            return pyarrow.array(values, wanted)
        except (pyarrow.ArrowException, UnicodeEncodeError, OverflowError, TypeError, ValueError):
            continue
    return _text_array(values)


def _text_array(values: list[Any]) -> Any:
    import pyarrow

    return pyarrow.array([value if value is None else _as_text(value) for value in values], pyarrow.string())


def _as_text(value: Any) -> str:
    text = value if isinstance(value, str) else to_line(value).rstrip("\n")
    return text.encode("utf-8", "replace").decode()


def join_parts(parts: Sequence[Path], file: Path) -> None:
    """Write the rows of Parquet files to one, in row groups of about ROW_GROUP_BYTES, in memory for one of them."""
    import pyarrow
    from pyarrow import parquet

    schema = _joined_schema([parquet.read_schema(part) for part in parts])
    with parquet.ParquetWriter(file, schema, compression="zstd") as writer:
        tables: list[Any] = []
        for part in parts:
            tables.append(_with_schema(parquet.read_table(part), schema))
            if sum(table.nbytes for table in tables) >= ROW_GROUP_BYTES:
                writer.write_table(pyarrow.concat_tables(tables))
                tables = []
        if tables:
            writer.write_table(pyarrow.concat_tables(tables))
    with file.open("rb") as written:
        os.fsync(written.fileno())


def _joined_schema(schemas: Iterable[Any]) -> Any:
    """Return one schema for tables of several: a column of types that do not fit together is text."""
    import pyarrow

    joined: dict[str, Any] = {}
    for its in (its for schema in schemas for its in schema):
        known = joined.setdefault(its.name, its.type)
        if known != its.type:
            try:
                pair = [pyarrow.schema([pyarrow.field(its.name, type)]) for type in (known, its.type)]
                joined[its.name] = pyarrow.unify_schemas(pair, promote_options="permissive").field(0).type
            except pyarrow.ArrowException:
                joined[its.name] = pyarrow.string()
    return pyarrow.schema(list(joined.items()))


def _with_schema(table: Any, schema: Any) -> Any:
    import pyarrow

    columns = []
    for its in schema:
        if its.name not in table.column_names:
            columns.append(pyarrow.nulls(table.num_rows, its.type))
            continue
        column = table.column(its.name)
        if column.type != its.type:
            values = column.to_pylist()
            column = _array(values, its.type)
            column = column if column.type == its.type else _text_array(values)
        columns.append(column)
    return pyarrow.table(columns, schema=schema)
