"""What a model's folder says of the pages that it was trained on: which they are, and out-of-fold answers for them.

A model that is measured on a page of its training looks better than it is. With this file beside the model, whoever
measures knows such pages, whatever file they come in, and has answers of models that did not see them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from boilerkit.errors import ModelError
from boilerkit.model.store import HELD_OUT
from boilerkit.learning.training_pages import TrainingPage, page_key

#: Probabilities are kept as whole numbers of this many steps.
_STEPS = 65_535


@dataclass(frozen=True)
class OutOfFoldPredictions:
    """The training pages of a model, in the order of its training.

    `keys`, `corpora`, `ids` and `groups` are str [n_pages]; `folds` int [n_pages], -1 where there are no out-of-fold
    answers; `answers` holds for each page the probabilities of its blocks, [n_blocks], by a model that was trained on
    pages of the other folds alone.
    """

    keys: NDArray[np.str_]
    corpora: NDArray[np.str_]
    ids: NDArray[np.str_]
    groups: NDArray[np.str_]
    folds: NDArray[np.int16]
    answers: list[NDArray[np.float64]]

    @cached_property
    def _places(self) -> dict[str, int]:
        return {key: place for place, key in enumerate(self.keys.tolist())}

    def knows(self, page: str | bytes) -> bool:
        """Whether the model was trained on this page."""
        return page_key(page) in self._places

    def probabilities(self, page: str | bytes) -> NDArray[np.float64] | None:
        """The out-of-fold probabilities of a page's blocks, None for a page without."""
        return self.answer(page_key(page))

    def answer(self, key: str) -> NDArray[np.float64] | None:
        """The out-of-fold probabilities of the blocks of the page of a key, None for a page without."""
        place = self._places.get(key)
        return None if place is None or self.folds[place] < 0 else self.answers[place]


def save_out_of_fold(
    folder: str | Path,
    lessons: Sequence[TrainingPage],
    folds: NDArray[np.int64] | None = None,
    answers: Sequence[NDArray[np.float64]] | None = None,
) -> Path:
    """Write which pages a model was trained on and, if they were made, its out-of-fold answers; returns the file."""
    if folds is None or answers is None:
        folds, answers = np.full(len(lessons), -1), [np.zeros(0)] * len(lessons)
    file = Path(folder) / HELD_OUT
    np.savez_compressed(
        file,
        keys=np.array([lesson.key for lesson in lessons]),
        corpora=np.array([lesson.corpus for lesson in lessons]),
        ids=np.array([lesson.id for lesson in lessons]),
        groups=np.array([lesson.group for lesson in lessons]),
        folds=folds.astype(np.int16),
        sizes=np.array([len(answer) for answer in answers], dtype=np.int32),
        probabilities=np.rint(np.concatenate(answers) * _STEPS).astype(np.uint16),
    )
    return file


def load_out_of_fold(folder: str | Path) -> OutOfFoldPredictions | None:
    """Read what `save_out_of_fold` wrote into a model's folder, None where it did not.

    Raises ModelError where the file is damaged.
    """
    file = Path(folder) / HELD_OUT
    if not file.exists():
        return None
    try:
        with np.load(file, allow_pickle=False) as arrays:
            ends = np.cumsum(arrays["sizes"])
            return OutOfFoldPredictions(
                keys=arrays["keys"].astype(str),
                corpora=arrays["corpora"].astype(str),
                ids=arrays["ids"].astype(str),
                groups=arrays["groups"].astype(str),
                folds=arrays["folds"],
                answers=np.split(arrays["probabilities"] / _STEPS, ends[:-1]),
            )
    except Exception as error:  # reading a damaged archive fails in too many ways to name
        raise ModelError(f"{file} is damaged: {error}. Train the model again, or delete the file") from None
