"""The folder of a model of the twelve labels: written, read and checked."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np

from boilerkit.features.kinds import COLUMNS, TOKENS, KindsVocabulary
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

FORMAT = "boilerkit-kinds"
FORMAT_VERSION = 1
FEATURES = {"trees": COLUMNS}


def save_kinds_model(model: KindsModel, folder: str | Path) -> Path:
    """Write a model to a folder, which is made if need be; returns the folder."""
    config = {
        "format": FORMAT,
        "format_version": FORMAT_VERSION,
        "labels": [str(label) for label in model.trees],
        "features": {stage: list(names) for stage, names in FEATURES.items()},
        "temperature": model.temperature,
        "card": model.card,
    }
    arrays: Arrays = {}
    for label, trees in model.trees.items():
        arrays |= prefixed(trees.arrays(), f"{label}.")
    for kind in TOKENS:
        arrays[f"vocabulary.{kind}.hashes"] = model.vocabulary.hashes[kind]
        arrays[f"vocabulary.{kind}.scores"] = model.vocabulary.scores[kind]
    return write_folder(folder, config, arrays)


def load_kinds_model(folder: str | Path | None = None) -> KindsModel:
    """Load a model from its folder; without one, the shipped model.

    Raises ModelError where the folder is no such model, is damaged, or was written in another format version, for other
    features or for other labels.
    """
    return _load_shipped() if folder is None else _load(Path(folder))


@cache
def _load_shipped() -> KindsModel:
    return _load(shipped("kinds"))


def _load(folder: Path) -> KindsModel:
    config = read_config(folder, FORMAT, FORMAT_VERSION)
    check_features(folder, config, FEATURES)
    arrays = read_arrays(folder)
    try:
        labels = [Label(label) for label in config["labels"]]
        model = KindsModel(
            vocabulary=KindsVocabulary(
                hashes={kind: arrays[f"vocabulary.{kind}.hashes"].astype(np.uint32) for kind in TOKENS},
                scores={kind: arrays[f"vocabulary.{kind}.scores"].astype(np.float32) for kind in TOKENS},
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
        trees.check(len(COLUMNS))
    for kind in TOKENS:
        hashes, scores = model.vocabulary.hashes[kind], model.vocabulary.scores[kind]
        ascending = hashes.ndim == 1 and bool((hashes[1:] > hashes[:-1]).all())
        if not ascending or scores.shape != (len(hashes), len(KINDS)) or not np.isfinite(scores).all():
            raise ValueError(f"the vocabulary of {kind} tokens does not fit together")
    if not np.isfinite(model.temperature) or model.temperature <= 0:
        raise ValueError("the temperature is no number over 0")
