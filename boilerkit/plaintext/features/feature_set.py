"""How the features of plain text are computed."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from boilerkit.blocks.features import FeatureColumns, FeatureSet
from boilerkit.blocks.vocabulary import Floats, LabelVocabulary, Tokens, Vocabulary
from boilerkit.labels import LABELS
from boilerkit.plaintext.features import columns
from boilerkit.plaintext.features._context import TextContextColumns
from boilerkit.plaintext.features._page_stats import TextPageStats
from boilerkit.plaintext.features._static import StaticColumns
from boilerkit.plaintext.features._vocabulary import VocabularyColumns
from boilerkit.plaintext.segmentation.blocks import TextBlocks


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
        return StaticColumns(stats)

    def vocabulary_columns(self, stats: TextPageStats, vocabulary: Vocabulary) -> FeatureColumns:
        return VocabularyColumns(stats, vocabulary.lookups)

    def context_columns(self, stats: TextPageStats, p: NDArray[np.float64], order: NDArray[np.intp]) -> FeatureColumns:
        return TextContextColumns(stats, p, order)

    def label_vocabulary_columns(
        self, stats: TextPageStats, blocks: TextBlocks, vocabulary: LabelVocabulary
    ) -> FeatureColumns:
        return LabelColumns(stats, [_token_means(blocks, vocabulary, name) for name in self.label_token_types])

    def tokens(self, blocks: TextBlocks, values: NDArray[np.floating]) -> dict[str, Tokens]:
        totals = values.astype(np.float64)
        return {token_type: Tokens(*_owners_and_hashes(blocks, token_type), totals) for token_type in self.token_types}


TEXT_FEATURES = TextFeatures()


class LabelColumns:
    """The per-label columns of one plain text, given mean scores of its tokens by type, [n_blocks, n_labels] each."""

    def __init__(self, stats: TextPageStats, means: list[NDArray[np.float64]]) -> None:
        words, pairs, wholes, _ = means
        no_block = np.zeros((1, len(LABELS)))
        self.stats = stats
        self.means = means
        self.scores = np.concatenate([words + pairs + wholes, no_block])  # the last row means "no block"
        self.sums = np.concatenate([no_block, np.cumsum(self.scores[:-1], axis=0)])

    def fill(self, X: Floats, at: int, first: int) -> None:
        n, index = self.stats.n_blocks, np.arange(first, first + X.shape[1])
        group_first, group_end = self.stats.groups
        by_column = [
            *(means[index] for means in self.means),
            self.scores[index - 1],
            self.scores[np.where(index < n - 1, index + 1, n)],
            *(self._range_means(np.maximum(index - w, 0), np.minimum(index + w + 1, n)) for w in columns.LABEL_WINDOWS),
            self.scores[self.stats.headings[index]],
            self._range_means(group_first[index], group_end[index]),
        ]
        for k, values in enumerate(by_column):
            X[at + k * len(LABELS) :][: len(LABELS)] = values.T

    def _range_means(self, first: NDArray[np.integer], end: NDArray[np.integer]) -> NDArray[np.float64]:
        """Return means over ranges of blocks."""
        means: NDArray[np.float64] = (self.sums[end] - self.sums[first]) / (end - first)[:, None]
        return means


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
