"""What tests of both input formats need of each: reading a page, pages to read, and a reference of the features."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
from hypothesis.strategies import SearchStrategy
from numpy.typing import NDArray

from boilerkit.blocks.columns import BlockColumns, InputFormat
from boilerkit.blocks.vocabulary import Floats, LabelVocabulary, Vocabulary
from boilerkit.documents import feature_set, read_document
from boilerkit.labels import LABELS
from support import plain_text, reference_features, strategies
from support.reference_plaintext import Reference

#: Feature columns by name, each [n_blocks].
Columns = dict[str, NDArray[Any]]

FORMATS: tuple[InputFormat, ...] = ("html", "text")
PAGES: dict[InputFormat, SearchStrategy[str]] = {
    "html": strategies.pages(),
    "text": plain_text.texts() | plain_text.pages(),
}


def read_blocks(page: str | bytes, input_format: InputFormat) -> BlockColumns:
    return read_document(page, input_format).blocks


def vocabulary_of(blocks: BlockColumns) -> Vocabulary:
    """A vocabulary that knows every second token of a page, with scores of either sign."""
    tokens = feature_set(blocks.input_format).tokens(blocks, np.zeros((len(blocks), 1)))
    hashes = {token_type: np.unique(its.hashes)[::2] for token_type, its in tokens.items()}
    return Vocabulary(hashes, {name: (known % 7 - 3.0).astype(np.float32) for name, known in hashes.items()})


def label_vocabulary_of(blocks: BlockColumns) -> LabelVocabulary:
    """As `vocabulary_of`, with a score for each label."""
    words, token_types = vocabulary_of(blocks), feature_set(blocks.input_format).label_token_types
    scores = {
        name: np.stack([words.scores[name] * label % 5 - 2 for label in range(len(LABELS))], axis=1)
        for name in token_types
    }
    return LabelVocabulary({name: words.hashes[name] for name in token_types}, scores)


def empty_vocabulary(input_format: InputFormat) -> Vocabulary:
    token_types = feature_set(input_format).token_types
    return Vocabulary(
        {name: np.zeros(0, dtype=np.uint32) for name in token_types},
        {name: np.zeros(0, dtype=np.float32) for name in token_types},
    )


def columns_of(matrix: Floats, names: Iterable[str]) -> Columns:
    """The columns of a matrix by their names."""
    return dict(zip(names, matrix.T, strict=True))


def reference_columns(
    blocks: BlockColumns, words: Vocabulary, p: NDArray[np.float64], label_words: LabelVocabulary
) -> dict[str, Columns]:
    """All features of a page as plain Python computes them: static, vocabulary, context and labels."""
    if blocks.input_format == "html":
        found = {
            "static": reference_features.static_features(blocks),
            "vocabulary": reference_features.vocabulary_features(blocks, words),
            "context": reference_features.context_features(blocks, p),
            "labels": reference_features.label_columns(blocks, label_words),
        }
    else:
        reference = Reference(blocks)
        found = {
            "static": reference.static(),
            "vocabulary": reference.vocabulary(words),
            "context": reference.context(p.tolist()),
            "labels": reference.labels(label_words),
        }
    return {
        group: {name: np.asarray(values).astype(np.float32) for name, values in columns.items()}
        for group, columns in found.items()
    }
