import numpy as np
from numpy.typing import NDArray

from boilerkit.segment.table import BlockTable

class Survey:
    n_blocks: int
    nothing: int
    description_words: int
    def __init__(self, table: BlockTable) -> None: ...
    @property
    def heading_levels(self) -> NDArray[np.int8]: ...
