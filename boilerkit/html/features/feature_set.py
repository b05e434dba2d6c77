"""How the features of an HTML page are computed."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from boilerkit.blocks.features import FeatureColumns, FeatureSet
from boilerkit.blocks.vocabulary import LabelVocabulary, Tokens, Vocabulary
from boilerkit.html.features import columns
from boilerkit.html.features._context import HtmlContextColumns
from boilerkit.html.features._labels import LabelColumns, TokenScores
from boilerkit.html.features._page_stats import PageStats
from boilerkit.html.features._static import StaticColumns
from boilerkit.html.features._vocabulary import VocabularyColumns
from boilerkit.html.segmentation.blocks import HtmlBlocks
from boilerkit.html.tags import TAGS


class HtmlFeatures(FeatureSet):
    """The features of blocks in an HTML tree."""

    input_format = "html"
    groups = columns.GROUPS
    token_types = columns.TOKEN_TYPES
    label_columns = columns.LABEL_COLUMNS
    label_token_types = columns.LABEL_TOKEN_TYPES

    def page_stats(self, blocks: HtmlBlocks) -> PageStats:
        return PageStats(blocks)

    def static_columns(self, stats: PageStats) -> FeatureColumns:
        return StaticColumns(stats)

    def vocabulary_columns(self, stats: PageStats, vocabulary: Vocabulary) -> FeatureColumns:
        return VocabularyColumns(stats, vocabulary.lookups)

    def context_columns(self, stats: PageStats, p: NDArray[np.float64], order: NDArray[np.intp]) -> FeatureColumns:
        return HtmlContextColumns(stats, p, order)

    def label_vocabulary_columns(
        self, stats: PageStats, blocks: HtmlBlocks, vocabulary: LabelVocabulary
    ) -> FeatureColumns:
        def scores(token_type: str) -> TokenScores:
            owners, hashes = _owners_and_hashes(blocks, token_type)
            n_owners = len(blocks.elements) if token_type == "element" else len(blocks)
            rows = vocabulary.rows(token_type, hashes)
            return TokenScores(np.ascontiguousarray(owners), rows, vocabulary.scores[token_type], n_owners)

        return LabelColumns(stats, *(scores(token_type) for token_type in self.label_token_types))

    def tokens(self, blocks: HtmlBlocks, values: NDArray[np.floating]) -> dict[str, Tokens]:
        sums = np.concatenate([np.zeros((1, values.shape[1])), np.cumsum(values, axis=0)])
        words = np.maximum(blocks.block("words"), 1)
        is_short, is_linked = words < columns.SHORT_WORDS, 2 * blocks.block("link_words") > words
        totals = {
            "element": sums[blocks.element("end_block")] - sums[blocks.element("first_block")],
            "block": values,
            "tags": values,
            "page": sums[-1:],
            "page_short": values[is_short].sum(axis=0, keepdims=True),
            "page_linked": values[is_linked].sum(axis=0, keepdims=True),
        }
        return {
            token_type: Tokens(*_owners_and_hashes(blocks, token_type), totals[token_type])
            for token_type in self.token_types
        }


HTML_FEATURES = HtmlFeatures()


def _owners_and_hashes(blocks: HtmlBlocks, token_type: str) -> tuple[NDArray[np.int32], NDArray[np.uint32]]:
    """Return owners (rows of elements or blocks; 0 for the page) and hashes of the page's tokens of one type."""
    if token_type == "tags":
        return np.arange(len(blocks), dtype=np.int32), tag_chain_hashes(blocks)
    by_owner = {"element": blocks.element_tokens, "block": blocks.block_tokens}
    pairs = by_owner.get(token_type, blocks.page_tokens)
    owners = pairs[:, 0] if token_type in by_owner else np.zeros(len(pairs), dtype=np.int32)
    return owners, np.ascontiguousarray(pairs[:, 1]).view(np.uint32)


def tag_chain_hashes(blocks: HtmlBlocks) -> NDArray[np.uint32]:
    """Return a hash of the tags of each block's element and its two nearest ancestors, [n_blocks]."""
    tags, parent = blocks.element("tag").astype(np.uint32), blocks.element("parent")
    element = blocks.block("element")
    above = parent[element]
    return (tags[element] * len(TAGS) + tags[above]) * len(TAGS) + tags[parent[above]]
