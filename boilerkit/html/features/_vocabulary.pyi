import numpy as np
from numpy.typing import NDArray

from boilerkit.blocks._lookup import Lookup
from boilerkit.html.features._page_stats import PageStats

class VocabularyColumns:
    def __init__(self, stats: PageStats, lookups: dict[str, Lookup]) -> None: ...
    def fill(self, X: NDArray[np.float32], at: int, first: int) -> None: ...
