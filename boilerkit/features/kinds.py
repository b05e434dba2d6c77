"""What the labels model reads: columns that need no model, what the content model said, words and names by label.

A second stage that sees the first one's labels around a block, as the content model has, was tried and did not help:
there are too few sites whose every block is labelled. What the words around say by label does help.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from boilerkit.features import FAMILIES, FIXED, Floats, Placed, answers_around, features_of, fill, in_chunks
from boilerkit.features._fixed import FixedColumns
from boilerkit.features._kinds import KindsColumns, Known
from boilerkit.features._survey import Survey
from boilerkit.features._vocabulary import Lookup
from boilerkit.features.vocabulary import MIN_GROUPS, PRIOR_WEIGHT, tokens
from boilerkit.labels import KINDS
from boilerkit.segment.table import BlockTable

#: What tokens are taken of (see `features.vocabulary`).
TOKENS = ("element", "block", "tags")

#: Elements from the block's own one upwards whose names are looked up: near, further and far.
NEAR, FURTHER, FAR = 2, 5, 10

LEVELS = (1, 2, 3)
WINDOW = 3

#: What each of the columns holds that come once for each label.
NAMED = {
    "tokens": "sum of the log ratios of its tokens and of those of the elements above it",
    "names_near": "mean log ratio of the names on its element and its parent",
    "names_further": f"that of elements {NEAR + 1} to {FURTHER} from its own upwards",
    "names_highest": f"highest log ratio among the names on its {FAR} nearest elements",
    "words_mean": "mean log ratio of its first words and link addresses",
    "words_highest": "highest of those",
    "opening": "words_mean of the first block of its nearest ancestor that holds more blocks",
    "heading": "words_mean of the last heading",
    **{
        f"words_up{level}": f"mean words_mean of the blocks of its ancestor {level} (see up{level}_words)"
        for level in LEVELS
    },
    "words_around": f"that of the {WINDOW} blocks on either side",
    "words_path": "that of the blocks with the same path of tags and classes",
}

COLUMNS: tuple[str, ...] = (
    *FIXED,
    *FAMILIES["neighbourhood"],
    *(f"{label}_{name}" for name in NAMED for label in KINDS),
)


#: A vocabulary holds no more tokens of a kind: up to here float32, in which look-ups answer, has all whole numbers.
MOST_TOKENS = 1 << 24


@dataclass(frozen=True)
class KindsVocabulary:
    """Log ratios by token and label, for each of TOKENS.

    `hashes` (uint32 [n], ascending) and `scores` (float32 [n, n_labels]): how much likelier than elsewhere a block has
    the label where the token stands.
    """

    hashes: dict[str, NDArray[np.uint32]]
    scores: dict[str, Floats]

    def rows(self, kind: str, wanted: NDArray[np.uint32]) -> NDArray[np.int32]:
        """The rows of tokens, [n]; -1 for those that it does not know."""
        return self._rows[kind].scores_of(wanted, -1).astype(np.int32)

    @cached_property
    def _rows(self) -> dict[str, Lookup]:
        """The rows as if they were scores."""
        return {kind: Lookup(hashes, np.arange(len(hashes))) for kind, hashes in self.hashes.items()}


def kinds_features(table: BlockTable, p: NDArray[np.floating], words: KindsVocabulary) -> Floats:
    """What the labels model reads, float32 [n_blocks, len(COLUMNS)]; `p` [n_blocks] is the content model's answer."""
    return features_of(_placed(table, p, words), len(table), len(COLUMNS))


def kinds_features_in_chunks(
    table: BlockTable, p: NDArray[np.floating], words: KindsVocabulary
) -> Iterator[tuple[slice, Floats]]:
    """Some blocks after the other and their rows of `kinds_features`, good until the next."""
    placed = _placed(table, p, words)
    for rows, X in in_chunks(len(table), len(COLUMNS)):
        fill(placed, X, rows.start)
        yield rows, X


def _placed(table: BlockTable, p: NDArray[np.floating], words: KindsVocabulary) -> Placed:
    survey = Survey(table)
    known = KindsColumns(survey, *(_known(table, words, kind) for kind in TOKENS))
    around = answers_around(survey, table, p)
    return [(0, FixedColumns(survey)), (len(FIXED), around), (len(FIXED) + len(FAMILIES["neighbourhood"]), known)]


