"""What the blocks of every page have in common, whether it was HTML or plain text."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, Protocol
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from boilerkit.errors import BuildError

#: What a page is: HTML, or plain text without markup.
InputFormat = Literal["html", "text"]

#: Where the text of a page comes from: from what it shows, from parts that are hidden until a script shows them, from
#: the element for browsers without frames, or from data in its scripts.
TextSource = Literal["page", "hidden", "noframes", "scripts"]


class BlockColumns(Protocol):
    """The blocks of a page in document order, as columns; `start`, `end`, `words` and `text_hash` are among them."""

    @property
    def input_format(self) -> InputFormat:
        """What the page is."""

    @property
    def text(self) -> str:
        """The text that `start` and `end` index."""

    @property
    def places(self) -> NDArray[np.int64]:
        """What kind of place in the page each block has, int64 [n_blocks]: equal for places of one kind."""

    @property
    def units(self) -> NDArray[np.int32]:
        """First block and block after the last of each part that is content as a whole or not at all, int32 [n, 2]."""

    def __len__(self) -> int: ...

    def block(self, column: str) -> NDArray[np.int32]:
        """Return one column, int32 [n_blocks]."""

    def block_text(self, index: int) -> str:
        """Return the text of one block."""

    def block_texts(self) -> list[str]:
        """Return the texts of all blocks."""


def check_columns(table: str, names: Iterable[str], checksum: int) -> None:
    """Raise BuildError where compiled code was built with other columns than `names`; `table` says which.

    `checksum` is that of the generated enum (see build_columns.py).
    """
    if crc32(" ".join(names).encode()) >> 1 != checksum:
        raise BuildError(
            f"boilerkit was compiled with other {table} than it has now: compile it again (python setup.py build_ext "
            "--inplace, or pip install --force-reinstall boilerkit)"
        )
