"""Reading the files of a model folder, which may come from strangers: their bounds are checked before they are read."""

from __future__ import annotations

import math
import stat
import zipfile
from pathlib import Path
from typing import IO

from numpy.lib import format as npy_format

from boilerkit.errors import ModelError
from boilerkit.model.arrays import Arrays

#: The most that a configuration may have in bytes, and the arrays of one file when they are unpacked.
MAX_CONFIG_BYTES = 16 * 1024 * 1024
MAX_ARRAY_BYTES = 256 * 1024 * 1024
MAX_ARRAYS = 1000


def read_text(path: Path) -> str:
    """Return the text of a file. Raises OSError, and ValueError if it is no file, too large or not in UTF-8."""
    with _open(path, MAX_CONFIG_BYTES) as file:
        return file.read(MAX_CONFIG_BYTES).decode("utf-8")


def read_arrays(path: Path) -> Arrays:
    """Return the arrays of an npz file by name. Raises ModelError."""
    try:
        with _open(path, MAX_ARRAY_BYTES) as file, zipfile.ZipFile(file) as archive:
            members = archive.infolist()
            if len(members) > MAX_ARRAYS or sum(_array_bytes(archive, member) for member in members) > MAX_ARRAY_BYTES:
                raise ValueError(f"its arrays are over {MAX_ARRAYS:,} or {MAX_ARRAY_BYTES:,} bytes")
            arrays: Arrays = {}
            for member in members:
                with archive.open(member) as content:
                    arrays[member.filename.removesuffix(".npy")] = npy_format.read_array(content, allow_pickle=False)
            return arrays
    except FileNotFoundError:
        raise ModelError(f"{path.parent} is not a complete model folder: it has no {path.name}") from None
    except Exception as error:  # reading a damaged archive fails in too many ways to name
        raise ModelError(f"{path} is damaged: {error}") from None


def _open(path: Path, max_bytes: int) -> IO[bytes]:
    """Open a file that is one, not a device or a pipe, and not too large."""
    found = path.stat()
    if not stat.S_ISREG(found.st_mode):
        raise ValueError("it is not a file")
    if found.st_size > max_bytes:
        raise ValueError(f"it has {found.st_size:,} bytes; the most is {max_bytes:,}")
    return path.open("rb")


def _array_bytes(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> int:
    """Return how many bytes an array has by its header, having compared them with what the archive says."""
    with archive.open(member) as content:
        version = npy_format.read_magic(content)
        read_header = {(1, 0): npy_format.read_array_header_1_0, (2, 0): npy_format.read_array_header_2_0}[version]
        shape, _, dtype = read_header(content)
        size = math.prod(shape) * dtype.itemsize
        if dtype.hasobject or min(shape, default=0) < 0 or content.tell() + size != member.file_size:
            raise ValueError(f"{member.filename} does not hold what its header says")
    return size
