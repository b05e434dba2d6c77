"""`leaderboard`: all corpora that are there by all systems that are there, as one HTML page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import click

from benchmarks.accuracy import golds_of, score_system
from benchmarks.corpora import CORPORA, FETCH, clone_folder, open_corpus, sample
from benchmarks.exceptions import BenchmarkError
from benchmarks.options import jobs_option, limit_option, out_option, systems_option
from benchmarks.results import CACHE, page_set, results_folder
from benchmarks.scores import Scores, best_first, file_of, read_scores, write_scores
from benchmarks.systems import BOILERKIT, System, find_systems
from benchmarks.tables import write_tables
from boilerkit.errors import BoilerkitError, error_message
from boilerkit.gold.pages import GoldPage
from boilerkit.terminal.console import warn

INDEX = "index.html"


@click.command("leaderboard", short_help="All corpora by all systems, as one HTML page.")
@click.argument("corpora", nargs=-1, metavar="[CORPUS]...")
@systems_option
@click.option(
    "--html",
    "html_folder",
    type=click.Path(file_okay=False, path_type=Path),
    default=CACHE / "leaderboard",
    metavar="DIR",
    help="Folder for the page. Default: .cache/benchmarks/leaderboard.",
)
@click.option(
    "--diffs",
    type=click.IntRange(min=0),
    default=50,
    show_default=True,
    metavar="N",
    help="Pages of each corpus, the worst of the best system, whose texts are shown next to the gold.",
)
@limit_option
@jobs_option
@out_option
def command(
    corpora: Sequence[str],
    names: Sequence[str],
    html_folder: Path,
    diffs: int,
    limit: int | None,
    jobs: int,
    out: Path | None,
) -> None:
    """Score all systems that are installed on all corpora that were fetched, and show the scores as one HTML page.

    Without CORPUS, all corpora that "fetch" has got are measured. What was measured before, with the same version of a
    system and on the same pages, is not measured again, so a run that was stopped is resumed. The page has sortable
    tables, plots, the texts of some pages next to their gold, and for each figure the command, the commit, the versions
    and the machine that it comes from. It needs no network.

    \b
    Example:
      python -m benchmarks leaderboard --jobs 2
      python -m benchmarks leaderboard wcxb-dev cleaneval.parquet --limit 100 --system boilerkit --system trafilatura
    """
    try:
        from benchmarks.leaderboard.board import Board, write_board
    except ImportError as error:
        raise BenchmarkError(f"the leaderboard needs {error.name}: pip install 'boilerkit[bench]'") from None
    systems = find_systems(names)
    folder = results_folder(out, limit)
    boards = []
    for argument in corpora or _fetched():
        try:
            corpus, pages = open_corpus(argument)
            chosen = sample(list(pages), limit)
            golds = golds_of(corpus, chosen)
            scores = list(_measured(systems, corpus, chosen, golds, jobs, folder))
        except BoilerkitError as error:  # a corpus must not cost the others
            warn("left out", f"{argument}: {error}")
            continue
        boards.append(Board(best_first(scores), chosen, golds))
        write_tables(folder, corpus, boards[-1].scores, BOILERKIT)
    if not boards:
        raise BenchmarkError(f"there is no corpus to measure: fetch some first ({FETCH} NAME), or name them")
    try:
        write_board(html_folder, boards, systems, diffs)
    except OSError as error:
        raise BenchmarkError(f"{error.filename} cannot be written: {error_message(error)}") from None
    click.echo(f"Written: {html_folder / INDEX}")


def _fetched() -> list[str]:
    return [name for name, corpus in CORPORA.items() if corpus.can_be_fetched and clone_folder(name).is_dir()]


def _measured(
    systems: Sequence[System],
    corpus: str,
    pages: Sequence[GoldPage],
    golds: Sequence[tuple[GoldPage, str | None]],
    jobs: int,
    folder: Path,
) -> Iterator[Scores]:
    """Yield the scores of each system: those in the folder if they are still valid, else new ones, which it keeps."""
    for system in systems:
        scores = _known(file_of(folder, corpus, system.name), system, page_set(page.id for page in pages))
        if scores is None:
            scores = score_system(system, corpus, pages, golds, rouge=False, jobs=jobs)
            write_scores(scores, folder)
        yield scores


def _known(file: Path, system: System, pages: str) -> Scores | None:
    if not file.exists():
        return None
    scores = read_scores(file)
    is_same = scores.context.get("fingerprint") == system.fingerprint and scores.page_set == pages
    return scores if is_same else None
