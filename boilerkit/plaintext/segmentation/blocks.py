"""The blocks of a plain text, and how it is split into them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from boilerkit.blocks.columns import InputFormat
from boilerkit.errors import InputError
from boilerkit.plaintext.segmentation._split import count_lines, split
from boilerkit.plaintext.segmentation.columns import BLOCK_COLUMNS

Int32 = NDArray[np.int32]

#: Texts of more lines than this are rejected: the steps after segmentation need about 1 kB of memory per line.
MAX_LINES = 2_000_000

_COLUMN = {name: index for index, name in enumerate(BLOCK_COLUMNS)}


@dataclass(frozen=True, slots=True)
class TextBlocks:
    """The blocks of one page of plain text, in order.

    A block is a line that has text. On pages where the lines of paragraphs are broken at one width (50 to 100 columns,
    as in mails and in dumps of text browsers), a paragraph's lines are one block; list items are blocks of their own.
    `text` is the page unchanged, and blocks cover all of it that is not white space.

    `segmentation.columns` names and describes the columns of `blocks` (int32 [n_blocks, len(BLOCK_COLUMNS)]).

    Tokens are pairs of a block and a 32-bit hash, int32 [n, 2], by block: of its first `words`, of `pairs` of them, of
    short blocks as `wholes`, and of the words that say what it is about as `topics` (four letters or more, or two
    ideographs).
    """

    input_format: ClassVar[InputFormat] = "text"

    text: str
    blocks: Int32
    words: Int32
    pairs: Int32
    wholes: Int32
    topics: Int32

    def __len__(self) -> int:
        return len(self.blocks)

    def block(self, column: str) -> Int32:
        """Return one column of `blocks`, int32 [n_blocks]."""
        return self.blocks[:, _COLUMN[column]]

    def block_text(self, index: int) -> str:
        """Return the text of one block."""
        return self.text[self.blocks[index, _COLUMN["start"]] : self.blocks[index, _COLUMN["end"]]]

    @property
    def places(self) -> NDArray[np.int64]:
        """What kind of place in the page each block has, int64 [n_blocks]: plain text has places of one kind."""
        return np.zeros(len(self), dtype=np.int64)

    @property
    def units(self) -> NDArray[np.int32]:
        """No part of plain text is known to be content only as a whole, int32 [0, 2]."""
        return np.zeros((0, 2), dtype=np.int32)

    def block_texts(self) -> list[str]:
        """Return the texts of all blocks."""
        text = self.text
        return [text[start:end] for start, end in self.blocks[:, [_COLUMN["start"], _COLUMN["end"]]].tolist()]


def segment_text(text: str) -> TextBlocks:
    """Split plain text into blocks. Raises InputError for a text of more than MAX_LINES lines."""
    n_lines = count_lines(text)
    if n_lines > MAX_LINES:
        raise InputError(f"the page has {n_lines:,} lines of text; the most is {MAX_LINES:,}")
    return TextBlocks(**split(text, n_lines))
