"""From sources to an output: reading, extracting and writing at the same time, with commits now and then."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from boilerkit.archives.outputs import Output, Progress, open_output
from boilerkit.archives.parquet import ParquetSource
from boilerkit.archives.rows import RowOptions, rows_of
from boilerkit.archives.sources import Source, fingerprint
from boilerkit.archives.warc import WarcFile
from boilerkit.archives.writers import is_parquet, page_field_types
from boilerkit.errors import BoilerkitError, InputError, error_message
from boilerkit.records import Record

#: Seconds between commits: the work that is lost when a run is killed.
COMMIT_SECONDS = 5.0
#: Seconds between calls of `on_progress`.
PROGRESS_SECONDS = 0.2


@dataclass(frozen=True)
class Status:
    """How far a run has come: what became of the pages so far, and the bytes read of all that there are."""

    progress: Progress
    bytes_read: int
    bytes_total: int


#: Where a run goes on: at a record of a source.
Place = tuple[int, int]


class Reader:
    """The records of several sources, one after another, from a place on.

    A source that cannot be read further is a record with an error, and the next one is read.
    """

    def __init__(self, sources: Sequence[Source], place: Place = (0, 0)) -> None:
        self.sources = sources
        self.place = place
        self._sizes = [source.size if _exists(source) else 0 for source in sources]

    def __iter__(self) -> Iterator[tuple[Record, Place]]:
        """Yield records, each with the place after it."""
        first, skip = self.place
        for number in range(first, len(self.sources)):
            try:
                for seen, record in enumerate(self.sources[number].records(skip), skip + 1):
                    yield record, (number, seen)
            except (BoilerkitError, OSError) as error:
                yield Record(InputError(error_message(error))), (number + 1, 0)
            skip = 0

    @property
    def bytes_total(self) -> int:
        """The bytes of all sources."""
        return sum(self._sizes)

    @property
    def bytes_read(self) -> int:
        """The bytes that were read, by this run or earlier ones."""
        first = self.place[0]
        return sum(self._sizes[:first]) + sum(source.position for source in self.sources[first:])


def extract_to_file(
    sources: Sequence[Source],
    file: Path,
    how: RowOptions,
    settings: Mapping[str, Any],
    *,
    n_jobs: int = 1,
    timeout: float | None = 60,
    overwrite: bool = False,
    on_start: Callable[[Progress], object] = lambda progress: None,
    on_progress: Callable[[Status], object] = lambda status: None,
) -> Progress:
    """Extract the pages of sources into a file of rows; return what became of them.

    A run that was stopped goes on where it was. `settings` are all that the rows depend on besides the sources;
    `on_start` is called with what earlier runs did, `on_progress` now and then. Raises errors as `open_output` and
    `boilerkit.extract_many` do.
    """
    known = {**settings, "sources": [fingerprint(source) for source in sources]}
    with open_output(file, known, _types(sources, how, file), overwrite) as output:
        on_start(output.progress)
        if not output.is_finished:
            _extract(sources, output, how, n_jobs, timeout, on_progress)
        output.finish()
        return output.progress


def _extract(
    sources: Sequence[Source],
    output: Output,
    how: RowOptions,
    n_jobs: int,
    timeout: float | None,
    on_progress: Callable[[Status], object],
) -> None:
    progress = output.progress
    reader = Reader(sources, (progress.source, progress.record))
    committed = shown = time.monotonic()
    with closing(rows_from(reader, how, n_jobs, timeout)) as rows:
        for record, row, (number, after) in rows:
            if isinstance(row, BoilerkitError):
                output.write_error(error_row(sources, progress.source, record, row))
            elif row is None:
                progress.left_out += 1
            else:
                output.write(row)
            progress.source, progress.record = number, after
            now = time.monotonic()
            if now - committed > COMMIT_SECONDS or output.rows.is_full:
                output.commit()
                committed = now
            if now - shown > PROGRESS_SECONDS:
                on_progress(Status(progress, reader.bytes_read, reader.bytes_total))
                shown = now


def rows_from(
    reader: Reader, how: RowOptions, n_jobs: int, timeout: float | None
) -> Generator[tuple[Record, dict[str, Any] | BoilerkitError | None, Place], None, None]:
    """Yield each record without its page, its row as `rows_of` does, and the place after it."""
    places: deque[Place] = deque()

    def records() -> Iterator[Record]:
        for record, place in reader:
            places.append(place)
            yield record

    with closing(rows_of(records(), how, n_jobs, timeout)) as rows:
        for record, row in rows:
            yield record, row, places.popleft()


def error_row(sources: Sequence[Source], number: int, record: Record, error: BoilerkitError) -> dict[str, Any]:
    """Return what the file of errors says about a page of the source with this number."""
    name = sources[min(number, len(sources) - 1)].name
    return {"source": name, "id": record.id, "url": record.url, "kind": type(error).__name__, "error": str(error)}


def _types(sources: Sequence[Source], how: RowOptions, file: Path) -> dict[str, Any]:
    """Return the types of the columns that are known before there is a row, if the output needs them."""
    if not is_parquet(file):
        return {}
    types: dict[str, Any] = {}
    for source in sources:
        if isinstance(source, ParquetSource | WarcFile) and _exists(source):
            with suppress(BoilerkitError, OSError):  # told of when it is read
                types = source.types | types
    return types | page_field_types(how.page_fields)


def _exists(source: Source) -> bool:
    try:
        return source.size >= 0
    except OSError:
        return False
