"""A model's arrays by name, as model files hold them, and the fingerprint of their values."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import numpy as np
from numpy.typing import NDArray

from boilerkit.blocks.vocabulary import LabelVocabulary, Vocabulary

Arrays = dict[str, NDArray[Any]]


def vocabulary_arrays(vocabulary: Vocabulary | LabelVocabulary) -> Arrays:
    """Return the arrays of a vocabulary by the names that model files have for them."""
    arrays: Arrays = {}
    for token_type, hashes in vocabulary.hashes.items():
        arrays[f"vocabulary.{token_type}.hashes"] = hashes
        arrays[f"vocabulary.{token_type}.scores"] = vocabulary.scores[token_type]
    return arrays


def add_prefix(prefix: str, arrays: Arrays) -> Arrays:
    """Return the arrays with a prefix before their names."""
    return {prefix + name: array for name, array in arrays.items()}


def take_prefix(prefix: str, arrays: Arrays) -> Arrays:
    """Remove the arrays with this prefix and return them, without it."""
    return {name.removeprefix(prefix): arrays.pop(name) for name in [*arrays] if name.startswith(prefix)}


def fingerprint(arrays: Mapping[str, NDArray[Any]], *values: object) -> str:
    """Return twelve hexadecimal digits of the SHA-256 of arrays and of other values: numbers, texts, dataclasses, None.

    Models that predict the same have the same, whatever their cards say and whenever they were saved.
    """
    digest = hashlib.sha256(json.dumps(values, default=asdict).encode())
    for name, array in sorted(arrays.items()):
        digest.update(f"{name} {array.dtype.str} {array.shape}".encode())
        digest.update(np.ascontiguousarray(array).data)
    return digest.hexdigest()[:12]
