"""`accuracy`: score systems on a corpus, with intervals and differences."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import click
from joblib import Parallel, delayed

from benchmarks.corpora import open_corpus, sample
from benchmarks.exceptions import BenchmarkError
from benchmarks.languages import language_of
from benchmarks.metrics import main_text, page_columns
from benchmarks.options import corpora_argument, jobs_option, limit_option, out_option, systems_option
from benchmarks.progress import progress
from benchmarks.results import CACHE, context, results_folder, safe_name
from benchmarks.run import run_system
from benchmarks.scores import Provenance, Scores, scores_by_page_set, write_scores
from benchmarks.systems import BOILERKIT, BoilerkitExtractor, Extractor, System, find_systems
from benchmarks.tables import screen_tables, write_tables
from boilerkit.gold.pages import GoldPage
from boilerkit.terminal.console import print_tables


@click.command("accuracy", short_help="Score systems on labelled pages.")
@corpora_argument
@systems_option
@click.option("--against", default=BOILERKIT, show_default=True, metavar="NAME", help="Differences are to this system.")
@click.option("--rouge", is_flag=True, help="Score ROUGE-LSum too, which takes longer.")
@limit_option
@jobs_option
@out_option
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
    Boilerkit model was trained on get out-of-fold predictions. A page that a system fails on, or needs over 60 s for,
    counts as empty. Extracted texts are kept in .cache/benchmarks: a run that was stopped is resumed.

    \b
    Examples:
      python -m benchmarks accuracy wcxb_dev.parquet cleaneval.parquet --jobs 2
      python -m benchmarks accuracy wcxb-test --system boilerkit --system boilerkit:my-model --system my_module:extract
    """
    systems = find_systems(names)
    if against not in (*(system.name for system in systems), BOILERKIT):
        raise BenchmarkError(f"--against {against} is none of the systems that are measured: add --system {against}")
    opened = [open_corpus(argument) for argument in corpora]
    if len({corpus for corpus, _ in opened}) < len(opened):
        raise BenchmarkError("two of the corpora have the same name, so their results would overwrite each other")
    folder = results_folder(out, limit)
    for corpus, pages in opened:
        chosen = sample(list(pages), limit)
        golds = golds_of(corpus, chosen)
        measured = []
        for system in systems:
            measured.append(score_system(system, corpus, chosen, golds, rouge, jobs))
            write_scores(measured[-1], folder)
        (scores,) = (its for its in scores_by_page_set(folder, corpus) if its[0].page_set == measured[0].page_set)
        shown = [its for its in scores if not names or its.system in (*names, against)]
        print_tables(*screen_tables(corpus, shown, against))
        click.echo(f"All results are in {write_tables(folder, corpus, scores, against)}\n")


#: What metrics need of a page, and its main text.
PageGold = tuple[GoldPage, str | None]


def golds_of(corpus: str, pages: Sequence[GoldPage]) -> list[PageGold]:
    """Return what metrics need of the pages of a corpus: without their sources where the gold is a text.

    Raises BenchmarkError if there is nothing to score a text by.
    """
    golds = []
    for page in pages:
        needs_source = page.gold is not None and not isinstance(page.gold, str)
        golds.append((page if needs_source else replace(page, source=b""), main_text(page)))
    if not any(text is not None or page.must_have or page.must_not_have for page, text in golds):
        raise BenchmarkError(f"the pages of {corpus} have no main text and no snippets; see docs/corpora.md")
    return golds


def outputs_folder(corpus: str) -> Path:
    """Return the folder in which the texts that systems extract from a corpus are kept."""
    return CACHE / "outputs" / safe_name(corpus)


def score_system(
    system: System,
    corpus: str,
    pages: Sequence[GoldPage],
    golds: Sequence[PageGold],
    rouge: bool,
    jobs: int,
) -> Scores:
    """Run a system on the pages of a corpus, as far as that was not done before, and return its scores."""
    with progress(f"{corpus}, {system.name}", len(pages)) as advance:
        found = run_system(system, pages, outputs_folder(corpus), jobs, on_page=advance)
    rows = Parallel(n_jobs=jobs)(
        delayed(page_columns)(outcome.text, page, text, rouge)
        for outcome, (page, text) in zip(found, golds, strict=True)
    )
    return Scores(
        corpus=corpus,
        system=system.name,
        version=system.version,
        provenance=provenance(system.load(), pages),
        context=context() | {"fingerprint": system.fingerprint},
        failures={page.id: outcome.error for page, outcome in zip(pages, found, strict=True) if outcome.error},
        ids=[page.id for page in pages],
        page_types=[page.page_type for page in pages],
        languages=[language_of(page, text) for page, (_, text) in zip(pages, golds, strict=True)],
        sites=[page.group for page in pages],
        columns={name: [row[name] for row in rows] for name in rows[0]},
    )


def provenance(extractor: Extractor, pages: Sequence[GoldPage]) -> str:
    """Return how these pages relate to an extractor's training; if it knows only some of them, with their number."""
    if not isinstance(extractor, BoilerkitExtractor):
        return Provenance.HELD_OUT
    if extractor.out_of_fold is None:
        return Provenance.UNKNOWN
    known = sum(map(extractor.out_of_fold.has_page, (page.source for page in pages)))
    if known in (0, len(pages)):
        return Provenance.OUT_OF_FOLD if known else Provenance.HELD_OUT
    return f"{Provenance.OUT_OF_FOLD} ({known} of {len(pages)} pages)"
