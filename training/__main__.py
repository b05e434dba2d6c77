"""Builds the shipped models from the data folder: `python -m training --data DIR`.

For each input format: prepares the pages, measures out of fold, trains on everything, and writes the model with its
label model, its out-of-fold predictions and its card. The same data gives the same models.

`python -m training rescore --data DIR` trains nothing: it scores the models again by their out-of-fold predictions, for
their cards, after a change of how blocks are selected.

`python -m training fetch --data DIR` makes the data folder from public repositories and the published labels, and
`python -m training labels --data DIR` writes the published labels from a data folder.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from rich.console import Console

from boilerkit.learning.out_of_fold import save_out_of_fold
from boilerkit.learning.pipeline import TrainingResult
from boilerkit.learning.stages import OnStep
from boilerkit.learning.training_pages import TrainingPage, prepare
from boilerkit.model.content import ContentModel
from boilerkit.model.storage import OUT_OF_FOLD, save_model
from training.card import build_card, render_card
from training.corpora import training_pages
from training.html import html_classifier, train_html
from training.labels.export import export
from training.plaintext import HEADLINES_SHARE, SETTINGS, prepare_renderings, score_seen_renderers, train_plaintext
from training.renderers import versions
from training.rescoring import rescore
from training.validation import score_validation

_TITLES = {"html": "boilerkit's model for HTML", "text": "boilerkit's model for plain text"}

console = Console(stderr=True)
REPOSITORY = Path(__file__).parent.parent


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m training", description=__doc__)
    parser.add_argument(
        "command",
        nargs="?",
        choices=("build", "rescore", "fetch", "labels"),
        default="build",
        help="build the models (default), score them again, fetch the data folder, or write training/labels from it",
    )
    parser.add_argument("--data", type=Path, required=True, help="folder with the training corpora")
    parser.add_argument("--models", type=Path, default=REPOSITORY / "models", help="folder for the models' folders")
    parser.add_argument("--cache", type=Path, default=REPOSITORY / ".cache", help="folder for prepared pages")
    parser.add_argument("--only", choices=("html", "plaintext"), help="one input format; default: both")
    arguments = parser.parse_args()
    if arguments.command == "fetch":
        fetch_data(arguments.data, arguments.cache / "repositories")
        return
    if arguments.command == "labels":
        console.print(export(arguments.data))
        return
    if arguments.only in (None, "html"):
        build = rescore_html if arguments.command == "rescore" else build_html
        build(arguments.data, arguments.models / "html", arguments.cache / "training")
    if arguments.only in (None, "plaintext"):
        build = rescore_plaintext if arguments.command == "rescore" else build_plaintext
        build(arguments.data, arguments.models / "plaintext", arguments.cache / "renderings")
    console.print(f"The models are in {arguments.models}; each has a card, README.md, with its scores.")


def fetch_data(data: Path, repositories: Path) -> None:
    """Make the data folder, and say where it differs from the one that the shipped models are trained on."""
    from training.fetch import FetchError, fetch

    try:
        notes = fetch(data, repositories)
    except FetchError as error:
        raise SystemExit(str(error)) from None
    for note in notes:
        console.print(note, highlight=False)
    console.print(f"The training data are in {data}.")


def build_html(data: Path, out: Path, cache: Path) -> None:
    """Build the model for HTML."""
    report = _timed()
    pages, result = train_html(data, cache, report)
    report("scoring the validation pages")
    validation = score_validation(data, result.model)
    params = html_classifier().get_params()
    without_effect = ("cache_dir", "n_jobs", "corpus_weights")
    card = build_card(pages, result, {name: params[name] for name in params if name not in without_effect})
    card |= {"validation": validation} if validation else {}
    _write(out, pages, result, card, _TITLES["html"])


def build_plaintext(data: Path, out: Path, cache: Path) -> None:
    """Build the model for plain text."""
    pages, result, scores = train_plaintext(data, cache, _timed())
    parameters = {name: value for name, value in asdict(SETTINGS).items() if name != "corpus_weights"}
    parameters["share of pages with inserted headlines"] = HEADLINES_SHARE
    parameters |= {f"renderer {name}": version for name, version in versions().items()}
    card = build_card(pages, result, parameters) | {"renderers": scores}
    _write(out, pages, result, card, _TITLES["text"])


def rescore_html(data: Path, out: Path, cache: Path) -> None:
    """Score the model for HTML again."""
    report = _timed()
    report("preparing pages")
    pages, _ = prepare(training_pages(data), cache)
    report("scoring training and validation pages")

    def validation(model: ContentModel, *_: object) -> dict[str, Any]:
        return {"validation": score_validation(data, model)}

    _save_rescored(out, rescore(out, pages, validation), _TITLES["html"])


def rescore_plaintext(data: Path, out: Path, cache: Path) -> None:
    """Score the model for plain text again, but for what it does on a renderer that it was not trained on."""
    report = _timed()
    report("preparing pages")
    pages = prepare_renderings(data, cache)
    report("scoring pages")

    def renderers(model: ContentModel, *predicted: Any) -> dict[str, Any]:
        unseen = [row for row in model.card["renderers"] if "first fold" in row["what"]]
        return {"renderers": score_seen_renderers(*predicted) + unseen}

    _save_rescored(out, rescore(out, pages, renderers), _TITLES["text"])


def _write(out: Path, pages: Sequence[TrainingPage], result: TrainingResult, card: dict[str, Any], title: str) -> None:
    _save(out, replace(result.model, card=card), title)
    if result.out_of_fold:
        found = result.out_of_fold
        save_out_of_fold(out, pages, found.folds, found.probabilities, found.types)


def _save(out: Path, model: ContentModel, title: str) -> None:
    save_model(model, out)
    (out / "README.md").write_text(render_card(model.card, title), encoding="utf-8")


def _save_rescored(out: Path, model: ContentModel, title: str) -> None:
    predictions = (out / OUT_OF_FOLD).read_bytes()  # those that were scored; saving a model removes what it had
    _save(out, model, title)
    (out / OUT_OF_FOLD).write_bytes(predictions)


def _timed() -> OnStep:
    """Return a function that prints each step with the minutes since the first."""
    start = time.perf_counter()

    def report(step: str) -> None:
        console.print(f"{(time.perf_counter() - start) / 60:6.1f} min  {step}")

    return report


if __name__ == "__main__":
    main()
