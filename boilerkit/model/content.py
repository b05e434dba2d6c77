"""The content model: from the blocks of a page to the probability that each is content."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from boilerkit.blocks.columns import BlockColumns, InputFormat
from boilerkit.blocks.vocabulary import Floats, Vocabulary
from boilerkit.documents import feature_set
from boilerkit.errors import ModelError
from boilerkit.model.arrays import Arrays, add_prefix, fingerprint, vocabulary_arrays
from boilerkit.model.confidence import ConfidenceCurve
from boilerkit.model.labels import LabelModel
from boilerkit.model.page_types import PageTypeModel
from boilerkit.model.trees import TreeEnsemble


@dataclass(frozen=True)
class ContentModel:
    """Two stages of trees over the features of blocks.

    Stage one sees each block with its neighbours and its page; stage two also sees what stage one predicted around the
    block. `calibration` holds the slope and the intercept that turn stage two's log odds into those of a calibrated
    probability (Platt 1999). `threshold` is the default above which a block is content. `card` describes what the model
    was trained on and how well it does, as `boilerkit info` shows it. `labels` is the label model if the training pages
    had labels; None: the shipped label model, which works with any content model, is used. `confidence` says how good
    the text of a page is expected to be; None for a model that was trained without cross-validation or on few pages.
    `leaves_out_comments`: what its label model takes for readers' comments is no main text (see `choose_blocks`).
    `page_types`, if there is one, tells of what type a page is, by which the threshold may be lower.
    """

    input_format: InputFormat
    vocabulary: Vocabulary
    stage_one: TreeEnsemble
    stage_two: TreeEnsemble
    calibration: tuple[float, float] = (1.0, 0.0)
    threshold: float = 0.5
    card: dict[str, Any] = field(default_factory=dict)
    labels: LabelModel | None = None
    confidence: ConfidenceCurve | None = None
    leaves_out_comments: bool = False
    page_types: PageTypeModel | None = None

    @property
    def arrays(self) -> Arrays:
        """The arrays of the vocabulary, both stages and the page types by name, as a model file holds them."""
        return (
            vocabulary_arrays(self.vocabulary)
            | add_prefix("stage_one.", self.stage_one.arrays())
            | add_prefix("stage_two.", self.stage_two.arrays())
            | (add_prefix("page_types.", self.page_types.arrays) if self.page_types else {})
        )

    @cached_property
    def version(self) -> str:
        """The fingerprint of what the predictions and the confidence come from, twelve hexadecimal digits.

        Neither the threshold, which any call may set, nor the label model, which has a version of its own, is in it:
        where comments are left out, the text depends on both.
        """
        return fingerprint(self.arrays, self.input_format, self.calibration, self.confidence, self.leaves_out_comments)

    def predict_proba(self, blocks: BlockColumns) -> NDArray[np.float64]:
        """Return the probability that each block of a page is content, [n_blocks].

        Raises ModelError if the page is of another input format than the model.
        """
        check_input_format(self.input_format, blocks)
        if not len(blocks):
            return np.zeros(0)

        def first(X: Floats) -> NDArray[np.float64]:
            return sigmoid(self.stage_one.log_odds(X))

        features = feature_set(self.input_format)
        log_odds = features.predict_two_stage(blocks, self.vocabulary, first, self.stage_two.log_odds)
        slope, intercept = self.calibration
        return sigmoid(slope * log_odds + intercept)


_NAMES: dict[InputFormat, str] = {"html": "HTML", "text": "plain text"}


def check_input_format(expected: InputFormat, blocks: BlockColumns) -> None:
    """Raise ModelError unless a model that expects this input format can read the blocks."""
    if blocks.input_format != expected:
        raise ModelError(
            f"the model is for {_NAMES[expected]}, but the page was read as {_NAMES[blocks.input_format]}: "
            f'use input_format="{expected}" if it is {_NAMES[expected]}, or a model for {_NAMES[blocks.input_format]}'
        )


def sigmoid(log_odds: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the probabilities of log odds, without overflow at either end."""
    return 0.5 * (1 + np.tanh(0.5 * log_odds))
