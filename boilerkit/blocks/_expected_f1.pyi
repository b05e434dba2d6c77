import numpy as np
from numpy.typing import NDArray

def best_expected_f1(p: NDArray[np.float64], weights: NDArray[np.float64], order: NDArray[np.intp]) -> float: ...
