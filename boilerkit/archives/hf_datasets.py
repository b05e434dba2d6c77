"""Data sets of the Hugging Face package `datasets`: folders that it saved, and names on its hub."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from boilerkit.errors import BoilerkitError
from boilerkit.records import Columns, Record

#: What names of data sets on the hub begin with: "hf:owner/name", "hf:owner/name:split".
PREFIX = "hf:"
#: Files that show that `save_to_disk` wrote a folder.
_MARKERS = ("dataset_dict.json", "dataset_info.json")


def is_saved_dataset(folder: Path) -> bool:
    """Return whether a folder was written by `save_to_disk`."""
    return any((folder / marker).is_file() for marker in _MARKERS)


@dataclass
class DatasetSource:
    """A data set as a source of records: the path of a saved one, or "hf:owner/name", which needs a network.

    A name gets its split "train" unless it names another: "hf:owner/name:test". Of a saved one, all splits are read.
    """

    name: str
    columns: Columns = field(default_factory=Columns)
    position: int = 0

    @property
    def size(self) -> int:
        """Bytes of a saved one's data; 0 if that is not known."""
        if self.name.startswith(PREFIX):
            return 0
        return sum(file.stat().st_size for file in Path(self.name).rglob("*.arrow"))

    def records(self, skip: int = 0) -> Iterator[Record]:
        """Yield the records after the first `skip`. Raises BoilerkitError for what is no data set."""
        n_rows, parts = self._parts()
        first = 0
        for part in parts:
            rows = part.skip(max(0, skip - first)) if skip > first else part
            for number, row in enumerate(rows, max(skip, first)):
                self.position = self.size * number // n_rows if n_rows else 0
                yield self.columns.record(row, f"row {number + 1}")
            first += len(part) if n_rows else 0
        self.position = self.size

    def _parts(self) -> tuple[int, list[Any]]:
        """Return the number of rows, 0 if it is not known, and the parts that have them."""
        try:
            import datasets
        except ModuleNotFoundError:
            raise BoilerkitError("data sets need another package: pip install datasets") from None
        try:
            if self.name.startswith(PREFIX):
                name, _, split = self.name.removeprefix(PREFIX).partition(":")
                return 0, [datasets.load_dataset(name, split=split or "train", streaming=True)]
            loaded = datasets.load_from_disk(self.name)
        except Exception as error:  # whatever the network, its scripts or its files cause
            raise BoilerkitError(f"{self.name} cannot be read as a data set: {error}") from None
        parts = list(loaded.values()) if isinstance(loaded, datasets.DatasetDict) else [loaded]
        return sum(map(len, parts)), parts
