"""Folders of models of flat text."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np

from boilerkit.features.flat import KINDS, STAGE_ONE, STAGE_TWO, FlatVocabulary
from boilerkit.model.flat import FlatModel
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
from boilerkit.model.trees import Trees

FORMAT = "boilerkit-flat"
FORMAT_VERSION = 1
FEATURES = {"stage_one": STAGE_ONE, "stage_two": STAGE_TWO}


def save_flat_model(model: FlatModel, folder: str | Path) -> Path:
    """Write a model to a folder, which is made if need be; returns the folder. Equal models give equal files."""
    config = {
        "format": FORMAT,
        "format_version": FORMAT_VERSION,
        "features": {stage: list(names) for stage, names in FEATURES.items()},
        "calibration": {"slope": model.calibration[0], "intercept": model.calibration[1]},
        "threshold": model.threshold,
        "card": model.card,
    }
    arrays: Arrays = {}
    for stage in FEATURES:
        arrays |= prefixed(getattr(model, stage).arrays(), f"{stage}.")
    for kind in KINDS:
        arrays[f"vocabulary.{kind}.hashes"] = model.vocabulary.hashes[kind]
        arrays[f"vocabulary.{kind}.scores"] = model.vocabulary.scores[kind]
    return write_folder(folder, config, arrays)


def load_flat_model(folder: str | Path | None = None) -> FlatModel:
    """Load a model of flat text from its folder; without one, the shipped one. Raises ModelError as `load_model`."""
    return _load_shipped() if folder is None else _load(Path(folder))


@cache
def _load_shipped() -> FlatModel:
    return _load(shipped("flat"))


def _load(folder: Path) -> FlatModel:
    config = read_config(folder, FORMAT, FORMAT_VERSION)
    check_features(folder, config, FEATURES)
    arrays = read_arrays(folder)
    try:
        model = FlatModel(
            vocabulary=FlatVocabulary(
                hashes={kind: arrays[f"vocabulary.{kind}.hashes"].astype(np.uint32) for kind in KINDS},
                scores={kind: arrays[f"vocabulary.{kind}.scores"].astype(np.float32) for kind in KINDS},
            ),
            stage_one=Trees.from_arrays(part(arrays, "stage_one.")),
            stage_two=Trees.from_arrays(part(arrays, "stage_two.")),
            calibration=(float(config["calibration"]["slope"]), float(config["calibration"]["intercept"])),
            threshold=float(config["threshold"]),
            card=dict(config["card"]),
        )
        model.stage_one.check(len(STAGE_ONE))
        model.stage_two.check(len(STAGE_TWO))
        _check(model)
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError) as error:
        raise damaged(folder, error) from None
    return model


def _check(model: FlatModel) -> None:
    for kind in KINDS:
        hashes, scores = model.vocabulary.hashes[kind], model.vocabulary.scores[kind]
        ascending = hashes.ndim == 1 and bool((hashes[1:] > hashes[:-1]).all())
        if not ascending or scores.shape != hashes.shape or not np.isfinite(scores).all():
            raise ValueError(f"the vocabulary of {kind} does not fit together")
    if not np.isfinite(model.calibration).all() or not 0 <= model.threshold <= 1:
        raise ValueError("the calibration or the threshold is no number that it can be")
