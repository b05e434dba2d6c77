import numpy as np
from numpy.typing import NDArray

from boilerkit.plaintext.features._page_stats import TextPageStats

class TextContextColumns:
    def __init__(self, stats: TextPageStats, p: NDArray[np.float64], order: NDArray[np.intp]) -> None: ...
    def fill(self, X: NDArray[np.float32], at: int, first: int) -> None: ...
