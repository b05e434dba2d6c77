"""What the labels model of flat text reads: what the content model read, its answers, and words by label."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from boilerkit.features import Floats
from boilerkit.features._flat import FlatSurvey
from boilerkit.features.flat import FIXED, KINDS, NEIGHBOURHOOD, fill_answers, fixed_features
from boilerkit.features.kinds import KindsVocabulary, LabelShares, learn_label_scores
from boilerkit.labels import KINDS as LABELS
from boilerkit.segment.flat import FlatTable

WINDOWS = (3, 10)

#: What each of the columns holds that come once for each label.
NAMED = {
    "words": "mean log ratio of its first words",
    "pairs": "mean log ratio of the pairs of neighbouring words among these",
    "whole": "log ratio of the whole block, if it is short",
    "topics": "mean log ratio of all its longer words",
    "before": "those of its first words, pairs and whole together of the block before",
    "after": "of the block after",
    **{f"around{window}": f"mean of those of the {window} blocks on either side" for window in WINDOWS},
    "lead": "those of the last line that may be a heading",
    "group": "mean of those over its group",
}

COLUMNS: tuple[str, ...] = (*FIXED, *NEIGHBOURHOOD, *(f"{label}_{name}" for name in NAMED for label in LABELS))


def flat_kinds_features(table: FlatTable, p: NDArray[np.floating], words: KindsVocabulary) -> Floats:
    """What the labels model reads, float32 [n_blocks, len(COLUMNS)]; `p` [n_blocks] is the content model's answer."""
    n = len(table)
    X = np.empty((len(COLUMNS), n), dtype=np.float32).T
    survey = FlatSurvey(table)
    X[:, : len(FIXED)] = fixed_features(table)
    fill_answers(survey, X, len(FIXED), table, p)
    own = [_means(table, words, kind) for kind in KINDS]
    said = np.concatenate([sum(own[:3]), np.zeros((1, len(LABELS)))])  # the last row is that of no block
    sums = np.concatenate([np.zeros((1, len(LABELS))), np.cumsum(said[:-1], axis=0)])
    index = np.arange(n)
    first, end, lead = survey.groups
    columns = [
        *own,
        said[np.where(index > 0, index - 1, n)],
        said[np.where(index < n - 1, index + 1, n)],
        *(_mean(sums, np.maximum(index - w, 0), np.minimum(index + w + 1, n)) for w in WINDOWS),
        said[lead],
        _mean(sums, first, end),
    ]
    X[:, len(FIXED) + len(NEIGHBOURHOOD) :] = np.hstack(columns)
    return X


def _means(table: FlatTable, words: KindsVocabulary, kind: str) -> NDArray[np.float64]:
    """Mean scores of the known tokens of each block, [n_blocks, n_labels]; 0 where it has none."""
    pairs = getattr(table, kind)
    rows = words.rows(kind, np.ascontiguousarray(pairs[:, 1]).view(np.uint32))
    owners, rows = pairs[rows >= 0, 0], rows[rows >= 0]
    scores = words.scores[kind]
    sums = [np.bincount(owners, scores[rows, label], len(table)) for label in range(len(LABELS))]
    return np.stack(sums, axis=1) / np.maximum(np.bincount(owners, minlength=len(table)), 1)[:, None]


def _mean(sums: NDArray[np.float64], first: NDArray[np.integer], end: NDArray[np.integer]) -> NDArray[np.float64]:
    mean: NDArray[np.float64] = (sums[end] - sums[first]) / (end - first)[:, None]
    return mean


# --- Learning the vocabulary ------------------------------------------------------------------------------------------


def label_shares(table: FlatTable, labels: NDArray[np.int8]) -> LabelShares:
    """What one labelled page teaches a vocabulary; `labels` [n_blocks] are places in LABELS, -1 for unknown."""
    known = labels >= 0
    result = LabelShares({}, {})
    for kind in KINDS:
        pairs = getattr(table, kind)
        pairs = pairs[known[pairs[:, 0]]]
        distinct, group = np.unique(np.ascontiguousarray(pairs[:, 1]).view(np.uint32), return_inverse=True)
        counts = np.zeros((len(distinct), len(LABELS)))
        np.add.at(counts, (group, labels[pairs[:, 0]]), 1)
        result.hashes[kind] = distinct
        result.shares[kind] = (counts / counts.sum(axis=1, keepdims=True)).astype(np.float32)
    return result


def learn_flat_kinds_vocabulary(pages: Iterable[LabelShares], groups: Sequence[int]) -> KindsVocabulary:
    """The vocabulary of labelled pages, as `features.kinds.learn_vocabulary` learns that of HTML."""
    pages = list(pages)
    vocabulary = KindsVocabulary({}, {})
    for kind in KINDS:
        vocabulary.hashes[kind], vocabulary.scores[kind] = learn_label_scores(pages, kind, groups)
    return vocabulary
