"""`compare`: two systems on the same pages."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from benchmarks.errors import BenchmarkError
from benchmarks.results import RESULTS
from benchmarks.scores import ALL, Scores, corpora_in, file_of, measures_of, read_scores
from benchmarks.statistics import Interval
from benchmarks.tables import said
from boilerkit.cli.common import show, table

_COLUMNS = ("measure", "page type", "pages", "{a}", "{b}", "difference", "")


@click.command("compare", short_help="Compare two systems page by page.")
@click.argument("a")
@click.argument("b")
@click.option("--corpus", "chosen", multiple=True, metavar="NAME", help="Only this corpus; give it again for more.")
@click.option(
    "--results",
    type=click.Path(file_okay=False, path_type=Path),
    default=RESULTS,
    metavar="DIR",
    help="Folder that accuracy wrote to. Default: benchmarks/results.",
)
def command(a: str, b: str, chosen: Sequence[str], results: Path) -> None:
    """Compare system A with system B on every corpus that accuracy has scored both on.

    Differences are A less B over the same pages. Where the 95% interval of a difference holds zero, the difference may
    be noise.

    \b
    Examples:
      python -m benchmarks compare boilerkit trafilatura
      python -m benchmarks compare boilerkit:my-model boilerkit --corpus wcxb_dev
    """
    corpora = chosen or [
        name for name in corpora_in(results) if all(file_of(results, name, system).exists() for system in (a, b))
    ]
    if not corpora:
        raise BenchmarkError(
            f"no corpus has scores of both {a} and {b} in {results}: run accuracy with --system {a} --system {b} first"
        )
    for corpus in corpora:
        ours, theirs = (read_scores(file_of(results, corpus, name)) for name in (a, b))
        rows = _rows(ours, theirs)
        title = f"{corpus}: {a} ({ours.measured}), {b} ({theirs.measured})"
        show(table(title, [column.format(a=a, b=b) for column in _COLUMNS], rows))


def _rows(a: Scores, b: Scores) -> list[tuple[object, ...]]:
    if list(a.ids) != list(b.ids):
        raise BenchmarkError(
            f"{a.system} and {b.system} were scored on different pages of {a.corpus}: run accuracy on both at once"
        )
    rows: list[tuple[object, ...]] = []
    for measure in measures_of([a, b]):
        for page_type in a.types:
            difference = a.difference(b, measure, page_type)
            if difference is not None:
                scores = [said(its.score(measure, page_type)) for its in (a, b)]
                name = measure.name if page_type == ALL else ""
                pages = len(a.of_measure(measure, page_type))
                rows.append((name, page_type, pages, *scores, said(difference, "+"), _verdict(difference, a, b)))
    return rows


def _verdict(difference: Interval, a: Scores, b: Scores) -> str:
    if difference.low <= 0 <= difference.high:
        return "may be noise"
    return f"{a.system if difference.value > 0 else b.system} is better"
