import numpy as np
from numpy.typing import NDArray

from boilerkit.features._survey import Survey

def fill_fixed(survey: Survey, X: NDArray[np.float32]) -> None: ...
