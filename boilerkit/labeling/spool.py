"""Texts kept in a temporary file, so that thousands of pages take little memory."""

from __future__ import annotations

import tempfile
from threading import Lock


class Spool:
    """Texts by number. The file disappears with the process."""

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile()  # noqa: SIM115 - it is open as long as the spool
        self._places: list[tuple[int, int]] = []
        self._lock = Lock()

    def add(self, text: str) -> int:
        """Store a text; return its number."""
        data = text.encode("utf-8", "surrogatepass")
        with self._lock:
            self._places.append((self._file.seek(0, 2), len(data)))
            self._file.write(data)
            return len(self._places) - 1

    def read(self, number: int) -> str:
        """Return a text."""
        start, length = self._places[number]
        with self._lock:
            self._file.seek(start)
            return self._file.read(length).decode("utf-8", "surrogatepass")
