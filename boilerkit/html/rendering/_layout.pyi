import numpy as np
from numpy.typing import NDArray

def nearest_chosen(elements: NDArray[np.int32], chosen: NDArray[np.uint8]) -> NDArray[np.int32]: ...
def separators_between(
    elements: NDArray[np.int32],
    element: NDArray[np.int32],
    following: NDArray[np.intp],
    structure: NDArray[np.int32],
    separators: NDArray[np.int8],
    outside: int,
) -> NDArray[np.int8]: ...
def layout_tables(elements: NDArray[np.int32]) -> NDArray[np.bool_]: ...
def join_blocks(
    text: str,
    blocks: NDArray[np.int32],
    kept: NDArray[np.intp],
    between: NDArray[np.int8],
    cells: NDArray[np.intp],
    markers: dict[int, str],
    separators: tuple[str, ...],
    between_cells: int,
    in_cell: int,
) -> str: ...
