"""Folds: pages of one group (a site) are never separated between training and testing."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from boilerkit.errors import GoldError
from boilerkit.learning.training_pages import HasGroup, group_numbers


def assign_folds(pages: Sequence[HasGroup], n_folds: int, random_state: int) -> NDArray[np.int64]:
    """Return a fold for each page, [n_pages]; pages of one group, and copies of one page, share a fold.

    Raises GoldError if there are fewer groups than folds.
    """
    return group_folds(group_numbers(pages), n_folds, random_state)


def assign_inner_folds(pages: Sequence[HasGroup], n_folds: int, random_state: int) -> NDArray[np.int64]:
    """Return folds as `assign_folds` does, but with each page its own group if there are too few groups.

    A model for one or two sites needs pages of the same site in several folds.
    """
    groups = group_numbers(pages)
    if len(np.unique(groups)) < n_folds:
        groups = np.arange(len(pages))
    return group_folds(groups, n_folds, random_state)


def group_folds(groups: NDArray[np.int64], n_folds: int, random_state: int) -> NDArray[np.int64]:
    """Return a fold for each page, [n_pages]; groups are distributed in random order. Raises GoldError if too few."""
    n_groups = len(np.unique(groups))
    if n_groups < n_folds:
        raise GoldError(
            f"{n_folds} folds need pages of at least {n_folds} groups (sites), found {n_groups}: "
            "add pages of other sites, or set the pages' groups"
        )
    order = np.random.default_rng(random_state).permutation(groups.max() + 1)
    return order[groups] % n_folds
