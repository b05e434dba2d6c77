"""The columns of a page: what the segmenter fills and all that follows reads."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from boilerkit.blocks.columns import InputFormat
from boilerkit.html.segmentation.columns import BLOCK_COLUMNS, CONTEXTS, ELEMENT_COLUMNS, FAR
from boilerkit.html.tags import LANDMARKS

Int32 = NDArray[np.int32]

#: Bits of the column `context`.
IN_LINK, IN_EMPHASIS, IN_PREFORMATTED, IN_HIDDEN, IN_NOSCRIPT = (1 << bit for bit in range(len(CONTEXTS)))

_BLOCK = {name: index for index, name in enumerate(BLOCK_COLUMNS)}
_ELEMENT = {name: index for index, name in enumerate(ELEMENT_COLUMNS)}


@dataclass(frozen=True, slots=True)
class HtmlBlocks:
    """The blocks of one page in document order, with the elements they are in.

    `segmentation.columns` names and describes the columns of `blocks` (int32 [n_blocks, len(BLOCK_COLUMNS)]) and of
    `elements` (int32 [n_elements + 1, len(ELEMENT_COLUMNS)]). The last row of `elements` means "no element", so that
    index -1, the root's parent, leads to it.

    `landmarks` (uint8 [n_elements + 1, len(tags.LANDMARKS)]) holds the steps up to the nearest landmark of each kind, FAR
    where there is none. Tokens are pairs of an owner's row and a 32-bit hash: of the attributes of elements, of the
    first words and link addresses of blocks, and (owner 0 for types and classes, 1 for the address) of the page.
    """

    input_format: ClassVar[InputFormat] = "html"

    text: str
    title: str
    description: str
    address: str
    blocks: Int32
    elements: Int32
    landmarks: NDArray[np.uint8]
    element_tokens: Int32
    block_tokens: Int32
    page_tokens: Int32

    def __len__(self) -> int:
        return len(self.blocks)

    def block(self, column: str) -> Int32:
        """One column of `blocks`, int32 [n_blocks]."""
        return self.blocks[:, _BLOCK[column]]

    def element(self, column: str) -> Int32:
        """One column of `elements`, int32 [n_elements + 1]."""
        return self.elements[:, _ELEMENT[column]]

    def block_text(self, index: int) -> str:
        """The text of one block."""
        return self.text[self.blocks[index, _BLOCK["start"]] : self.blocks[index, _BLOCK["end"]]]

    def block_texts(self) -> list[str]:
        """The texts of all blocks."""
        text = self.text
        return [text[start:end] for start, end in self.blocks[:, [_BLOCK["start"], _BLOCK["end"]]].tolist()]

    @classmethod
    def from_columns(cls, columns: dict[str, Any]) -> HtmlBlocks:
        """A table of columns by name, to whose elements it adds the row that stands for "no element"."""
        nothing = np.zeros((1, len(ELEMENT_COLUMNS)), dtype=np.int32)
        nothing[0, [_ELEMENT["parent"], _ELEMENT["wider"]]] = -1
        columns["elements"] = np.concatenate([columns["elements"], nothing])
        far = np.full((1, columns["landmarks"].shape[1]), FAR, dtype=np.uint8)
        columns["landmarks"] = np.concatenate([columns["landmarks"], far])
        return cls(**columns)

    @classmethod
    def empty(cls) -> HtmlBlocks:
        """The table of a page without any element."""
        nothing = np.zeros((0, 2), dtype=np.int32)
        return cls.from_columns(
            {
                **dict.fromkeys(("text", "title", "description", "address"), ""),
                "blocks": np.zeros((0, len(BLOCK_COLUMNS)), dtype=np.int32),
                "elements": np.zeros((0, len(ELEMENT_COLUMNS)), dtype=np.int32),
                "landmarks": np.zeros((0, len(LANDMARKS)), dtype=np.uint8),
                **dict.fromkeys(("element_tokens", "block_tokens", "page_tokens"), nothing),
            }
        )
