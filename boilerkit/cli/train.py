"""`boilerkit train`: a model adapted to one's own pages, or trained on them alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from boilerkit.cli.options import cache_option, gold_argument, jobs_option, require_train_extra
from boilerkit.errors import BoilerkitError, GoldError
from boilerkit.model.card import CARD, render_card
from boilerkit.model.storage import load_model, load_shipped, save_model
from boilerkit.terminal.console import warn
from boilerkit.terminal.progress import work_status

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from boilerkit.learning.estimator import BoilerplateClassifier
    from boilerkit.learning.pipeline import TrainingResult
    from boilerkit.learning.training_pages import TrainingPage
    from boilerkit.model.content import ContentModel

#: Parameters of the classifier that do not change a model trained from scratch, and so are not on its card.
_NOT_ON_CARD = ("base", "cache_dir", "n_jobs")

#: From so many pages on, a model of these alone may be better than an adapted one, and is tried too; with fewer inner
#: folds than by default, as it must not take minutes.
_ENOUGH_PAGES, _INNER_FOLDS = 100, 3


def _reject_one_fold(ctx: click.Context, param: click.Parameter, value: int) -> int:
    if value == 1:
        raise click.BadParameter("1 fold leaves nothing to train on: give 2 or more, or 0 for no scores.")
    return value


@click.command("train", short_help="Adapt the model to your own labelled pages.")
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
    "--base",
    "base_folder",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Model to adapt. Default: the model that comes with boilerkit.",
)
@click.option("--from-scratch", is_flag=True, help="Train on these pages alone; takes hundreds of them.")
@click.option("--force", is_flag=True, help="Save the adapted model even if it is no better than its base.")
@click.option(
    "--folds",
    type=click.IntRange(min=0),
    default=5,
    show_default=True,
    callback=_reject_one_fold,
    metavar="N",
    help="From scratch: folds for the out-of-fold scores; each costs a training. 0: no scores, and no label model.",
)
@click.option(
    "--max-iter", type=click.IntRange(min=1), metavar="N", help="From scratch: trees per stage. Default: the library's."
)
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
    base_folder: Path | None,
    from_scratch: bool,
    force: bool,
    folds: int,
    max_iter: int | None,
    random_state: int,
    cache: Path | None,
    jobs: int | None,
) -> None:
    """Adapt the model that comes with boilerkit to labelled pages, from about 20 on, and write it to a folder.

    Cross-validation on the pages says whether the adapted model is better than the one that it was made from; if not,
    nothing is written. With 100 pages or more, a model trained on them alone is tried too, and the best is kept.

    A gold file is JSONL or Parquet with one page per row: "id", the page as "html", "text" (plain text) or "path", and
    its main content as "gold_text" or labelled "spans"; also "url", "group", "page_type" and "corpus". Pages of one
    group (by default their site) are never separated between training and scoring. HTML and plain text need a model
    each, so all pages must be of one format.

    Where spans have labels other than "content" and "boilerplate", the label model is adapted or trained too. The
    labels are: title, body, caption, navigation, ticker, related, metadata, share, comments, promotion, notice, footer.

    \b
    Examples:
      boilerkit train gold.jsonl -o my-model
      boilerkit train more.jsonl --base my-model -o my-second-model
      boilerkit train news.jsonl shops.parquet -o my-model --from-scratch --jobs 4
    """
    require_train_extra()
    if base_folder and from_scratch:
        raise click.UsageError(
            "--base names a model to adapt, and --from-scratch says to adapt none: give one of them."
        )
    from boilerkit.cli.gold_files import load_gold_files
    from boilerkit.learning.estimator import BoilerplateClassifier
    from boilerkit.learning.stages import common_input_format

    sources = load_gold_files(gold, cache, jobs)
    pages = [page for source in sources for page in source.pages]
    input_format = common_input_format(pages)
    classifier = BoilerplateClassifier(base=None, random_state=random_state, n_jobs=jobs or -1)
    if max_iter:
        classifier.set_params(max_iter=max_iter)
    if from_scratch:
        _check_groups(pages, folds)
    base = load_model(base_folder) if base_folder else load_shipped(input_format)
    with _made(output_folder):
        if from_scratch:
            result = _train_from_scratch(pages, classifier, folds)
        else:
            base_name = base_folder.name if base_folder else "the shipped model"
            result = _best(pages, base, base_name, classifier, folds, force)
    about = {"input format": input_format, "trained on": [source.to_dict() for source in sources]}
    _save(result, about, pages, output_folder)
    click.echo(f"The model is in {output_folder}. Use it with: boilerkit extract --model {output_folder} page.html")


@contextmanager
def _made(folder: Path) -> Iterator[None]:
    """Make a folder before the long work, so that an unwritable one is reported; it goes again if there is an error."""
    is_new = not folder.exists()
    folder.mkdir(parents=True, exist_ok=True)
    try:
        yield
    except BaseException:
        if is_new:
            folder.rmdir()
        raise


@dataclass(frozen=True)
class _Result:
    """A model to be saved, what its card says of it, and its out-of-fold predictions, if there are any."""

    model: ContentModel
    card: Mapping[str, Any]
    folds: NDArray[np.int64] | None = None
    probabilities: Sequence[NDArray[np.float64]] | None = None


def _best(
    pages: Sequence[TrainingPage],
    base: ContentModel,
    base_name: str,
    classifier: BoilerplateClassifier,
    folds: int,
    force: bool,
) -> _Result:
    """Adapt the base model, with enough pages also train one from scratch, and return the best.

    Raises BoilerkitError if none is better than the base model, unless the adapted one is to be saved by force.
    """
    from boilerkit.cli.training_reports import adaptation_card, no_better, print_comparison
    from boilerkit.learning.adaptation import adapt_pages
    from boilerkit.learning.evaluation import mean_word_f1

    with work_status("Adapting") as progress:
        adaptation = adapt_pages(
            base, pages, progress=progress, n_jobs=classifier.n_jobs, random_state=classifier.random_state
        )
    scratch = _compare_from_scratch(pages, classifier.set_params(n_folds=_INNER_FOLDS), folds)
    scratch_f1 = mean_word_f1(scratch.out_of_fold.scores) if scratch and scratch.out_of_fold else None
    print_comparison(adaptation, scratch_f1, base_name)
    if scratch and scratch_f1 and scratch_f1.value > max(adaptation.adapted_f1.value, adaptation.base_f1.value):
        return _scratch_result(scratch, classifier, folds)
    if not adaptation.is_better and not force:
        raise BoilerkitError(no_better(adaptation, base_name))
    card = adaptation_card(pages, adaptation, base, base_name, classifier.random_state)
    return _Result(adaptation.model, card, adaptation.folds, adaptation.probabilities)


def _compare_from_scratch(
    pages: Sequence[TrainingPage], classifier: BoilerplateClassifier, folds: int
) -> TrainingResult | None:
    """Train and cross-validate a model on the pages alone; None if they are too few for that."""
    if folds < 2 or len(pages) < _ENOUGH_PAGES or len({page.group for page in pages}) < folds:
        return None
    try:
        return _train(pages, classifier, folds)
    except GoldError as error:
        warn("no model from scratch", str(error))
        return None


def _train_from_scratch(pages: Sequence[TrainingPage], classifier: BoilerplateClassifier, folds: int) -> _Result:
    return _scratch_result(_train(pages, classifier, folds), classifier, folds)


def _train(pages: Sequence[TrainingPage], classifier: BoilerplateClassifier, folds: int) -> TrainingResult:
    from boilerkit.learning.pipeline import count_steps, train

    with work_status("Training from scratch") as progress:
        on_step = count_steps(progress, folds)
        return train(pages, classifier.fit_model, folds, classifier.random_state, on_step)


def _scratch_result(result: TrainingResult, classifier: BoilerplateClassifier, folds: int) -> _Result:
    from boilerkit.cli.training_reports import print_scores

    parameters = {name: value for name, value in classifier.get_params().items() if name not in _NOT_ON_CARD}
    card = {"parameters": parameters | {"input_format": result.model.input_format}, **print_scores(result, folds)}
    found = result.out_of_fold
    return _Result(result.model, card, found.folds, found.probabilities) if found else _Result(result.model, card)


def _save(result: _Result, about: Mapping[str, Any], pages: Sequence[TrainingPage], folder: Path) -> None:
    from boilerkit.learning.out_of_fold import save_out_of_fold

    card = {**about, **result.card}
    (folder / CARD).unlink(missing_ok=True)  # an older model's card is wrong for this one
    save_model(replace(result.model, card=card), folder)
    save_out_of_fold(folder, pages, result.folds, result.probabilities)
    (folder / CARD).write_text(render_card(card), encoding="utf-8")


def _check_groups(pages: Sequence[TrainingPage], folds: int) -> None:
    found = len({page.group for page in pages})
    if found < folds:
        raise GoldError(
            f"scores in {folds} folds need pages of at least {folds} groups (sites), found {found}: "
            "add pages of other sites, or train without scores with --folds 0"
        )
