"""The gold file that labelling writes: read once, then replaced as a whole after every action."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from boilerkit.errors import GoldError


class GoldFile:
    """Rows in order; each change is on the disk when `put` returns.

    Rows are kept as bytes, so that a save is one write. Raises GoldError where the file is no JSONL, and where another
    program has changed it since it was read.
    """

    def __init__(self, path: Path) -> None:
        if path.suffix not in (".jsonl", ".ndjson"):
            raise GoldError(f"labels are written as JSON lines: {path} must be named .jsonl")
        self.path = path
        self._lines: dict[tuple[str, str], bytes] = {}  # by corpus and id
        self._state = self._state_on_disk()

    @property
    def ids(self) -> set[str]:
        """The ids of all rows."""
        return {id for _, id in self._lines}

    def keep(self, row: Mapping[str, Any]) -> None:
        """Take in a row that the file has already."""
        self._lines[str(row.get("corpus") or ""), str(row["id"])] = _line(row)

    def put(self, row: Mapping[str, Any]) -> None:
        """Add or replace a row, and write the file."""
        before = dict(self._lines)
        self.keep(row)
        try:
            self._write()
        except BaseException:
            self._lines = before
            raise

    def _write(self) -> None:
        """Replace the file, whole or not at all."""
        if self._state_on_disk() != self._state:
            raise GoldError(f"{self.path} was changed by another program: start again to label what it has now")
        with tempfile.NamedTemporaryFile(dir=self.path.parent, suffix=".part", delete=False) as partial:
            partial.writelines(self._lines.values())
            partial.flush()
            os.fsync(partial.fileno())
        Path(partial.name).replace(self.path)
        self._state = self._state_on_disk()

    def _state_on_disk(self) -> tuple[int, ...]:
        """Return what differs once anyone else has written the file."""
        try:
            found = self.path.stat()
        except FileNotFoundError:
            return ()
        return found.st_ino, found.st_size, found.st_mtime_ns


def _line(row: Mapping[str, Any]) -> bytes:
    return json.dumps(row, ensure_ascii=False).encode("utf-8", "backslashreplace") + b"\n"
