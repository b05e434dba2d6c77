"""Model folders: a config.json and an arrays.npz, nothing in either that could run."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from boilerkit.errors import ModelError
from boilerkit.features import STAGE_ONE, STAGE_TWO
from boilerkit.features.vocabulary import KINDS, Vocabulary
from boilerkit.model.content import ContentModel
from boilerkit.model.trees import Trees

FORMAT = "boilerkit-content"
FORMAT_VERSION = 1
CONFIG, ARRAYS = "config.json", "arrays.npz"
#: What `boilerkit.training.held_out` writes beside a model.
HELD_OUT = "held_out.npz"

#: The shipped model: in the package where it is installed, beside it in a source tree.
_PACKAGE = Path(__file__).parent.parent
SHIPPED = ("models/content", "../models/content")

_RETRAIN = "retrain it with this version of boilerkit, or install the version that wrote it"


def save_model(model: ContentModel, folder: str | Path) -> Path:
    """Write a model to a folder, which is made if need be; returns the folder.

    Two saves of equal models give equal files. What the folder held on the training pages of another model goes.
    """
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / HELD_OUT).unlink(missing_ok=True)
    config = {
        "format": FORMAT,
        "format_version": FORMAT_VERSION,
        "features": {"stage_one": list(STAGE_ONE), "stage_two": list(STAGE_TWO)},
        "calibration": {"slope": model.calibration[0], "intercept": model.calibration[1]},
        "threshold": model.threshold,
        "card": model.card,
    }
    (folder / CONFIG).write_text(json.dumps(config, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    arrays: dict[str, NDArray[Any]] = {}
    for stage in ("stage_one", "stage_two"):
        arrays |= {f"{stage}.{name}": array for name, array in getattr(model, stage).arrays().items()}
    for kind in KINDS:
        arrays[f"vocabulary.{kind}.hashes"] = model.vocabulary.hashes[kind]
        arrays[f"vocabulary.{kind}.scores"] = model.vocabulary.scores[kind]
    np.savez_compressed(folder / ARRAYS, **arrays)  # type: ignore[arg-type]
    return folder


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
    return next((_PACKAGE / place for place in SHIPPED if (_PACKAGE / place).is_dir()), _PACKAGE / SHIPPED[0])


def read_config(folder: str | Path) -> dict[str, Any]:
    """The configuration of a model folder, checked for its format but not for its features. Raises ModelError."""
    path = Path(folder) / CONFIG
    try:
        config = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ModelError(f"{folder} is no model folder: it has no {CONFIG}") from None
    except (OSError, ValueError, RecursionError) as error:
        raise ModelError(f"{path} cannot be read: {error}") from None
    if not isinstance(config, dict) or config.get("format") != FORMAT:
        raise ModelError(f"{path} is not the configuration of a boilerkit model")
    version = config.get("format_version")
    if version != FORMAT_VERSION or type(version) is not int:
        raise ModelError(
            f"{folder} is a model of format version {version}; this boilerkit reads {FORMAT_VERSION}: {_RETRAIN}"
        )
    return config


def _load(folder: Path) -> ContentModel:
    config = read_config(folder)
    _check_features(folder, config)
    arrays = _read_arrays(folder / ARRAYS)
    try:
        model = ContentModel(
            vocabulary=Vocabulary(
                hashes={kind: arrays[f"vocabulary.{kind}.hashes"].astype(np.uint32) for kind in KINDS},
                scores={kind: arrays[f"vocabulary.{kind}.scores"].astype(np.float32) for kind in KINDS},
            ),
            stage_one=Trees.from_arrays(_part(arrays, "stage_one.")),
            stage_two=Trees.from_arrays(_part(arrays, "stage_two.")),
            calibration=(float(config["calibration"]["slope"]), float(config["calibration"]["intercept"])),
            threshold=float(config["threshold"]),
            card=dict(config["card"]),
        )
        model.stage_one.check(len(STAGE_ONE))
        model.stage_two.check(len(STAGE_TWO))
        _check(model)
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError) as error:
        raise ModelError(f"the model in {folder} is damaged: {error} in its {CONFIG} or {ARRAYS}") from None
    return model


def _check_features(folder: Path, config: dict[str, Any]) -> None:
    trained = config.get("features")
    if not isinstance(trained, dict):
        raise ModelError(f"the model in {folder} is damaged: its {CONFIG} names no features")
    for stage, names in (("stage_one", STAGE_ONE), ("stage_two", STAGE_TWO)):
        found = trained.get(stage)
        if found != list(names):
            theirs = {str(name) for name in found} if isinstance(found, list) else set()
            odd = sorted(theirs.symmetric_difference(names))[:5]
            raise ModelError(
                f"the model in {folder} was trained on other features than this boilerkit computes "
                f"({', '.join(odd) or 'in another order'} …): {_RETRAIN}"
            )


def _read_arrays(path: Path) -> dict[str, NDArray[Any]]:
    try:
        with np.load(path, allow_pickle=False) as archive:
            return {name: archive[name] for name in archive.files}
    except FileNotFoundError:
        raise ModelError(f"{path.parent} is no complete model folder: it has no {ARRAYS}") from None
    except Exception as error:  # reading a damaged archive fails in too many ways to name
        raise ModelError(f"{path} is damaged: {error}") from None


def _part(arrays: dict[str, NDArray[Any]], prefix: str) -> dict[str, NDArray[Any]]:
    return {name.removeprefix(prefix): array for name, array in arrays.items() if name.startswith(prefix)}


def _check(model: ContentModel) -> None:
    for kind in KINDS:
        hashes, scores = model.vocabulary.hashes[kind], model.vocabulary.scores[kind]
        ascending = hashes.ndim == 1 and bool((hashes[1:] > hashes[:-1]).all())
        if not ascending or scores.shape != hashes.shape or not np.isfinite(scores).all():
            raise ValueError(f"the vocabulary of {kind} tokens does not fit together")
    if not np.isfinite(model.calibration).all() or not 0 <= model.threshold <= 1:
        raise ValueError("the calibration or the threshold is no number that it can be")
