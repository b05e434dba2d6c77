"""Scores as tables and as plain values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from rich.table import Table

from boilerkit.cli.common import table
from boilerkit.learning.evaluation import PageScore, Summary, summarise
from boilerkit.learning.label_evaluation import LabelScores

_HEADINGS = {
    "corpus": "corpus",
    "page_type": "page type",
    "pages": "pages",
    "word_f1": "word F1",
    "shingle_f1": "4-gram F1",
    "oracle": "oracle",
}


def figures(scores: Sequence[PageScore], oracle: Sequence[PageScore] | None = None) -> list[dict[str, Any]]:
    """Mean scores by corpus and page type, as plain values; with `oracle`, also its word F1 over the same pages."""
    rows = []
    for summary in summarise(scores):
        row = asdict(summary) | {"word_f1": round(summary.word_f1, 4), "shingle_f1": round(summary.shingle_f1, 4)}
        rows.append(row if oracle is None else row | {"oracle": _mean(oracle, summary)})
    return rows


def _mean(oracle: Sequence[PageScore], summary: Summary) -> float | None:
    chosen = [
        score.word_f1
        for score in oracle
        if score.corpus == summary.corpus and summary.page_type in ("", score.page_type)
    ]
    return round(sum(chosen) / len(chosen), 4) if chosen else None


def scores_table(title: str, rows: Sequence[dict[str, Any]]) -> Table:
    """`figures` as a table."""
    names = list(rows[0])
    shown = [row | {"page_type": row["page_type"] or "all"} for row in rows]
    return table(title, [_HEADINGS[name] for name in names], [[row[name] for name in names] for row in shown])


def kinds_figures(scores: LabelScores) -> dict[str, Any]:
    """The scores of a labels model as plain values: means, each label's, and the confusion matrix."""
    return {
        "macro F1": round(scores.macro_f1, 4),
        "accuracy": round(scores.accuracy, 4),
        "accuracy, content against boilerplate": round(scores.content_accuracy, 4),
        "labels": [
            {name: round(value, 4) if isinstance(value, float) else value for name, value in asdict(score).items()}
            for score in scores.labels
        ],
        "confusion": scores.confusion,
    }


def kinds_table(title: str, scores: LabelScores) -> Table:
    """The scores of each label as a table."""
    rows = [
        (score.label, score.blocks, *(f"{value:.3f}" for value in (score.precision, score.recall, score.f1)))
        for score in scores.labels
    ]
    return table(title, ("label", "blocks", "precision", "recall", "F1"), rows)
