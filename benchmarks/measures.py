"""The measures of tables: what is noted of each page, and how many pages' notes become one score.

Each page gives some columns, numbers that are stored with the results. A measure is computed from the means of its
columns over pages, never from the pages again: whoever has the columns can take any part of the pages, or draw pages
anew (`benchmarks.statistics`), and score those.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from benchmarks.errors import BenchmarkError
from boilerkit.errors import InputError
from boilerkit.gold.pages import GoldPage
from boilerkit.learning.alignment import align, gold_text
from boilerkit.metrics import (
    Counts,
    accuracy_of_counts,
    block_counts,
    f1_of,
    rouge_lsum_f1,
    scores_of_counts,
    shingle_scores,
    snippet_counts,
    word_f1,
    word_scores,
)
from boilerkit.html.document import read
from boilerkit.html.segmentation.blocks import HtmlBlocks

Array = NDArray[np.float64]


@dataclass(frozen=True)
class ColumnGroup:
    """Columns that are worked out together, once a page.

    `of_page` takes a system's text for the page, the page, and its main text by `main_text`; it returns a number for
    each name, or None where the page's gold cannot tell.
    """

    names: tuple[str, ...]
    of_page: Callable[[str, GoldPage, str | None], tuple[float, ...] | None]


@dataclass(frozen=True)
class Measure:
    """One score of a corpus, from 0 to 1, the higher the better.

    `of_corpus` takes the means of `columns` over the pages that have them, shape [..., len(columns)], and returns the
    score, shape [...].
    """

    name: str
    columns: tuple[str, ...]
    of_corpus: Callable[[Array], Array]
    source: str


# --- Of pages -----------------------------------------------------------------------------------------------------


def main_text(page: GoldPage) -> str | None:
    """The text that a page's gold stands for, as `boilerkit.gold.gold_text` has it.

    None where only snippets are known, or where the gold is spans of a page that cannot be read. Raises GoldError where
    a span lies outside the page's text.
    """
    if page.gold is None or isinstance(page.gold, str):
        return page.gold
    table = _blocks(page)
    return None if table is None else gold_text(table, page.gold)


def page_columns(text: str, page: GoldPage, main_text: str | None, with_rouge: bool = False) -> dict[str, float | None]:
    """All columns of one page for what a system took as its text, None where the page's gold cannot tell.

    `main_text` is that of the page by the function of this name, which is the same for all systems. ROUGE-LSum is left
    out unless asked for, as its time grows with the product of the two texts' lengths; it needs `rouge-score-rs`, and
    BenchmarkError says so where that is missing.
    """
    columns: dict[str, float | None] = {}
    for group in (*COLUMN_GROUPS, ROUGE) if with_rouge else COLUMN_GROUPS:
        values = group.of_page(text, page, main_text)
        columns |= dict.fromkeys(group.names) if values is None else zip(group.names, values, strict=True)
    return columns


def _words(text: str, page: GoldPage, main_text: str | None) -> tuple[float, ...] | None:
    return None if main_text is None else (word_f1(text, main_text), *word_scores(text, main_text))


def _shingles(text: str, page: GoldPage, main_text: str | None) -> tuple[float, ...] | None:
    if main_text is None:
        return None
    precision, recall = shingle_scores(text, main_text)
    return (*counted(precision), *counted(recall))


def counted(share: float) -> tuple[float, float]:
    """A share and 1, or 0 and 0 for none: the means of the two give the mean over the pages that have one."""
    return (0.0, 0.0) if math.isnan(share) else (share, 1.0)


def _snippets(text: str, page: GoldPage, main_text: str | None) -> tuple[float, ...] | None:
    if not page.must_have and not page.must_not_have:
        return None
    return snippet_counts(text, page.must_have, page.must_not_have)


def _block_decisions(text: str, page: GoldPage, main_text: str | None) -> tuple[float, ...] | None:
    """Which blocks a text keeps is found as for gold: those more than half of whose words the text has in order.

    Only for gold that is spans: a main text says nothing sure of single blocks.
    """
    table = None if page.gold is None or isinstance(page.gold, str) else _blocks(page)
    if table is None or page.gold is None:
        return None
    target = align(table, page.gold)
    return block_counts(align(table, text).content > 0.5, target.content, target.weight)


def _rouge(text: str, page: GoldPage, main_text: str | None) -> tuple[float, ...] | None:
    if main_text is None:
        return None
    try:
        return (rouge_lsum_f1(text, main_text),)
    except ImportError:
        raise BenchmarkError("ROUGE-LSum needs rouge-score-rs: pip install 'boilerkit[bench]'") from None


def _blocks(page: GoldPage) -> HtmlBlocks | None:
    try:
        return read(page.html)[1]
    except InputError:
        return None


WORDS = ColumnGroup(("word_f1", "word_precision", "word_recall"), _words)
SHINGLES = ColumnGroup(("shingle_precision", "shingle_answered", "shingle_recall", "shingle_wanted"), _shingles)
SNIPPETS = ColumnGroup(tuple(f"snippet_{count}" for count in Counts._fields), _snippets)
BLOCKS = ColumnGroup(tuple(f"block_{count}" for count in Counts._fields), _block_decisions)
ROUGE = ColumnGroup(("rouge_lsum_f1",), _rouge)

#: The columns that every page gets; those of ROUGE only come when asked for.
COLUMN_GROUPS = (WORDS, SHINGLES, SNIPPETS, BLOCKS)


# --- Of corpora ---------------------------------------------------------------------------------------------------


def mean(means: Array) -> Array:
    """Of one column."""
    return means[..., 0]


def mean_of_counted(means: Array) -> Array:
    """Of shares over the pages that have one, by the two columns of `counted`."""
    return means[..., 0] / np.where(means[..., 1] > 0, means[..., 1], 1)


def f1_of_counted(means: Array) -> Array:
    """F1 of mean precision and mean recall, by the columns of `counted` for both."""
    return f1_of(mean_of_counted(means[..., :2]), mean_of_counted(means[..., 2:]))


def _precision(means: Array) -> Array:
    return scores_of_counts(means[..., 0], means[..., 1], means[..., 2])[0]


def _recall(means: Array) -> Array:
    return scores_of_counts(means[..., 0], means[..., 1], means[..., 2])[1]


def _f1(means: Array) -> Array:
    return scores_of_counts(means[..., 0], means[..., 1], means[..., 2])[2]


def _accuracy(means: Array) -> Array:
    return accuracy_of_counts(means[..., 0], means[..., 1], means[..., 2], means[..., 3])


_WCXB = "WCXB, M. Foley, 2026: mean over pages, words in lower case as often as they occur"
_SHINGLE = (
    "https://github.com/scrapinghub/article-extraction-benchmark: means of precision and recall over runs of four"
    " words, each over the pages that have any, and their harmonic mean"
)
_SNIPPET = "https://github.com/adbar/trafilatura, Barbaresi 2021: snippets of all pages counted together"
_ROUGE = "Lin 2004, Bevendorff et al. 2023: mean over pages, lines as sentences, words of Unicode in any case"
_BLOCK = "Kohlschütter et al. 2010: blocks of all pages counted together, whatever their length"

#: In the order of tables.
MEASURES = (
    Measure("word F1", ("word_f1",), mean, _WCXB),
    Measure("word precision", ("word_precision",), mean, _WCXB),
    Measure("word recall", ("word_recall",), mean, _WCXB),
    Measure("4-gram precision", SHINGLES.names[:2], mean_of_counted, _SHINGLE),
    Measure("4-gram recall", SHINGLES.names[2:], mean_of_counted, _SHINGLE),
    Measure("4-gram F1", SHINGLES.names, f1_of_counted, _SHINGLE),
    Measure("snippet precision", SNIPPETS.names, _precision, _SNIPPET),
    Measure("snippet recall", SNIPPETS.names, _recall, _SNIPPET),
    Measure("snippet F1", SNIPPETS.names, _f1, _SNIPPET),
    Measure("snippet accuracy", SNIPPETS.names, _accuracy, _SNIPPET),
    Measure("ROUGE-LSum F1", ROUGE.names, mean, _ROUGE),
    Measure("block precision", BLOCKS.names, _precision, _BLOCK),
    Measure("block recall", BLOCKS.names, _recall, _BLOCK),
    Measure("block F1", BLOCKS.names, _f1, _BLOCK),
)
