"""What the tables of HTML and of flat text have in common."""

from __future__ import annotations

from typing import Protocol

import numpy as np
from numpy.typing import NDArray


class Blocks(Protocol):
    """The blocks of a page, in order, with `start`, `end`, `words` and `text_hash` among their columns."""

    @property
    def text(self) -> str:
        """The text that the blocks' places are in."""

    def __len__(self) -> int: ...

    def block(self, column: str) -> NDArray[np.int32]:
        """One column, int32 [n_blocks]."""

    def block_text(self, index: int) -> str:
        """The text of one block."""

    def block_texts(self) -> list[str]:
        """The texts of all blocks."""
