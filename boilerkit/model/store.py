"""The folder of a content model: written, read and checked. A labels model trained with it is in a folder therein."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from boilerkit.errors import ModelError
from boilerkit.features import STAGE_ONE, STAGE_TWO
from boilerkit.features.vocabulary import KINDS, Vocabulary
from boilerkit.model.content import ContentModel
from boilerkit.model.folder import (
    ARRAYS,
    CONFIG,
    Arrays,
    check_features,
    damaged,
    part,
    prefixed,
    read_arrays,
    remove_folder,
    shipped,
    write_folder,
)
from boilerkit.model.folder import read_config as read_any_config
from boilerkit.model.kinds_store import load_kinds_model, save_kinds_model
from boilerkit.model.trees import Trees

__all__ = ["ARRAYS", "CONFIG", "FORMAT_VERSION", "load_model", "read_config", "save_model", "shipped_folder"]

FORMAT = "boilerkit-content"
FORMAT_VERSION = 1
FEATURES = {"stage_one": STAGE_ONE, "stage_two": STAGE_TWO}
#: The folder in it of a labels model.
KINDS_FOLDER = "kinds"
#: What `boilerkit.training.held_out` writes beside a model.
HELD_OUT = "held_out.npz"


def save_model(model: ContentModel, folder: str | Path) -> Path:
    """Write a model to a folder, which is made if need be; returns the folder.

    Two saves of equal models give equal files. What the folder held of another model, its labels model and what it was
    trained on, goes.
    """
    (Path(folder) / HELD_OUT).unlink(missing_ok=True)
    remove_folder(Path(folder) / KINDS_FOLDER)
    if model.kinds is not None:
        save_kinds_model(model.kinds, Path(folder) / KINDS_FOLDER)
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


def load_model(folder: str | Path | None = None) -> ContentModel:
    """Load a model from its folder; without one, the shipped default model.

    Nothing in a model folder is run: the configuration is JSON, the arrays are read with pickling off.

    Raises ModelError where the folder is no model, is damaged, was written in another format version or for other
    features.
    """
    return _load_shipped() if folder is None else _load(Path(folder))


@cache
def _load_shipped() -> ContentModel:
    folder = shipped_folder()
    if not folder.is_dir():
        raise ModelError("this installation of boilerkit holds no model: install it anew, or name a model folder")
    return _load(folder)


def shipped_folder() -> Path:
    """The folder of the shipped model."""
    return shipped("content")


def read_config(folder: str | Path) -> dict[str, Any]:
    """The configuration of a model folder, checked for its format but not for its features. Raises ModelError."""
    return read_any_config(folder, FORMAT, FORMAT_VERSION)


def _load(folder: Path) -> ContentModel:
    config = read_config(folder)
    check_features(folder, config, FEATURES)
    arrays = read_arrays(folder)
    kinds = load_kinds_model(folder / KINDS_FOLDER) if (folder / KINDS_FOLDER).exists() else None
    try:
        model = ContentModel(
            vocabulary=Vocabulary(
                hashes={kind: arrays[f"vocabulary.{kind}.hashes"].astype(np.uint32) for kind in KINDS},
                scores={kind: arrays[f"vocabulary.{kind}.scores"].astype(np.float32) for kind in KINDS},
            ),
            stage_one=Trees.from_arrays(part(arrays, "stage_one.")),
            stage_two=Trees.from_arrays(part(arrays, "stage_two.")),
            calibration=(float(config["calibration"]["slope"]), float(config["calibration"]["intercept"])),
            threshold=float(config["threshold"]),
            card=dict(config["card"]),
            kinds=kinds,
        )
        model.stage_one.check(len(STAGE_ONE))
        model.stage_two.check(len(STAGE_TWO))
        _check(model)
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError) as error:
        raise damaged(folder, error) from None
    return model


def _check(model: ContentModel) -> None:
    for kind in KINDS:
        hashes, scores = model.vocabulary.hashes[kind], model.vocabulary.scores[kind]
        ascending = hashes.ndim == 1 and bool((hashes[1:] > hashes[:-1]).all())
        if not ascending or scores.shape != hashes.shape or not np.isfinite(scores).all():
            raise ValueError(f"the vocabulary of {kind} tokens does not fit together")
    if not np.isfinite(model.calibration).all() or not 0 <= model.threshold <= 1:
        raise ValueError("the calibration or the threshold is no number that it can be")
