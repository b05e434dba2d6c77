import numpy as np
from numpy.typing import NDArray

def nearest(elements: NDArray[np.int32], chosen: NDArray[np.uint8]) -> NDArray[np.int32]: ...
def kinds_between(
    elements: NDArray[np.int32],
    element: NDArray[np.int32],
    following: NDArray[np.intp],
    structure: NDArray[np.int32],
    kinds: NDArray[np.int8],
    outside: int,
) -> NDArray[np.int8]: ...
def find_layout_tables(elements: NDArray[np.int32], bits: NDArray[np.uint8]) -> NDArray[np.bool_]: ...
def joined(
    text: str,
    blocks: NDArray[np.int32],
    kept: NDArray[np.intp],
    kinds: NDArray[np.int8],
    cells: NDArray[np.intp],
    separators: tuple[str, ...],
    between_cells: int,
    in_cell: int,
) -> str: ...
