"""The folder of a model of the twelve labels: written, read and checked."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TypeVar

import numpy as np

from boilerkit.features.kinds import MOST_TOKENS, KindsVocabulary
from boilerkit.labels import KINDS, Label
from boilerkit.model.folder import (
    Arrays,
    check_features,
    damaged,
    part,
    prefixed,
    read_arrays,
    read_config,
    shipped,
    write_folder,
)
from boilerkit.model.kinds import KindsModel
from boilerkit.model.trees import Trees

FORMAT_VERSION = 1

Model = TypeVar("Model", bound=KindsModel)


def save_kinds_model(model: KindsModel, folder: str | Path) -> Path:
    """Write a model to a folder, which is made if need be; returns the folder."""
    config = {
        "format": model.FORMAT,
        "format_version": FORMAT_VERSION,
        "labels": [str(label) for label in model.trees],
        "features": {"trees": list(model.COLUMNS)},
        "temperature": model.temperature,
        "card": model.card,
    }
    arrays: Arrays = {}
    for label, trees in model.trees.items():
        arrays |= prefixed(trees.arrays(), f"{label}.")
    for kind in model.TOKENS:
        arrays[f"vocabulary.{kind}.hashes"] = model.vocabulary.hashes[kind]
        arrays[f"vocabulary.{kind}.scores"] = model.vocabulary.scores[kind]
    return write_folder(folder, config, arrays)


def load_kinds_model(folder: str | Path | None = None) -> KindsModel:
    """Load a model from its folder; without one, the shipped model.

    Raises ModelError where the folder is no such model, is damaged, or was written in another format version, for other
    features or for other labels.
    """
    return _load_shipped() if folder is None else read_kinds_model(Path(folder), KindsModel)


@cache
def _load_shipped() -> KindsModel:
    return read_kinds_model(shipped("kinds"), KindsModel)


def read_kinds_model(folder: Path, model_type: type[Model]) -> Model:
    """Load a model of a kind, of HTML or of flat text, from its folder. Raises ModelError."""
    config = read_config(folder, model_type.FORMAT, FORMAT_VERSION)
    check_features(folder, config, {"trees": model_type.COLUMNS})
    arrays = read_arrays(folder)
    try:
        labels = [Label(label) for label in config["labels"]]
        model = model_type(
            vocabulary=KindsVocabulary(
                hashes={kind: arrays[f"vocabulary.{kind}.hashes"].astype(np.uint32) for kind in model_type.TOKENS},
                scores={kind: arrays[f"vocabulary.{kind}.scores"].astype(np.float32) for kind in model_type.TOKENS},
            ),
            trees={label: Trees.from_arrays(part(arrays, f"{label}.")) for label in labels},
            temperature=float(config["temperature"]),
            card=dict(config["card"]),
        )
        _check(model)
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError) as error:
        raise damaged(folder, error) from None
    return model


def _check(model: KindsModel) -> None:
    if not model.trees or not set(model.trees) <= set(KINDS):
        raise ValueError("its labels are not some of the twelve")
    for trees in model.trees.values():
        trees.check(len(model.COLUMNS))
    for kind in model.TOKENS:
        hashes, scores = model.vocabulary.hashes[kind], model.vocabulary.scores[kind]
        ascending = hashes.ndim == 1 and bool((hashes[1:] > hashes[:-1]).all())
        if len(hashes) > MOST_TOKENS:
            raise ValueError(f"the vocabulary of {kind} tokens is too large")
        if not ascending or scores.shape != (len(hashes), len(KINDS)) or not np.isfinite(scores).all():
            raise ValueError(f"the vocabulary of {kind} tokens does not fit together")
    if not np.isfinite(model.temperature) or model.temperature <= 0:
        raise ValueError("the temperature is no number over 0")
