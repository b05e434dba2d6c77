"""What all model folders share: a config.json and an arrays.npz, nothing in either that could run."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from boilerkit.errors import ModelError

CONFIG, ARRAYS = "config.json", "arrays.npz"

Arrays = dict[str, NDArray[Any]]

#: What the formats of model folders are.
_FORMATS = {
    "boilerkit-content": "a model of content in HTML",
    "boilerkit-flat": "a model of content in flat text",
    "boilerkit-kinds": "a model of the labels in HTML",
    "boilerkit-flat-kinds": "a model of the labels in flat text",
}

_PACKAGE = Path(__file__).parent.parent
_RETRAIN = "retrain it with this version of boilerkit, or install the version that wrote it"


def shipped(name: str) -> Path:
    """The folder of a shipped model: in the package where it is installed, beside it in a source tree."""
    places = (_PACKAGE / "models" / name, _PACKAGE / ".." / "models" / name)
    return next((place for place in places if place.is_dir()), places[0])


def write_folder(folder: str | Path, config: Mapping[str, Any], arrays: Arrays) -> Path:
    """Write a model's files to a folder, which is made if need be; equal models give equal files."""
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / CONFIG).write_text(json.dumps(config, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    np.savez_compressed(folder / ARRAYS, **arrays)  # type: ignore[arg-type]
    return folder


def remove_folder(folder: Path) -> None:
    """Remove a model's files, and their folder if it holds nothing else; there need be none."""
    for name in (CONFIG, ARRAYS):
        (folder / name).unlink(missing_ok=True)
    if folder.is_dir() and not any(folder.iterdir()):
        folder.rmdir()


def read_config(folder: str | Path, model_format: str, version: int) -> dict[str, Any]:
    """The configuration of a model folder, checked for its format but not for its features. Raises ModelError."""
    path = Path(folder) / CONFIG
    try:
        config = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ModelError(f"{folder} is no model folder: it has no {CONFIG}") from None
    except (OSError, ValueError, RecursionError) as error:
        raise ModelError(f"{path} cannot be read: {error}") from None
    if not isinstance(config, dict) or str(config.get("format")) not in _FORMATS:
        raise ModelError(f"{path} is not the configuration of a boilerkit model")
    if config["format"] != model_format:
        what, needed = _FORMATS[config["format"]], _FORMATS[model_format]
        raise ModelError(f"{folder} holds {what}; what is needed here is {needed}")
    found = config.get("format_version")
    if found != version or type(found) is not int:
        raise ModelError(f"{folder} is a model of format version {found}; this boilerkit reads {version}: {_RETRAIN}")
    return config


def check_features(folder: Path, config: Mapping[str, Any], names: Mapping[str, Sequence[str]]) -> None:
    """Raise ModelError unless the model was trained on these features, by stage."""
    trained = config.get("features")
    if not isinstance(trained, dict):
        raise ModelError(f"the model in {folder} is damaged: its {CONFIG} names no features")
    for stage, expected in names.items():
        found = trained.get(stage)
        if found != list(expected):
            theirs = {str(name) for name in found} if isinstance(found, list) else set()
            odd = sorted(theirs.symmetric_difference(expected))[:5]
            raise ModelError(
                f"the model in {folder} was trained on other features than this boilerkit computes "
                f"({', '.join(odd) or 'in another order'} …): {_RETRAIN}"
            )


def read_arrays(folder: Path) -> Arrays:
    """The arrays of a model folder, read with pickling off. Raises ModelError."""
    path = folder / ARRAYS
    try:
        with np.load(path, allow_pickle=False) as archive:
            return {name: archive[name] for name in archive.files}
    except FileNotFoundError:
        raise ModelError(f"{folder} is no complete model folder: it has no {ARRAYS}") from None
    except Exception as error:  # reading a damaged archive fails in too many ways to name
        raise ModelError(f"{path} is damaged: {error}") from None


def damaged(folder: Path, error: Exception) -> ModelError:
    """The error to raise for a folder whose parts do not make a model."""
    return ModelError(f"the model in {folder} is damaged: {error} in its {CONFIG} or {ARRAYS}")


def part(arrays: Arrays, prefix: str) -> Arrays:
    """The arrays whose names begin with the prefix, without it."""
    return {name.removeprefix(prefix): array for name, array in arrays.items() if name.startswith(prefix)}


def prefixed(arrays: Arrays, prefix: str) -> Arrays:
    """The arrays with the prefix before their names."""
    return {prefix + name: array for name, array in arrays.items()}
