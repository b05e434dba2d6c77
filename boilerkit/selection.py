"""Which blocks are kept, given their probabilities."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from boilerkit.blocks.columns import BlockColumns
from boilerkit.labels import LABELS, Label
from boilerkit.model.confidence import expected_word_f1
from boilerkit.model.content import ContentModel
from boilerkit.model.labels import LabelModel
from boilerkit.model.storage import comment_model
from boilerkit.page_types import PAGE_TYPES, PageType

#: A copy of a text is dropped if it has at least this many words; shorter texts may legitimately occur twice.
COPIED_WORDS = 10
#: A page of at most so many blocks and words is a fragment, which gives the model little to tell content from.
FRAGMENT_BLOCKS, FRAGMENT_WORDS = 10, 300
#: What becomes of the threshold on fragments, and on pages where it leaves nothing.
FRAGMENT_SHARE, LAST_SHARE = 0.5, 0.25
#: The share of a page's words that the last threshold must keep: less is not the main text, and the page has none.
MIN_LAST_WORDS = 0.1
#: Where the probabilities promise a lower word F1, and the page is neither an article nor a thread with a higher
#: probability than this, the threshold is the one that promises the best word F1, but no less than this share of the
#: model's. The entries of an index are alike, and all of them are content or none.
UNSURE_F1, OTHER_TYPES_PROBABILITY, LEAST_SHARE = 0.8, 0.7, 0.5
#: Where the probabilities promise a lower word F1, kept blocks are left out that are comments with a higher probability
#: than this.
DOUBTFUL_F1, COMMENTS_PROBABILITY = 0.9, 0.7
#: Unless fewer words would stay, or what stays is not more probable by this much: then they are the posts of a thread.
MIN_WORDS_BESIDE, MIN_DIFFERENCE = 80, 0.2

_COMMENTS = LABELS.index(Label.COMMENTS)
_OTHER_TYPES = np.array([page_type not in (PageType.ARTICLE, PageType.FORUM) for page_type in PAGE_TYPES])


class Selection(NamedTuple):
    """Which blocks of a page are kept, bool [n_blocks], and the threshold for the page.

    `labels` [n_blocks, 12] and `page_types` [7] are probabilities, where they were needed to choose.
    """

    keep: NDArray[np.bool_]
    threshold: float
    labels: NDArray[np.float64] | None = None
    page_types: NDArray[np.float64] | None = None


def choose(
    model: ContentModel, blocks: BlockColumns, probabilities: NDArray[np.float64], threshold: float | None = None
) -> Selection:
    """Return which blocks a model keeps whose probabilities are [n_blocks].

    `threshold` is the user's; None: what the model makes of the page, see `choose_blocks`.
    """
    if threshold is not None:
        return Selection(select_blocks(blocks, probabilities, threshold), threshold)
    page_types = partial(model.page_types.predict_proba, blocks, probabilities) if model.page_types else None
    return choose_blocks(blocks, probabilities, model.threshold, comment_model(model), page_types)


def choose_blocks(
    blocks: BlockColumns,
    probabilities: NDArray[np.float64],
    threshold: float,
    load_labels: Callable[[], LabelModel] | None = None,
    predict_page_types: Callable[[], NDArray[np.float64]] | None = None,
) -> Selection:
    """Return which blocks are kept where users set no threshold.

    `probabilities` [n_blocks] and `threshold` are the content model's. Where it is unsure of a page, its type and its
    labels are asked for: what is neither an article nor a thread may have a lower threshold, and what the label model
    takes for readers' comments is left out (see the constants above). Without `predict_page_types`, which gives the
    probabilities of PAGE_TYPES, and without `load_labels` this is not done.
    """
    on_page = page_threshold(blocks, probabilities, threshold)
    keep = select_blocks(blocks, probabilities, on_page)
    words = blocks.block("words")
    labels = page_types = None
    if predict_page_types and expected_word_f1(words, probabilities, keep) < UNSURE_F1:
        page_types = predict_page_types()
        if page_types[_OTHER_TYPES].sum() > OTHER_TYPES_PROBABILITY:
            lowest = threshold * LEAST_SHARE
            on_page = min(on_page, max(lowest, best_threshold(words, probabilities)))
            keep = select_blocks(blocks, probabilities, on_page)
    if load_labels and expected_word_f1(words, probabilities, keep) < DOUBTFUL_F1:
        labels = load_labels().predict_proba(blocks, probabilities)
        keep = _without_comments(blocks, probabilities, keep, labels[:, _COMMENTS] > COMMENTS_PROBABILITY)
    return Selection(keep, on_page, labels, page_types)


def best_threshold(words: NDArray[np.int32], probabilities: NDArray[np.float64]) -> float:
    """Return the threshold whose text promises the best word F1, by `expected_word_f1`: half of it.

    Keeping a block raises F1 if its probability is over half of F1 (Lipton, Elkan and Narayanaswamy 2014, "Optimal
    Thresholding of Classifiers to Maximize F1 Measure").
    """
    order = np.argsort(-probabilities, kind="stable")
    content, kept = np.cumsum((words * probabilities)[order]), np.cumsum(words[order])
    return float(((content + 1) / (kept + content[-1] + 2)).max()) if len(order) else 0.0


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