def _known(table: BlockTable, words: KindsVocabulary, kind: str) -> Known:
    owners, hashes = tokens(table, kind)
    n_owners = len(table.elements) if kind == "element" else len(table)
    return Known(np.ascontiguousarray(owners), words.rows(kind, hashes), words.scores[kind], n_owners)


# --- Learning the vocabulary ------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class LabelShares:
    """How the blocks at each distinct token of one page share among the labels, for each of TOKENS.

    `hashes` is uint32 [n], `shares` float32 [n, n_labels] with rows that sum to 1.
    """

    hashes: dict[str, NDArray[np.uint32]]
    shares: dict[str, Floats]


def label_shares(table: BlockTable, blocks: NDArray[np.float64]) -> LabelShares:
    """What one page teaches a vocabulary; `blocks` [n_blocks, n_labels] is how surely each block has each label."""
    sums = np.concatenate([np.zeros((1, len(KINDS))), np.cumsum(blocks, axis=0)])
    elements = sums[table.element("end_block")] - sums[table.element("first_block")]
    totals = {"element": elements, "block": blocks, "tags": blocks}
    result = LabelShares({}, {})
    for kind in TOKENS:
        owners, hashes = tokens(table, kind)
        distinct, group = np.unique(hashes, return_inverse=True)
        counts = _sums(group, totals[kind][owners], len(distinct))
        whole = counts.sum(axis=1)
        seen = whole > 0
        result.hashes[kind] = distinct[seen]
        result.shares[kind] = (counts[seen] / whole[seen, None]).astype(np.float32)
    return result


def learn_vocabulary(
    pages: Sequence[LabelShares], groups: Sequence[int], weights: Sequence[float] | None = None
) -> KindsVocabulary:
    """The vocabulary of pages; `groups` numbers the site of each, `weights` says how much each counts (None: all 1).

    Each site counts once for each token. A token's shares are the mean over the sites that show it, drawn towards the
    overall mean by PRIOR_WEIGHT sites.
    """
    vocabulary = KindsVocabulary({}, {})
    for kind in TOKENS:
        vocabulary.hashes[kind], vocabulary.scores[kind] = learn_label_scores(pages, kind, groups, weights)
    return vocabulary


def learn_label_scores(
    pages: Sequence[LabelShares], kind: str, groups: Sequence[int], weights: Sequence[float] | None = None
) -> tuple[NDArray[np.uint32], Floats]:
    """The hashes (ascending) and scores of the tokens of one kind."""
    hashes = np.concatenate([page.hashes[kind] for page in pages])
    shares = np.concatenate([page.shares[kind] for page in pages]).astype(np.float64)
    sizes = [len(page.hashes[kind]) for page in pages]
    weight = np.repeat(np.ones(len(pages)) if weights is None else np.asarray(weights, dtype=np.float64), sizes)
    return _learn(hashes, shares, np.repeat(np.asarray(groups), sizes), weight)


def _learn(
    hashes: NDArray[np.uint32], shares: NDArray[np.float64], sites: NDArray[np.int64], weights: NDArray[np.float64]
) -> tuple[NDArray[np.uint32], Floats]:
    if not len(hashes):
        return hashes.astype(np.uint32), np.zeros((0, len(KINDS)), dtype=np.float32)
    # First over the pages of a site, then over the sites.
    by_site, at, n_pages = np.unique(
        hashes.astype(np.uint64) << np.uint64(32) | sites.astype(np.uint64), return_inverse=True, return_counts=True
    )
    weight = np.bincount(at, weights) / n_pages
    weighted = _sums(at, shares, len(by_site)) / n_pages[:, None] * weight[:, None]
    overall = np.clip(weighted.sum(axis=0) / weight.sum(), 0.001, 0.99)
    distinct, at, n_sites = np.unique(by_site >> np.uint64(32), return_inverse=True, return_counts=True)
    drawn = _sums(at, weighted, len(distinct)) + PRIOR_WEIGHT * overall
    drawn /= (np.bincount(at, weight) + PRIOR_WEIGHT)[:, None]
    kept = n_sites >= MIN_GROUPS
    return distinct[kept].astype(np.uint32), np.log(drawn / overall)[kept].astype(np.float32)


def _sums(group: NDArray[np.integer], values: NDArray[np.floating], n: int) -> NDArray[np.float64]:
    """Sums over the rows of each group, [n, n_columns]."""
    return np.stack([np.bincount(group, column, n) for column in values.T], axis=1)
