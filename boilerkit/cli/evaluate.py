"""`boilerkit evaluate`: how well a model does on labelled pages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import IO

import click

import boilerkit
from boilerkit.cli.options import (
    cache_option,
    gold_argument,
    jobs_option,
    model_option,
    require_train_extra,
    threshold_option,
)
from boilerkit.model.storage import load_shipped
from boilerkit.terminal.console import print_tables, to_json
from boilerkit.terminal.progress import progress_bar


@click.command("evaluate", short_help="Score a model on labelled pages.")
@gold_argument
@model_option
@threshold_option
@click.option(
    "-o", "--output", type=click.File("w", encoding="utf-8"), metavar="FILE", help="Write the figures here, as JSON."
)
@cache_option
@jobs_option
def command(
    gold: Sequence[Path],
    model_folder: Path | None,
    threshold: float | None,
    output: IO[str] | None,
    cache: Path | None,
    jobs: int | None,
) -> None:
    """Score a model on labelled pages, by corpus and page type.

    Word F1 compares the words of text and gold, 4-gram F1 their runs of four words. "oracle" is the word F1 of choosing
    blocks by the gold itself, on pages that have any: no model can do better. Scores on pages that the model was
    trained on are too high; "boilerkit train" prints honest scores for these.

    \b
    Examples:
      boilerkit evaluate gold.jsonl
      boilerkit evaluate gold.jsonl --model my-model --threshold 0.7 -o scores.json
    """
    require_train_extra()
    from boilerkit.cli.gold_files import load_gold_files
    from boilerkit.cli.tables import score_table
    from boilerkit.learning.evaluation import by_model, calibration, oracle_pages, score_pages, score_rows
    from boilerkit.learning.stages import common_input_format

    model = None if model_folder is None else boilerkit.load_model(model_folder)
    pages = [page for source in load_gold_files(gold, cache, jobs) for page in source.pages]
    model = model or load_shipped(common_input_format(pages))
    predictions = []
    with progress_bar("Predicting", len(pages)) as advance:
        for page in pages:
            predictions.append(model.predict_proba(page.load().blocks))
            advance()
    rows = score_rows(score_pages(pages, predictions, by_model(model, threshold)), oracle_pages(pages))
    calibrated = calibration(pages, predictions)
    print_tables(
        score_table(f"Scores at threshold {model.threshold if threshold is None else threshold:g}", rows),
        f"Calibration error over blocks: {calibrated.expected_error:.3f}",
    )
    if output:
        values = {"threshold": threshold, "scores": rows, "calibration": asdict(calibrated)}
        output.write(to_json(values, indent=1) + "\n")
