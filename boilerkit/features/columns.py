"""Named columns, and the sums over runs of blocks that several families share."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from boilerkit.segment.table import BlockTable

#: Feature columns by name, each of shape [n_blocks] and of any number type.
Columns = dict[str, NDArray[Any]]

Floats = NDArray[np.float32]

#: Block columns that are summed over elements and windows, in the order of the last axis of `running_sums`.
SUMMED = ("words", "link_words", "sentences", "commas", "blocks", "text_words", "images")


def running_sums(table: BlockTable) -> NDArray[np.float64]:
    """Sums of the SUMMED columns over all blocks before each block, [n_blocks + 1, len(SUMMED)].

    The sums of the blocks first..end are then sums[end] - sums[first]. `text_words` are the words of blocks that read
    like running text: at least ten words and more of them outside links than in them.
    """
    words, link_words = table.block("words"), table.block("link_words")
    sums = np.zeros((len(table) + 1, len(SUMMED)))
    sums[1:, 0] = words
    sums[1:, 1] = link_words
    sums[1:, 2] = table.block("sentences")
    sums[1:, 3] = table.block("commas")
    sums[1:, 4] = 1
    sums[1:, 5] = np.where((words >= 10) & (2 * link_words < words), words, 0)
    sums[1:, 6] = table.block("images")
    return np.cumsum(sums, axis=0, out=sums)


def as_matrix(columns: Columns) -> Floats:
    """The columns side by side, float32 [n_blocks, n_columns], rows contiguous."""
    return np.ascontiguousarray(np.array(list(columns.values()), dtype=np.float32).T)


def ancestors(table: BlockTable, column: str, levels: int) -> NDArray[np.int32]:
    """Rows of each block's element and of what `column` ("parent" or "wider") leads to, [levels, n_blocks]."""
    step = np.ascontiguousarray(table.element(column))
    chain = np.empty((levels, len(table)), dtype=np.int32)
    row = table.block("element")
    for level in range(levels):
        chain[level] = row
        row = step[row]
    return chain
