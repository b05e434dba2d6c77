import numpy as np
from numpy.typing import NDArray

from boilerkit.html.features._page_stats import PageStats

class ContextColumns:
    def __init__(self, survey: PageStats, p: NDArray[np.float64], likeliest: NDArray[np.intp], cut: float) -> None: ...
    def fill(self, X: NDArray[np.float32], at: int, first: int) -> None: ...
