"""`learning-curve`: what one more labelled page is worth."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click
import numpy as np
from numpy.typing import NDArray

from benchmarks.errors import BenchmarkError
from benchmarks.measures import counted, f1_of_counted, mean
from benchmarks.results import CACHE, RESULTS, context, write_json
from benchmarks.statistics import Interval, bootstrap
from benchmarks.tables import said
from boilerkit.cli.common import complain, show, table
from boilerkit.cli.progress import steps
from boilerkit.model.store import shipped_folder
from boilerkit.learning.evaluation import PageScore, cross_validate, folds_of, score_pages
from boilerkit.learning.out_of_fold import load_out_of_fold
from boilerkit.learning.training_pages import TrainingPage, prepare
from training.__main__ import N_FOLDS, classifier_of
from training.corpora import training_pages

SIZES = (50, 100, 200, 400, 800)


@click.command("learning-curve", short_help="Train on ever more pages and measure each model.")
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
    help=f"Pages to train on; give it again for more. Default: {', '.join(map(str, SIZES))}, and all.",
)
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    default=RESULTS,
    metavar="DIR",
    help="Folder for results. Default: benchmarks/results.",
)
def command(data: Path, sizes: Sequence[int], out: Path) -> None:
    """Train on 50, 100, 200, ... pages of the training corpora and measure each model on sites that it did not see.

    Folds are those of the shipped model. For each fold and size, so many pages of the other folds are trained on, taken
    by chance; larger sizes hold the smaller. All pages of the fold are measured. The last point, all pages, is that of
    the shipped model's out-of-fold answers. Takes about as long as building the shipped model.

    \b
    Example:
      python -m benchmarks learning-curve --data data/
    """
    lessons, failures = prepare(training_pages(data), CACHE.parent / "training")
    for page, why in failures:
        complain(f"{page}, left out", why)
    classifier = classifier_of()
    folds = folds_of(lessons, N_FOLDS, classifier.seed)
    everything = round(len(lessons) * (1 - 1 / N_FOLDS))
    answers = {everything: _shipped_answers(lessons)}
    for size in (size for size in sizes or SIZES if size < everything):
        with steps(f"{size} pages") as on_step:
            answers[size] = cross_validate(lessons, classifier, folds, on_step, n_pages=size)
    points = [
        point
        for size in sorted(answers)
        for point in _points(size, score_pages(lessons, answers[size], classifier.threshold))
    ]
    write_json(out / "learning_curve.json", {"context": context(), "points": points})
    show(table("Out of fold, by pages trained on", list(points[0]), [_row(point) for point in points]))


def _shipped_answers(lessons: Sequence[TrainingPage]) -> list[NDArray[np.float64]]:
    """The shipped model's out-of-fold answers for the pages that it was trained on."""
    held_out = load_out_of_fold(shipped_folder())
    answers = [held_out.answer(lesson.key) if held_out else None for lesson in lessons]
    found = [answer for answer in answers if answer is not None]
    if len(found) < len(lessons):
        raise BenchmarkError("the shipped model was not trained on all of these pages: build it first (make model)")
    return found


def _points(size: int, scores: Sequence[PageScore]) -> list[dict[str, Any]]:
    """The scores of each corpus, with their 95% intervals."""
    points = []
    for corpus in sorted({score.corpus for score in scores}):
        chosen = [score for score in scores if score.corpus == corpus]
        words = np.array([[score.word_f1] for score in chosen])
        shingles = np.array([[*counted(score.shingles[0]), *counted(score.shingles[1])] for score in chosen])
        points.append(
            {
                "pages": size,
                "corpus": corpus,
                "word_f1": _values(bootstrap(words, mean)),
                "shingle_f1": _values(bootstrap(shingles, f1_of_counted)),
            }
        )
    return points


def _values(interval: Interval) -> list[float]:
    return [round(number, 4) for number in (interval.value, interval.low, interval.high)]


def _row(point: dict[str, Any]) -> list[object]:
    return [said(Interval(*value)) if isinstance(value, list) else value for value in point.values()]
