import numpy as np
from numpy.typing import NDArray

from boilerkit.features._survey import Survey

class Lookup:
    def __init__(self, hashes: NDArray[np.uint32], scores: NDArray[np.float32]) -> None: ...

def fill_vocabulary(survey: Survey, X: NDArray[np.float32], at: int, lookups: dict[str, Lookup]) -> None: ...
