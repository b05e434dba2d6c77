"""`compare`: two systems on the same pages."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from benchmarks.exceptions import BenchmarkError
from benchmarks.options import results_option
from benchmarks.results import latest_folder
from benchmarks.scores import ALL, Scores, corpora_in, file_of, metrics_of, read_scores
from benchmarks.statistics import Interval
from benchmarks.tables import format_interval
from boilerkit.terminal.console import print_tables, table


@click.command("compare", short_help="Compare two systems page by page.")
@click.argument("a")
@click.argument("b")
@click.option("--corpus", "chosen", multiple=True, metavar="NAME", help="Only this corpus; may be repeated.")
@results_option
def command(a: str, b: str, chosen: Sequence[str], results: Path | None) -> None:
    """Compare system A with system B on every corpus that accuracy has scored both on.

    Differences are A less B over the same pages. If the 95% interval of a difference contains zero, the difference may
    be noise.

    \b
    Examples:
      python -m benchmarks compare boilerkit trafilatura
      python -m benchmarks compare boilerkit:my-model boilerkit --corpus wcxb-dev
    """
    folder = results or latest_folder()
    corpora = chosen or [
        name for name in corpora_in(folder) if all(file_of(folder, name, system).exists() for system in (a, b))
    ]
    if not corpora:
        raise BenchmarkError(
            f"no corpus has scores of both {a} and {b} in {folder}: run accuracy with --system {a} --system {b} first, "
            "or choose another folder with --results"
        )
    click.echo(f"Results of {folder}\n", err=True)
    for corpus in corpora:
        scores = [read_scores(file_of(folder, corpus, name)) for name in (a, b)]
        title = f"{corpus}: {a} ({scores[0].provenance}), {b} ({scores[1].provenance})"
        print_tables(table(title, ["metric", "page type", "pages", a, b, "difference", ""], _rows(*scores)))


def _rows(a: Scores, b: Scores) -> list[tuple[object, ...]]:
    if list(a.ids) != list(b.ids):
        raise BenchmarkError(
            f"{a.system} and {b.system} were scored on different pages of {a.corpus} ({len(a.ids)} and {len(b.ids)} "
            "pages): run accuracy on both at once"
        )
    rows: list[tuple[object, ...]] = []
    for metric in metrics_of([a, b]):
        for page_type in a.types:
            difference = a.difference(b, metric, page_type)
            if difference is not None:
                scores = [format_interval(its.score(metric, page_type)) for its in (a, b)]
                name = metric.name if page_type == ALL else ""
                n_pages = len(a.columns_of(metric, page_type))
                verdict = _verdict(difference, a, b)
                rows.append((name, page_type, n_pages, *scores, format_interval(difference, "+"), verdict))
    return rows


def _verdict(difference: Interval, a: Scores, b: Scores) -> str:
    if difference.low <= 0 <= difference.high:
        return "may be noise"
    return f"{a.system if difference.value > 0 else b.system} is better"
