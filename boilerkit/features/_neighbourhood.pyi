import numpy as np
from numpy.typing import NDArray

from boilerkit.features._survey import Survey

class NeighbourhoodColumns:
    def __init__(self, survey: Survey, p: NDArray[np.float64], likeliest: NDArray[np.intp], cut: float) -> None: ...
    def fill(self, X: NDArray[np.float32], at: int, first: int) -> None: ...
