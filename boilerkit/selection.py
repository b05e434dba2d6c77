"""Which blocks are kept, given their probabilities."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from boilerkit._selection import keep_mask
from boilerkit.blocks.columns import BlockColumns
from boilerkit.blocks.page_threshold import page_threshold

#: Repeated text is dropped if it has at least this many words; shorter texts may legitimately occur twice.
REPEATED_WORDS = 10


def select_blocks(blocks: BlockColumns, probabilities: NDArray[np.float64], threshold: float) -> NDArray[np.bool_]:
    """Return which blocks are kept, bool [n_blocks]: those over the page's threshold, without repeated long texts.

    None are kept where all blocks over the page's threshold together have fewer than `threshold` expected words of
    content: on a page that did not load, the page's threshold may be low enough for the name of its site.
    """
    p = np.ascontiguousarray(probabilities, dtype=np.float64)
    words = blocks.block("words")
    return keep_mask(
        p, words, blocks.block("text_hash"), page_threshold(p, words, threshold), threshold, REPEATED_WORDS
    )
