"""What the folders of models of two stages share, of HTML and of flat text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from boilerkit.model.folder import Arrays, part, prefixed
from boilerkit.model.trees import Trees

Features = Mapping[str, Sequence[str]]


class Words(Protocol):
    """A vocabulary: see `features.vocabulary.Vocabulary`."""

    @property
    def hashes(self) -> dict[str, NDArray[np.uint32]]: ...

    @property
    def scores(self) -> dict[str, NDArray[np.float32]]: ...


class Stages(Protocol):
    """A model of two stages: see `model.content.ContentModel`."""

    @property
    def vocabulary(self) -> Words: ...

    @property
    def calibration(self) -> tuple[float, float]: ...

    @property
    def threshold(self) -> float: ...

    @property
    def card(self) -> dict[str, Any]: ...


def written(model: Stages, features: Features, kinds: Sequence[str]) -> tuple[dict[str, Any], Arrays]:
    """What goes into the configuration, after the format, and the arrays; `kinds` are those of the vocabulary."""
    config = {
        "features": {stage: list(names) for stage, names in features.items()},
        "calibration": {"slope": model.calibration[0], "intercept": model.calibration[1]},
        "threshold": model.threshold,
        "card": model.card,
    }
    arrays: Arrays = {}
    for stage in features:
        arrays |= prefixed(getattr(model, stage).arrays(), f"{stage}.")
    for kind in kinds:
        arrays[f"vocabulary.{kind}.hashes"] = model.vocabulary.hashes[kind]
        arrays[f"vocabulary.{kind}.scores"] = model.vocabulary.scores[kind]
    return config, arrays


def words_of(arrays: Arrays, kinds: Sequence[str]) -> dict[str, Any]:
    """The fields of the vocabulary."""
    return {
        "hashes": {kind: arrays[f"vocabulary.{kind}.hashes"].astype(np.uint32) for kind in kinds},
        "scores": {kind: arrays[f"vocabulary.{kind}.scores"].astype(np.float32) for kind in kinds},
    }


def stages_of(config: Mapping[str, Any], arrays: Arrays) -> dict[str, Any]:
    """The fields of the model but for the vocabulary."""
    return {
        "stage_one": Trees.from_arrays(part(arrays, "stage_one.")),
        "stage_two": Trees.from_arrays(part(arrays, "stage_two.")),
        "calibration": (float(config["calibration"]["slope"]), float(config["calibration"]["intercept"])),
        "threshold": float(config["threshold"]),
        "card": dict(config["card"]),
    }


def check(model: Stages, features: Features, kinds: Sequence[str]) -> None:
    """Raise ValueError where the parts of a model do not fit together."""
    for stage, names in features.items():
        getattr(model, stage).check(len(names))
    for kind in kinds:
        hashes, scores = model.vocabulary.hashes[kind], model.vocabulary.scores[kind]
        ascending = hashes.ndim == 1 and bool((hashes[1:] > hashes[:-1]).all())
        if not ascending or scores.shape != hashes.shape or not np.isfinite(scores).all():
            raise ValueError(f"the vocabulary of {kind} tokens does not fit together")
    if not np.isfinite(model.calibration).all() or not 0 <= model.threshold <= 1:
        raise ValueError("the calibration or the threshold is no number that it can be")
