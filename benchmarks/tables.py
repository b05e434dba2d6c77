"""Scores as tables: on screen, as Markdown and as plain values."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rich.table import Table

from benchmarks.results import safe_name, write_json
from benchmarks.scores import ALL, Provenance, Scores, leading_metric, metrics_of
from benchmarks.statistics import Interval
from boilerkit.model.card import markdown_table
from boilerkit.terminal.console import table

#: The metrics of the main table; the others are in the files.
_SHOWN = ("word F1", "4-gram F1", "snippet F1", "snippet accuracy", "ROUGE-LSum F1", "block F1")

INTERVALS_NOTE = "In brackets: 95% bootstrap intervals over pages; of differences, over the same pages of both systems."
OUT_OF_FOLD_NOTE = (
    "Out of fold: the model was trained on pages of this corpus, so each page was predicted by a model that was "
    "trained without it and without all pages of its site."
)


def format_interval(interval: Interval | None, sign: str = "") -> str:
    """Return a score with its 95% interval, such as "0.878 [0.866, 0.889]"."""
    if interval is None:
        return "–"
    value, low, high = (f"{number:{sign}.3f}" for number in (interval.value, interval.low, interval.high))
    return f"{value} [{low}, {high}]"


def short_version(version: str) -> str:
    """Return a version without the fingerprint of the code."""
    return version.partition("+")[0]


def main_rows(scores: Sequence[Scores], against: str) -> list[dict[str, str]]:
    """Return a row per system: version, provenance, scores, and the difference of the leading metric to `against`."""
    shown = [metric for metric in metrics_of(scores) if metric.name in _SHOWN]
    other = next((its for its in scores if its.system == against), None)
    rows = []
    for its in scores:
        row = {"system": its.system, "version": short_version(its.version), "provenance": its.provenance}
        for metric in shown:
            row[metric.name] = format_interval(its.score(metric))
            if metric == shown[0] and other is not None:
                difference = None if its is other else its.difference(other, metric)
                row[f"against {other.system}"] = format_interval(difference, "+")
        rows.append(row | {"failed pages": str(len(its.failures))})
    return rows


def type_rows(scores: Sequence[Scores]) -> list[dict[str, str]]:
    """Return a row per system with the leading metric of each page type; none if all pages are of one type."""
    if len(scores[0].types) == 1:
        return []
    metric = leading_metric(scores)
    rows = []
    for its in scores:
        found = {page_type: its.score(metric, page_type) for page_type in its.types if page_type != ALL}
        rows.append(
            {"system": its.system} | {name: f"{score.value:.3f}" if score else "–" for name, score in found.items()}
        )
    return rows


def _titled_rows(corpus: str, scores: Sequence[Scores], against: str) -> dict[str, list[dict[str, str]]]:
    """Return the rows of the tables by their titles."""
    tables = {f"{corpus}, {len(scores[0].ids):,} pages": main_rows(scores, against)}
    if by_type := type_rows(scores):
        tables[f"{leading_metric(scores).name} by page type"] = by_type
    return tables


def screen_tables(corpus: str, scores: Sequence[Scores], against: str) -> list[Table]:
    """Return the tables of a corpus for the screen."""
    return [
        table(title, list(rows[0]), [list(row.values()) for row in rows])
        for title, rows in _titled_rows(corpus, scores, against).items()
    ]


def write_tables(folder: Path, corpus: str, scores: Sequence[Scores], against: str) -> Path:
    """Write the tables of a corpus as Markdown, and all its scores as JSON next to it; return the Markdown file."""
    file = folder / "accuracy" / f"{safe_name(corpus)}.md"
    parts: list[str] = []
    for title, rows in _titled_rows(corpus, scores, against).items():
        parts += [f"{'##' if parts else '#'} {title}", markdown_table(rows)]
    commands = sorted({str(its.context.get("command", "")) for its in scores})
    parts += [*notes(scores), "\n".join(f"    {command}" for command in commands)]
    file.write_text("\n\n".join(parts) + "\n", encoding="utf-8")
    systems = [_values(its) for its in scores]
    write_json(file.with_suffix(".json"), {"corpus": corpus, "page_set": scores[0].page_set, "systems": systems})
    return file


def notes(scores: Sequence[Scores]) -> list[str]:
    """Return what readers of a table must know."""
    # It may be out of fold for some of the pages only.
    is_out_of_fold = any(its.provenance.startswith(Provenance.OUT_OF_FOLD) for its in scores)
    return [INTERVALS_NOTE, *([OUT_OF_FOLD_NOTE] if is_out_of_fold else [])]


def _values(its: Scores) -> dict[str, Any]:
    """Return all scores of a system as plain values, by page type."""
    scores = {
        page_type: {
            metric.name: score.rounded()
            for metric in metrics_of([its])
            if (score := its.score(metric, page_type)) is not None
        }
        for page_type in its.types
    }
    return {"system": its.system, "version": its.version, "provenance": its.provenance, "scores": scores}
