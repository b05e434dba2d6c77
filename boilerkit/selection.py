"""Which blocks are kept, given their probabilities."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from boilerkit.blocks.columns import BlockColumns

#: Repeated text is dropped if it has at least this many words; shorter texts may legitimately occur twice.
REPEATED_WORDS = 10


def select_blocks(blocks: BlockColumns, probabilities: NDArray[np.float64], threshold: float) -> NDArray[np.bool_]:
    """Return which blocks are kept, bool [n_blocks]: those over the threshold, and of equal long texts the first."""
    keep: NDArray[np.bool_] = probabilities > threshold
    long = np.flatnonzero(keep & (blocks.block("words") >= REPEATED_WORDS))
    first = np.unique(blocks.block("text_hash")[long], return_index=True)[1]
    keep[long] = False
    keep[long[first]] = True
    return keep
