"""The blocks of an HTML page."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, ClassVar

import numpy as np
from lxml import etree
from numpy.typing import NDArray

from boilerkit.blocks.columns import InputFormat
from boilerkit.errors import InputError
from boilerkit.html.segmentation._walk import walk
from boilerkit.html.segmentation.columns import BLOCK_COLUMNS, CONTEXTS, ELEMENT_COLUMNS, FAR
from boilerkit.html.tags import LANDMARKS, TAGS

Int32 = NDArray[np.int32]

#: Pages with more blocks are refused: each block needs about 1 kB of memory.
MAX_BLOCKS = 2_000_000

#: Bits of the column `context`.
IN_LINK, IN_EMPHASIS, IN_PREFORMATTED, IN_HIDDEN, IN_NOSCRIPT = (1 << bit for bit in range(len(CONTEXTS)))

#: Elements whose blocks are content together: code is of no use with holes in it, nor a meaning without its term.
_UNIT_TAGS = tuple(TAGS.index(tag) for tag in ("pre", "dl"))

_HIDDEN_SHIFT = 3  # of the bits of hidden text and of text for browsers without scripts

_BLOCK = {name: index for index, name in enumerate(BLOCK_COLUMNS)}
_ELEMENT = {name: index for index, name in enumerate(ELEMENT_COLUMNS)}


@dataclass(frozen=True, slots=True)
class HtmlBlocks:
    """The blocks of one page in document order, with the elements they are in.

    `segmentation.columns` names and describes the columns of `blocks` (int32 [n_blocks, len(BLOCK_COLUMNS)]) and of
    `elements` (int32 [n_elements + 1, len(ELEMENT_COLUMNS)]). The last row of `elements` means "no element", so that
    index -1, the root's parent, leads to it.

    `landmarks` (uint8 [n_elements + 1, len(tags.LANDMARKS)]) holds the steps up to the nearest landmark of each type,
    FAR where there is none. Tokens are pairs of a row and a 32-bit hash, int32 [n, 2]: of the attributes of an element,
    of the first words and link addresses of a block, and of the page (row 0 for its types and classes, 1 for its
    address).
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
        """Return one column of `blocks`, int32 [n_blocks]."""
        return self.blocks[:, _BLOCK[column]]

    def element(self, column: str) -> Int32:
        """Return one column of `elements`, int32 [n_elements + 1]."""
        return self.elements[:, _ELEMENT[column]]

    def block_text(self, index: int) -> str:
        """Return the text of one block."""
        return self.text[self.blocks[index, _BLOCK["start"]] : self.blocks[index, _BLOCK["end"]]]

    def block_texts(self) -> list[str]:
        """Return the texts of all blocks."""
        text = self.text
        return [text[start:end] for start, end in self.blocks[:, [_BLOCK["start"], _BLOCK["end"]]].tolist()]

    @property
    def places(self) -> NDArray[np.int64]:
        """What kind of place in the page each block has, int64 [n_blocks]; preformatted text has one place of its own.

        Two blocks have the same if the tags and classes of the elements that they are in are the same, but for digits,
        and both or neither is hidden.
        """
        context = self.block("context")
        path = self.element("path")[self.block("element")].astype(np.int64)
        is_preformatted = (context & IN_PREFORMATTED) != 0
        return np.where(is_preformatted, 0, path << 2 | (context & (IN_HIDDEN | IN_NOSCRIPT)) >> _HIDDEN_SHIFT)

    @property
    def units(self) -> NDArray[np.int32]:
        """First block and block after the last of each listing of code and list of terms, int32 [n, 2]."""
        is_unit = np.isin(self.element("tag")[:-1], _UNIT_TAGS)
        ranges = self.elements[:-1, [_ELEMENT["first_block"], _ELEMENT["end_block"]]][is_unit]
        return ranges[ranges[:, 0] + 1 < ranges[:, 1]]

    def with_hidden_shown(self) -> HtmlBlocks:
        """Return the same blocks, none of them hidden."""
        shown = replace(self, blocks=self.blocks.copy(), elements=self.elements.copy())
        shown.blocks[:, _BLOCK["context"]] &= ~IN_HIDDEN
        shown.elements[:, _ELEMENT["context"]] &= ~IN_HIDDEN
        return shown

    @classmethod
    def from_columns(cls, columns: dict[str, Any]) -> HtmlBlocks:
        """Return blocks from their fields by name, after adding the row that means "no element"."""
        nothing = np.zeros((1, len(ELEMENT_COLUMNS)), dtype=np.int32)
        nothing[0, [_ELEMENT["parent"], _ELEMENT["wider_ancestor"]]] = -1
        columns["elements"] = np.concatenate([columns["elements"], nothing])
        far = np.full((1, columns["landmarks"].shape[1]), FAR, dtype=np.uint8)
        columns["landmarks"] = np.concatenate([columns["landmarks"], far])
        return cls(**columns)

    @classmethod
    def empty(cls) -> HtmlBlocks:
        """Return the blocks of a page without any element."""
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


def segment_html(root: etree._Element) -> HtmlBlocks:
    """Split the tree below `root` into blocks.

    Blocks cover all visible text once, in document order. `boilerkit.html.tags` defines which elements start a block
    and which are invisible; two line breaks in a row also separate blocks. Text that is hidden by an attribute or an
    inline style is included and marked, because scripts show much of it later. Raises InputError for a page with more
    than MAX_BLOCKS blocks.
    """
    blocks = HtmlBlocks(**walk(root))
    if len(blocks) > MAX_BLOCKS:
        raise InputError(f"the page has {len(blocks):,} blocks; the maximum is {MAX_BLOCKS:,}")
    return blocks
