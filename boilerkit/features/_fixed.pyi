import numpy as np
from numpy.typing import NDArray

from boilerkit.features._survey import Survey

class FixedColumns:
    def __init__(self, survey: Survey) -> None: ...
    def fill(self, X: NDArray[np.float32], at: int, first: int) -> None: ...
