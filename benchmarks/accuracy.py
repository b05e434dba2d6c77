"""`accuracy`: how good systems are on a corpus, with intervals, and next to one of them."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import click
from joblib import Parallel, delayed

from benchmarks.corpora import open_corpus
from benchmarks.errors import BenchmarkError
from benchmarks.measures import main_text, page_columns
from benchmarks.results import CACHE, RESULTS, context, safe_name
from benchmarks.run import outcomes
from benchmarks.scores import HELD_OUT, OUT_OF_FOLD, UNKNOWN, Scores, all_scores, write_scores
from benchmarks.systems import OURS, BoilerkitExtractor, Extractor, System, find_systems
from benchmarks.tables import tables_of, write_tables
from boilerkit.cli.common import show
from boilerkit.cli.progress import bar
from boilerkit.gold.pages import GoldPage


@click.command("accuracy", short_help="Score systems on labelled pages.")
@click.argument("corpora", nargs=-1, required=True, metavar="CORPUS...")
@click.option(
    "--system",
    "names",
    multiple=True,
    metavar="NAME",
    help="A system; give it again for more. Default: boilerkit and all peers that are installed.",
)
@click.option("--against", default=OURS, show_default=True, metavar="NAME", help="Differences are to this system.")
@click.option("--rouge", is_flag=True, help="Score ROUGE-LSum too, which takes longer.")
@click.option("--limit", type=click.IntRange(min=1), metavar="N", help="So many pages, by chance (always the same).")
@click.option("--jobs", type=click.IntRange(min=1), default=1, show_default=True, metavar="N", help="Processes.")
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    help="Folder for results. Default: benchmarks/results; with --limit .cache/benchmarks/results.",
)
def command(
    corpora: Sequence[str],
    names: Sequence[str],
    against: str,
    rouge: bool,
    limit: int | None,
    jobs: int,
    out: Path | None,
) -> None:
    """Score systems on labelled pages: a corpus by its name, NAME:FOLDER, or a gold file (.jsonl, .parquet).

    Each score comes with its 95% interval, and with its difference to one system on the same pages. Pages that a
    Boilerkit model was trained on are judged by models that did not see them. A page that a system fails on, or needs
    over 60 s for, counts as empty. What was extracted is kept in .cache/benchmarks: a run that was stopped goes on
    where it was.

    \b
    Examples:
      python -m benchmarks accuracy wcxb_dev.parquet cleaneval.parquet --jobs 2
      python -m benchmarks accuracy wcxb-test --system boilerkit --system boilerkit:my-model --system my_module:extract
    """
    out = out or (CACHE / "results" if limit else RESULTS)
    systems = find_systems(names)
    if against not in (*(system.name for system in systems), OURS):
        raise BenchmarkError(f"--against {against} is none of the systems that are measured: name it by --system too")
    opened = [open_corpus(argument) for argument in corpora]
    if len({corpus for corpus, _ in opened}) < len(opened):
        raise BenchmarkError("two of the corpora have the same name, so their results would be taken for one another")
    for corpus, pages in opened:
        chosen = sample(list(pages), limit)
        golds = [_gold(page) for page in chosen]
        for system in systems:
            write_scores(_score(system, corpus, chosen, golds, rouge, jobs), out)
        # Scores of other pages, of a run with another --limit for one, have no place in the same tables.
        scores = [its for its in all_scores(out, corpus) if list(its.ids) == [page.id for page in chosen]]
        shown = [its for its in scores if not names or its.system in (*names, against)]
        show(*tables_of(corpus, shown, against))
        click.echo(f"All results are in {write_tables(out, corpus, scores, against)}\n")


def sample(pages: list[GoldPage], limit: int | None) -> list[GoldPage]:
    """So many pages by chance, always the same; all without a limit. Raises BenchmarkError where there is none."""
    if not pages:
        raise BenchmarkError("there is no page in this corpus")
    return pages if limit is None or limit >= len(pages) else random.Random(0).sample(pages, limit)


def _gold(page: GoldPage) -> tuple[GoldPage, str | None]:
    """What measuring needs of a page: of one whose gold is a text, not its html."""
    text = main_text(page)
    return (replace(page, html=b"") if page.gold is None or isinstance(page.gold, str) else page), text


def _score(
    system: System,
    corpus: str,
    pages: Sequence[GoldPage],
    golds: Sequence[tuple[GoldPage, str | None]],
    rouge: bool,
    jobs: int,
) -> Scores:
    with bar(f"{corpus}: {system.name}", len(pages)) as advance:
        found = outcomes(system, pages, CACHE / "outputs" / safe_name(corpus), jobs, on_page=advance)
    rows = Parallel(n_jobs=jobs)(
        delayed(page_columns)(outcome.text, page, text, rouge)
        for outcome, (page, text) in zip(found, golds, strict=True)
    )
    return Scores(
        corpus=corpus,
        system=system.name,
        version=system.version,
        measured=measured(system.load(), pages),
        context=context(),
        failures={page.id: outcome.why for page, outcome in zip(pages, found, strict=True) if outcome.why},
        ids=[page.id for page in pages],
        page_types=[page.page_type for page in pages],
        columns={name: [row[name] for row in rows] for name in rows[0]},
    )


def measured(extractor: Extractor, pages: Sequence[GoldPage]) -> str:
    """How an extractor judges these pages, in words; where it was trained on only some of them, on how many."""
    if not isinstance(extractor, BoilerkitExtractor):
        return HELD_OUT
    if extractor.held_out is None:
        return UNKNOWN
    known = sum(map(extractor.held_out.knows, (page.html for page in pages)))
    if known in (0, len(pages)):
        return OUT_OF_FOLD if known else HELD_OUT
    return f"{OUT_OF_FOLD} ({known} of {len(pages)} pages)"
