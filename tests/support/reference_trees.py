"""The sum of a model's trees once more, as plainly as can be: what `model._trees` has to give, slowly."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from boilerkit.model.trees import TreeEnsemble


def log_odds(trees: TreeEnsemble, X: NDArray[np.float32]) -> NDArray[np.float64]:
    """The leaf values that each row of X falls into, summed up in the order of the trees, and the baseline."""
    total = np.zeros(len(X))
    rows = np.arange(len(X))
    for root in trees.roots:
        node = np.full(len(X), root)
        while (inner := trees.feature[node] >= 0).any():
            goes_left = X[rows, np.maximum(trees.feature[node], 0)] <= trees.threshold[node]
            node = np.where(inner, np.where(goes_left, trees.left[node], trees.right[node]), node)
        total += trees.value[node]
    return total + trees.baseline[0]
