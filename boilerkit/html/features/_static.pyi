import numpy as np
from numpy.typing import NDArray

from boilerkit.html.features._page_stats import PageStats

class StaticColumns:
    def __init__(self, stats: PageStats) -> None: ...
    def fill(self, X: NDArray[np.float32], at: int, first: int) -> None: ...
