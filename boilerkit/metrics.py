"""The measures of the public benchmarks, each with its source."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Hashable, Iterable
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

WORD = re.compile(r"\w+")


def words_of(text: str) -> list[str]:
    """The words of a text, in lower case: runs of letters, digits and underscores."""
    return WORD.findall(text.lower())


#: Letters of scripts that do not put spaces between words: Thai, Lao, Burmese, Khmer, kana and Chinese characters.
_UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3040-\u30fa\u30fc-\u30ff\u31f0-\u31ff\u3400-\u4dbf"
    "\u4e00-\u9fff\uf900-\ufaff\uff66-\uff9f\U00020000-\U0003ffff"
)
TOKEN = re.compile(rf"[{_UNSPACED}]|[^\W{_UNSPACED}]+")


def tokens_of(text: str) -> list[str]:
    """The words of a text, in lower case, and the single characters of scripts without spaces between words."""
    return TOKEN.findall(text.lower())


def multiset_f1(predicted: Iterable[Hashable], gold: Iterable[Hashable]) -> float:
    """F1 of two bags of things: harmonic mean of the shares of each that the other also holds. Two empty bags: 1."""
    ours, theirs = Counter(predicted), Counter(gold)
    total = ours.total() + theirs.total()
    return 2 * (ours & theirs).total() / total if total else 1.0


def multiset_scores(predicted: Iterable[Hashable], gold: Iterable[Hashable]) -> tuple[float, float]:
    """Precision and recall of two bags of things: the share of each that the other also holds.

    Both are 1 where nothing is wrong, also for two empty bags; both are 0 where just one bag is empty.
    """
    ours, theirs = Counter(predicted), Counter(gold)
    both = (ours & theirs).total()
    if ours == theirs:
        return 1.0, 1.0
    return both / max(ours.total(), 1), both / max(theirs.total(), 1)


# --- Words and runs of words --------------------------------------------------------------------------------------


def word_f1(text: str, gold: str) -> float:
    """F1 over the words of a page, as the WCXB benchmark scores pages (M. Foley, 2026).

    Words count as often as they occur, in any order. A page whose gold is empty scores 1 for an empty text, else 0.
    """
    return multiset_f1(words_of(text), words_of(gold))


def token_f1(text: str, gold: str) -> float:
    """F1 over the words of a page and, of scripts without spaces between words, its characters.

    As `word_f1`, which takes what stands between two marks of punctuation for one word there: a sentence that lacks a
    character is wholly wrong. Of other scripts the two are the same.
    """
    return multiset_f1(tokens_of(text), tokens_of(gold))


def word_scores(text: str, gold: str) -> tuple[float, float]:
    """Precision and recall of one page over the words that `word_f1` counts; their harmonic mean is that F1."""
    return multiset_scores(words_of(text), words_of(gold))


def shingle_scores(text: str, gold: str, size: int = 4) -> tuple[float, float]:
    """Precision and recall of one page over runs of four words, as the article extraction benchmark scores pages.

    Source: https://github.com/scrapinghub/article-extraction-benchmark (evaluate.py). Words keep their case, and their
    order counts, so text in the wrong place costs. Precision is NaN where the text has no word, recall where the gold
    has none: there the page says nothing of them. Shares do not change with length, so that the counts of a page need
    not be scaled to sum to 1, as they are there.
    """
    ours, theirs = _shingles(text, size), _shingles(gold, size)
    precision, recall = multiset_scores(ours, theirs)
    return precision if ours else math.nan, recall if theirs else math.nan


def _shingles(text: str, size: int) -> list[tuple[str, ...]]:
    """All runs of `size` words; of a shorter text, the one run that it is."""
    words = WORD.findall(text)
    if not words:
        return []
    return [tuple(words[start : start + size]) for start in range(max(len(words) - size + 1, 1))]


def shingle_f1(scores: Iterable[tuple[float, float]]) -> float:
    """F1 of a corpus in the article extraction benchmark: of the mean precision and the mean recall of its pages.

    Takes what `shingle_scores` gives for each page; each mean is over the pages that say something of it. 0 where no
    page does.
    """
    pages = list(scores)
    precisions = [precision for precision, _ in pages if not math.isnan(precision)]
    recalls = [recall for _, recall in pages if not math.isnan(recall)]
    return float(f1_of(sum(precisions) / max(len(precisions), 1), sum(recalls) / max(len(recalls), 1)))


def rouge_lsum_f1(text: str, gold: str) -> float:
    """F1 of ROUGE-LSum: the words of each line that are in order in lines of the other text, all lines together.

    Lin 2004, "ROUGE: A Package for Automatic Evaluation of Summaries", section 3.2; as a measure of extraction used by
    Bevendorff et al. 2023, "An Empirical Comparison of Web Content Extraction Algorithms". Lines stand for sentences.
    Words are those of Unicode (UAX #29, each Chinese or Japanese character one), without regard to case, so that all
    scripts count. Two texts without a word score 1, as with `word_f1`. Time grows with the product of the two texts'
    lengths (5,000 words: about 0.1 s), memory with that of their longest lines. Needs `rouge-score-rs`; without it,
    ImportError is raised.
    """
    from rouge_score_rs.rouge_scorer import RougeScorer
    from rouge_score_rs.tokenizers import UnicodeTokenizer

    tokenizer: Any = UnicodeTokenizer()
    scorer: Any = RougeScorer(["rougeLsum"], tokenizer=tokenizer)  # type: ignore[no-untyped-call]
    f1 = float(scorer.score(gold, text)["rougeLsum"].fmeasure)
    if f1 == 0 and not tokenizer.tokenize(text) and not tokenizer.tokenize(gold):
        return 1.0
    return f1


def comment_share(text: str, comments: Iterable[str], gold: str) -> float:
    """Share of the runs of four words of reader comments that the text of a page holds, from 0 to 1.

    Runs that the main text has too are left out, as they say nothing; NaN if none is left. Words are in lower case, and
    a comment of less than four words is one run.
    """
    runs = {run for comment in comments for run in _shingles(comment.lower(), 4)} - set(_shingles(gold.lower(), 4))
    if not runs:
        return math.nan
    found = {run for size in {len(run) for run in runs} for run in _shingles(text.lower(), size)}
    return len(runs & found) / len(runs)


# --- Counts of snippets and blocks --------------------------------------------------------------------------------


class Counts(NamedTuple):
    """How many things a page's text rightly and wrongly holds, and wrongly and rightly leaves out."""

    true_positives: int
    false_positives: int
    false_negatives: int
    true_negatives: int


def snippet_counts(text: str, must_have: Iterable[str], must_not_have: Iterable[str]) -> Counts:
    """Which snippets are in the text of one page, as trafilatura's evaluation counts them.

    Source: https://github.com/adbar/trafilatura (tests/evaluate.py); Barbaresi 2021, "Trafilatura: A Web Scraping
    Library and Command-Line Tool for Text Discovery and Extraction". Snippets are looked for as they are, case and
    white space included. An empty text has none of them. A corpus is scored by the sums of its pages' counts:
    `scores_of_counts`, `accuracy_of_counts`.
    """
    wanted = [snippet in text for snippet in must_have]
    unwanted = [snippet in text for snippet in must_not_have]
    return Counts(sum(wanted), sum(unwanted), wanted.count(False), unwanted.count(False))


def block_counts(predicted: NDArray[np.bool_], content: NDArray[Any], weight: NDArray[Any]) -> Counts:
    """How many blocks of one page are rightly and wrongly kept, each counted once, whatever its length.

    All are of shape [n_blocks]: what is kept, and the `content_share` and `word_weight` of
    `boilerkit.learning.alignment.BlockTargets`. A block is content if its share of content is over a
    half; blocks of weight 0 are left out. Counting blocks goes back to Kohlschütter et al. 2010,
    "Boilerplate Detection using Shallow Text Features".
    """
    known = weight > 0
    kept, true = predicted[known], content[known] > 0.5
    return Counts(
        int((kept & true).sum()), int((kept & ~true).sum()), int((~kept & true).sum()), int((~kept & ~true).sum())
    )


def block_ranking(probabilities: NDArray[Any], content: NDArray[Any], weight: NDArray[Any]) -> tuple[float, float]:
    """How well probabilities set content apart at any threshold: the area under the ROC curve, and average precision.

    Blocks, of one page or of many in a row, are given and counted as for `block_counts`. Both are NaN where the blocks
    are all content or all not. As scikit-learn computes them (`roc_auc_score`, `average_precision_score`); Fawcett
    2006, "An introduction to ROC analysis".
    """
    from sklearn.metrics import average_precision_score, roc_auc_score

    known = weight > 0
    p, true = probabilities[known], content[known] > 0.5
    if true.all() or not true.any():
        return float("nan"), float("nan")
    return float(roc_auc_score(true, p)), float(average_precision_score(true, p))


# --- From the counts or shares of many pages to one score ---------------------------------------------------------


def f1_of(precision: ArrayLike, recall: ArrayLike) -> NDArray[np.float64]:
    """Harmonic mean of precision and recall, arrays of one shape; 0 where both are 0."""
    total = np.add(precision, recall, dtype=np.float64)
    return np.asarray(2 * np.multiply(precision, recall) / np.where(total > 0, total, 1))


def scores_of_counts(
    true_positives: ArrayLike, false_positives: ArrayLike, false_negatives: ArrayLike
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Precision, recall and F1 of sums (or means) of counts, arrays of one shape.

    All are 1 where nothing is wrong; else precision is 0 where nothing was kept, recall where nothing was to be kept.
    """
    right, extra, missing = (
        np.asarray(counts, dtype=np.float64) for counts in (true_positives, false_positives, false_negatives)
    )
    perfect = (extra == 0) & (missing == 0)
    precision = np.where(perfect, 1.0, _share(right, right + extra))
    recall = np.where(perfect, 1.0, _share(right, right + missing))
    return precision, recall, f1_of(precision, recall)


def accuracy_of_counts(
    true_positives: ArrayLike, false_positives: ArrayLike, false_negatives: ArrayLike, true_negatives: ArrayLike
) -> NDArray[np.float64]:
    """Share of right decisions, by sums (or means) of counts, arrays of one shape; 1 where there was none to take."""
    right = np.add(true_positives, true_negatives, dtype=np.float64)
    wrong = np.add(false_positives, false_negatives, dtype=np.float64)
    return np.where(wrong == 0, 1.0, _share(right, right + wrong))


def _share(part: NDArray[np.float64], whole: NDArray[np.float64]) -> NDArray[np.float64]:
    return part / np.where(whole > 0, whole, 1)
