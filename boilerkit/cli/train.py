"""`boilerkit train`: a model of one's own pages."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import numpy as np
from numpy.typing import NDArray

from boilerkit.model.card import CARD, render
from boilerkit.cli.common import cache_option, complain, gold_argument, jobs_option, need_training, show
from boilerkit.cli.progress import steps
from boilerkit.errors import GoldError
from boilerkit.model.store import save_model

if TYPE_CHECKING:
    from boilerkit.model.content import ContentModel
    from boilerkit.learning.training_pages import TrainingPage

#: Parameters of the classifier that do not change the model, and so have no place on its card.
_WITHOUT_EFFECT = ("cache_dir", "n_jobs")


def _enough_folds(ctx: click.Context, param: click.Parameter, value: int) -> int:
    if value == 1:
        raise click.BadParameter("1 fold leaves nothing to train on: give 2 or more, or 0 for no scores.")
    return value


@click.command("train", short_help="Train a model on your own labelled pages.")
@gold_argument
@click.option(
    "-o",
    "--output-dir",
    required=True,
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    help="Folder for the model.",
)
@click.option(
    "--folds",
    type=click.IntRange(min=0),
    default=5,
    show_default=True,
    callback=_enough_folds,
    metavar="N",
    help="Folds for the out-of-fold scores; each costs a training. 0: no scores, and so no model of the labels.",
)
@click.option("--trees", type=click.IntRange(min=1), metavar="N", help="TreeEnsemble a stage. Default: the library's.")
@click.option(
    "--seed",
    type=click.IntRange(0, 2**32 - 1),
    default=0,
    show_default=True,
    metavar="N",
    help="The same seed and the same pages give the same model.",
)
@cache_option
@jobs_option
def command(
    gold: Sequence[Path],
    output_dir: Path,
    folds: int,
    trees: int | None,
    seed: int,
    cache: Path | None,
    jobs: int | None,
) -> None:
    """Train a model on labelled pages and write it to a folder.

    A gold file is JSONL or Parquet with one page a row: "id", the page as "html", "text" or "path", and what is content
    in it as "gold_text" or "spans"; also "url", "group", "page_type" and "corpus" if you have them. Pages of one group
    (their site, if nothing else is said) are never parted between training and scoring.

    Where spans say more than "content" or "boilerplate", a model of the labels is trained too. The labels are:
    title, body, caption, navigation, ticker, related, metadata, share, comments, promotion, notice, footer.

    \b
    Examples:
      boilerkit train gold.jsonl -o my-model
      boilerkit train news.jsonl shops.parquet -o my-model --folds 0 --jobs 4
    """
    need_training()
    from boilerkit.cli.lessons import lessons_of
    from boilerkit.learning.estimator import BoilerplateClassifier
    from boilerkit.learning.evaluation import cross_validate, folds_of
    from boilerkit.learning.out_of_fold import save_out_of_fold

    sources = lessons_of(gold, cache, jobs)
    lessons = [lesson for source in sources for lesson in source.lessons]
    classifier = BoilerplateClassifier(seed=seed)
    if trees:
        classifier.set_params(n_trees=trees)
    if folds:
        _check_groups(lessons, folds)
    output_dir.mkdir(parents=True, exist_ok=True)  # before the long work, so that a folder that cannot be is told of
    parameters = {name: value for name, value in classifier.get_params().items() if name not in _WITHOUT_EFFECT}
    card: dict[str, Any] = {"trained on": [source.to_dict() for source in sources], "parameters": parameters}
    with steps("Training") as on_step:
        fold_of = folds_of(lessons, folds, seed) if folds else None
        answers = None if fold_of is None else cross_validate(lessons, classifier, fold_of, on_step)
        if answers:
            card["out of fold"] = _score(lessons, answers, classifier.threshold, folds)
        classifier.fit_pages(lessons, on_step)
        model = classifier.model_
        if answers is not None and fold_of is not None:
            model = _with_kinds(model, lessons, answers, fold_of, seed, card, on_step)
    (output_dir / CARD).unlink(missing_ok=True)  # what it says of an older model is never true of this one
    save_model(replace(model, card=card), output_dir)
    save_out_of_fold(output_dir, lessons, fold_of, answers)
    (output_dir / CARD).write_text(render(card), encoding="utf-8")
    click.echo(f"The model is in {output_dir}. Use it with: boilerkit extract --model {output_dir} page.html")


def _score(
    lessons: Sequence[TrainingPage], answers: Sequence[NDArray[np.float64]], threshold: float, folds: int
) -> dict[str, Any]:
    """Print how well models do on pages of groups that they did not see; returns that for the card."""
    from boilerkit.cli.scores import figures, scores_table
    from boilerkit.learning.evaluation import calibration, score_pages

    rows = figures(score_pages(lessons, answers, threshold))
    calibrated = calibration(lessons, answers)
    how = f"{folds} folds, groups kept apart"
    show(
        scores_table(f"Out-of-fold scores ({how})", rows),
        f"Calibration error over blocks: {calibrated.expected_error:.3f}",
    )
    return {
        "how": f"{how}, everything trained anew for each, threshold {threshold:g}",
        "scores": rows,
        "calibration": calibrated.rounded(),
    }


def _with_kinds(
    model: ContentModel,
    lessons: Sequence[TrainingPage],
    answers: Sequence[NDArray[np.float64]],
    folds: NDArray[np.int64],
    seed: int,
    card: dict[str, Any],
    on_step: Callable[[str], object],
) -> ContentModel:
    """The model with one of the labels, if the pages' gold has some; prints its scores and puts them on the card."""
    from boilerkit.cli.scores import kinds_figures, kinds_table
    from boilerkit.learning.label_evaluation import train_labels
    from boilerkit.learning.label_pages import kinds_lessons

    labelled, further = kinds_lessons(lessons, answers, folds.tolist())
    if not labelled:
        return model
    try:
        kinds, report = train_labels(labelled, model.threshold, further, seed=seed, on_step=on_step)
    except GoldError as error:
        complain("no model of the labels", str(error))
        return model
    show(kinds_table("Out-of-fold scores of the labels", report.likeliest))
    figures = kinds_figures(report.likeliest)
    card["labels, out of fold"] = {"pages": len(labelled), **figures}
    return replace(model, kinds=replace(kinds, card=figures))


def _check_groups(lessons: Sequence[TrainingPage], folds: int) -> None:
    found = len({lesson.group for lesson in lessons})
    if found < folds:
        raise GoldError(
            f"scores in {folds} folds need pages of at least {folds} groups (sites), found {found}: "
            "add pages of other sites, or train without scores by --folds 0"
        )
