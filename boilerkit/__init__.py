"""Boilerkit removes boilerplate from web pages with a trained model that you can retrain on your own pages.

    import boilerkit
    boilerkit.extract(page)                  # str: the main text
    boilerkit.extract_many(pages, n_jobs=2)  # many pages in parallel, errors as values
    boilerkit.analyze(page).blocks           # every block with its label and its probability of being content

See `extract`, `analyze`, `extract_many`, `analyze_many`, `load_model` and `BoilerplateClassifier`, and
`boilerkit.archives` for files that hold many pages.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from boilerkit.batch import analyze_many, extract_many
from boilerkit.errors import BoilerkitError, GoldError, InputError, ModelError, OptionError, PageError
from boilerkit.extraction import ExtractOptions, analyze, extract
from boilerkit.labels import Label
from boilerkit.model.storage import load_model
from boilerkit.page import Block, Page
from boilerkit.page_types import PageType
from boilerkit.records import Record

if TYPE_CHECKING:
    from boilerkit.learning.estimator import BoilerplateClassifier as BoilerplateClassifier

__version__ = "0.1.0"

__all__ = [
    "Block",
    "BoilerkitError",
    "ExtractOptions",
    "GoldError",
    "InputError",
    "Label",
    "ModelError",
    "OptionError",
    "Page",
    "PageError",
    "PageType",
    "Record",
    "analyze",
    "analyze_many",
    "extract",
    "extract_many",
    "load_model",
]


def __getattr__(name: str) -> Any:
    """Import the estimator, and with it scikit-learn, only where it is used."""
    if name == "BoilerplateClassifier":
        try:
            from boilerkit.learning.estimator import BoilerplateClassifier
        except ModuleNotFoundError as error:
            raise ImportError(f"training needs {error.name}: pip install 'boilerkit[train]'") from error
        return BoilerplateClassifier
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
