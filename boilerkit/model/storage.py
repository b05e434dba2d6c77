"""Model folders: written, read and checked.

A folder holds one model for one input format: `config.json` (formats, feature names, settings, cards), `content.npz`
(the content model and its page types), `labels.npz` if there is a label model, and what `boilerkit.learning` adds:
`out_of_fold.npz` and a card to read, `README.md`. All is plain data: nothing in a model folder is ever run.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from functools import cache, partial
from pathlib import Path
from typing import Any, TypeVar, get_args

import numpy as np

from boilerkit.blocks.columns import InputFormat
from boilerkit.blocks.vocabulary import MAX_TOKENS, LabelVocabulary, Vocabulary
from boilerkit.documents import feature_set
from boilerkit.errors import ModelError
from boilerkit.labels import LABELS, Label
from boilerkit.model.arrays import Arrays, take_prefix
from boilerkit.model.confidence import ConfidenceCurve
from boilerkit.model.content import ContentModel
from boilerkit.model.files import read_arrays, read_text
from boilerkit.model.labels import LabelModel
from boilerkit.model.page_types import PageTypeModel
from boilerkit.model.trees import TreeEnsemble
from boilerkit.page_types import PAGE_TYPES

FORMAT = "boilerkit-model"
FORMAT_VERSION = 1

CONFIG, CONTENT_ARRAYS, LABEL_ARRAYS = "config.json", "content.npz", "labels.npz"
#: Which pages the model was trained on; see `boilerkit.learning.out_of_fold`.
OUT_OF_FOLD = "out_of_fold.npz"

V = TypeVar("V", Vocabulary, LabelVocabulary)

#: Calibrated log odds are finite: trees, too, are bounded.
MAX_SLOPE = 1e6
#: Scores of tokens are sums of logarithms; those of shipped models are under 6.
MAX_SCORE = 1e6

_PACKAGE = Path(__file__).parent.parent
_RETRAIN = "retrain it with this version of boilerkit, or install the version that wrote it"
_FOLDER_NAMES: dict[InputFormat, str] = {"html": "html", "text": "plaintext"}


def save_model(model: ContentModel, folder: str | Path) -> Path:
    """Write a model to a folder, which is created if need be; return the folder.

    Two saves of equal models give equal files. What the folder held of another model is removed.
    """
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    for name in (OUT_OF_FOLD, LABEL_ARRAYS):
        (folder / name).unlink(missing_ok=True)
    features = feature_set(model.input_format)
    config: dict[str, Any] = {
        "format": FORMAT,
        "format_version": FORMAT_VERSION,
        "input_format": model.input_format,
        "features": {"stage_one": list(features.stage_one), "stage_two": list(features.stage_two)},
        "calibration": {"slope": model.calibration[0], "intercept": model.calibration[1]},
        "threshold": model.threshold,
        "confidence": None if model.confidence is None else asdict(model.confidence),
        "leaves_out_comments": model.leaves_out_comments,
        "page_types": model.page_types is not None,
        "card": model.card,
    }
    if model.labels is not None:
        config["features"]["labels"] = list(features.label_features)
        config["labels"] = {
            "labels": [str(label) for label in model.labels.trees],
            "temperature": model.labels.temperature,
            "card": model.labels.card,
        }
        np.savez_compressed(folder / LABEL_ARRAYS, **model.labels.arrays)  # type: ignore[arg-type]
    np.savez_compressed(folder / CONTENT_ARRAYS, **model.arrays)  # type: ignore[arg-type]
    (folder / CONFIG).write_text(json.dumps(config, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return folder


def load_model(folder: str | Path | None = None) -> ContentModel:
    """Load a model from its folder; without one, the shipped model for HTML.

    Nothing in a model folder is run: the configuration is JSON, the arrays are read with pickling off.

    Raises ModelError if the folder is not a model, is damaged, or was written in another format version, for other
    features or for other labels.
    """
    if folder is None:
        return load_shipped("html")
    folder = Path(folder)
    config = read_config(folder)
    return _load_content(folder, config, _load_labels(folder, config) if "labels" in config else None)


@cache
def load_shipped(input_format: InputFormat) -> ContentModel:
    """Load the shipped model for an input format, without its label model, which `load_shipped_labels` loads."""
    folder = shipped_folder(input_format)
    return _load_content(folder, read_config(folder), None)


@cache
def load_shipped_labels(input_format: InputFormat) -> LabelModel:
    """Load the shipped label model for an input format."""
    folder = shipped_folder(input_format)
    return _load_labels(folder, read_config(folder))


def load_shipped_page_types(input_format: InputFormat) -> PageTypeModel:
    """Load the shipped page types for an input format. Raises ModelError if the shipped model has none."""
    model = load_shipped(input_format).page_types
    if model is None:
        raise ModelError("the model of this installation tells no page types: reinstall boilerkit")
    return model


def labels_of(model: ContentModel) -> LabelModel:
    """Return a content model's label model: its own, or the shipped one."""
    return model.labels or load_shipped_labels(model.input_format)


