"""Scores as tables: on screen, as Markdown and as plain values."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rich.table import Table

from benchmarks.measures import Measure
from benchmarks.results import safe_name, write_json
from benchmarks.scores import ALL, OUT_OF_FOLD, Scores, measures_of
from benchmarks.statistics import Interval
from boilerkit.cli.card import markdown_table
from boilerkit.cli.common import table

#: The measures of the main table; the others are in the files.
_SHOWN = ("word F1", "4-gram F1", "snippet F1", "snippet accuracy", "ROUGE-LSum F1", "block F1")


def said(interval: Interval | None, sign: str = "") -> str:
    """A score with its 95% interval, such as "0.878 [0.866, 0.889]"."""
    if interval is None:
        return "–"
    value, low, high = (f"{number:{sign}.3f}" for number in (interval.value, interval.low, interval.high))
    return f"{value} [{low}, {high}]"


def main_rows(scores: Sequence[Scores], against: str) -> list[dict[str, str]]:
    """A row a system: its version, how it was measured, its scores, and the difference of the first to `against`."""
    shown = [measure for measure in measures_of(scores) if measure.name in _SHOWN]
    other = next((its for its in scores if its.system == against), None)
    return [_main_row(its, shown, other) for its in scores]


def _main_row(its: Scores, shown: Sequence[Measure], other: Scores | None) -> dict[str, str]:
    row = {"system": its.system, "version": its.version.partition("+")[0], "measured": its.measured}
    for place, measure in enumerate(shown):
        row[measure.name] = said(its.score(measure))
        if place == 0 and other is not None:
            row[f"against {other.system}"] = said(None if its is other else its.difference(other, measure), "+")
    return row | {"failed pages": str(len(its.failures))}


def type_rows(scores: Sequence[Scores]) -> list[dict[str, str]]:
    """A row a system: the first shown measure for each page type; none where the pages are all of one type."""
    if len(scores[0].types) == 1:
        return []
    measure = _first_shown(scores)
    rows = []
    for its in scores:
        found = {page_type: its.score(measure, page_type) for page_type in its.types if page_type != ALL}
        rows.append(
            {"system": its.system} | {name: f"{score.value:.3f}" if score else "–" for name, score in found.items()}
        )
    return rows


def _first_shown(scores: Sequence[Scores]) -> Measure:
    return next(measure for measure in measures_of(scores) if measure.name in _SHOWN)


def tables_of(corpus: str, scores: Sequence[Scores], against: str) -> list[Table]:
    """The tables of a corpus, for the screen."""
    tables = [_as_table(f"{corpus}, {len(scores[0].ids)} pages, with 95% intervals", main_rows(scores, against))]
    by_type = type_rows(scores)
    return [*tables, _as_table(f"{_first_shown(scores).name} by page type", by_type)] if by_type else tables


def _as_table(title: str, rows: Sequence[dict[str, str]]) -> Table:
    return table(title, list(rows[0]), [list(row.values()) for row in rows])


def write_tables(folder: Path, corpus: str, scores: Sequence[Scores], against: str) -> Path:
    """Write the tables of a corpus as Markdown, and all its scores as JSON beside it; returns the Markdown's file."""
    file = folder / "accuracy" / f"{safe_name(corpus)}.md"
    parts = [f"# {corpus}, {len(scores[0].ids)} pages", markdown_table(main_rows(scores, against))]
    by_type = type_rows(scores)
    if by_type:
        parts += [f"## {_first_shown(scores).name} by page type", markdown_table(by_type)]
    parts.append(_notes(scores))
    file.write_text("\n\n".join(parts) + "\n", encoding="utf-8")
    write_json(file.with_suffix(".json"), {"corpus": corpus, "systems": [_values(its) for its in scores]})
    return file


def _notes(scores: Sequence[Scores]) -> str:
    commands = sorted({str(its.context.get("command", "")) for its in scores})
    lines = ["In brackets: 95% bootstrap intervals over pages; of differences, over the same pages of both systems."]
    if any(its.measured.startswith(OUT_OF_FOLD) for its in scores):  # which may be of some pages only
        lines.append(
            "Out of fold: the shipped model was trained on pages of this corpus, so each page was judged by a model "
            "that was trained without it and without all pages of its site."
        )
    return "\n".join([*lines, "", *(f"    {command}" for command in commands)])


def _values(its: Scores) -> dict[str, Any]:
    """All scores of a system as plain values, by page type."""
    scores: dict[str, Any] = {}
    for page_type in its.types:
        found = {measure.name: its.score(measure, page_type) for measure in measures_of([its])}
        scores[page_type] = {
            name: [round(number, 4) for number in (score.value, score.low, score.high)]
            for name, score in found.items()
            if score is not None
        }
    return {"system": its.system, "version": its.version, "measured": its.measured, "scores": scores}
