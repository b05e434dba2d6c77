from typing import Any

import numpy as np
from numpy.typing import NDArray

class Matrix:
    def __init__(self, columns: NDArray[np.float32]) -> None: ...

class Forest:
    def __init__(self, *arguments: NDArray[Any]) -> None: ...
    def log_odds(self, matrix: Matrix) -> NDArray[np.float64]: ...
