"""The measures of the public benchmarks, each with its source."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Hashable, Iterable

WORD = re.compile(r"\w+")


def words_of(text: str) -> list[str]:
    """The words of a text, in lower case: runs of letters, digits and underscores."""
    return WORD.findall(text.lower())


def multiset_f1(predicted: Iterable[Hashable], gold: Iterable[Hashable]) -> float:
    """F1 of two bags of things: harmonic mean of the shares of each that the other also holds. Two empty bags: 1."""
    ours, theirs = Counter(predicted), Counter(gold)
    total = ours.total() + theirs.total()
    return 2 * (ours & theirs).total() / total if total else 1.0


def word_f1(text: str, gold: str) -> float:
    """F1 over the words of a page, as the WCXB benchmark scores pages (M. Foley, 2026).

    Words count as often as they occur, in any order. A page whose gold is empty scores 1 for an empty text, else 0.
    """
    return multiset_f1(words_of(text), words_of(gold))


def shingle_scores(text: str, gold: str, size: int = 4) -> tuple[float, float]:
    """Precision and recall of one page over runs of four words, as the article extraction benchmark scores pages.

    Source: https://github.com/scrapinghub/article-extraction-benchmark. Words keep their case, and their order counts,
    so text in the wrong place costs. Both are 1 where nothing is wrong, also for two empty texts.
    """
    ours, theirs = Counter(_shingles(text, size)), Counter(_shingles(gold, size))
    both = (ours & theirs).total()
    if ours == theirs:
        return 1.0, 1.0
    return both / max(ours.total(), 1), both / max(theirs.total(), 1)


def _shingles(text: str, size: int) -> list[tuple[str, ...]]:
    """All runs of `size` words; of a shorter text, the one run that it is."""
    words = WORD.findall(text)
    if not words:
        return []
    return [tuple(words[start : start + size]) for start in range(max(len(words) - size + 1, 1))]


def shingle_f1(scores: Iterable[tuple[float, float]]) -> float:
    """F1 of a corpus in the article extraction benchmark: of the mean precision and the mean recall of its pages."""
    pages = list(scores)
    precision = sum(precision for precision, _ in pages) / max(len(pages), 1)
    recall = sum(recall for _, recall in pages) / max(len(pages), 1)
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0
