import numpy as np
from numpy.typing import NDArray

from boilerkit.html.segmentation.blocks import HtmlBlocks

class PageStats:
    n_blocks: int
    nothing: int
    description_words: int
    def __init__(self, blocks: HtmlBlocks) -> None: ...
    @property
    def heading_levels(self) -> NDArray[np.int8]: ...
