"""Folders of models of flat text."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from boilerkit.features.flat import KINDS, STAGE_ONE, STAGE_TWO, FlatVocabulary
from boilerkit.model.flat import FlatModel
from boilerkit.model.folder import (
    check_features,
    damaged,
    read_arrays,
    read_config,
    shipped,
    write_folder,
)
from boilerkit.model.stages_store import check, stages_of, words_of, written

FORMAT = "boilerkit-flat"
FORMAT_VERSION = 1
FEATURES = {"stage_one": STAGE_ONE, "stage_two": STAGE_TWO}


def save_flat_model(model: FlatModel, folder: str | Path) -> Path:
    """Write a model to a folder, which is made if need be; returns the folder. Equal models give equal files."""
    config, arrays = written(model, FEATURES, KINDS)
    config = {"format": FORMAT, "format_version": FORMAT_VERSION, **config}
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
        words = FlatVocabulary(**words_of(arrays, KINDS))
        model = FlatModel(words, **stages_of(config, arrays))
        check(model, FEATURES, KINDS)
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError) as error:
        raise damaged(folder, error) from None
    return model
