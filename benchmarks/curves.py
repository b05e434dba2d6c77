"""`curves`: measure a model's probabilities: precision against recall, calibration, and the order of blocks."""

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

from benchmarks.accuracy import provenance
from benchmarks.corpora import open_corpus, sample
from benchmarks.exceptions import BenchmarkError
from benchmarks.options import corpora_argument, jobs_option, limit_option, model_option, out_option
from benchmarks.progress import progress
from benchmarks.results import context, page_set, results_folder, safe_name, write_json
from benchmarks.systems import BoilerkitExtractor, find_model
from boilerkit.errors import InputError
from boilerkit.gold.pages import GoldPage, page_bytes
from boilerkit.html.rendering.text import to_text
from boilerkit.html.segmentation.blocks import HtmlBlocks
from boilerkit.learning.alignment import align, gold_text
from boilerkit.learning.evaluation import binned, calibration_of
from boilerkit.metrics import block_ranking, word_f1, word_scores, words_of
from boilerkit.model.confidence import expected_word_f1
from boilerkit.selection import select_blocks
from boilerkit.terminal.console import print_tables, table

THRESHOLDS = tuple(round(number / 20, 2) for number in range(1, 20))


@dataclass(frozen=True)
class _Page:
    """One predicted page.

    Attributes:
        by_threshold: Word precision, recall and F1 by threshold, [n_thresholds, 3].
        probabilities: Of each block to be content, [n_blocks].
        content: The share of each block's words that is content by the gold, [n_blocks].
        weight: The words of each block that the gold covers, [n_blocks].
        by_block: Whether the gold labels each block.
        confidence: The word F1 that the model expects of the page, and the one that it has; None if it expects none.
    """

    by_threshold: NDArray[np.float64]
    probabilities: NDArray[np.float64]
    content: NDArray[np.float32]
    weight: NDArray[np.float32]
    by_block: bool
    confidence: tuple[float, float] | None


@click.command("curves", short_help="Measure a model's probabilities at all thresholds.")
@corpora_argument
@model_option
@limit_option
@jobs_option
@out_option
def command(corpora: Sequence[str], system_name: str, limit: int | None, jobs: int, out: Path | None) -> None:
    """Measure the probabilities of a Boilerkit model, not only what its threshold keeps.

    Shows word precision and recall by threshold (means over the pages with any text, and with any gold), how often
    blocks of each probability are content (expected calibration error), and, if the gold labels each block, the area
    under the ROC curve and average precision. If the model says what word F1 to expect of a page, it shows how far that
    is from the truth (expected calibration error over pages). Pages that the model was trained on get out-of-fold
    predictions.

    \b
    Example:
      python -m benchmarks curves wcxb_dev.parquet --jobs 2
    """
    system, extractor = find_model(system_name)
    folder = None
    for argument in corpora:
        corpus, pages = open_corpus(argument)
        chosen = [page for page in sample(list(pages), limit) if page.gold is not None]
        if not chosen:
            raise BenchmarkError(f"no page of {corpus} has a main text or labelled spans")
        predicted = _predict_pages(system_name, corpus, chosen, jobs)
        if not predicted:
            raise BenchmarkError(f"no page of {corpus} can be read: check that its html is that of web pages")
        values = {
            "corpus": corpus,
            "system": system_name,
            "version": system.version,
            "provenance": provenance(extractor, chosen),
            "context": context(),
            "page_set": page_set(page.id for page in chosen),
            "n_pages": len(chosen),
            "threshold": extractor.threshold,
        } | _figures(predicted)
        folder = folder or results_folder(out, limit)
        write_json(folder / "curves" / safe_name(corpus) / f"{safe_name(system_name)}.json", values)
        _show(corpus, values)


def _predict_pages(system: str, corpus: str, pages: Sequence[GoldPage], jobs: int) -> list[_Page]:
    predicted = []
    with progress(f"{corpus}, {system}", len(pages)) as advance:
        for page in Parallel(n_jobs=jobs, return_as="generator")(delayed(_predict)(system, page) for page in pages):
            predicted.append(page)
            advance()
    return [page for page in predicted if page is not None]


