import numpy as np
from numpy.typing import NDArray

def sum_trees(
    X: NDArray[np.float32],
    roots: NDArray[np.int32],
    feature: NDArray[np.int32],
    threshold: NDArray[np.float64],
    left: NDArray[np.int32],
    right: NDArray[np.int32],
    value: NDArray[np.float64],
    n_outputs: int,
) -> NDArray[np.float64]: ...
