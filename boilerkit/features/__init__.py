"""From a BlockTable to the matrix that the model reads.

Each family is a module with its columns' names and descriptions (`COLUMNS`). The names, in order, are those of the
matrix: `STAGE_ONE` for the first stage, `STAGE_TWO` for the second, which also sees what the first one said of the
blocks around. Compiled loops fill the columns: on a page of some hundred blocks most calls of numpy would take longer
than the computing. `tests/reference_features.py` says the same in numpy.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from boilerkit.features import neighbourhood, page, position, structure, text, vocabulary
from boilerkit.features._fixed import FixedColumns
from boilerkit.features._neighbourhood import NeighbourhoodColumns
from boilerkit.features._survey import Survey
from boilerkit.features._vocabulary import VocabularyColumns
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


Judge = Callable[[Floats], NDArray[np.float64]]

#: So many blocks have their columns filled at a time, as those of one take more than a kB. No power of two: numbers
#: that such a distance parts share one place in a processor's fast memory, and each block's would push out each other.
CHUNK = 2000


class PageColumns(Protocol):
    """Some columns of one page; what takes the whole page to know is computed when they are made."""

    def fill(self, X: Floats, at: int, first: int) -> None:
        """Fill columns of X, [n_columns, n_rows], from column `at` on, for the blocks from `first` on."""


#: Columns that stand side by side, and the places of the first of each.
Placed = Sequence[tuple[int, PageColumns]]


def fixed_features(table: BlockTable) -> Floats:
    """The columns that need no model, float32 [n_blocks, len(FIXED)]."""
    return features_of([(0, FixedColumns(Survey(table)))], len(table), len(FIXED))


def vocabulary_features(table: BlockTable, words: Vocabulary) -> Floats:
    """What a vocabulary says, float32 [n_blocks, columns of the family]."""
    columns = VocabularyColumns(Survey(table), words.lookups)
    return features_of([(0, columns)], len(table), len(vocabulary.COLUMNS))


def stage_one_features(table: BlockTable, words: Vocabulary) -> Floats:
    """What stage one reads, float32 [n_blocks, len(STAGE_ONE)]."""
    return features_of(_stage_one(Survey(table), words), len(table), len(STAGE_ONE))


def stage_two_features(table: BlockTable, stage_one: Floats, p: NDArray[np.floating]) -> Floats:
    """What stage two reads, float32 [n_blocks, len(STAGE_TWO)]: `stage_one`'s columns and what `p` says around."""
    X = features_of([(len(STAGE_ONE), answers_around(Survey(table), table, p))], len(table), len(STAGE_TWO))
    X[:, : len(STAGE_ONE)] = stage_one
    return X


def judged_in_stages(table: BlockTable, words: Vocabulary, first: Judge, second: Judge) -> NDArray[np.float64]:
    """The answers of `second` for all blocks, [n_blocks].

    Both are given matrices of some blocks, float32 [n_rows, len(STAGE_TWO)], whose columns of stage one stand first:
    those are filled when `first` is asked, which returns stage one's probabilities, and all when `second` is. A page
    of few blocks takes one matrix; larger ones have the columns of stage one computed again.
    """
    survey = Survey(table)
    stage_one = _stage_one(survey, words)
    chunks = in_chunks(len(table), len(STAGE_TWO))
    p, answers = np.empty(len(table)), np.empty(len(table))
    for rows, X in chunks:
        fill(stage_one, X, rows.start)
        p[rows] = first(X)
    around = [(len(STAGE_ONE), answers_around(survey, table, p))]
    for rows, X in chunks:
        fill(around if len(chunks) == 1 else [*stage_one, *around], X, rows.start)
        answers[rows] = second(X)
    return answers


def in_chunks(n_blocks: int, n_columns: int) -> list[tuple[slice, Floats]]:
    """The blocks of a page, CHUNK at a time, with a matrix for the columns of each: all take the same memory."""
    room = np.empty(min(n_blocks, CHUNK) * n_columns, dtype=np.float32)
    chunks = [slice(first, min(first + CHUNK, n_blocks)) for first in range(0, n_blocks, CHUNK)]
    return [(rows, room[: (rows.stop - rows.start) * n_columns].reshape(n_columns, -1).T) for rows in chunks]


def features_of(placed: Placed, n_blocks: int, n_columns: int) -> Floats:
    """The columns of all blocks, float32 [n_blocks, n_columns], each contiguous: so they are filled, so trees read."""
    X = np.empty((n_columns, n_blocks), dtype=np.float32).T
    fill(placed, X, 0)
    return X


def fill(placed: Placed, X: Floats, first: int) -> None:
    """Fill the rows of X, whose columns are contiguous, for the blocks from `first` on."""
    for at, columns in placed:
        columns.fill(X.T, at, first)


def _stage_one(survey: Survey, words: Vocabulary) -> list[tuple[int, PageColumns]]:
    return [(0, FixedColumns(survey)), (len(FIXED), VocabularyColumns(survey, words.lookups))]


def answers_around(survey: Survey, table: BlockTable, p: NDArray[np.floating]) -> NeighbourhoodColumns:
    """The columns of the neighbourhood: what a model's answers `p` say around each block."""
    answers: NDArray[np.float64] = np.ascontiguousarray(p, dtype=np.float64)
    likeliest = likeliest_first(answers)
    cut = cut_by_rank(answers, table.block("words") + 0.5, likeliest, 0.5)  # a block without words counts a little
    return NeighbourhoodColumns(survey, answers, likeliest, cut)
