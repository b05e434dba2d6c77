import numpy as np
from numpy.typing import NDArray

def best_expected_f1(p: NDArray[np.float64], weights: NDArray[np.float64], order: NDArray[np.intp]) -> float: ...
def keep_mask(
    p: NDArray[np.float64],
    words: NDArray[np.int32],
    text_hashes: NDArray[np.int32],
    threshold: float,
    min_expected: float,
    repeated_words: int,
) -> NDArray[np.bool_]: ...
