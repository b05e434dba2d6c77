"""The folder of a content model: written, read and checked. A labels model trained with it is in a folder therein."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from boilerkit.errors import ModelError
from boilerkit.features import STAGE_ONE, STAGE_TWO
from boilerkit.features.vocabulary import KINDS, Vocabulary
from boilerkit.model.content import ContentModel
from boilerkit.model.folder import (
    ARRAYS,
    CONFIG,
    check_features,
    damaged,
    read_arrays,
    remove_folder,
    shipped,
    write_folder,
)
from boilerkit.model.folder import read_config as read_any_config
from boilerkit.model.kinds_store import load_kinds_model, save_kinds_model
from boilerkit.model.stages_store import check, stages_of, words_of, written

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
    config, arrays = written(model, FEATURES, KINDS)
    config = {"format": FORMAT, "format_version": FORMAT_VERSION, **config}
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
        words = Vocabulary(**words_of(arrays, KINDS))
        model = ContentModel(words, kinds=kinds, **stages_of(config, arrays))
        check(model, FEATURES, KINDS)
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError) as error:
        raise damaged(folder, error) from None
    return model
