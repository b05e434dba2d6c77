"""The label model: from the blocks of a page and the content model's predictions to the probability of each label."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from boilerkit.blocks.columns import BlockColumns, InputFormat
from boilerkit.blocks.vocabulary import LabelVocabulary
from boilerkit.documents import feature_set
from boilerkit.labels import LABELS, Label
from boilerkit.model.arrays import Arrays, add_prefix, fingerprint, vocabulary_arrays
from boilerkit.model.trees import TreeEnsemble

#: Gold texts differ on whether these are main text, so a block may have one of them whether it is kept or not.
UNCERTAIN_LABELS = (Label.TITLE, Label.CAPTION)


@dataclass(frozen=True)
class LabelModel:
    """Trees for each label, which tell the twelve labels apart given the content model's predictions.

    A label that the training pages did not show has no trees, and no block gets it. The scores of the others are
    divided by `temperature`, which calibrates the probabilities (Guo et al. 2017, "On Calibration of Modern Neural
    Networks"). `card` describes how well the model does.
    """

    input_format: InputFormat
    vocabulary: LabelVocabulary
    trees: dict[Label, TreeEnsemble]
    temperature: float = 1.0
    card: dict[str, Any] = field(default_factory=dict)

    @property
    def arrays(self) -> Arrays:
        """The arrays of the vocabulary and of the trees of each label by name, as a model file holds them."""
        arrays = vocabulary_arrays(self.vocabulary)
        for label, trees in self.trees.items():
            arrays |= add_prefix(f"{label}.", trees.arrays())
        return arrays

    @cached_property
    def version(self) -> str:
        """The fingerprint of what the predictions come from, twelve hexadecimal digits."""
        return fingerprint(self.arrays, self.input_format, self.temperature)

    def predict_proba(self, blocks: BlockColumns, content: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the probability of each label for each block, [n_blocks, 12].

        `content` [n_blocks] are the content model's probabilities.
        """
        if not len(blocks):
            return np.zeros((0, len(LABELS)))
        scores = np.full((len(blocks), len(LABELS)), -np.inf)
        columns = [LABELS.index(label) for label in self.trees]
        features = feature_set(self.input_format)
        for rows, X in features.label_features_in_chunks(blocks, content, self.vocabulary):
            scores[rows, columns] = TreeEnsemble.log_odds_of_all([*self.trees.values()], X)
        return softmax(scores / self.temperature)


def softmax(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the probabilities of rows of scores, which are their logarithms but for a constant; without overflow."""
    exponentials: NDArray[np.float64] = np.exp(scores - scores.max(axis=1, keepdims=True))
    exponentials /= exponentials.sum(axis=1, keepdims=True)
    return exponentials


_IS_CONTENT = np.array([label.is_content for label in LABELS])
_TITLE = LABELS.index(Label.TITLE)
_IS_UNCERTAIN = np.array([label in UNCERTAIN_LABELS for label in LABELS])


def assign_labels(probabilities: NDArray[np.float64], keep: NDArray[np.bool_] | None = None) -> NDArray[np.intp]:
    """Return the most probable admissible label of each block, as its index in LABELS; [n_blocks].

    A page has one title. If it is given which blocks are kept, a kept block is content, and one that is not kept is
    boilerplate or one of UNCERTAIN_LABELS.
    """
    if not len(probabilities):
        return np.zeros(0, dtype=np.intp)
    admissible = np.ones(probabilities.shape, dtype=bool)
    if keep is not None:
        admissible = np.where(keep[:, None], _IS_CONTENT, ~_IS_CONTENT | _IS_UNCERTAIN)
    admissible[:, _TITLE] &= np.arange(len(admissible)) == probabilities[:, _TITLE].argmax()
    assigned: NDArray[np.intp] = np.where(admissible, probabilities, -1).argmax(axis=1)
    return assigned
