"""The metrics of tables: the columns of each page, and the score of many pages that is computed from them.

Each page has some columns, numbers that are stored with the results. A metric is computed from the means of its columns
over pages, never from the pages again: the stored columns are enough to score any subset or resample of the pages.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from benchmarks.exceptions import BenchmarkError
from boilerkit.blocks.columns import BlockColumns
from boilerkit.documents import read_document
from boilerkit.errors import InputError
from boilerkit.gold.pages import GoldPage
from boilerkit.learning.alignment import align, gold_text
from boilerkit.metrics import (
    Counts,
    accuracy_of_counts,
    block_counts,
    comment_share,
    f1_of,
    rouge_lsum_f1,
    scores_of_counts,
    shingle_scores,
    snippet_counts,
    token_f1,
    word_f1,
    word_scores,
)

Array = NDArray[np.float64]


@dataclass(frozen=True)
class PageMetric:
    """Columns that are computed together, once per page.

    `of_page` takes a system's text for the page, the page, and its main text by `main_text`; it returns a number for
    each name, or None if the page has no gold for them.
    """

    names: tuple[str, ...]
    of_page: Callable[[str, GoldPage, str | None], tuple[float, ...] | None]


@dataclass(frozen=True)
class Metric:
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
    """Return the main text of a page's gold, as `boilerkit.learning.alignment.gold_text` does.

    None if only snippets are known, or if the gold is spans of a page that cannot be read. Raises GoldError if a span
    lies outside the page's text.
    """
    if page.gold is None or isinstance(page.gold, str):
        return page.gold
    table = _blocks(page)
    return None if table is None else gold_text(table, page.gold)


def page_columns(text: str, page: GoldPage, main_text: str | None, with_rouge: bool = False) -> dict[str, float | None]:
    """Return all columns of one page for the text that a system extracted, None if the page has no gold for a column.

    `main_text` is that of the page by the function of this name, which is the same for all systems. ROUGE-LSum is
    optional, as its time grows with the product of the two texts' lengths. It needs `rouge-score-rs`; raises
    BenchmarkError without it.
    """
    columns: dict[str, float | None] = {}
    for group in (*PAGE_METRICS, ROUGE) if with_rouge else PAGE_METRICS:
        values = group.of_page(text, page, main_text)
        columns |= dict.fromkeys(group.names) if values is None else zip(group.names, values, strict=True)
    return columns


def _words(text: str, page: GoldPage, main_text: str | None) -> tuple[float, ...] | None:
    return None if main_text is None else (word_f1(text, main_text), *word_scores(text, main_text))


def _tokens(text: str, page: GoldPage, main_text: str | None) -> tuple[float, ...] | None:
    return None if main_text is None else (token_f1(text, main_text),)


def _comments_left_out(text: str, page: GoldPage, main_text: str | None) -> tuple[float, ...] | None:
    """Return which share of the reader comments, as far as the main text has not the same words, is not in the text."""
    share = comment_share(text, page.comments, main_text or "")
    return None if math.isnan(share) else (1 - share,)


def _shingles(text: str, page: GoldPage, main_text: str | None) -> tuple[float, ...] | None:
    if main_text is None:
        return None
    precision, recall = shingle_scores(text, main_text)
    return (*value_and_count(precision), *value_and_count(recall))


def value_and_count(share: float) -> tuple[float, float]:
    """Return a share and 1, or 0 and 0 for NaN: the means of the two give the mean over the pages that have one."""
    return (0.0, 0.0) if math.isnan(share) else (share, 1.0)


def _snippets(text: str, page: GoldPage, main_text: str | None) -> tuple[float, ...] | None:
    if not page.must_have and not page.must_not_have:
        return None
    return snippet_counts(text, page.must_have, page.must_not_have)


def _block_decisions(text: str, page: GoldPage, main_text: str | None) -> tuple[float, ...] | None:
    """Count the blocks that a text keeps: those more than half of whose words the text has in order, as for gold.

    Only for gold that is spans: a main text does not decide on single blocks.
    """
    table = None if page.gold is None or isinstance(page.gold, str) else _blocks(page)
    if table is None or page.gold is None:
        return None
    target = align(table, page.gold)
    return block_counts(align(table, text).content_share > 0.5, target.content_share, target.word_weight)


def _rouge(text: str, page: GoldPage, main_text: str | None) -> tuple[float, ...] | None:
    if main_text is None:
        return None
    try:
        return (rouge_lsum_f1(text, main_text),)
    except ImportError:
        raise BenchmarkError("ROUGE-LSum needs rouge-score-rs: pip install 'boilerkit[bench]'") from None


def _blocks(page: GoldPage) -> BlockColumns | None:
    try:
        return read_document(page.source, page.input_format).blocks
    except InputError:
        return None


WORDS = PageMetric(("word_f1", "word_precision", "word_recall"), _words)
TOKENS = PageMetric(("token_f1",), _tokens)
COMMENTS = PageMetric(("comments_left_out",), _comments_left_out)
SHINGLES = PageMetric(("shingle_precision", "shingle_answered", "shingle_recall", "shingle_wanted"), _shingles)
SNIPPETS = PageMetric(tuple(f"snippet_{count}" for count in Counts._fields), _snippets)
BLOCKS = PageMetric(tuple(f"block_{count}" for count in Counts._fields), _block_decisions)
ROUGE = PageMetric(("rouge_lsum_f1",), _rouge)

#: The columns that every page gets; those of ROUGE are optional.
PAGE_METRICS = (WORDS, TOKENS, SHINGLES, SNIPPETS, BLOCKS, COMMENTS)


# --- Of corpora ---------------------------------------------------------------------------------------------------


def mean(means: Array) -> Array:
    """Return the mean of one column."""
    return means[..., 0]


def mean_of_present(means: Array) -> Array:
    """Return the mean of shares over the pages that have one, by the two columns of `value_and_count`."""
    return means[..., 0] / np.where(means[..., 1] > 0, means[..., 1], 1)


def f1_of_present(means: Array) -> Array:
    """Return F1 of mean precision and mean recall, by the columns of `value_and_count` for both."""
    return f1_of(mean_of_present(means[..., :2]), mean_of_present(means[..., 2:]))


def _precision(means: Array) -> Array:
    return scores_of_counts(means[..., 0], means[..., 1], means[..., 2])[0]


def _recall(means: Array) -> Array:
    return scores_of_counts(means[..., 0], means[..., 1], means[..., 2])[1]


def _f1(means: Array) -> Array:
    return scores_of_counts(means[..., 0], means[..., 1], means[..., 2])[2]


def _accuracy(means: Array) -> Array:
    return accuracy_of_counts(means[..., 0], means[..., 1], means[..., 2], means[..., 3])


_WCXB = "WCXB, M. Foley, 2026: mean over pages, words in lower case as often as they occur"
_TOKEN = "as word F1, over words and, of scripts without spaces between words, characters"
_COMMENT = "mean over pages with reader comments: share of their runs of four words that the text does not have"
_SHINGLE = (
    "https://github.com/scrapinghub/article-extraction-benchmark: means of precision and recall over runs of four"
    " words, each over the pages that have any, and their harmonic mean"
)
_SNIPPET = "https://github.com/adbar/trafilatura, Barbaresi 2021: snippets of all pages counted together"
_ROUGE = "Lin 2004, Bevendorff et al. 2023: mean over pages, lines as sentences, words of Unicode in any case"
_BLOCK = "Kohlschütter et al. 2010: blocks of all pages counted together, whatever their length"

#: In the order of tables.
METRICS = (
    Metric("word F1", ("word_f1",), mean, _WCXB),
    Metric("word precision", ("word_precision",), mean, _WCXB),
    Metric("word recall", ("word_recall",), mean, _WCXB),
    Metric("token F1", TOKENS.names, mean, _TOKEN),
    Metric("4-gram precision", SHINGLES.names[:2], mean_of_present, _SHINGLE),
    Metric("4-gram recall", SHINGLES.names[2:], mean_of_present, _SHINGLE),
    Metric("4-gram F1", SHINGLES.names, f1_of_present, _SHINGLE),
    Metric("snippet precision", SNIPPETS.names, _precision, _SNIPPET),
    Metric("snippet recall", SNIPPETS.names, _recall, _SNIPPET),
    Metric("snippet F1", SNIPPETS.names, _f1, _SNIPPET),
    Metric("snippet accuracy", SNIPPETS.names, _accuracy, _SNIPPET),
    Metric("ROUGE-LSum F1", ROUGE.names, mean, _ROUGE),
    Metric("block precision", BLOCKS.names, _precision, _BLOCK),
    Metric("block recall", BLOCKS.names, _recall, _BLOCK),
    Metric("block F1", BLOCKS.names, _f1, _BLOCK),
    Metric("comments left out", COMMENTS.names, mean, _COMMENT),
)

WORD_F1 = next(metric for metric in METRICS if metric.name == "word F1")
TOKEN_F1 = next(metric for metric in METRICS if metric.name == "token F1")
SHINGLE_F1 = next(metric for metric in METRICS if metric.name == "4-gram F1")
