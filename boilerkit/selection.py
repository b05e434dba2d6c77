"""From probabilities to the blocks that are kept."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from boilerkit._selection import keep_mask
from boilerkit.blocks.columns import BlockColumns
from boilerkit.blocks.page_threshold import page_threshold

#: Repeated text is dropped if it has at least this many words; shorter texts may well occur twice.
REPEATED_WORDS = 10


def select_blocks(blocks: BlockColumns, probabilities: NDArray[np.float64], threshold: float) -> NDArray[np.bool_]:
    """Return which blocks are kept, bool [n_blocks]: those over the page's threshold, and of repeated text the first.

    None are kept where all that is over the page's threshold is an improbable word or two, with fewer than `threshold`
    expected words of content: on a page that did not load, the page's threshold may be low enough for its site's name.
    """
    p = np.ascontiguousarray(probabilities, dtype=np.float64)
    words = blocks.block("words")
    return keep_mask(
        p, words, blocks.block("text_hash"), page_threshold(p, words, threshold), threshold, REPEATED_WORDS
    )
