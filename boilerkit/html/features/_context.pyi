import numpy as np
from numpy.typing import NDArray

from boilerkit.html.features._page_stats import PageStats

class HtmlContextColumns:
    def __init__(self, stats: PageStats, p: NDArray[np.float64], order: NDArray[np.intp]) -> None: ...
    def fill(self, X: NDArray[np.float32], at: int, first: int) -> None: ...
