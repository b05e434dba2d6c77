"""The trained model of the twelve labels: from a page's columns and the content model's answers to probabilities."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from boilerkit.features import Floats
from boilerkit.features.kinds import COLUMNS, TOKENS, KindsVocabulary, kinds_features_in_chunks
from boilerkit.labels import KINDS, Label
from boilerkit.model.trees import Trees
from boilerkit.segment.blocks import Blocks

#: Gold texts differ on whether these are main text, so a block may be one of them whether it is kept or not.
EITHER = (Label.TITLE, Label.CAPTION)


@dataclass(frozen=True)
class KindsModel:
    """Trees for each label that tell the labels of `labels.KINDS` apart, given what the content model said.

    A label that the training pages did not show has no trees, and no block gets it. The scores of the others are
    divided by `temperature`, which calibrates the probabilities (Guo et al. 2017). `card` tells what the model was
    trained on and how well it does.
    """

    #: The format of its folder, the columns that it reads, and what tokens its vocabulary is of.
    FORMAT: ClassVar[str] = "boilerkit-kinds"
    COLUMNS: ClassVar[tuple[str, ...]] = COLUMNS
    TOKENS: ClassVar[tuple[str, ...]] = TOKENS

    vocabulary: KindsVocabulary
    trees: dict[Label, Trees]
    temperature: float = 1.0
    card: dict[str, Any] = field(default_factory=dict)

    def predict_proba(self, table: Blocks, content: NDArray[np.float64]) -> NDArray[np.float64]:
        """The probability of each label for each block, [n_blocks, 12]; `content` [n_blocks] is the content model's."""
        if not len(table):
            return np.zeros((0, len(KINDS)))
        scores = np.full((len(table), len(KINDS)), -np.inf)
        places = [KINDS.index(label) for label in self.trees]
        for rows, X in self._features(table, content):
            scores[rows, places] = Trees.log_odds_of_all([*self.trees.values()], X)
        return softmax(scores / self.temperature)

    def _features(self, table: Any, content: NDArray[np.float64]) -> Iterator[tuple[slice, Floats]]:
        """Some blocks after the other, and what the trees read of them."""
        return kinds_features_in_chunks(table, content, self.vocabulary)


def softmax(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    """Probabilities of rows of scores, which are their logarithms but for a constant; no overflow."""
    raised: NDArray[np.float64] = np.exp(scores - scores.max(axis=1, keepdims=True))
    raised /= raised.sum(axis=1, keepdims=True)
    return raised


_IS_CONTENT = np.array([label.is_content for label in KINDS])
_TITLE = KINDS.index(Label.TITLE)
_IS_EITHER = np.array([label in EITHER for label in KINDS])


def choose(probabilities: NDArray[np.float64], keep: NDArray[np.bool_] | None = None) -> NDArray[np.intp]:
    """The likeliest label of each block that fits, as its place in `labels.KINDS`; [n_blocks].

    A page has one title. Given which blocks are kept, what is kept is content, and what is not kept is boilerplate or
    one of EITHER.
    """
    if not len(probabilities):
        return np.zeros(0, dtype=np.intp)
    fits = np.ones(probabilities.shape, dtype=bool)
    if keep is not None:
        fits = np.where(keep[:, None], _IS_CONTENT, ~_IS_CONTENT | _IS_EITHER)
    fits[:, _TITLE] &= np.arange(len(fits)) == probabilities[:, _TITLE].argmax()
    chosen: NDArray[np.intp] = np.where(fits, probabilities, -1).argmax(axis=1)
    return chosen
