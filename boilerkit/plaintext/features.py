"""How the features of plain text are computed; `columns` says what each holds."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from boilerkit.blocks.features import FeatureColumns, FeatureSet
from boilerkit.blocks.vocabulary import Floats, LabelVocabulary, Tokens, Vocabulary
from boilerkit.labels import LABELS
from boilerkit.plaintext import columns
from boilerkit.plaintext._features import TextPageStats, fill_fixed, fill_neighbourhood, fill_vocabulary
from boilerkit.plaintext.segmentation import TextBlocks


class _Matrix:
    """Columns that are computed for the whole page at once."""

    def __init__(self, values: Floats) -> None:
        self.values = values

    def fill(self, X: Floats, at: int, first: int) -> None:
        X[at : at + self.values.shape[1]] = self.values[first : first + X.shape[1]].T


def _room(n_columns: int, n_blocks: int) -> Floats:
    return np.empty((n_columns, n_blocks), dtype=np.float32)


class TextFeatures(FeatureSet):
    """The features of blocks of plain text."""

    input_format = "text"
    groups = columns.GROUPS
    token_types = columns.TOKEN_TYPES
    label_columns = columns.LABEL_COLUMNS
    label_token_types = columns.TOKEN_TYPES

    def page_stats(self, blocks: TextBlocks) -> TextPageStats:
        return TextPageStats(blocks)

    def static_columns(self, stats: TextPageStats) -> FeatureColumns:
        X = _room(len(self.static), stats.n)
        fill_fixed(stats, X)
        return _Matrix(X.T)

    def vocabulary_columns(self, stats: TextPageStats, vocabulary: Vocabulary) -> FeatureColumns:
        X = _room(len(columns.VOCABULARY), stats.n)
        fill_vocabulary(stats, X, 0, vocabulary.lookups)
        return _Matrix(X.T)

    def context_columns(
        self, stats: TextPageStats, p: NDArray[np.float64], order: NDArray[np.intp], threshold: float
    ) -> FeatureColumns:
        X = _room(len(columns.CONTEXT), stats.n)
        fill_neighbourhood(stats, X, 0, p, order, threshold)
        return _Matrix(X.T)

    def label_vocabulary_columns(
        self, stats: TextPageStats, blocks: TextBlocks, vocabulary: LabelVocabulary
    ) -> FeatureColumns:
        n = len(blocks)
        own = [_token_means(blocks, vocabulary, token_type) for token_type in self.label_token_types]
        scores = np.concatenate([sum(own[:3]), np.zeros((1, len(LABELS)))])  # the last row is that of no block
        sums = np.concatenate([np.zeros((1, len(LABELS))), np.cumsum(scores[:-1], axis=0)])
        index = np.arange(n)
        first, end, lead = stats.groups
        windows = [(np.maximum(index - w, 0), np.minimum(index + w + 1, n)) for w in columns.LABEL_WINDOWS]
        by_column = [
            *own,
            scores[np.where(index > 0, index - 1, n)],
            scores[np.where(index < n - 1, index + 1, n)],
            *(_range_means(sums, *window) for window in windows),
            scores[lead],
            _range_means(sums, first, end),
        ]
        return _Matrix(np.hstack(by_column).astype(np.float32))

    def tokens(self, blocks: TextBlocks, values: NDArray[np.floating]) -> dict[str, Tokens]:
        return {
            token_type: Tokens(*_owners_and_hashes(blocks, token_type), values) for token_type in self.token_types
        }


TEXT_FEATURES = TextFeatures()


def _owners_and_hashes(blocks: TextBlocks, token_type: str) -> tuple[NDArray[np.int32], NDArray[np.uint32]]:
    pairs = getattr(blocks, token_type)
    return pairs[:, 0], np.ascontiguousarray(pairs[:, 1]).view(np.uint32)


def _token_means(blocks: TextBlocks, vocabulary: LabelVocabulary, token_type: str) -> NDArray[np.float64]:
    """Return mean scores of the known tokens of each block, [n_blocks, n_labels]; 0 where it has none."""
    owners, hashes = _owners_and_hashes(blocks, token_type)
    rows = vocabulary.rows(token_type, hashes)
    owners, rows = owners[rows >= 0], rows[rows >= 0]
    scores = vocabulary.scores[token_type]
    sums = [np.bincount(owners, scores[rows, label], len(blocks)) for label in range(len(LABELS))]
    return np.stack(sums, axis=1) / np.maximum(np.bincount(owners, minlength=len(blocks)), 1)[:, None]


def _range_means(
    sums: NDArray[np.float64], first: NDArray[np.integer], end: NDArray[np.integer]
) -> NDArray[np.float64]:
    """Return means over ranges of blocks, given running sums."""
    means: NDArray[np.float64] = (sums[end] - sums[first]) / (end - first)[:, None]
    return means
