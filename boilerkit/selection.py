"""Which blocks are kept, given their probabilities."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from boilerkit.blocks.columns import BlockColumns

#: A copy of a text is dropped if it has at least this many words; shorter texts may legitimately occur twice.
COPIED_WORDS = 10
#: On a page of fewer words there is little to tell content from, and what is not plainly boilerplate is content.
MIN_PAGE_WORDS = 50
#: The share of the threshold under which a block is plainly boilerplate.
PLAINLY_BOILERPLATE = 0.1


def select_blocks(blocks: BlockColumns, probabilities: NDArray[np.float64], threshold: float) -> NDArray[np.bool_]:
    """Return which blocks are kept, bool [n_blocks]: those over the threshold, and of copies of a long text the first.

    The blocks of a unit, such as a listing of code, are kept together if their mean probability, weighted by words, is
    over the threshold. A text that comes again in a place of the same kind is no copy: refrains, records and steps of a
    listing do.
    """
    keep: NDArray[np.bool_] = probabilities > threshold
    words = blocks.block("words")
    if not keep.any() and words.sum() < MIN_PAGE_WORDS:
        keep = probabilities > threshold * PLAINLY_BOILERPLATE
    for first, end in blocks.units.tolist():
        keep[first:end] = np.average(probabilities[first:end], weights=words[first:end] + 1) > threshold
    keep[_copies(blocks, np.flatnonzero(keep & (words >= COPIED_WORDS)))] = False
    return keep


def _copies(blocks: BlockColumns, candidates: NDArray[np.intp]) -> list[int]:
    """Return the blocks among `candidates` whose text an earlier one has in a place of another kind."""
    _, group, size = np.unique(blocks.block("text_hash")[candidates], return_inverse=True, return_counts=True)
    places = blocks.places
    first_place: dict[str, int] = {}
    return [
        index
        for index in candidates[size[group] > 1].tolist()
        if first_place.setdefault(blocks.block_text(index), places[index]) != places[index]
    ]
