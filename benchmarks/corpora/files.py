"""What the readers of corpora share: the description of a corpus, required files, JSON, gzip, and skipped pages."""

from __future__ import annotations

import gzip
import json
import re
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.exceptions import BenchmarkError
from boilerkit.errors import error_message
from boilerkit.gold.pages import GoldPage
from boilerkit.json_lines import read_json_lines
from boilerkit.terminal.console import warn


@dataclass(frozen=True)
class Corpus:
    """A public corpus: where it comes from, what its gold is, and how to read it.

    `read` takes the root of a clone of the repository at `clone`, or the folder with the files at the addresses
    `downloads`, or, if both are empty because the corpus cannot be fetched as such, the folder that `source` leads to.
    It yields one page at a time, its source as bytes, and raises BenchmarkError for a folder that is not as expected.
    `gold` says what the gold includes and what it leaves out.
    """

    name: str
    source: str
    paper: str
    licence: str
    gold: str
    read: Callable[[Path], Iterator[GoldPage]]
    clone: str = ""
    downloads: tuple[str, ...] = ()

    @property
    def can_be_fetched(self) -> bool:
        """Whether `fetch` can get it."""
        return bool(self.clone or self.downloads)


def require_files(folder: Path, parts: Sequence[str], expected: str) -> None:
    """Raise BenchmarkError unless the folder has these files and folders; `expected` names the folder to give."""
    if not folder.is_dir():
        raise BenchmarkError(f"there is no folder {folder}: give {expected}")
    for part in parts:
        if not (folder / part).exists():
            raise BenchmarkError(f"there is no {part} in {folder}: give {expected}")


def read_bytes(file: Path) -> bytes:
    """Return the bytes of a file, decompressed if it is named .gz. Raises BenchmarkError, which names the file."""
    try:
        data = file.read_bytes()
        return gzip.decompress(data) if file.suffix == ".gz" else data
    except (OSError, EOFError, zlib.error) as error:
        is_known = isinstance(error, OSError) and error.strerror
        why = error_message(error) if is_known else f"incomplete gzip file ({error})"
        raise BenchmarkError(f"{file} cannot be read: {why}") from None


_MARK = re.compile(r"</?[phl]>", re.IGNORECASE)


def without_marks(text: str) -> str:
    """Return a gold text without the marks of paragraphs, headings and lists that CleanEval introduced."""
    return _MARK.sub("", text)


#: The metadata that the gold of a page may have.
METADATA = ("title", "author", "publish_date")

_TYPE_NAMES: dict[type, str] = {str: "text", list: "a list", dict: "an object"}


@dataclass(frozen=True)
class Record:
    """An object of a JSON file. Values that are missing or of another type raise BenchmarkError, naming `where`."""

    where: str
    values: dict[str, Any]

    def text(self, name: str, optional: bool = False) -> str:
        """Return the text of this name; "" for null, and if it is optional and missing."""
        value = self._get(name, str, optional)
        return value if isinstance(value, str) else ""

    def texts(self, name: str, optional: bool = False) -> tuple[str, ...]:
        """Return the list of texts of this name; an empty one for null, and if it is optional and missing."""
        value = self._get(name, list, optional) or []
        if not all(isinstance(item, str) for item in value):
            raise BenchmarkError(f'{self.where}: "{name}" must be a list of texts')
        return tuple(value)

    def record(self, name: str, optional: bool = False) -> Record:
        """Return the object of this name; an empty one for null, and if it is optional and missing."""
        return Record(f'{self.where}, "{name}"', self._get(name, dict, optional) or {})

    def records(self, name: str) -> list[Record]:
        """Return the list of objects of this name; an empty one for null."""
        value = self._get(name, list, False) or []
        if not all(isinstance(item, dict) for item in value):
            raise BenchmarkError(f'{self.where}: "{name}" must be a list of objects')
        return [Record(f'{self.where}, "{name}" {number}', item) for number, item in enumerate(value)]

    def _get(self, name: str, wanted: type, optional: bool) -> Any:
        if name not in self.values and not optional:
            raise BenchmarkError(f'{self.where}: there is no "{name}"')
        value = self.values.get(name)
        if value is not None and not isinstance(value, wanted):
            raise BenchmarkError(f'{self.where}: "{name}" must be {_TYPE_NAMES[wanted]}, found {type(value).__name__}')
        return value


def read_text(file: Path) -> str:
    """Return the text of a file in UTF-8, with replacements for what is not. Raises BenchmarkError as `read_bytes`."""
    return read_bytes(file).decode("utf-8-sig", "replace")


def read_json(file: Path) -> Record:
    """Return the object that a JSON file holds. Raises BenchmarkError, which names the file."""
    try:
        values = json.loads(read_bytes(file).decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise BenchmarkError(f"{file} is not JSON: {error}") from None
    if not isinstance(values, dict):
        raise BenchmarkError(f"{file} must hold an object, found {type(values).__name__}")
    return Record(str(file), values)


def read_json_records(file: Path) -> Iterator[Record]:
    """Yield the objects of a JSONL file, one at a time. Raises BenchmarkError, which names the file and the line."""
    try:
        with file.open("rb") as lines:
            for number, row in read_json_lines(lines):
                if isinstance(row, str):
                    raise BenchmarkError(f"{file}, line {number}: {row}")
                yield Record(f"{file}, line {number}", dict(row))
    except OSError as error:
        raise BenchmarkError(f"{file} cannot be read: {error_message(error)}") from None


def match_ids(corpus: str, gold: Iterable[str], pages: Iterable[str], expected: str) -> list[str]:
    """Return the ids that have both gold and a page, in order; report the others on stderr.

    Raises BenchmarkError if no id has both; `expected` names the folder to give.
    """
    with_gold, with_page = set(gold), set(pages)
    report_skipped(corpus, with_gold - with_page, "gold but no page")
    report_skipped(corpus, with_page - with_gold, "a page but no gold")
    both = sorted(with_gold & with_page)
    if not both:
        raise BenchmarkError(f"{corpus}: no page that has gold is there: give {expected}")
    return both


def report_skipped(corpus: str, names: Iterable[str], having: str) -> None:
    """Report on stderr which pages are skipped because this is all that they have."""
    ordered = sorted(names)
    if ordered:
        some = ", ".join(ordered[:5]) + (", …" if len(ordered) > 5 else "")
        warn(corpus, f"{len(ordered)} left out, with {having}: {some}")
