"""`boilerkit evaluate`: how well a model does on labelled pages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import IO

import click

import boilerkit
from boilerkit.cli.common import (
    cache_option,
    gold_argument,
    jobs_option,
    model_option,
    need_training,
    show,
    threshold_option,
    to_json,
)
from boilerkit.cli.progress import bar


@click.command("evaluate", short_help="Score a model on labelled pages.")
@gold_argument
@model_option
@threshold_option
@click.option(
    "--json", "json_file", type=click.File("w", encoding="utf-8"), metavar="FILE", help="Write the figures here."
)
@cache_option
@jobs_option
def command(
    gold: Sequence[Path],
    model_folder: Path | None,
    threshold: float | None,
    json_file: IO[str] | None,
    cache: Path | None,
    jobs: int | None,
) -> None:
    """Score a model on labelled pages, by corpus and page type.

    Word F1 counts the words that text and gold share, 4-gram F1 their runs of four words. "oracle" is the word F1 of
    choosing blocks by the gold itself, over pages that have any: no model can do better. Pages that the model was
    trained on score too high; "boilerkit train" prints honest scores of them.

    \b
    Examples:
      boilerkit evaluate gold.jsonl
      boilerkit evaluate gold.jsonl --model my-model --threshold 0.7 --json scores.json
    """
    need_training()
    from boilerkit.cli.lessons import lessons_of
    from boilerkit.cli.scores import figures, scores_table
    from boilerkit.learning.evaluation import calibration, oracle_pages, score_pages

    model = boilerkit.load_model(model_folder)
    threshold = model.threshold if threshold is None else threshold
    lessons = [lesson for source in lessons_of(gold, cache, jobs) for lesson in source.lessons]
    answers = []
    with bar("Judging", len(lessons)) as advance:
        for lesson in lessons:
            answers.append(model.predict_proba(lesson.load().table))
            advance()
    rows = figures(score_pages(lessons, answers, threshold), oracle_pages(lessons))
    calibrated = calibration(lessons, answers)
    show(
        scores_table(f"Scores at threshold {threshold:g}", rows),
        f"Calibration error over blocks: {calibrated.expected_error:.3f}",
    )
    if json_file:
        values = {"threshold": threshold, "scores": rows, "calibration": asdict(calibrated)}
        json_file.write(to_json(values, indent=1) + "\n")
