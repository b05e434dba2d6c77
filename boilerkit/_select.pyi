from typing import Any

import numpy as np
from numpy.typing import NDArray

def best_expected_f1(p: NDArray[np.float64], weights: NDArray[np.float64], likeliest: NDArray[np.intp]) -> float: ...
def choose(
    p: NDArray[np.float64], blocks: NDArray[Any], cut: float, least: float, repeated_words: int
) -> NDArray[np.bool_]: ...
