"""Boilerkit as a system. Pages that its model was trained on get out-of-fold predictions."""

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
from benchmarks.exceptions import BenchmarkError
from benchmarks.systems.system import System, fingerprint
from boilerkit.html.document import HtmlDocument
from boilerkit.html.rendering.text import to_text
from boilerkit.html.segmentation.blocks import HtmlBlocks
from boilerkit.model.content import ContentModel
from boilerkit.model.storage import comment_model, load_model, read_config, shipped_folder
from boilerkit.page import Page
from boilerkit.selection import Selection, choose, choose_blocks

if TYPE_CHECKING:
    from boilerkit.learning.out_of_fold import OutOfFoldPredictions

_NAME = re.compile(r"boilerkit(?::(?P<folder>.+?))?(?:@(?P<threshold>[0-9.]+))?")


@dataclass(frozen=True)
class BoilerkitExtractor:
    """Extracts as `extract` does, but never predicts a page with a model that was trained on it.

    `out_of_fold` has the training pages of the model with their out-of-fold predictions; without it, every page counts
    as a new one. `given_threshold`: None for the model's own, which is lower for pages of little text.
    """

    model: ContentModel
    given_threshold: float | None
    out_of_fold: OutOfFoldPredictions | None = None

    def __call__(self, page: bytes) -> str:
        """Return the main text of a page. Raises as `probabilities` does."""
        table, probabilities = self.probabilities(page)
        return to_text(table, self.choose(page, table, probabilities).keep)

    def analyze(self, page: bytes, url: str | None = None) -> Page:
        """Return a page with its predictions. Raises as `probabilities` does."""
        table, probabilities = self.probabilities(page)
        return Page(HtmlDocument.read(page), self.model, probabilities, self.choose(page, table, probabilities), url)

    @property
    def threshold(self) -> float:
        """The threshold for pages with more than a little text."""
        return self.model.threshold if self.given_threshold is None else self.given_threshold

    def choose(self, page: bytes, blocks: HtmlBlocks, probabilities: NDArray[np.float64]) -> Selection:
        """Return which blocks of a page are kept; the types of training pages are out-of-fold predictions, too."""
        types = self.out_of_fold.page_types(page) if self.out_of_fold else None
        if types is None or self.given_threshold is not None:
            return choose(self.model, blocks, probabilities, self.given_threshold)
        return choose_blocks(blocks, probabilities, self.model.threshold, comment_model(self.model), lambda: types)

    def probabilities(self, page: bytes) -> tuple[HtmlBlocks, NDArray[np.float64]]:
        """Return the blocks of a page and the probability of each to be content, [n_blocks].

        Raises InputError for invalid input, and BenchmarkError for a training page that has no out-of-fold prediction,
        or one for other blocks than the page has now.
        """
        table = HtmlDocument.read(page).blocks
        if self.out_of_fold is None or not self.out_of_fold.has_page(page):
            return table, self.model.predict_proba(table)
        prediction = self.out_of_fold.probabilities(page)
        if prediction is None:
            raise BenchmarkError(
                "the model was trained on pages of this corpus and has no out-of-fold predictions for them, so they "
                "would be measured in-sample. Train it again with folds, or measure it on other pages"
            )
        if len(prediction) != len(table):
            raise BenchmarkError(
                f"a page that the model was trained on had {len(prediction)} blocks then and has {len(table)} now, so "
                "the out-of-fold predictions do not fit. Train the model again with this version of boilerkit"
            )
        return table, prediction


def find_boilerkit(name: str) -> System | None:
    """Return the system of a name such as "boilerkit", "boilerkit@0.7" or "boilerkit:DIR@0.7", None for others.

    Raises BenchmarkError if the threshold is not a probability, ModelError if the folder holds no model.
    """
    match = _NAME.fullmatch(name)
    if match is None:
        return None
    threshold = None if match["threshold"] is None else _threshold(match["threshold"])
    folder = Path(match["folder"]) if match["folder"] else shipped_folder("html")
    read_config(folder)
    files = _fingerprint(folder)
    code = (
        f"import boilerkit\nmodel = boilerkit.load_model({match['folder']!r})\n"
        f"def extract(page): return boilerkit.extract(page, model=model, threshold={threshold!r})\n"
    )
    return System(name, partial(_load, folder, threshold), f"{metadata.version('boilerkit')}+{files}", files, code)


def _load(folder: Path, threshold: float | None) -> BoilerkitExtractor:
    from boilerkit.learning.out_of_fold import load_out_of_fold

    model = load_model(folder)
    return BoilerkitExtractor(model, threshold, load_out_of_fold(folder))


def _threshold(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0 <= value <= 1:
        raise BenchmarkError(f"the threshold after the @ is a probability from 0 to 1, not {text}")
    return value


def _fingerprint(folder: Path) -> str:
    """Return a hash of the package's modules, compiled ones too, and of the model's files."""
    package = Path(boilerkit.__file__).parent
    modules = [file for file in sorted(package.rglob("*")) if file.name.endswith(tuple(all_suffixes()))]
    code = [file for file in modules if file.suffix != ".pyc"]
    model = [file for file in sorted(folder.iterdir()) if file.suffix in (".json", ".npz")]
    return fingerprint(metadata.version("lxml"), *code, *model)
