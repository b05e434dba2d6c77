"""`curves`: what a model's probabilities are worth: precision against recall, calibration, and the order of blocks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import click
import numpy as np
from joblib import Parallel, delayed
from numpy.typing import NDArray

from benchmarks.accuracy import measured, sample
from benchmarks.corpora import open_corpus
from benchmarks.errors import BenchmarkError
from benchmarks.results import CACHE, RESULTS, context, safe_name, write_json
from benchmarks.systems import OURS, BoilerkitExtractor, find_system
from boilerkit.cli.common import show, table
from boilerkit.cli.progress import bar
from boilerkit.errors import InputError
from boilerkit.gold.pages import GoldPage, html_bytes
from boilerkit.learning.alignment import align, gold_text
from boilerkit.metrics import block_ranking, word_f1, word_scores, words_of
from boilerkit.html.rendering.text import to_text
from boilerkit.selection import select
from boilerkit.learning.evaluation import calibration_of

THRESHOLDS = tuple(round(number / 20, 2) for number in range(1, 20))


@dataclass(frozen=True)
class _Page:
    """What one page says: word precision, recall and F1 by threshold, [n_thresholds, 3], and its blocks."""

    by_threshold: NDArray[np.float64]
    probabilities: NDArray[np.float64]
    content: NDArray[np.float32]
    weight: NDArray[np.float32]
    by_block: bool  # whether the gold speaks of each block


@click.command("curves", short_help="Measure a model's probabilities at all thresholds.")
@click.argument("corpora", nargs=-1, required=True, metavar="CORPUS...")
@click.option(
    "--system", default=OURS, show_default=True, metavar="NAME", help="boilerkit, or boilerkit:DIR with a model folder."
)
@click.option("--limit", type=click.IntRange(min=1), metavar="N", help="So many pages, by chance (always the same).")
@click.option("--jobs", type=click.IntRange(min=1), default=1, show_default=True, metavar="N", help="Processes.")
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    help="Folder for results. Default: benchmarks/results; with --limit .cache/benchmarks/results.",
)
def command(corpora: Sequence[str], system: str, limit: int | None, jobs: int, out: Path | None) -> None:
    """Measure the probabilities of a Boilerkit model, not only what its threshold keeps.

    Shows word precision and recall by threshold (means over the pages with any text, and with any gold), how often
    blocks of each probability are content (expected calibration error), and, where the gold labels each block, the
    area under the ROC curve and average precision. Pages that the model was trained on are judged by models that did
    not see them.

    \b
    Example:
      python -m benchmarks curves wcxb_dev.parquet --jobs 2
    """
    found = find_system(system)
    extractor = found.load()
    if not isinstance(extractor, BoilerkitExtractor):
        raise BenchmarkError(f"{system} has no probabilities: give boilerkit, or boilerkit:DIR with a model folder")
    for argument in corpora:
        corpus, pages = open_corpus(argument)
        chosen = [page for page in sample(list(pages), limit) if page.gold is not None]
        if not chosen:
            raise BenchmarkError(f"no page of {corpus} has a main text or labelled spans")
        judged = _judged(system, corpus, chosen, jobs)
        if not judged:
            raise BenchmarkError(f"no page of {corpus} can be read: check that its html is that of web pages")
        values = {
            "corpus": corpus,
            "system": system,
            "version": found.version,
            "measured": measured(extractor, chosen),
            "context": context(),
            "threshold": extractor.threshold,
        } | _figures(judged)
        folder = out or (CACHE / "results" if limit else RESULTS)
        write_json(folder / "curves" / safe_name(corpus) / f"{safe_name(system)}.json", values)
        _show(corpus, values)


def _judged(system: str, corpus: str, pages: Sequence[GoldPage], jobs: int) -> list[_Page]:
    judged = []
    with bar(f"{corpus}: {system}", len(pages)) as advance:
        for page in Parallel(n_jobs=jobs, return_as="generator")(delayed(_judge)(system, page) for page in pages):
            judged.append(page)
            advance()
    return [page for page in judged if page is not None]


def _judge(system: str, page: GoldPage) -> _Page | None:
    """Judge one page; None for one that cannot be read."""
    assert page.gold is not None
    try:
        table, p = _loaded(system).probabilities(html_bytes(page.html))
    except InputError:
        return None
    wanted = gold_text(table, page.gold)
    texts = [to_text(table, select(table, p, threshold)) for threshold in THRESHOLDS]
    by_threshold = np.array([_scores(text, wanted) for text in texts])
    target = align(table, page.gold)
    return _Page(by_threshold, p, target.content, target.weight, not isinstance(page.gold, str))


def _scores(text: str, wanted: str) -> tuple[float, float, float]:
    """Word precision, recall and F1. An empty text says nothing of precision, an empty gold nothing of recall: NaN."""
    precision, recall = word_scores(text, wanted)
    return (
        precision if words_of(text) else np.nan,
        recall if words_of(wanted) else np.nan,
        word_f1(text, wanted),
    )


@cache
def _loaded(system: str) -> BoilerkitExtractor:
    extractor = find_system(system).load()
    assert isinstance(extractor, BoilerkitExtractor)
    return extractor


def _figures(pages: Sequence[_Page]) -> dict[str, Any]:
    # Where no page has a text or a gold, nothing is wrong.
    means = np.ma.masked_invalid([page.by_threshold for page in pages]).mean(axis=0).filled(1.0)
    curve = [
        {"threshold": threshold} | dict(zip(("precision", "recall", "f1"), row, strict=True))
        for threshold, row in zip(THRESHOLDS, means.round(4).tolist(), strict=True)
    ]
    reliability = calibration_of([(page.probabilities, page.content, page.weight) for page in pages])
    return {"curve": curve, "blocks": _ranking(pages), "calibration": reliability.rounded()}


def _ranking(pages: Sequence[_Page]) -> dict[str, Any] | None:
    labelled = [page for page in pages if page.by_block]
    if not labelled:
        return None
    roc_auc, precision = block_ranking(
        np.concatenate([page.probabilities for page in labelled]),
        np.concatenate([page.content for page in labelled]),
        np.concatenate([page.weight for page in labelled]),
    )
    if np.isnan(roc_auc):  # all blocks are content, or none is: there is nothing to tell apart
        return None
    return {"pages": len(labelled), "roc_auc": round(roc_auc, 4), "average_precision": round(precision, 4)}


def _show(corpus: str, values: dict[str, Any]) -> None:
    show(
        table(
            f"{corpus}, {values['measured']}",
            ["threshold", "precision", "recall", "F1"],
            [list(row.values()) for row in values["curve"]],
        )
    )
    click.echo(f"Calibration error over blocks: {values['calibration']['expected_error']:.3f}")
    if values["blocks"]:
        blocks = values["blocks"]
        click.echo(
            f"Blocks of {blocks['pages']} pages: area under the ROC curve {blocks['roc_auc']:.3f}, "
            f"average precision {blocks['average_precision']:.3f}"
        )
