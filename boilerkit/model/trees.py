"""Gradient-boosted trees as plain arrays: what a trained stage is, and how it predicts without scikit-learn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from boilerkit.model._trees import Forest, Matrix
from boilerkit.model.forest import compile_forest


@dataclass(frozen=True)
class TreeEnsemble:
    """A binary classifier of boosted trees.

    The nodes of all trees follow each other in arrays of length n_nodes; `roots` (int32 [n_trees]) says where each
    begins. A node whose `feature` (int32) is negative is a leaf with a `value` (float64); at any other, rows
    whose feature is at most `threshold` (float64) go on to the node `left`, the others to `right` (int32). The sum of
    the leaves and of `baseline` (float64 [1]) is the log odds of the positive class.
    """

    roots: NDArray[np.int32]
    feature: NDArray[np.int32]
    threshold: NDArray[np.float64]
    left: NDArray[np.int32]
    right: NDArray[np.int32]
    value: NDArray[np.float64]
    baseline: NDArray[np.float64]

    def log_odds(self, X: NDArray[np.float32]) -> NDArray[np.float64]:
        """Return log odds of the positive class for the rows of X, float32 [n_rows, n_features]; [n_rows].

        X may have further columns. Where its columns are contiguous it is not copied.
        """
        return self._log_odds(Matrix(np.ascontiguousarray(X.T)))

    @staticmethod
    def log_odds_of_all(several: Sequence[TreeEnsemble], X: NDArray[np.float32]) -> NDArray[np.float64]:
        """Return the `log_odds` of several for the same X, side by side: [n_rows, n_several]."""
        matrix = Matrix(np.ascontiguousarray(X.T))
        return np.stack([trees._log_odds(matrix) for trees in several], axis=1)

    def _log_odds(self, matrix: Matrix) -> NDArray[np.float64]:
        total = self._forest.log_odds(matrix)
        total += self.baseline[0]
        return total

    @cached_property
    def _forest(self) -> Forest:
        return compile_forest(self.roots, self.feature, self.threshold, self.left, self.right, self.value)

    def check(self, n_features: int) -> None:
        """Raise ValueError unless every walk down a tree stays in the arrays and ends.

        Children must come after their parents, so that no walk goes in a circle, and have only one.
        """
        n = len(self.feature)
        shapes = {getattr(self, name).shape for name in ("feature", "threshold", "left", "right", "value")}
        if shapes != {(n,)} or self.roots.ndim != 1 or self.baseline.shape != (1,):
            raise ValueError("the trees' arrays differ in shape")
        inner = np.flatnonzero(self.feature >= 0)
        children = np.concatenate([self.left[inner], self.right[inner]])
        sound = (
            all(bool(np.isfinite(numbers).all()) for numbers in (self.value, self.threshold, self.baseline))
            and bool(((self.roots >= 0) & (self.roots < n)).all())
            and bool((self.feature < n_features).all())
            and all(bool(((child[inner] > inner) & (child[inner] < n)).all()) for child in (self.left, self.right))
            and len(np.unique(children)) == len(children)
        )
        if not sound:
            raise ValueError("the trees' nodes do not make trees")

    @classmethod
    def from_sklearn(cls, classifier: Any) -> TreeEnsemble:
        """Return the trees of a fitted, binary HistGradientBoostingClassifier without categorical features."""
        return cls.from_multiclass(classifier)[0]

    @classmethod
    def from_multiclass(cls, classifier: Any) -> list[TreeEnsemble]:
        """Return the trees of each class of a fitted HistGradientBoostingClassifier; of two those of the second.

        Their log odds are the logarithms of the classes' probabilities but for what is the same for all classes.
        """
        baselines = np.asarray(classifier._baseline_prediction, dtype=np.float64).ravel()
        return [
            cls._concatenate([trees[number].nodes for trees in classifier._predictors], baseline)
            for number, baseline in enumerate(baselines)
        ]

    @classmethod
    def _concatenate(cls, nodes: Sequence[NDArray[Any]], baseline: float) -> TreeEnsemble:
        """Return the trees of scikit-learn's arrays of nodes, one array per tree."""
        sizes = [len(tree) for tree in nodes]
        starts = np.cumsum([0, *sizes[:-1]]).astype(np.int32)
        every = np.concatenate(nodes)
        offset = np.repeat(starts, sizes)
        leaf = every["is_leaf"].astype(bool)
        return cls(
            roots=starts,
            feature=np.where(leaf, -1, every["feature_idx"]).astype(np.int32),
            threshold=np.where(leaf, 0.0, every["num_threshold"]),
            left=np.where(leaf, 0, every["left"] + offset).astype(np.int32),
            right=np.where(leaf, 0, every["right"] + offset).astype(np.int32),
            value=np.where(leaf, every["value"], 0.0),
            baseline=np.array([baseline]),
        )

    @classmethod
    def average(cls, several: Sequence[TreeEnsemble]) -> TreeEnsemble:
        """Return trees whose log odds are the mean of those of several."""
        return cls.sum(several).scaled(1 / len(several))

    @classmethod
    def sum(cls, several: Sequence[TreeEnsemble]) -> TreeEnsemble:
        """Return trees whose log odds are the sum of those of several."""
        starts = np.cumsum([0, *(len(trees.feature) for trees in several[:-1])]).astype(np.int32)
        inner = [trees.feature >= 0 for trees in several]

        def moved(name: str) -> NDArray[np.int32]:
            children = [getattr(trees, name) for trees in several]
            return np.concatenate(
                [np.where(its, child + start, 0) for its, child, start in zip(inner, children, starts, strict=True)]
            ).astype(np.int32)

        return cls(
            roots=np.concatenate([trees.roots + start for trees, start in zip(several, starts, strict=True)]),
            feature=np.concatenate([trees.feature for trees in several]),
            threshold=np.concatenate([trees.threshold for trees in several]),
            left=moved("left"),
            right=moved("right"),
            value=np.concatenate([trees.value for trees in several]),
            baseline=np.sum([trees.baseline for trees in several], axis=0),
        )

    def scaled(self, slope: float, intercept: float = 0.0) -> TreeEnsemble:
        """Return trees whose log odds are those of these times `slope`, and `intercept`."""
        return replace(self, value=self.value * slope, baseline=self.baseline * slope + intercept)

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Return the arrays by name, as a model file holds them."""
        return {field.name: getattr(self, field.name) for field in fields(self)}

    @classmethod
    def from_arrays(cls, arrays: dict[str, NDArray[Any]]) -> TreeEnsemble:
        """Return the trees of what `arrays` returned; values of other types are converted."""
        integers = ("roots", "feature", "left", "right")
        typed: dict[str, Any] = {
            field.name: np.ascontiguousarray(arrays[field.name], np.int32 if field.name in integers else np.float64)
            for field in fields(cls)
        }
        return cls(**typed)
