import numpy as np
from numpy.typing import NDArray

from boilerkit.features._survey import Survey

class Known:
    def __init__(
        self, owners: NDArray[np.int32], rows: NDArray[np.int32], scores: NDArray[np.float32], n_owners: int
    ) -> None: ...

class KindsColumns:
    def __init__(self, survey: Survey, names: Known, words: Known, tags: Known) -> None: ...
    def fill(self, X: NDArray[np.float32], at: int, first: int) -> None: ...
