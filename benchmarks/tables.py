"""Scores as tables: on screen, as Markdown and as plain values."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rich.table import Table

from benchmarks.metrics import TOKEN_F1, Metric
from benchmarks.results import safe_name, write_json
from benchmarks.runs import run_rows
from benchmarks.scores import ALL, Provenance, Scores, leading_metric, metrics_of
from benchmarks.statistics import Difference, Interval, holm
from boilerkit.model.card import markdown_table
from boilerkit.terminal.console import table

#: The languages of a table; all are in the files.
MOST_LANGUAGES = 12

#: The metrics of the main table; the others are in the files.
_SHOWN = (
    "word F1",
    "token F1",
    "4-gram F1",
    "snippet F1",
    "snippet accuracy",
    "ROUGE-LSum F1",
    "block F1",
    "comments left out",
)

INTERVALS_NOTE = (
    "In brackets: 95% bootstrap intervals over sites where they are known, else over pages; of differences, over the "
    "same pages of both systems."
)
HOLM_NOTE = "p: of a difference so large by chance, by the same resamples, corrected for the number of systems (Holm)."
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
    """Return a row per system: version, provenance, scores, and the difference of the leading metric to `against`.

    If several systems are compared, p-values of the differences, corrected for their number, come with it.
    """
    shown = [metric for metric in metrics_of(scores) if metric.name in _SHOWN]
    other = next((its for its in scores if its.system == against), None)
    differences = _differences(scores, other, shown[0]) if other and shown else {}
    corrected = dict(zip(differences, holm([its.p_value for its in differences.values()]), strict=True))
    rows = []
    for its in scores:
        row = {"system": its.system, "version": short_version(its.version), "provenance": its.provenance}
        for metric in shown:
            row[metric.name] = format_interval(its.score(metric))
            if metric == shown[0] and other is not None:
                row[f"against {other.system}"] = format_interval(differences.get(its.system), "+")
                if len(differences) > 1:
                    row["p"] = f"{corrected[its.system]:.3f}" if its.system in corrected else "–"
        rows.append(row | {"failed pages": str(len(its.failures))})
    return rows


def _differences(scores: Sequence[Scores], other: Scores, metric: Metric) -> dict[str, Difference]:
    """Return the differences of systems to another one, by the names of the systems that have one."""
    others = {its.system: its.difference(other, metric) for its in scores if its is not other}
    return {system: difference for system, difference in others.items() if difference is not None}


def type_rows(scores: Sequence[Scores]) -> list[dict[str, str]]:
    """Return a row per system with the leading metric of each page type; none if all pages are of one type."""
    types = [{"page_type": page_type} for page_type in scores[0].types if page_type != ALL]
    return _rows_of_kinds(scores, leading_metric(scores), types)


def language_rows(scores: Sequence[Scores]) -> list[dict[str, str]]:
    """Return a row per system with `language_metric` of the MOST_LANGUAGES most frequent languages.

    None if all pages are of one language.
    """
    metric = language_metric(scores)
    known = [code for code in scores[0].known_languages if code != ALL]
    known.sort(key=lambda code: -len(scores[0].columns_of(metric, language=code)))
    return _rows_of_kinds(scores, metric, [{"language": code} for code in known[:MOST_LANGUAGES]])


def language_metric(scores: Sequence[Scores]) -> Metric:
    """Return the metric that is fair to all languages, if the systems have it, else the leading one."""
    return TOKEN_F1 if any(len(its.columns_of(TOKEN_F1)) for its in scores) else leading_metric(scores)


def _rows_of_kinds(scores: Sequence[Scores], metric: Metric, kinds: Sequence[dict[str, str]]) -> list[dict[str, str]]:
    rows = []
    for its in scores if kinds else ():
        row = {"system": its.system}
        for kind in kinds:
            (name,) = kind.values()
            score = its.score(metric, **kind)
            row[name] = f"{score.value:.3f}" if score else "–"
        rows.append(row)
    return rows


def _titled_rows(corpus: str, scores: Sequence[Scores], against: str) -> dict[str, list[dict[str, str]]]:
    """Return the rows of the tables by their titles."""
    tables = {f"{corpus}, {len(scores[0].ids):,} pages": main_rows(scores, against)}
    if by_type := type_rows(scores):
        tables[f"{leading_metric(scores).name} by page type"] = by_type
    if by_language := language_rows(scores):
        tables[f"{language_metric(scores).name} by language"] = by_language
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
    runs = run_rows(("scores", its.system, its.context) for its in scores)
    parts += [*notes(scores), "## Runs", markdown_table(runs)]
    file.write_text("\n\n".join(parts) + "\n", encoding="utf-8")
    systems = [_values(its) for its in scores]
    write_json(file.with_suffix(".json"), {"corpus": corpus, "page_set": scores[0].page_set, "systems": systems})
    return file


def notes(scores: Sequence[Scores]) -> list[str]:
    """Return what readers of a table must know."""
    # It may be out of fold for some of the pages only.
    is_out_of_fold = any(its.provenance.startswith(Provenance.OUT_OF_FOLD) for its in scores)
    is_corrected = len(scores) > 2
    return [
        INTERVALS_NOTE,
        *([HOLM_NOTE] if is_corrected else []),
        *([OUT_OF_FOLD_NOTE] if is_out_of_fold else []),
    ]


def _values(its: Scores) -> dict[str, Any]:
    """Return all scores of a system as plain values, by page type and by language."""
    scores = {
        page_type: {
            metric.name: score.rounded()
            for metric in metrics_of([its])
            if (score := its.score(metric, page_type)) is not None
        }
        for page_type in its.types
    }
    metric = language_metric([its])
    by_language = {
        code: score.rounded()
        for code in its.known_languages
        if code != ALL and (score := its.score(metric, language=code)) is not None
    }
    about = {"system": its.system, "version": its.version, "provenance": its.provenance, "context": dict(its.context)}
    return about | {"scores": scores} | ({f"{metric.name} by language": by_language} if by_language else {})
