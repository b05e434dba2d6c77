"""The measures of the public benchmarks, each with its source."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Hashable, Iterable, Sequence

_WORD = re.compile(r"\w+")


def words_of(text: str) -> list[str]:
    """The words of a text, in lower case: runs of letters, digits and underscores."""
    return _WORD.findall(text.lower())


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


def shingles(words: Sequence[str], size: int = 4) -> list[tuple[str, ...]]:
    """All runs of `size` words; of a shorter text, the one run that it is."""
    if not words:
        return []
    return [tuple(words[start : start + size]) for start in range(max(len(words) - size + 1, 1))]


def shingle_f1(text: str, gold: str) -> float:
    """F1 over 4-word shingles of one page, the measure of the article extraction benchmark.

    Source: Zyte, https://github.com/scrapinghub/article-extraction-benchmark. The words' order counts, so text that
    was put in the wrong place costs. Here per page; the benchmark takes means of precision and recall over pages.
    """
    return multiset_f1(shingles(words_of(text)), shingles(words_of(gold)))
