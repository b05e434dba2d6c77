"""`learning-curve`: what one more labelled page is worth."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click
import numpy as np
from numpy.typing import NDArray

from benchmarks.exceptions import BenchmarkError
from benchmarks.metrics import f1_of_present, mean, value_and_count
from benchmarks.options import out_option
from benchmarks.progress import progress
from benchmarks.results import CACHE, context, page_set, results_folder, write_json
from benchmarks.statistics import Interval, bootstrap
from benchmarks.tables import format_interval
from boilerkit.learning.evaluation import PageScore, by_threshold, cross_validate, score_pages
from boilerkit.learning.folds import assign_folds
from boilerkit.learning.out_of_fold import load_out_of_fold
from boilerkit.learning.training_pages import TrainingPage, prepare
from boilerkit.model.storage import shipped_folder
from boilerkit.terminal.console import print_tables, table, warn
from training.corpora import training_pages
from training.html import N_FOLDS, html_classifier

FILE = "learning-curve.json"
SIZES = (50, 100, 200, 400, 800)


@click.command("learning-curve", short_help="Train on more and more pages and measure each model.")
@click.option(
    "--data",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    required=True,
    metavar="DIR",
    help="Folder with the training corpora.",
)
@click.option(
    "--size",
    "sizes",
    type=click.IntRange(min=10),
    multiple=True,
    metavar="N",
    help=f"Number of training pages; may be repeated. Default: {', '.join(map(str, SIZES))}, and all.",
)
@out_option
def command(data: Path, sizes: Sequence[int], out: Path | None) -> None:
    """Train on 50, 100, 200, ... pages of the training corpora and measure each model on sites that it did not see.

    The folds are those of the shipped model. For each fold and size, that many random pages of the other folds are
    trained on; larger sizes contain the smaller ones. All pages of the fold are measured. The last point, all pages, is
    that of the shipped model's out-of-fold predictions. Takes about as long as building the shipped model.

    \b
    Example:
      python -m benchmarks learning-curve --data data/
    """
    pages, failures = prepare(training_pages(data), CACHE.parent / "training")
    for page, why in failures:
        warn(f"{page}, left out", why)
    classifier = html_classifier()
    folds = assign_folds(pages, N_FOLDS, classifier.random_state)
    everything = round(len(pages) * (1 - 1 / N_FOLDS))
    predictions = {everything: _shipped_predictions(pages)}
    chosen = [size for size in sizes or SIZES if size < everything]
    with progress(f"Training on up to {max(chosen, default=everything)} pages", len(chosen)) as advance:
        for size in chosen:
            predictions[size] = cross_validate(
                pages, classifier.fit_model, folds, n_pages=size, random_state=classifier.random_state
            )
            advance()
    points = [
        point
        for size in sorted(predictions)
        for point in _points(size, score_pages(pages, predictions[size], by_threshold(classifier.threshold)))
    ]
    results = {"context": context(), "page_set": page_set(page.key for page in pages), "points": points}
    write_json(results_folder(out, None) / FILE, results)
    print_tables(table("Out of fold, by number of training pages", list(points[0]), [_row(point) for point in points]))


def _shipped_predictions(pages: Sequence[TrainingPage]) -> list[NDArray[np.float64]]:
    """Return the shipped model's out-of-fold predictions for its training pages."""
    out_of_fold = load_out_of_fold(shipped_folder("html"))
    predictions = [out_of_fold.probabilities_by_key(page.key) if out_of_fold else None for page in pages]
    found = [prediction for prediction in predictions if prediction is not None]
    if len(found) < len(pages):
        raise BenchmarkError("the shipped model was not trained on all of these pages: build it first (make model)")
    return found


def _points(size: int, scores: Sequence[PageScore]) -> list[dict[str, Any]]:
    """Return the scores of each corpus, with their 95% intervals."""
    points = []
    for corpus in sorted({score.corpus for score in scores}):
        chosen = [score for score in scores if score.corpus == corpus]
        words = np.array([[score.word_f1] for score in chosen])
        shingles = np.array(
            [[*value_and_count(score.shingles[0]), *value_and_count(score.shingles[1])] for score in chosen]
        )
        points.append(
            {
                "pages": size,
                "corpus": corpus,
                "word_f1": bootstrap(words, mean).rounded(),
                "shingle_f1": bootstrap(shingles, f1_of_present).rounded(),
            }
        )
    return points


def _row(point: dict[str, Any]) -> list[object]:
    return [format_interval(Interval(*value)) if isinstance(value, list) else value for value in point.values()]