def comment_model(model: ContentModel) -> Callable[[], LabelModel] | None:
    """Return what loads the label model by which comments are left out, for `choose_blocks`; None if they are not."""
    return partial(labels_of, model) if model.leaves_out_comments else None


def shipped_folder(input_format: InputFormat) -> Path:
    """Return the folder of a shipped model: in the package if installed, beside the package in a source tree."""
    name = _FOLDER_NAMES[input_format]
    candidates = (_PACKAGE / "models" / name, _PACKAGE.parent / "models" / name)
    for folder in candidates:
        if folder.is_dir():
            return folder
    raise ModelError("this installation of boilerkit holds no model: reinstall it, or name a model folder")


def read_config(folder: str | Path) -> dict[str, Any]:
    """Return the configuration of a model folder, checked for format and input format. Raises ModelError."""
    path = Path(folder) / CONFIG
    try:
        config = json.loads(read_text(path))
    except FileNotFoundError:
        raise ModelError(f"{folder} is not a model folder: it has no {CONFIG}") from None
    except (OSError, ValueError, RecursionError, MemoryError) as error:
        raise ModelError(f"{path} cannot be read: {error}") from None
    if not isinstance(config, dict) or config.get("format") != FORMAT:
        raise ModelError(f"{path} is not the configuration of a boilerkit model")
    found = config.get("format_version")
    if found != FORMAT_VERSION or type(found) is not int:
        raise ModelError(
            f"{folder} is a model of format version {found}; this boilerkit reads {FORMAT_VERSION}: {_RETRAIN}"
        )
    if config.get("input_format") not in get_args(InputFormat):
        raise ModelError(f"the model in {folder} is damaged: its {CONFIG} has no input_format")
    return config


def _load_content(folder: Path, config: Mapping[str, Any], labels: LabelModel | None) -> ContentModel:
    features = feature_set(config["input_format"])
    _check_features(folder, config, {"stage_one": features.stage_one, "stage_two": features.stage_two})
    arrays = read_arrays(folder / CONTENT_ARRAYS)
    with _damage_named(folder, CONTENT_ARRAYS):
        model = ContentModel(
            input_format=config["input_format"],
            vocabulary=_read_vocabulary(Vocabulary, arrays, features.token_types),
            stage_one=TreeEnsemble.from_arrays(take_prefix("stage_one.", arrays)),
            stage_two=TreeEnsemble.from_arrays(take_prefix("stage_two.", arrays)),
            calibration=(float(config["calibration"]["slope"]), float(config["calibration"]["intercept"])),
            threshold=float(config["threshold"]),
            card=dict(config["card"]),
            labels=labels,
            confidence=_read_confidence(config["confidence"]),
            leaves_out_comments=config["leaves_out_comments"],
            page_types=_read_page_types(config["input_format"], arrays) if config["page_types"] else None,
        )
        model.stage_one.check(len(features.stage_one))
        model.stage_two.check(len(features.stage_two))
        _check_vocabulary(model.vocabulary, ())
        _refuse_others(arrays)
        if not all(abs(number) <= MAX_SLOPE for number in model.calibration) or not 0 <= model.threshold <= 1:
            raise ValueError("the calibration or the threshold is not a number in its range")
        for name in ("leaves_out_comments", "page_types"):
            if not isinstance(config[name], bool):
                raise ValueError(f"{name} is neither true nor false")
    return model


