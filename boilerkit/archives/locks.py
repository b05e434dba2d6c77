"""A lock on a folder that ends with its process, however that ends, and that tells containers apart."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from boilerkit.errors import BoilerkitError


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Make a folder and hold it meanwhile. Raises BoilerkitError if another run does.

    The lock is the system's, on a file: process ids are the same in every container, and a file alone would stay
    behind a run that was killed.
    """
    file = folder / "lock"
    while True:
        folder.mkdir(parents=True, exist_ok=True)
        try:
            descriptor = os.open(file, os.O_RDWR | os.O_CREAT, 0o644)
        except FileNotFoundError:  # another run has just removed the folder
            continue
        try:
            if not _lock(descriptor):
                raise BoilerkitError(f"another run is writing here: {folder}")
            if not _is_same(descriptor, file):  # another run removed the folder before it was locked
                continue
            yield
            return
        finally:
            os.close(descriptor)


def _is_same(descriptor: int, file: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(descriptor), os.stat(file))
    except FileNotFoundError:
        return False


if sys.platform == "win32":
    import msvcrt

    def _lock(descriptor: int) -> bool:
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

else:
    import fcntl

    def _lock(descriptor: int) -> bool:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True
