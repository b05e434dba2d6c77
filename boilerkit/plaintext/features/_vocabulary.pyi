import numpy as np
from numpy.typing import NDArray

from boilerkit.blocks._lookup import Lookup
from boilerkit.plaintext.features._page_stats import TextPageStats

class VocabularyColumns:
    def __init__(self, stats: TextPageStats, lookups: dict[str, Lookup]) -> None: ...
    def fill(self, X: NDArray[np.float32], at: int, first: int) -> None: ...
