import numpy as np
from numpy.typing import NDArray

from boilerkit.features._survey import Survey

def fill_neighbourhood(
    survey: Survey,
    X: NDArray[np.float32],
    at: int,
    p: NDArray[np.float64],
    likeliest: NDArray[np.intp],
    cut: float,
) -> None: ...
