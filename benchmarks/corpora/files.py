"""What the readers share: files that must be there, JSON, packed pages, and telling what is left out."""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.exceptions import BenchmarkError
from boilerkit.cli.common import complain, reason


def require_files(folder: Path, parts: Sequence[str], expected: str) -> None:
    """Raise BenchmarkError unless the folder has these files and folders; `expected` says which folder to give."""
    if not folder.is_dir():
        raise BenchmarkError(f"there is no folder {folder}: give {expected}")
    for part in parts:
        if not (folder / part).exists():
            raise BenchmarkError(f"there is no {part} in {folder}: give {expected}")


def read_bytes(file: Path) -> bytes:
    """The bytes of a file, unpacked where it is named .gz. Raises BenchmarkError, which names the file."""
    try:
        data = file.read_bytes()
        return gzip.decompress(data) if file.suffix == ".gz" else data
    except (OSError, EOFError, zlib.error) as error:
        why = reason(error) if isinstance(error, OSError) and error.strerror else f"no whole gzip file ({error})"
        raise BenchmarkError(f"{file} cannot be read: {why}") from None


_KINDS: dict[type, str] = {str: "text", list: "a list", dict: "an object"}


@dataclass(frozen=True)
class Record:
    """An object of a JSON file. What is missing in it, or of another type, raises BenchmarkError naming `where`."""

    where: str
    values: dict[str, Any]

    def text(self, name: str, optional: bool = False) -> str:
        """A text of this name; "" for null, and for none where it is optional."""
        value = self._get(name, str, optional)
        return value if isinstance(value, str) else ""

    def texts(self, name: str, optional: bool = False) -> tuple[str, ...]:
        """A list of texts of this name; none for null, and for none where it is optional."""
        value = self._get(name, list, optional) or []
        if not all(isinstance(item, str) for item in value):
            raise BenchmarkError(f'{self.where}: "{name}" must be a list of texts')
        return tuple(value)

    def record(self, name: str, optional: bool = False) -> Record:
        """An object of this name; an empty one for null, and for none where it is optional."""
        return Record(f'{self.where}, "{name}"', self._get(name, dict, optional) or {})

    def records(self, name: str) -> list[Record]:
        """A list of objects of this name; none for null."""
        value = self._get(name, list, False) or []
        if not all(isinstance(item, dict) for item in value):
            raise BenchmarkError(f'{self.where}: "{name}" must be a list of objects')
        return [Record(f'{self.where}, "{name}" {number}', item) for number, item in enumerate(value)]

    def _get(self, name: str, wanted: type, optional: bool) -> Any:
        if name not in self.values and not optional:
            raise BenchmarkError(f'{self.where}: there is no "{name}"')
        value = self.values.get(name)
        if value is not None and not isinstance(value, wanted):
            raise BenchmarkError(f'{self.where}: "{name}" must be {_KINDS[wanted]}, found {type(value).__name__}')
        return value


def read_json(file: Path) -> Record:
    """The object that a JSON file holds. Raises BenchmarkError, which names the file."""
    try:
        values = json.loads(read_bytes(file).decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise BenchmarkError(f"{file} is not JSON: {error}") from None
    if not isinstance(values, dict):
        raise BenchmarkError(f"{file} must hold an object, found {type(values).__name__}")
    return Record(str(file), values)


def match_ids(corpus: str, gold: Iterable[str], pages: Iterable[str], expected: str) -> list[str]:
    """The names that have both gold and a page, in order; the others are counted and named on stderr.

    Raises BenchmarkError where no name has both; `expected` says which folder to give.
    """
    with_gold, with_page = set(gold), set(pages)
    report_skipped(corpus, with_gold - with_page, "gold but no page")
    report_skipped(corpus, with_page - with_gold, "a page but no gold")
    both = sorted(with_gold & with_page)
    if not both:
        raise BenchmarkError(f"{corpus}: no page that has gold is there: give {expected}")
    return both


def report_skipped(corpus: str, names: Iterable[str], having: str) -> None:
    """Tell on stderr which pages are left out because this is all that they have."""
    ordered = sorted(names)
    if ordered:
        some = ", ".join(ordered[:5]) + (", …" if len(ordered) > 5 else "")
        complain(corpus, f"{len(ordered)} left out, with {having}: {some}")
