"""Gradient boosting that goes on from a given score, for what scikit-learn's boosting has no way to say.

Friedman 2001, "Greedy Function Approximation: A Gradient Boosting Machine", with Newton steps and a penalty on leaves
(Chen and Guestrin 2016, "XGBoost: A Scalable Tree Boosting System"). The trees are small, and so are the data: tens of
pages. numpy's bincount makes the histograms, in one thread, so other processes on the machine hardly slow it down.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from boilerkit.blocks.vocabulary import Floats
from boilerkit.model.trees import TreeEnsemble

Doubles = NDArray[np.float64]

#: Values of a feature that trees tell apart.
N_BINS = 32


@dataclass(frozen=True)
class BoostingSettings:
    """How trees are grown.

    `l2` is added to the sum of second derivatives in every leaf, which must have at least `min_hessian` of it. Each
    tree sees `max_features` of the features, a share, and `max_pages` of the pages, or as many as have about `max_rows`
    rows.
    """

    learning_rate: float = 0.1
    depth: int = 3
    l2: float = 0.1
    min_hessian: float = 0.01
    max_features: float = 0.25
    max_pages: float = 0.7
    max_rows: int = 15_000


class BinnedRows:
    """Rows of features as small integers: `bins` uint8 [n_features, n_rows], and the value at the end of each bin."""

    def __init__(self, X: Floats) -> None:
        shares = np.linspace(0, 1, N_BINS + 1)[1:-1]
        self.n_rows, self.n_features = X.shape
        self.edges = [np.unique(np.quantile(column, shares, method="inverted_cdf")) for column in X.T]
        self.bins = np.empty(X.shape[::-1], dtype=np.uint8)
        for column, (edges, values) in enumerate(zip(self.edges, X.T, strict=True)):
            self.bins[column] = np.searchsorted(edges, values)


def grow_tree(
    rows: BinnedRows, gradient: Doubles, hessian: Doubles, settings: BoostingSettings, rng: np.random.Generator
) -> tuple[TreeEnsemble, Doubles]:
    """Return a tree that takes a step against the loss, and the step of each row.

    `gradient` [n_rows] is the falling derivative of the loss at each row's score, `hessian` [n_rows] the second one;
    both are 0 for rows that the tree must not see.
    """
    n_columns = max(1, round(settings.max_features * rows.n_features))
    columns = rng.choice(rows.n_features, n_columns, replace=False)
    seen = np.flatnonzero(hessian > 0)
    values = rows.bins[np.ix_(columns, seen)].astype(np.intp)
    values += np.arange(n_columns)[:, None] * N_BINS
    g, h = (np.tile(numbers[seen], n_columns) for numbers in (gradient, hessian))
    n_inner = 2**settings.depth - 1
    feature, threshold = np.full(n_inner, -1, dtype=np.int32), np.zeros(n_inner)
    bin_of = np.zeros(n_inner, dtype=np.intp)
    node = np.zeros(rows.n_rows, dtype=np.intp)
    for depth in range(settings.depth):
        first, n_nodes = 2**depth - 1, 2**depth
        cells = (values + (node[seen] - first) * (n_columns * N_BINS)).ravel()
        shape = (n_nodes, n_columns, N_BINS)
        G, H = (np.bincount(cells, x, np.prod(shape)).reshape(shape).cumsum(axis=2) for x in (g, h))
        column, cut, gain = _best_splits(G, H, settings)
        split = np.flatnonzero(gain > 0)
        its = columns[column[split]]
        feature[first + split], bin_of[first + split] = its, cut[split]
        threshold[first + split] = [rows.edges[f][b] for f, b in zip(its.tolist(), cut[split].tolist(), strict=True)]
        asked = feature[node]
        right = (asked >= 0) & (rows.bins[asked, np.arange(rows.n_rows)] > bin_of[node])
        node = 2 * node + 1 + right
    leaf, n_leaves = node - n_inner, n_inner + 1
    G, H = (np.bincount(leaf, x, n_leaves) for x in (gradient, hessian))
    steps = settings.learning_rate * G / (H + settings.l2)
    return _tree(feature, threshold, steps), steps[leaf]


def _best_splits(
    G: Doubles, H: Doubles, settings: BoostingSettings
) -> tuple[NDArray[np.intp], NDArray[np.intp], Doubles]:
    """Return the column and the bin after which to split each node, and what that gains.

    `G` and `H` [n_nodes, n_columns, N_BINS] are running sums over the bins.
    """
    total_g, total_h = G[:, :, -1:], H[:, :, -1:]

    def score(g: Doubles, h: Doubles) -> Doubles:
        return g * g / (h + settings.l2)

    gain = score(G, H) + score(total_g - G, total_h - H) - score(total_g, total_h)
    gain[(settings.min_hessian > H) | (total_h - H < settings.min_hessian)] = 0
    flat = gain.reshape(len(G), -1)
    best = flat.argmax(axis=1)
    return best // N_BINS, best % N_BINS, flat[np.arange(len(G)), best]


def _tree(feature: NDArray[np.int32], threshold: Doubles, steps: Doubles) -> TreeEnsemble:
    """Return a full tree, in which node n has the children 2n + 1 and 2n + 2; one without a feature leads left."""
    nodes: list[tuple[int, float, int, int, float]] = []

    def add(node: int) -> int:
        at = len(nodes)
        if node >= len(feature):
            nodes.append((-1, 0.0, 0, 0, float(steps[node - len(feature)])))
        elif feature[node] < 0:
            return add(2 * node + 1)
        else:
            nodes.append((0, 0.0, 0, 0, 0.0))
            left = add(2 * node + 1)
            nodes[at] = (int(feature[node]), float(threshold[node]), left, add(2 * node + 2), 0.0)
        return at

    add(0)
    its_feature, its_threshold, left, right, value = zip(*nodes, strict=True)
    return TreeEnsemble(
        roots=np.zeros(1, dtype=np.int32),
        feature=np.array(its_feature, dtype=np.int32),
        threshold=np.array(its_threshold),
        left=np.array(left, dtype=np.int32),
        right=np.array(right, dtype=np.int32),
        value=np.array(value),
        baseline=np.zeros(1),
    )


def boost(
    rows: BinnedRows,
    target: Doubles,
    weight: Doubles,
    pages: NDArray[np.intp],
    start: Doubles,
    link: Callable[[Doubles], Doubles],
    settings: BoostingSettings,
    random_state: int = 0,
) -> Iterator[tuple[list[TreeEnsemble], Doubles]]:
    """Yield for each round, without end, trees to be added to the scores `start`, one a class, and the new scores.

    `target` are probabilities, `start` scores, [n_rows, n_classes]; `link` makes probabilities of scores: a sigmoid if
    there is one class, else softmax. `weight` [n_rows] is how much a row counts, 0 for those that are not trained on
    and whose scores are of interest. `pages` [n_rows] are the numbers of the rows' pages. The scores are valid until
    the next round.
    """
    rng = np.random.default_rng(random_state)
    scores = start.copy()
    known = np.unique(pages[weight > 0])
    rows_a_page = max(1, (weight > 0).sum() // max(len(known), 1))
    n_drawn = max(1, min(round(settings.max_pages * len(known)), settings.max_rows // rows_a_page))
    while True:
        drawn = np.isin(pages, rng.choice(known, n_drawn, replace=False))
        p, its = link(scores), weight * drawn
        trees = []
        for number in range(scores.shape[1]):
            share = p[:, number]
            hessian = its * np.maximum(share * (1 - share), 1e-6)
            tree, steps = grow_tree(rows, its * (target[:, number] - share), hessian, settings, rng)
            scores[:, number] += steps
            trees.append(tree)
        yield trees, scores
