"""What `boilerkit train` prints of the models that it made, and puts on their cards."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import click

from boilerkit.cli.tables import label_table, score_table
from boilerkit.learning.adaptation import Adaptation
from boilerkit.learning.evaluation import Estimate, calibration, score_rows
from boilerkit.learning.pipeline import TrainingResult
from boilerkit.learning.training_pages import TrainingPage
from boilerkit.model.content import ContentModel
from boilerkit.terminal.console import print_tables, table, warn

# --- Adapted models ---------------------------------------------------------------------------------------------------


def print_comparison(adaptation: Adaptation, scratch_f1: Estimate | None, base_name: str) -> None:
    """Print the word F1 of the base model, the adapted one and one from scratch, and say which is the best."""
    rows = [(name, str(f1)) for name, f1 in _word_f1(adaptation, scratch_f1, base_name).items()]
    print_tables(table("Word F1, with 95% intervals", ("model", "word F1"), rows))
    click.echo(f"On {len(adaptation.scores)} pages: {_how(adaptation)}.")
    gain = adaptation.gain
    points = (
        f"{100 * gain.value:+.1f} points of word F1, 95% interval {100 * gain.low:+.1f} to {100 * gain.high:+.1f}; "
        f"log loss of held-out blocks {adaptation.adapted_loss.value:.3f}, {adaptation.base_loss.value:.3f} before"
    )
    if scratch_f1 and scratch_f1.value > max(adaptation.adapted_f1.value, adaptation.base_f1.value):
        click.echo("The model trained on your pages alone is the best.")
    elif adaptation.is_better:
        sure = "" if gain.low > 0 else " More pages would make sure of it."
        click.echo(f"The adapted model is better than its base, {base_name}: {points}.{sure}")
    else:
        click.echo(f"The adapted model is not clearly better than its base, {base_name}: {points}.")
    if labels := adaptation.labels:
        click.echo(
            f"Labels right, by blocks: {labels.base_scores.accuracy:.3f} before, {labels.adapted_scores.accuracy:.3f} "
            "after adapting."
        )


def no_better(adaptation: Adaptation, base_name: str) -> str:
    """Return what to do where the adapted model is no better than its base."""
    worst = ", ".join(f"{score.id} ({score.word_f1:.2f})" for score in adaptation.worst_pages)
    return (
        f"nothing was saved, because no model is better than {base_name} on your pages. What may help: more pages than "
        f"these {len(adaptation.scores)}; other pages, of the sites and kinds that {base_name} gets wrong; a look at "
        f"the worst pages, whose gold may be wrong: {worst}. With --force the adapted model is saved all the same"
    )


def adaptation_card(
    pages: Sequence[TrainingPage], adaptation: Adaptation, base: ContentModel, base_name: str, random_state: int
) -> dict[str, Any]:
    """Return what the card of an adapted model says of it."""
    rows = [
        {"model": name, "word F1": round(f1.value, 4), "95% interval": f"{f1.low:.3f} to {f1.high:.3f}"}
        for name, f1 in _word_f1(adaptation, None, base_name).items()
    ]
    card: dict[str, Any] = {
        "base": {"model": base_name, "trained on": base.card.get("trained on", [])},
        "compared": rows,
        "out of fold": {
            "how": f"{_how(adaptation)}; number of trees and threshold chosen by the pages of the other folds",
            "scores": score_rows(adaptation.scores),
            "calibration": calibration(pages, adaptation.probabilities).rounded(),
        },
        "parameters": {
            "base": base_name,
            "trees of the correction": adaptation.n_trees,
            "threshold": adaptation.model.threshold,
            "random_state": random_state,
        },
    }
    if labels := adaptation.labels:
        card["parameters"]["rounds of the labels' correction"] = labels.rounds
        card["labels, out of fold"] = {"pages": labels.n_pages, **labels.adapted_scores.to_dict()}
    return card


def _word_f1(adaptation: Adaptation, scratch_f1: Estimate | None, base_name: str) -> Mapping[str, Estimate]:
    found = {base_name: adaptation.base_f1, "adapted": adaptation.adapted_f1}
    return found | ({"from scratch": scratch_f1} if scratch_f1 else {})


def _how(adaptation: Adaptation) -> str:
    apart = "groups kept apart" if adaptation.groups_apart else "pages of one group on both sides, as groups are few"
    return f"{int(adaptation.folds.max()) + 1} folds, {apart}"


# --- Models from scratch ----------------------------------------------------------------------------------------------


def print_scores(result: TrainingResult, folds: int) -> dict[str, Any]:
    """Print how well the models do on pages of groups that they did not see; return that for the card."""
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
