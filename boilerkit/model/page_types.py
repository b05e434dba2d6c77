"""The page type model: what kind of page this is, from all its blocks and the content model's predictions."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from boilerkit.blocks.columns import BlockColumns, InputFormat
from boilerkit.blocks.vocabulary import Floats
from boilerkit.documents import feature_set
from boilerkit.model.arrays import Arrays, add_prefix
from boilerkit.model.labels import softmax
from boilerkit.model.trees import TreeEnsemble
from boilerkit.page_types import PAGE_TYPES, PageType


@dataclass(frozen=True)
class PageTypeModel:
    """Trees for each type of pages, which read one row for a page."""

    input_format: InputFormat
    trees: dict[PageType, TreeEnsemble]

    @property
    def arrays(self) -> Arrays:
        """The arrays of the trees of each type by name, as a model file holds them."""
        arrays: Arrays = {}
        for page_type, trees in self.trees.items():
            arrays |= add_prefix(f"{page_type}.", trees.arrays())
        return arrays

    def predict_proba(self, blocks: BlockColumns, content: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the probability of each of PAGE_TYPES, [7].

        `content` [n_blocks] are the content model's probabilities.
        """
        features = feature_set(self.input_format)
        probabilities: NDArray[np.float64] = self.predict(features.page_features(blocks, content)[None])[0]
        return probabilities

    def predict(self, rows: Floats) -> NDArray[np.float64]:
        """Return the probabilities of PAGE_TYPES, [n_pages, 7], for rows of `page_features`."""
        return softmax(TreeEnsemble.log_odds_of_all([self.trees[page_type] for page_type in PAGE_TYPES], rows))

    def check(self) -> None:
        """Raise ValueError unless the trees fit the features that there are."""
        for trees in self.trees.values():
            trees.check(feature_set(self.input_format).n_page_features)
