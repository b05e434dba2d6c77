import numpy as np
from numpy.typing import NDArray

from boilerkit.plaintext.segmentation.blocks import TextBlocks

class TextPageStats:
    n_blocks: int
    def __init__(self, blocks: TextBlocks) -> None: ...
    @property
    def groups(self) -> tuple[NDArray[np.int32], NDArray[np.int32]]: ...
    @property
    def headings(self) -> NDArray[np.int32]: ...
