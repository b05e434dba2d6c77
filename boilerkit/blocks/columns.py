"""What the blocks of every page have in common, whether it was HTML or plain text."""

from __future__ import annotations

from typing import Literal, Protocol

import numpy as np
from numpy.typing import NDArray

#: What a page is: HTML, or plain text without markup.
InputFormat = Literal["html", "text"]


class BlockColumns(Protocol):
    """The blocks of a page in document order, as columns; `start`, `end`, `words` and `text_hash` are among them."""

    @property
    def input_format(self) -> InputFormat:
        """What the page is."""

    @property
    def text(self) -> str:
        """The text that `start` and `end` index."""

    def __len__(self) -> int: ...

    def block(self, column: str) -> NDArray[np.int32]:
        """Return one column, int32 [n_blocks]."""

    def block_text(self, index: int) -> str:
        """Return the text of one block."""

    def block_texts(self) -> list[str]:
        """Return the texts of all blocks."""
