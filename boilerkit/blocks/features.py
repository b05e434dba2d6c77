"""From the blocks of a page to the matrices that the models read.

What HTML and plain text share is here: how columns are put side by side, and how the two stages follow each other. Each
input format has a `FeatureSet` with its own columns. Compiled loops fill them: on a page of some hundred blocks, most
calls of numpy would take longer than the computation itself.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from typing import Any, ClassVar, Protocol

import numpy as np
from numpy.typing import NDArray

from boilerkit.blocks.columns import BlockColumns, InputFormat
from boilerkit.blocks.vocabulary import Floats, LabelShares, LabelVocabulary, Tokens, TokenShares, Vocabulary
from boilerkit.labels import LABELS

#: Descriptions of columns by their names, in the order of the matrix.
Columns = dict[str, str]

#: From the rows of a matrix to numbers, such as probabilities, [n_rows].
PredictFn = Callable[[Floats], NDArray[np.float64]]

#: Blocks whose columns are filled at a time, as those of one block take more than a kB. Not a power of two: numbers
#: that far apart would share one place in a processor's cache, and each block's would evict the others.
CHUNK_SIZE = 2000

#: A block of 100 words counts as much as 16 blocks of one word: less than its words would have it, so that headings and
#: short lines are not neglected.
WORD_WEIGHT_EXPONENT = 0.6


def block_weights(words: NDArray[np.number]) -> NDArray[np.float64]:
    """Return how much blocks of these numbers of words count."""
    return words.astype(np.float64) ** WORD_WEIGHT_EXPONENT


class FeatureColumns(Protocol):
    """Some columns of one page. What depends on the whole page is computed when they are made."""

    def fill(self, X: Floats, at: int, first: int) -> None:
        """Fill columns of X, [n_columns, n_rows], from column `at` on, for the blocks from `first` on."""


#: Columns side by side, each with the number of its first column.
ColumnLayout = Sequence[tuple[int, FeatureColumns]]


class FeatureSet(ABC):
    """The features of one input format: their names, and how they are computed.

    `groups` describes every column by group and name. The groups in order are the columns of stage two; "context", the
    last one, has what stage one predicted around a block, "vocabulary", the one before, scores of tokens; all others
    are static and need no model. `label_columns` describes the columns that the label model has once for each label.
    """

    input_format: ClassVar[InputFormat]
    groups: ClassVar[dict[str, Columns]]
    token_types: ClassVar[tuple[str, ...]]
    label_columns: ClassVar[Columns]
    label_token_types: ClassVar[tuple[str, ...]]

    def __init__(self) -> None:
        *static, vocabulary, context = self.groups.values()
        self.static: tuple[str, ...] = tuple(name for group in static for name in group)
        self.stage_one: tuple[str, ...] = (*self.static, *vocabulary)
        self.stage_two: tuple[str, ...] = (*self.stage_one, *context)
        self.context: tuple[str, ...] = tuple(context)
        self.label_features: tuple[str, ...] = (
            *self.static,
            *context,
            *(f"{label}_{name}" for name in self.label_columns for label in LABELS),
        )
        self.n_page_features: int = 2 * len(self.static) + 3

    # --- What each input format has of its own ------------------------------------------------------------------------

    @abstractmethod
    def page_stats(self, blocks: Any) -> Any:
        """Read a page once for all groups of features."""

    @abstractmethod
    def static_columns(self, stats: Any) -> FeatureColumns:
        """Return the columns of the static groups."""

    @abstractmethod
    def vocabulary_columns(self, stats: Any, vocabulary: Vocabulary) -> FeatureColumns:
        """Return the columns of the group "vocabulary"."""

    @abstractmethod
    def context_columns(self, stats: Any, p: NDArray[np.float64], order: NDArray[np.intp]) -> FeatureColumns:
        """Return the columns of the group "context".

        `p` [n_blocks] are probabilities of content, and `order` [n_blocks] the blocks by falling p.
        """

    @abstractmethod
    def label_vocabulary_columns(self, stats: Any, blocks: Any, vocabulary: LabelVocabulary) -> FeatureColumns:
        """Return the `label_columns`, each once for each label."""

    @abstractmethod
    def tokens(self, blocks: Any, values: NDArray[np.floating]) -> dict[str, Tokens]:
        """Return the tokens of a page by type, with `values` [n_blocks, k] summed up by owner."""

    # --- What all share -----------------------------------------------------------------------------------------------

    def static_features(self, blocks: BlockColumns) -> Floats:
        """Return the columns that need no model, float32 [n_blocks, len(static)]."""
        stats = self.page_stats(blocks)
        return _matrix([(0, self.static_columns(stats))], len(blocks), len(self.static))

    def stage_one_features(self, blocks: BlockColumns, vocabulary: Vocabulary) -> Floats:
        """Return what stage one reads, float32 [n_blocks, len(stage_one)]."""
        return _matrix(self._stage_one(self.page_stats(blocks), vocabulary), len(blocks), len(self.stage_one))

    def vocabulary_features(self, blocks: BlockColumns, vocabulary: Vocabulary) -> Floats:
        """Return the group "vocabulary", float32 [n_blocks, n_columns]."""
        layout = [(0, self.vocabulary_columns(self.page_stats(blocks), vocabulary))]
        return _matrix(layout, len(blocks), len(self.stage_one) - len(self.static))

    def stage_two_features(self, blocks: BlockColumns, stage_one: Floats, p: NDArray[np.floating]) -> Floats:
        """Return what stage two reads, float32 [n_blocks, len(stage_two)]: `stage_one` and the context of `p`."""
        context = self._context(self.page_stats(blocks), blocks, p)
        X = _matrix([(len(self.stage_one), context)], len(blocks), len(self.stage_two))
        X[:, : len(self.stage_one)] = stage_one
        return X

    def predict_two_stage(
        self, blocks: BlockColumns, vocabulary: Vocabulary, first: PredictFn, second: PredictFn
    ) -> NDArray[np.float64]:
        """Return what `second` gives for all blocks, [n_blocks].

        Both get matrices of some blocks, float32 [n_rows, len(stage_two)], whose first columns are those of stage one:
        these are filled when `first` is called, which returns stage one's probabilities, and all when `second` is. A
        page of few blocks takes one matrix; on larger ones, the columns of stage one are computed twice.
        """
        stats = self.page_stats(blocks)
        stage_one = self._stage_one(stats, vocabulary)
        chunks = _chunks(len(blocks), len(self.stage_two))
        p, result = np.empty(len(blocks)), np.empty(len(blocks))
        for rows, X in chunks:
            _fill(stage_one, X, rows.start)
            p[rows] = first(X)
        context = [(len(self.stage_one), self._context(stats, blocks, p))]
        for rows, X in chunks:
            _fill(context if len(chunks) == 1 else [*stage_one, *context], X, rows.start)
            result[rows] = second(X)
        return result

    def label_features_in_chunks(
        self, blocks: BlockColumns, p: NDArray[np.floating], vocabulary: LabelVocabulary
    ) -> Iterator[tuple[slice, Floats]]:
        """Yield rows of blocks and what the label model reads of them, valid until the next.

        The matrices are float32 [n_rows, len(label_features)]; `p` [n_blocks] are the content model's probabilities.
        """
        layout = self._label_layout(blocks, p, vocabulary)
        for rows, X in _chunks(len(blocks), len(self.label_features)):
            _fill(layout, X, rows.start)
            yield rows, X

    def label_matrix(self, blocks: BlockColumns, p: NDArray[np.floating], vocabulary: LabelVocabulary) -> Floats:
        """Return `label_features_in_chunks` as one matrix, float32 [n_blocks, len(label_features)]."""
        return _matrix(self._label_layout(blocks, p, vocabulary), len(blocks), len(self.label_features))

    def page_features(self, blocks: BlockColumns, content: NDArray[np.float64]) -> Floats:
        """Return one row that describes a page, float32 [n_page_features].

        Holds the means of the static columns over the page and over its content, the numbers of blocks and of words,
        and the number of words of content that is expected. Blocks count by their `block_weights`, in the content also
        by their probability, `content` [n_blocks]. A page without blocks has zeros.
        """
        words = blocks.block("words")
        weights = np.stack([block_weights(words), block_weights(words) * content])
        layout = [(0, self.static_columns(self.page_stats(blocks)))]
        sums = np.zeros((2, len(self.static)))
        for rows, X in _chunks(len(blocks), len(self.static)):
            _fill(layout, X, rows.start)
            sums += weights[:, rows] @ X
        means = sums / np.maximum(weights.sum(axis=1, keepdims=True), 1e-9)
        return np.concatenate([means.ravel(), [len(words), words.sum(), words @ content]]).astype(np.float32)

    def token_shares(
        self, blocks: BlockColumns, content: NDArray[np.floating], weight: NDArray[np.floating]
    ) -> TokenShares:
        """Return what one labelled page teaches a vocabulary.

        `content` [n_blocks] is the share of each block that is content. `weight` [n_blocks] is its number of words, 0
        where the gold does not cover it.
        """
        return TokenShares.of(self.tokens(blocks, np.stack([content * weight, weight], axis=1)))

    def label_shares(self, blocks: BlockColumns, labels: NDArray[np.float64]) -> LabelShares:
        """Return what one page teaches a label vocabulary; `labels` [n_blocks, n_labels] are probabilities."""
        tokens = self.tokens(blocks, labels)
        return LabelShares.of({token_type: tokens[token_type] for token_type in self.label_token_types})

    def _stage_one(self, stats: Any, vocabulary: Vocabulary) -> ColumnLayout:
        return [(0, self.static_columns(stats)), (len(self.static), self.vocabulary_columns(stats, vocabulary))]

    def _context(self, stats: Any, blocks: BlockColumns, p: NDArray[np.floating]) -> FeatureColumns:
        predicted: NDArray[np.float64] = np.ascontiguousarray(p, dtype=np.float64)
        return self.context_columns(stats, predicted, np.argsort(-predicted, kind="stable"))

    def _label_layout(self, blocks: BlockColumns, p: NDArray[np.floating], vocabulary: LabelVocabulary) -> ColumnLayout:
        stats = self.page_stats(blocks)
        end_of_context = len(self.static) + len(self.context)
        return [
            (0, self.static_columns(stats)),
            (len(self.static), self._context(stats, blocks, p)),
            (end_of_context, self.label_vocabulary_columns(stats, blocks, vocabulary)),
        ]


def _chunks(n_blocks: int, n_columns: int) -> list[tuple[slice, Floats]]:
    """Return the blocks of a page, CHUNK_SIZE at a time, each with a matrix; all matrices share the same memory."""
    memory = np.empty(min(n_blocks, CHUNK_SIZE) * n_columns, dtype=np.float32)
    chunks = [slice(first, min(first + CHUNK_SIZE, n_blocks)) for first in range(0, n_blocks, CHUNK_SIZE)]
    return [(rows, memory[: (rows.stop - rows.start) * n_columns].reshape(n_columns, -1).T) for rows in chunks]


def _matrix(layout: ColumnLayout, n_blocks: int, n_columns: int) -> Floats:
    """Return the columns of all blocks, float32 [n_blocks, n_columns], each contiguous, as trees read them."""
    X = np.empty((n_columns, n_blocks), dtype=np.float32).T
    _fill(layout, X, 0)
    return X


def _fill(layout: ColumnLayout, X: Floats, first: int) -> None:
    """Fill the rows of X, whose columns are contiguous, for the blocks from `first` on."""
    for at, columns in layout:
        columns.fill(X.T, at, first)
