"""The trained model: from a page's columns to the probability that each block is content."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from boilerkit.features import Floats, judged_in_stages
from boilerkit.features.vocabulary import Vocabulary
from boilerkit.model.kinds import KindsModel
from boilerkit.model.trees import Trees
from boilerkit.segment.table import BlockTable


@dataclass(frozen=True)
class ContentModel:
    """Two stages of trees over the features of blocks.

    Stage one judges each block by itself and by what stands above it; stage two also sees stage one's answers around
    the block. `calibration` holds the slope and the intercept that turn stage two's log odds into those of a calibrated
    probability (Platt 1999). `threshold` is the default above which a block is content. `card` tells what the model
    was trained on and how well it does, as `boilerkit info` shows it. `kinds` tells the twelve labels apart if the
    training pages had such; None: the shipped labels model, which any content model's answers suit, does.
    """

    vocabulary: Vocabulary
    stage_one: Trees
    stage_two: Trees
    calibration: tuple[float, float] = (1.0, 0.0)
    threshold: float = 0.5
    card: dict[str, Any] = field(default_factory=dict)
    kinds: KindsModel | None = None

    def predict_proba(self, table: BlockTable) -> NDArray[np.float64]:
        """The probability that each block of the page is content, [n_blocks]."""
        if not len(table):
            return np.zeros(0)

        def first(X: Floats) -> NDArray[np.float64]:
            return sigmoid(self.stage_one.log_odds(X))

        slope, intercept = self.calibration
        return sigmoid(slope * judged_in_stages(table, self.vocabulary, first, self.stage_two.log_odds) + intercept)


def sigmoid(log_odds: NDArray[np.float64]) -> NDArray[np.float64]:
    """Probabilities of log odds; no overflow at either end."""
    return 0.5 * (1 + np.tanh(0.5 * log_odds))