def _read_page_types(input_format: InputFormat, arrays: Arrays) -> PageTypeModel:
    """Take the arrays of the page types. Raises ValueError and the like for damaged ones."""
    trees = {its: TreeEnsemble.from_arrays(take_prefix(f"page_types.{its}.", arrays)) for its in PAGE_TYPES}
    model = PageTypeModel(input_format, trees)
    model.check()
    return model


def _read_confidence(values: Mapping[str, Any] | None) -> ConfidenceCurve | None:
    """Return the curve of a configuration. Raises ValueError and the like for a damaged one."""
    if values is None:
        return None
    curve = ConfidenceCurve(*(tuple(map(float, values[name])) for name in ("promised", "observed")))
    curve.check()
    return curve


def _load_labels(folder: Path, config: Mapping[str, Any]) -> LabelModel:
    features = feature_set(config["input_format"])
    _check_features(folder, config, {"labels": features.label_features})
    arrays = read_arrays(folder / LABEL_ARRAYS)
    with _damage_named(folder, LABEL_ARRAYS):
        values = config["labels"]
        labels = [Label(label) for label in values["labels"]]
        model = LabelModel(
            input_format=config["input_format"],
            vocabulary=_read_vocabulary(LabelVocabulary, arrays, features.label_token_types),
            trees={label: TreeEnsemble.from_arrays(take_prefix(f"{label}.", arrays)) for label in labels},
            temperature=float(values["temperature"]),
            card=dict(values["card"]),
        )
        if not model.trees or not set(model.trees) <= set(LABELS):
            raise ValueError("its labels are not some of the twelve")
        for trees in model.trees.values():
            trees.check(len(features.label_features))
        _check_vocabulary(model.vocabulary, (len(LABELS),))
        _refuse_others(arrays)
        if not 1 / MAX_SLOPE <= model.temperature <= MAX_SLOPE:
            raise ValueError("the temperature is not a number in its range")
    return model


def _check_features(folder: Path, config: Mapping[str, Any], names: Mapping[str, Sequence[str]]) -> None:
    """Raise ModelError unless the model was trained on these features."""
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


@contextmanager
def _damage_named(folder: Path, arrays: str) -> Iterator[None]:
    """Turn what a damaged folder makes its readers raise into a ModelError that names it."""
    try:
        yield
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError, MemoryError) as error:
        raise ModelError(f"the model in {folder} is damaged: {error} in its {CONFIG} or {arrays}") from None


def _read_vocabulary(cls: type[V], arrays: Arrays, token_types: Sequence[str]) -> V:
    return cls(
        hashes={name: arrays.pop(f"vocabulary.{name}.hashes").astype(np.uint32) for name in token_types},
        scores={name: arrays.pop(f"vocabulary.{name}.scores").astype(np.float32) for name in token_types},
    )


def _check_vocabulary(vocabulary: Vocabulary | LabelVocabulary, score_shape: tuple[int, ...]) -> None:
    """Raise ValueError unless hashes ascend and each has scores of this shape that are no more than MAX_SCORE."""
    for token_type, hashes in vocabulary.hashes.items():
        scores = vocabulary.scores[token_type]
        if len(hashes) > MAX_TOKENS:
            raise ValueError(f"the vocabulary of {token_type} tokens is too large")
        ascending = hashes.ndim == 1 and bool((hashes[1:] > hashes[:-1]).all())
        if not ascending or scores.shape != (len(hashes), *score_shape) or not (np.abs(scores) <= MAX_SCORE).all():
            raise ValueError(f"the vocabulary of {token_type} tokens does not fit together")


def _refuse_others(arrays: Arrays) -> None:
    """Raise ValueError if there are arrays that nothing has taken."""
    if arrays:
        raise ValueError(f"an unknown array {min(arrays)!r}")