def _predict(system: str, page: GoldPage) -> _Page | None:
    """Return one predicted page, None for one that cannot be read."""
    assert page.gold is not None
    try:
        extractor = _loaded(system)
        html = page_bytes(page.source)
        table, probabilities = extractor.probabilities(html)
    except InputError:
        return None
    keep = extractor.choose(html, table, probabilities).keep
    wanted = gold_text(table, page.gold)
    texts = [to_text(table, select_blocks(table, probabilities, threshold)) for threshold in THRESHOLDS]
    by_threshold = np.array([_scores(text, wanted) for text in texts])
    target = align(table, page.gold)
    return _Page(
        by_threshold,
        probabilities,
        target.content_share,
        target.word_weight,
        not isinstance(page.gold, str),
        _confidence(extractor, table, probabilities, keep, wanted),
    )


def _confidence(
    extractor: BoilerkitExtractor,
    table: HtmlBlocks,
    probabilities: NDArray[np.float64],
    keep: NDArray[np.bool_],
    wanted: str,
) -> tuple[float, float] | None:
    curve = extractor.model.confidence
    if curve is None:
        return None
    expected = curve(expected_word_f1(table.block("words"), probabilities, keep))
    return expected, word_f1(to_text(table, keep), wanted)


def _scores(text: str, wanted: str) -> tuple[float, float, float]:
    """Return word precision, recall and F1. An empty text has no precision, an empty gold no recall: NaN."""
    precision, recall = word_scores(text, wanted)
    return (
        precision if words_of(text) else np.nan,
        recall if words_of(wanted) else np.nan,
        word_f1(text, wanted),
    )


@cache
def _loaded(system: str) -> BoilerkitExtractor:
    return find_model(system)[1]


def _figures(pages: Sequence[_Page]) -> dict[str, Any]:
    # If no page has a text or a gold, nothing is wrong.
    means = np.ma.masked_invalid([page.by_threshold for page in pages]).mean(axis=0).filled(1.0)
    curve = [
        {"threshold": threshold} | dict(zip(("precision", "recall", "f1"), row, strict=True))
        for threshold, row in zip(THRESHOLDS, means.round(4).tolist(), strict=True)
    ]
    reliability = calibration_of([(page.probabilities, page.content, page.weight) for page in pages])
    return {
        "curve": curve,
        "blocks": _ranking(pages),
        "calibration": reliability.rounded(),
        "confidence": _confidence_calibration(pages),
    }


def _confidence_calibration(pages: Sequence[_Page]) -> dict[str, Any] | None:
    pairs = np.array([page.confidence for page in pages if page.confidence is not None])
    return binned(pairs[:, 0], pairs[:, 1], np.ones(len(pairs))).rounded() if len(pairs) else None


def _ranking(pages: Sequence[_Page]) -> dict[str, Any] | None:
    labelled = [page for page in pages if page.by_block]
    if not labelled:
        return None
    roc_auc, precision = block_ranking(
        np.concatenate([page.probabilities for page in labelled]),
        np.concatenate([page.content for page in labelled]),
        np.concatenate([page.weight for page in labelled]),
    )
    if np.isnan(roc_auc):  # all blocks are content, or none is
        return None
    return {"pages": len(labelled), "roc_auc": round(roc_auc, 4), "average_precision": round(precision, 4)}


def _show(corpus: str, values: dict[str, Any]) -> None:
    rows = [list(row.values()) for row in values["curve"]]
    print_tables(table(f"{corpus}, {values['provenance']}", ["threshold", "precision", "recall", "F1"], rows))
    click.echo(f"Calibration error over blocks: {values['calibration']['expected_error']:.3f}")
    if confidence := values["confidence"]:
        click.echo(f"Calibration error of the expected word F1 over pages: {confidence['expected_error']:.3f}")
    if blocks := values["blocks"]:
        click.echo(
            f"Blocks of {blocks['pages']} pages: area under the ROC curve {blocks['roc_auc']:.3f}, "
            f"average precision {blocks['average_precision']:.3f}"
        )
