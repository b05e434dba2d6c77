"""Which pages a model was trained on, and out-of-fold predictions for them, kept in the model's folder.

A model that is measured on a page of its training looks better than it is. With this file beside the model, a benchmark
recognizes such pages, whatever file they come in, and has predictions of models that did not see them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from boilerkit.errors import ModelError
from boilerkit.gold.pages import page_key
from boilerkit.learning.training_pages import TrainingPage
from boilerkit.model.files import read_arrays
from boilerkit.model.storage import OUT_OF_FOLD
from boilerkit.page_types import PAGE_TYPES

#: Probabilities are stored as integers of this many steps.
_STEPS = 65_535


@dataclass(frozen=True)
class OutOfFoldPredictions:
    """The training pages of a model, in the order of its training.

    `keys`, `corpora`, `ids`, `groups` and `variants` are str [n_pages]; `folds` int [n_pages], -1 where there are no
    out-of-fold predictions; `predictions` holds for each page the probabilities of its blocks, [n_blocks], by a model
    that was trained on pages of the other folds alone. `types` [n_pages, 7] are such probabilities of PAGE_TYPES; there
    are none, [0, 7], for a model that tells none.
    """

    keys: NDArray[np.str_]
    corpora: NDArray[np.str_]
    ids: NDArray[np.str_]
    groups: NDArray[np.str_]
    variants: NDArray[np.str_]
    folds: NDArray[np.int16]
    predictions: list[NDArray[np.float64]]
    types: NDArray[np.float64]

    @cached_property
    def _numbers(self) -> dict[tuple[str, str], int]:
        pairs = zip(self.keys.tolist(), self.variants.tolist(), strict=True)
        return {pair: number for number, pair in enumerate(pairs)}

    def has_page(self, page: str | bytes, variant: str = "") -> bool:
        """Return whether the model was trained on this page."""
        return (page_key(page), variant) in self._numbers

    def probabilities(self, page: str | bytes, variant: str = "") -> NDArray[np.float64] | None:
        """Return the out-of-fold probabilities of a page's blocks, None for a page without any."""
        return self.probabilities_by_key(page_key(page), variant)

    def page_types(self, page: str | bytes, variant: str = "") -> NDArray[np.float64] | None:
        """Return the out-of-fold probabilities of PAGE_TYPES, [7], None for a page without any."""
        number = self._numbers.get((page_key(page), variant))
        return None if number is None or not len(self.types) else self.types[number]

    def probabilities_by_key(self, key: str, variant: str = "") -> NDArray[np.float64] | None:
        """Return the out-of-fold probabilities of the page with this key, None for a page without any."""
        number = self._numbers.get((key, variant))
        return None if number is None or self.folds[number] < 0 else self.predictions[number]


def save_out_of_fold(
    folder: str | Path,
    pages: Sequence[TrainingPage],
    folds: NDArray[np.int64] | None = None,
    predictions: Sequence[NDArray[np.float64]] | None = None,
    types: NDArray[np.float64] | None = None,
) -> Path:
    """Write which pages a model was trained on and, if there are any, out-of-fold predictions; return the file."""
    if folds is None or predictions is None:
        folds, predictions = np.full(len(pages), -1), [np.zeros(0)] * len(pages)
    file = Path(folder) / OUT_OF_FOLD
    np.savez_compressed(
        file,
        keys=np.array([page.key for page in pages]),
        corpora=np.array([page.corpus for page in pages]),
        ids=np.array([page.id for page in pages]),
        groups=np.array([page.group for page in pages]),
        variants=np.array([page.variant for page in pages]),
        folds=folds.astype(np.int16),
        sizes=np.array([len(p) for p in predictions], dtype=np.int32),
        probabilities=_as_steps(np.concatenate(predictions)),
        types=_as_steps(np.zeros((0, len(PAGE_TYPES))) if types is None else types),
    )
    return file


def _as_steps(probabilities: NDArray[np.float64]) -> NDArray[np.uint16]:
    return np.rint(probabilities * _STEPS).astype(np.uint16)


def load_out_of_fold(folder: str | Path) -> OutOfFoldPredictions | None:
    """Read what `save_out_of_fold` wrote into a model's folder, None if there is no such file.

    Raises ModelError if the file is damaged.
    """
    file = Path(folder) / OUT_OF_FOLD
    if not file.exists():
        return None
    try:
        arrays = read_arrays(file)
        texts = {name: arrays[name].astype(str) for name in ("keys", "corpora", "ids", "groups", "variants")}
        ends = np.cumsum(arrays["sizes"])
        predictions = np.split(arrays["probabilities"] / _STEPS, ends[:-1])
        types = arrays["types"].reshape(-1, len(PAGE_TYPES)) / _STEPS
        return OutOfFoldPredictions(**texts, folds=arrays["folds"], predictions=predictions, types=types)
    except ModelError as error:
        raise ModelError(f"{error}. Train the model again, or delete the file") from None
    except (KeyError, TypeError, ValueError, AttributeError, MemoryError) as error:
        raise ModelError(f"{file} is damaged: {error}. Train the model again, or delete the file") from None
