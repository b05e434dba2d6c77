"""`boilerkit train`: a model trained on one's own pages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from boilerkit.cli.options import cache_option, gold_argument, jobs_option, require_train_extra
from boilerkit.errors import GoldError
from boilerkit.model.card import CARD, render_card
from boilerkit.model.storage import save_model
from boilerkit.terminal.console import print_tables, warn
from boilerkit.terminal.progress import status_line

if TYPE_CHECKING:
    from boilerkit.learning.pipeline import TrainingResult
    from boilerkit.learning.training_pages import TrainingPage

#: Parameters of the classifier that do not change the model, and so are not on its card.
_WITHOUT_EFFECT = ("cache_dir", "n_jobs")


def _reject_one_fold(ctx: click.Context, param: click.Parameter, value: int) -> int:
    if value == 1:
        raise click.BadParameter("1 fold leaves nothing to train on: give 2 or more, or 0 for no scores.")
    return value


@click.command("train", short_help="Train a model on your own labelled pages.")
@gold_argument
@click.option(
    "-o",
    "--output",
    "output_folder",
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
    callback=_reject_one_fold,
    metavar="N",
    help="Folds for the out-of-fold scores; each costs a training. 0: no scores, and no label model.",
)
@click.option("--max-iter", type=click.IntRange(min=1), metavar="N", help="Trees per stage. Default: the library's.")
@click.option(
    "--random-state",
    type=click.IntRange(0, 2**32 - 1),
    default=0,
    show_default=True,
    metavar="N",
    help="The same number and the same pages give the same model.",
)
@cache_option
@jobs_option
def command(
    gold: Sequence[Path],
    output_folder: Path,
    folds: int,
    max_iter: int | None,
    random_state: int,
    cache: Path | None,
    jobs: int | None,
) -> None:
    """Train a model on labelled pages and write it to a folder.

    A gold file is JSONL or Parquet with one page per row: "id", the page as "html", "text" (plain text) or "path", and
    its main content as "gold_text" or labelled "spans"; also "url", "group", "page_type" and "corpus". Pages of one
    group (by default their site) are never separated between training and scoring. HTML and plain text need a model
    each, so all pages must be of one format.

    Where spans have labels other than "content" and "boilerplate", a label model is trained too. The labels are:
    title, body, caption, navigation, ticker, related, metadata, share, comments, promotion, notice, footer.

    \b
    Examples:
      boilerkit train gold.jsonl -o my-model
      boilerkit train news.jsonl shops.parquet -o my-model --folds 0 --jobs 4
    """
    require_train_extra()
    from boilerkit.cli.gold_files import load_gold_files
    from boilerkit.learning.estimator import BoilerplateClassifier
    from boilerkit.learning.out_of_fold import save_out_of_fold
    from boilerkit.learning.pipeline import train

    sources = load_gold_files(gold, cache, jobs)
    pages = [page for source in sources for page in source.pages]
    classifier = BoilerplateClassifier(random_state=random_state)
    if max_iter:
        classifier.set_params(max_iter=max_iter)
    _check_groups(pages, folds)
    output_folder.mkdir(parents=True, exist_ok=True)  # an unwritable folder is reported before the long work
    with status_line("Training") as on_step:
        result = train(pages, classifier.fit_model, folds, random_state, on_step)
    parameters = {name: value for name, value in classifier.get_params().items() if name not in _WITHOUT_EFFECT}
    card = {
        "input format": result.model.input_format,
        "trained on": [source.to_dict() for source in sources],
        "parameters": parameters | {"input_format": result.model.input_format},
        **_scores(result, folds),
    }
    (output_folder / CARD).unlink(missing_ok=True)  # an older model's card is wrong for this one
    save_model(replace(result.model, card=card), output_folder)
    cross_validated = result.out_of_fold
    if cross_validated:
        save_out_of_fold(output_folder, pages, cross_validated.folds, cross_validated.probabilities)
    else:
        save_out_of_fold(output_folder, pages)
    (output_folder / CARD).write_text(render_card(card), encoding="utf-8")
    click.echo(f"The model is in {output_folder}. Use it with: boilerkit extract --model {output_folder} page.html")


def _scores(result: TrainingResult, folds: int) -> dict[str, Any]:
    """Print how well the models do on pages of groups that they did not see; return that for the card."""
    from boilerkit.cli.tables import label_table, score_table
    from boilerkit.learning.evaluation import score_rows

    card: dict[str, Any] = {}
    if result.out_of_fold:
        rows = score_rows(result.out_of_fold.scores)
        calibrated = result.out_of_fold.calibration
        how = f"{folds} folds, groups kept apart"
        print_tables(
            score_table(f"Out-of-fold scores ({how})", rows),
            f"Calibration error over blocks: {calibrated.expected_error:.3f}",
        )
        card["out of fold"] = {
            "how": f"{how}, everything trained from scratch for each, threshold {result.model.threshold:g}",
            "scores": rows,
            "calibration": calibrated.rounded(),
        }
    if result.label_error:
        warn("no label model", result.label_error)
    if result.label_report:
        scores = result.label_report.most_probable
        print_tables(label_table("Out-of-fold scores of the labels", scores))
        card["labels, out of fold"] = {"pages": len(result.labelled), **scores.to_dict()}
    return card


def _check_groups(pages: Sequence[TrainingPage], folds: int) -> None:
    found = len({page.group for page in pages})
    if found < folds:
        raise GoldError(
            f"scores in {folds} folds need pages of at least {folds} groups (sites), found {found}: "
            "add pages of other sites, or train without scores with --folds 0"
        )
