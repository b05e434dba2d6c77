"""The trained model of flat text: from a page's columns to the probability that each block is content."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from boilerkit.features import Floats
from boilerkit.features.flat import FlatVocabulary, features_of_both_stages
from boilerkit.model.content import sigmoid
from boilerkit.model.trees import Trees
from boilerkit.segment.flat import FlatTable
from boilerkit.sniff import Input


@dataclass(frozen=True)
class FlatModel:
    """Two stages of trees over the features of blocks of plain text; the fields are those of `ContentModel`."""

    input: ClassVar[Input] = "text"

    vocabulary: FlatVocabulary
    stage_one: Trees
    stage_two: Trees
    calibration: tuple[float, float] = (1.0, 0.0)
    threshold: float = 0.5
    card: dict[str, Any] = field(default_factory=dict)

    def predict_proba(self, table: FlatTable) -> NDArray[np.float64]:
        """The probability that each block of the page is content, [n_blocks]."""
        if not len(table):
            return np.zeros(0)

        def first(X: Floats) -> NDArray[np.float64]:
            return sigmoid(self.stage_one.log_odds(X))

        X = features_of_both_stages(table, self.vocabulary, first)
        slope, intercept = self.calibration
        return sigmoid(slope * self.stage_two.log_odds(X) + intercept)
