from typing import Any

import numpy as np
from numpy.typing import NDArray

class Forest:
    def __init__(self, *arguments: NDArray[Any]) -> None: ...
    def log_odds(self, columns: NDArray[np.float32]) -> NDArray[np.float64]: ...
