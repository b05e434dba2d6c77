"""From a BlockTable to the matrix that the model reads.

Each family is a module with its columns' names and descriptions (`COLUMNS`) and one function that computes them. The
names, in order, are those of the matrix: `STAGE_ONE` for the first stage, `STAGE_TWO` for the second, which also sees
what the first one said of the blocks around.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from boilerkit.features import neighbourhood, page, position, structure, text, vocabulary
from boilerkit.features.columns import Floats, as_matrix
from boilerkit.features.vocabulary import Vocabulary
from boilerkit.segment.table import BlockTable

#: What each column holds, by family and name.
FAMILIES: dict[str, dict[str, str]] = {
    "text": text.COLUMNS,
    "structure": structure.COLUMNS,
    "position": position.COLUMNS,
    "page": page.COLUMNS,
    "vocabulary": vocabulary.COLUMNS,
    "neighbourhood": neighbourhood.COLUMNS,
}

#: Description of every column by its name.
DESCRIPTIONS: dict[str, str] = {name: what for family in FAMILIES.values() for name, what in family.items()}

FIXED: tuple[str, ...] = tuple(
    name for family in ("text", "structure", "position", "page") for name in FAMILIES[family]
)
STAGE_ONE: tuple[str, ...] = (*FIXED, *FAMILIES["vocabulary"])
STAGE_TWO: tuple[str, ...] = (*STAGE_ONE, *FAMILIES["neighbourhood"])


def fixed_features(table: BlockTable) -> Floats:
    """The columns that need no model, float32 [n_blocks, len(FIXED)]."""
    return as_matrix(
        text.text_features(table)
        | structure.structure_features(table)
        | position.position_features(table)
        | page.page_features(table)
    )


def stage_one_features(table: BlockTable, words: Vocabulary) -> Floats:
    """What stage one reads, float32 [n_blocks, len(STAGE_ONE)]."""
    return np.hstack([fixed_features(table), as_matrix(vocabulary.vocabulary_features(table, words))])


def stage_two_features(table: BlockTable, stage_one: Floats, p: NDArray[np.floating]) -> Floats:
    """What stage two reads, float32 [n_blocks, len(STAGE_TWO)]: `stage_one`'s columns and what `p` says around."""
    return np.hstack([stage_one, as_matrix(neighbourhood.neighbourhood_features(table, p))])
