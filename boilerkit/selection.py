"""Which blocks are kept, given their probabilities."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from boilerkit.blocks.columns import BlockColumns
from boilerkit.labels import LABELS, Label
from boilerkit.model.confidence import expected_word_f1

if TYPE_CHECKING:
    from boilerkit.model.labels import LabelModel

#: A copy of a text is dropped if it has at least this many words; shorter texts may legitimately occur twice.
COPIED_WORDS = 10
#: A page of at most so many blocks and words is a fragment, which gives the model little to tell content from.
FRAGMENT_BLOCKS, FRAGMENT_WORDS = 10, 300
#: What becomes of the threshold on fragments, and on pages where it leaves nothing.
FRAGMENT_SHARE, LAST_SHARE = 0.5, 0.25
#: The share of a page's words that the last threshold must keep: less is not the main text, and the page has none.
MIN_LAST_WORDS = 0.1
#: Where the probabilities promise a lower word F1, kept blocks are left out that are comments with a higher probability
#: than this.
DOUBTFUL_F1, COMMENTS_PROBABILITY = 0.9, 0.7
#: Unless fewer words would stay, or what stays is not more probable by this much: then they are the posts of a thread.
MIN_WORDS_BESIDE, MIN_DIFFERENCE = 80, 0.2

_COMMENTS = LABELS.index(Label.COMMENTS)


def choose_blocks(
    blocks: BlockColumns,
    probabilities: NDArray[np.float64],
    threshold: float,
    comment_model: Callable[[], LabelModel] | None = None,
) -> tuple[NDArray[np.bool_], float]:
    """Return which blocks are kept where users set no threshold, bool [n_blocks], and the threshold for the page.

    `probabilities` [n_blocks] and `threshold` are the content model's. What the label model that `comment_model` loads
    takes for comments is left out of pages that the content model is unsure of (see `DOUBTFUL_F1`); None leaves all in.
    """
    on_page = page_threshold(blocks, probabilities, threshold)
    keep = select_blocks(blocks, probabilities, on_page)
    if comment_model is not None and expected_word_f1(blocks.block("words"), probabilities, keep) < DOUBTFUL_F1:
        labels = comment_model().predict_proba(blocks, probabilities)
        keep = _without_comments(blocks, probabilities, keep, labels[:, _COMMENTS] > COMMENTS_PROBABILITY)
    return keep, on_page


def _without_comments(
    blocks: BlockColumns, probabilities: NDArray[np.float64], keep: NDArray[np.bool_], is_comment: NDArray[np.bool_]
) -> NDArray[np.bool_]:
    """Return which blocks stay without comments, `is_comment` [n_blocks]; all, if they are the posts of a thread."""
    words = blocks.block("words")
    rest, comments = keep & ~is_comment, keep & is_comment
    if words[rest].sum() < MIN_WORDS_BESIDE or not words[comments].any():
        return keep
    of_rest, of_comments = (np.average(probabilities[its], weights=words[its]) for its in (rest, comments))
    return rest if of_rest - of_comments > MIN_DIFFERENCE else keep


def page_threshold(blocks: BlockColumns, probabilities: NDArray[np.float64], threshold: float) -> float:
    """Return the threshold for a page where users set none: that of the model, lower for little text.

    On fragments of pages it is half of the model's, and where that leaves nothing a quarter: then all that is not
    plainly boilerplate is content, if it is more than a small part of the page.
    """
    words = blocks.block("words")
    is_fragment = len(blocks) <= FRAGMENT_BLOCKS and words.sum() <= FRAGMENT_WORDS
    wanted, last = threshold * (FRAGMENT_SHARE if is_fragment else 1), threshold * LAST_SHARE
    if (probabilities > wanted).any() or words[probabilities > last].sum() <= MIN_LAST_WORDS * words.sum():
        return wanted
    return last


def select_blocks(blocks: BlockColumns, probabilities: NDArray[np.float64], threshold: float) -> NDArray[np.bool_]:
    """Return which blocks are kept, bool [n_blocks]: those over the threshold, and of copies of a long text the first.

    The blocks of a unit, such as a listing of code, are kept together if their mean probability, weighted by words, is
    over the threshold. A text that comes again in a place of the same kind is no copy: refrains, records and steps of a
    listing do.
    """
    keep: NDArray[np.bool_] = probabilities > threshold
    words = blocks.block("words")
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
