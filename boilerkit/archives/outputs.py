"""A file of rows that is written in one run or several: each row once, whatever stops a run, and complete or not there.

While it is written, OUT.partial is a folder with the rows, the errors and `state.json`, which says what was committed
and from where to go on. What a run wrote after its last commit is taken back by the next one. In the end the rows
become OUT, and the errors OUT.errors.jsonl if there are any.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from boilerkit.archives.folders import atomic_write
from boilerkit.archives.locks import locked
from boilerkit.archives.writers import JsonLinesWriter, Row, RowWriter, open_rows
from boilerkit.errors import BoilerkitError, OptionError, error_message


@dataclass
class Progress:
    """How far a run has come: the next record of the next source, and what became of those before."""

    source: int = 0
    record: int = 0
    written: int = 0
    left_out: int = 0
    errors: int = 0

    @property
    def pages(self) -> int:
        """The number of records that were read."""
        return self.written + self.left_out + self.errors


class Output:
    """An output file that is being written; `open_output` makes it."""

    def __init__(self, file: Path, settings: Mapping[str, Any], types: Mapping[str, Any]) -> None:
        self.file = file
        self.folder = partial_folder(file)
        self.settings = json.loads(json.dumps(dict(settings)))  # as an earlier run's are read: tuples are lists
        state = self._read_state()
        self.progress = Progress(**state["progress"])
        self.is_finished: bool = state["is_finished"]
        self.rows: RowWriter = open_rows(self.folder, file, state["rows"], types)
        self.errors = JsonLinesWriter(self.folder / "errors", "", state["errors"])

    def write(self, row: Row) -> None:
        """Add a row."""
        self.rows.write(row)
        self.progress.written += 1

    def write_error(self, row: Row) -> None:
        """Add a row to the file of errors."""
        self.errors.write(row)
        self.progress.errors += 1

    def commit(self) -> None:
        """Make sure that the rows and errors so far are on the disk, and will not be written again."""
        state = {
            "settings": self.settings,
            "progress": asdict(self.progress),
            "rows": self.rows.commit(),
            "errors": self.errors.commit(),
            "is_finished": self.is_finished,
        }
        with atomic_write(self.folder / "state.json") as file:
            file.write(json.dumps(state))
            file.flush()
            os.fsync(file.fileno())

    def finish(self) -> None:
        """Put the rows and errors into their places."""
        self.is_finished = True
        self.commit()
        self.rows.finish(self.file)
        if self.progress.errors:
            self.errors.finish(errors_file(self.file))
        else:
            self.errors.close()
            errors_file(self.file).unlink(missing_ok=True)
        shutil.rmtree(self.folder)

    def close(self) -> None:
        """Close without committing."""
        for its in (self.rows, self.errors):
            with suppress(OSError):  # what cannot be written now was not committed
                its.close()

    def _read_state(self) -> dict[str, Any]:
        try:
            state: dict[str, Any] = json.loads((self.folder / "state.json").read_bytes())
        except FileNotFoundError:
            return {"progress": {}, "rows": 0, "errors": 0, "is_finished": False}
        except ValueError as error:
            raise BoilerkitError(f"{self.folder} is damaged ({error}): remove it, or use --overwrite") from None
        if state["settings"] != self.settings:
            raise OptionError(
                f"{self.folder} was begun with other options or other input: repeat those to go on, or overwrite it "
                "(--overwrite)"
            )
        return state


@contextmanager
def open_output(
    file: Path, settings: Mapping[str, Any], types: Mapping[str, Any] | None = None, overwrite: bool = False
) -> Iterator[Output]:
    """Open a file to be written, or go on with it; without `finish`, what was committed waits for the next run.

    `settings` are all that the rows depend on, as JSON has it. `types` has the types of columns in Arrow that are
    known. With `overwrite`, what an earlier run began is thrown away.

    Raises OptionError if an earlier run had other settings, BoilerkitError if another run is writing or the disk is
    full.
    """
    with _errors_named(file), locked(partial_folder(file)):
        if overwrite:
            _empty(partial_folder(file))
        output = Output(file, settings, types or {})
        try:
            yield output
        finally:
            output.close()


@contextmanager
def open_writer(file: str | Path) -> Iterator[Output]:
    """Open a file for rows: JSON lines (.jsonl, .ndjson, also .gz, .zst) or Parquet (.parquet), as its name says.

    Its `write` takes a row, a mapping from columns to values. The file is there when the block ends without an
    exception, and replaces one of its name. Raises OptionError for other names, BoilerkitError if it cannot be written.
    """
    with open_output(Path(file), {}, overwrite=True) as output:
        yield output
        output.finish()


def partial_folder(file: Path) -> Path:
    """Return the folder that has what was written of a file so far."""
    return file.with_name(file.name + ".partial")


def errors_file(file: Path) -> Path:
    """Return the file beside an output that has its errors."""
    return file.with_name(file.name + ".errors.jsonl")


def _empty(folder: Path) -> None:
    """Remove what is in a folder, but for the lock that is held; the state first, as it tells of the rest."""
    for file in sorted(folder.iterdir(), key=lambda file: file.name != "state.json"):
        if file.name != "lock":
            file.unlink()


@contextmanager
def _errors_named(file: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise BoilerkitError(f"cannot write {file}: {error_message(error)}") from error
