"""Builds the shipped models from the data folder: `python -m training --data DIR`.

Prepares the pages, measures out of fold, trains on everything, and writes the models with their cards: first the
content model, then that of the twelve labels, which reads the first one's answers, then those of flat text. The same
data gives the same models.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path

from rich.console import Console
from rich.progress import track

from boilerkit.gold.pages import GoldPage
from boilerkit.model.store import save_model
from boilerkit.learning.estimator import BoilerplateClassifier
from boilerkit.learning.evaluation import calibration, cross_validate, folds_of, oracle_pages, score_pages, summarise
from boilerkit.learning.out_of_fold import save_out_of_fold
from boilerkit.learning.training_pages import prepare
from training.card import card_of, render
from training.corpora import CORPORA, training_pages
from training.plaintext import build_flat
from training.labels import build_kinds

console = Console(stderr=True)
REPOSITORY = Path(__file__).parent.parent
N_FOLDS = 5


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m training", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder with the training corpora")
    parser.add_argument("--models", type=Path, default=REPOSITORY / "models", help="folder for the models' folders")
    parser.add_argument("--cache", type=Path, default=REPOSITORY / ".cache", help="folder for prepared pages")
    parser.add_argument(
        "--only", choices=("content", "kinds", "flat"), help="content, its labels, or both of flat text; default: all"
    )
    arguments = parser.parse_args()
    data, models, cache = arguments.data, arguments.models, arguments.cache
    if arguments.only in (None, "content"):
        build(data, models / "content", cache / "training")
    if arguments.only in (None, "kinds"):
        build_kinds(data, models / "content", models / "kinds", cache / "training", _timed())
    if arguments.only in (None, "flat"):
        build_flat(data, models / "flat", models / "flat-kinds", cache / "renderings", _timed())
    console.print(f"the models are in {models}; each has a card, README.md, with its scores")


def classifier_of() -> BoilerplateClassifier:
    """The estimator of the shipped model, not yet trained."""
    return BoilerplateClassifier(corpus_weights={corpus.name: corpus.weight for corpus in CORPORA})


def build(data: Path, out: Path, cache: Path) -> None:
    """Measure, train and write the shipped content model."""
    classifier = classifier_of()
    pages: Iterable[GoldPage] = track(training_pages(data), "pages", total=None, console=console)
    lessons, failures = prepare(pages, cache)
    for page_id, reason in failures:
        console.print(f"left out {page_id}: {reason}")

    folds = folds_of(lessons, N_FOLDS, classifier.seed)
    probabilities = cross_validate(lessons, classifier, folds, _timed())
    scores = score_pages(lessons, probabilities, classifier.threshold)
    reliability = calibration(lessons, probabilities)
    model = classifier.fit_pages(lessons, _timed()).model_
    card = card_of(classifier, lessons, summarise(scores), summarise(oracle_pages(lessons)), reliability)
    save_model(replace(model, card=card), out)
    (out / "README.md").write_text(render(card, out), encoding="utf-8")
    save_out_of_fold(out, lessons, folds, probabilities)


def _timed() -> Callable[[str], object]:
    """Prints each step with the minutes since the first."""
    start = time.perf_counter()

    def tell(step: str) -> None:
        console.print(f"{(time.perf_counter() - start) / 60:6.1f} min  {step}")

    return tell


if __name__ == "__main__":
    main()
