"""The trained model of the twelve labels of flat text."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from boilerkit.features import Floats
from boilerkit.features.flat import KINDS
from boilerkit.features.flat_kinds import COLUMNS, flat_kinds_features
from boilerkit.model.folder import shipped
from boilerkit.model.kinds import KindsModel
from boilerkit.model.kinds_store import read_kinds_model
from boilerkit.segment.flat import FlatTable


@dataclass(frozen=True)
class FlatKindsModel(KindsModel):
    """As `KindsModel`, for the blocks of a FlatTable."""

    FORMAT: ClassVar[str] = "boilerkit-flat-kinds"
    COLUMNS: ClassVar[tuple[str, ...]] = COLUMNS
    TOKENS: ClassVar[tuple[str, ...]] = KINDS

    def _features(self, table: FlatTable, content: NDArray[np.float64]) -> Iterator[tuple[slice, Floats]]:
        yield slice(0, len(table)), flat_kinds_features(table, content, self.vocabulary)


@cache
def load_flat_kinds_model() -> FlatKindsModel:
    """The shipped model. Raises ModelError as `load_model`."""
    return read_kinds_model(shipped("flat-kinds"), FlatKindsModel)
