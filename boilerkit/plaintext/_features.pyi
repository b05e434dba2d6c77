from typing import Any

import numpy as np
from numpy.typing import NDArray

from boilerkit.blocks._lookup import Lookup
from boilerkit.plaintext.segmentation import TextBlocks

class TextPageStats:
    n: int
    def __init__(self, table: TextBlocks) -> None: ...
    @property
    def groups(self) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.int32]]: ...

def fill_fixed(survey: TextPageStats, X: NDArray[np.float32]) -> None: ...
def fill_vocabulary(survey: TextPageStats, X: NDArray[np.float32], at: int, lookups: dict[str, Lookup]) -> None: ...
def fill_neighbourhood(
    survey: TextPageStats, X: NDArray[np.float32], at: int, p: NDArray[np.float64], likeliest: NDArray[Any], cut: float
) -> None: ...
