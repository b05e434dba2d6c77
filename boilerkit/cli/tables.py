"""Scores as tables."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rich.table import Table

from boilerkit.learning.label_evaluation import LabelScores
from boilerkit.terminal.console import table

_HEADINGS = {
    "corpus": "corpus",
    "page_type": "page type",
    "pages": "pages",
    "word_f1": "word F1",
    "shingle_f1": "4-gram F1",
    "oracle": "oracle",
}


def score_table(title: str, rows: Sequence[dict[str, Any]]) -> Table:
    """Return `boilerkit.learning.evaluation.score_rows` as a table."""
    names = list(rows[0])
    shown = [row | {"page_type": row["page_type"] or "all"} for row in rows]
    return table(title, [_HEADINGS[name] for name in names], [[row[name] for name in names] for row in shown])


def label_table(title: str, scores: LabelScores) -> Table:
    """Return the scores of each label as a table."""
    rows = [
        (score.label, score.blocks, *(f"{value:.3f}" for value in (score.precision, score.recall, score.f1)))
        for score in scores.labels
    ]
    return table(title, ("label", "blocks", "precision", "recall", "F1"), rows)
