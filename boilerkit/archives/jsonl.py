"""JSON lines, also compressed: one page per line."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from boilerkit.archives.compression import compression_of, import_zstandard, read_lines
from boilerkit.archives.page_files import OneFile
from boilerkit.errors import InputError
from boilerkit.json_lines import parse_line
from boilerkit.records import Columns, Record


@dataclass
class JsonLinesFile(OneFile):
    """A file of JSON lines as a source of records. A line that is not JSON, or is damaged, costs itself alone."""

    path: Path
    columns: Columns = field(default_factory=Columns)
    position: int = 0

    def records(self, skip: int = 0) -> Iterator[Record]:
        """Yield the records after the first `skip`. Raises OSError, and BoilerkitError if a package is missing."""
        if compression_of(self.path) == ".zst":
            import_zstandard()
        with self.path.open("rb", buffering=0) as file:
            for record in read_json_records(file, compression_of(self.path), self.columns, skip):
                self.position = file.tell()
                yield record
            self.position = file.tell()


def read_json_records(file: BinaryIO, suffix: str, columns: Columns, skip: int = 0) -> Iterator[Record]:
    """Yield a record for each line that is not blank, and one with an error for each place that is damaged."""
    seen = 0
    for number, line in enumerate(read_lines(file, suffix), 1):
        if not isinstance(line, InputError) and not line.strip():
            continue
        seen += 1
        if seen > skip:
            yield _record(line, number, columns)


def _record(line: bytes | InputError, number: int, columns: Columns) -> Record:
    row = line if isinstance(line, InputError) else parse_line(line, is_first=number == 1)
    if isinstance(row, InputError):
        return Record(row, id=f"line {number}")
    if isinstance(row, str):
        return Record(InputError(row), id=f"line {number}")
    return columns.record(row, f"line {number}")
