"""From a BlockTable to the matrix that the model reads.

Each family is a module with its columns' names and descriptions (`COLUMNS`). The names, in order, are those of the
matrix: `STAGE_ONE` for the first stage, `STAGE_TWO` for the second, which also sees what the first one said of the
blocks around. Compiled loops fill the columns: on a page of some hundred blocks most calls of numpy would take longer
than the computing. `tests/reference_features.py` says the same in numpy.
"""

from __future__ import annotations

from collections.abc import Callable, Collection

import numpy as np
from numpy.typing import NDArray

from boilerkit.features import neighbourhood, page, position, structure, text, vocabulary
from boilerkit.features._fixed import fill_fixed
from boilerkit.features._neighbourhood import fill_neighbourhood
from boilerkit.features._survey import Survey
from boilerkit.features._vocabulary import fill_vocabulary
from boilerkit.features.vocabulary import Vocabulary
from boilerkit.segment.table import BlockTable
from boilerkit.select import cut_by_rank, likeliest_first

Floats = NDArray[np.float32]

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
    X = matrix(table, FIXED)
    fill_fixed(Survey(table), X.T)
    return X


def vocabulary_features(table: BlockTable, words: Vocabulary) -> Floats:
    """What a vocabulary says, float32 [n_blocks, columns of the family]."""
    X = matrix(table, vocabulary.COLUMNS)
    fill_vocabulary(Survey(table), X.T, 0, words.lookups)
    return X


def stage_one_features(table: BlockTable, words: Vocabulary) -> Floats:
    """What stage one reads, float32 [n_blocks, len(STAGE_ONE)]."""
    X = matrix(table, STAGE_ONE)
    _fill_stage_one(Survey(table), X, words)
    return X


def stage_two_features(table: BlockTable, stage_one: Floats, p: NDArray[np.floating]) -> Floats:
    """What stage two reads, float32 [n_blocks, len(STAGE_TWO)]: `stage_one`'s columns and what `p` says around."""
    X = matrix(table, STAGE_TWO)
    X[:, : len(STAGE_ONE)] = stage_one
    fill_answers(Survey(table), X, len(STAGE_ONE), table, p)
    return X


def features_of_both_stages(
    table: BlockTable, words: Vocabulary, judge: Callable[[Floats], NDArray[np.float64]]
) -> Floats:
    """What stage two reads, float32 [n_blocks, len(STAGE_TWO)], without a copy of what stage one read.

    `judge` is given the matrix when all columns of stage one, which stand first, are filled; it returns stage one's
    probabilities.
    """
    X = matrix(table, STAGE_TWO)
    survey = Survey(table)
    _fill_stage_one(survey, X, words)
    fill_answers(survey, X, len(STAGE_ONE), table, judge(X))
    return X


def matrix(table: BlockTable, columns: Collection[str]) -> Floats:
    """Room for columns, float32 [n_blocks, n_columns], each contiguous: so they are filled, and so trees read them."""
    return np.empty((len(columns), len(table)), dtype=np.float32).T


def _fill_stage_one(survey: Survey, X: Floats, words: Vocabulary) -> None:
    fill_fixed(survey, X.T)
    fill_vocabulary(survey, X.T, len(FIXED), words.lookups)


def fill_answers(survey: Survey, X: Floats, at: int, table: BlockTable, p: NDArray[np.floating]) -> None:
    """Fill the columns of the neighbourhood, from column `at` on: what a model's answers `p` say around each block."""
    answers: NDArray[np.float64] = np.ascontiguousarray(p, dtype=np.float64)
    likeliest = likeliest_first(answers)
    cut = cut_by_rank(answers, table.block("words") + 0.5, likeliest, 0.5)  # a block without words counts a little
    fill_neighbourhood(survey, X.T, at, answers, likeliest, cut)
