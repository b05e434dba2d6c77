"""Boilerkit as a system. On pages that its model was trained on it answers as models that did not see them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import partial
from importlib import metadata
from importlib.machinery import all_suffixes
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

import boilerkit
from benchmarks.errors import BenchmarkError
from benchmarks.systems.system import System, fingerprint
from boilerkit.model.content import ContentModel
from boilerkit.model.store import load_model, read_config, shipped_folder
from boilerkit.html.rendering.text import to_text
from boilerkit.html.document import read
from boilerkit.html.segmentation.blocks import HtmlBlocks
from boilerkit.selection import select

if TYPE_CHECKING:
    from boilerkit.learning.out_of_fold import OutOfFoldPredictions

#: Names of Boilerkit with a model and a threshold.
NAME = re.compile(r"boilerkit(?::(?P<folder>.+?))?(?:@(?P<threshold>[0-9.]+))?")


@dataclass(frozen=True)
class BoilerkitExtractor:
    """Extracts as `boilerkit.extraction` does, but never judges a page by a model that was trained on it.

    `held_out` knows the training pages of the model, with the probabilities of models that did not see them; without
    it every page is taken for a new one.
    """

    model: ContentModel
    threshold: float
    held_out: OutOfFoldPredictions | None = None

    def __call__(self, page: bytes) -> str:
        """The main text of a page. Raises as `probabilities` does."""
        table, probabilities = self.probabilities(page)
        return to_text(table, select(table, probabilities, self.threshold))

    def probabilities(self, page: bytes) -> tuple[HtmlBlocks, NDArray[np.float64]]:
        """The blocks of a page, and the probability of each to be content, [n_blocks].

        Raises InputError for what is no page, and BenchmarkError for a page that the model was trained on where there
        is no out-of-fold answer, or one for other blocks than the page has now.
        """
        table = read(page)[1]
        if self.held_out is None or not self.held_out.knows(page):
            return table, self.model.predict_proba(table)
        answer = self.held_out.probabilities(page)
        if answer is None:
            raise BenchmarkError(
                "the model was trained on pages of this corpus and holds no out-of-fold answers for them, so they "
                "would be measured in-sample. Train it again with folds, or measure it on other pages"
            )
        if len(answer) != len(table):
            raise BenchmarkError(
                f"a page that the model was trained on had {len(answer)} blocks then and has {len(table)} now, so the "
                "out-of-fold answers do not fit. Train the model again with this version of boilerkit"
            )
        return table, answer


def find_boilerkit(name: str) -> System | None:
    """The system of a name like "boilerkit", "boilerkit@0.7", "boilerkit:DIR" or "boilerkit:DIR@0.7", None for others.

    Raises BenchmarkError where the threshold is no probability, ModelError where the folder holds no model.
    """
    match = NAME.fullmatch(name)
    if match is None:
        return None
    threshold = None if match["threshold"] is None else _threshold(match["threshold"])
    folder = Path(match["folder"]) if match["folder"] else shipped_folder()
    read_config(folder)
    code = _fingerprint(folder)
    version = f"{metadata.version('boilerkit')}+{code}"
    return System(name, partial(_load, folder, threshold), version, code)


def _load(folder: Path, threshold: float | None) -> BoilerkitExtractor:
    from boilerkit.learning.out_of_fold import load_out_of_fold

    model = load_model(folder)
    return BoilerkitExtractor(model, model.threshold if threshold is None else threshold, load_out_of_fold(folder))


def _threshold(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0 <= value <= 1:
        raise BenchmarkError(f"the threshold after the @ is a probability from 0 to 1, not {text}")
    return value


def _fingerprint(folder: Path) -> str:
    """A hash of the package's modules, compiled ones too, and of the model's files."""
    package = Path(boilerkit.__file__).parent
    modules = [file for file in sorted(package.rglob("*")) if file.name.endswith(tuple(all_suffixes()))]
    code = [file for file in modules if file.suffix != ".pyc"]
    model = [file for file in sorted(folder.iterdir()) if file.suffix in (".json", ".npz")]
    return fingerprint(metadata.version("lxml"), *code, *model)
