import numpy as np
from numpy.typing import NDArray

from boilerkit.features._survey import Survey

class Lookup:
    def __init__(self, hashes: NDArray[np.uint32], scores: NDArray[np.float32]) -> None: ...

class VocabularyColumns:
    def __init__(self, survey: Survey, lookups: dict[str, Lookup]) -> None: ...
    def fill(self, X: NDArray[np.float32], at: int, first: int) -> None: ...
