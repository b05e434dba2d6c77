from typing import Any

import numpy as np
from numpy.typing import NDArray

from boilerkit.features._vocabulary import Lookup
from boilerkit.segment.flat import FlatTable

class FlatSurvey:
    n: int
    def __init__(self, table: FlatTable) -> None: ...
    @property
    def groups(self) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.int32]]: ...

def fill_fixed(survey: FlatSurvey, X: NDArray[np.float32]) -> None: ...
def fill_vocabulary(survey: FlatSurvey, X: NDArray[np.float32], at: int, lookups: dict[str, Lookup]) -> None: ...
def fill_neighbourhood(
    survey: FlatSurvey, X: NDArray[np.float32], at: int, p: NDArray[np.float64], likeliest: NDArray[Any], cut: float
) -> None: ...
