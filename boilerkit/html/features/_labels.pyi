import numpy as np
from numpy.typing import NDArray

from boilerkit.html.features._page_stats import PageStats

class TokenScores:
    def __init__(
        self, owners: NDArray[np.int32], rows: NDArray[np.int32], scores: NDArray[np.float32], n_owners: int
    ) -> None: ...

class LabelColumns:
    def __init__(self, stats: PageStats, names: TokenScores, words: TokenScores, tags: TokenScores) -> None: ...
    def fill(self, X: NDArray[np.float32], at: int, first: int) -> None: ...
