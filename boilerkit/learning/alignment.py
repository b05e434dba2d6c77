"""Aligning gold to the blocks of a page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from boilerkit.blocks.columns import BlockColumns
from boilerkit.errors import GoldError
from boilerkit.gold.pages import Gold, Span
from boilerkit.labels import LABELS, Label
from boilerkit.metrics import WORD, words_of

#: Words of a page or of its gold beyond these are not aligned: the time grows with the product of the two.
MAX_WORDS = 50_000


@dataclass(frozen=True)
class BlockTargets:
    """What a page's gold says of its blocks, two arrays of shape [n_blocks].

    `content` is the share of each block's words that is content, `weight` the number of its words that the gold speaks
    of: 0 for a block to be left out of training.
    """

    content: NDArray[np.float32]
    weight: NDArray[np.float32]


def align(table: BlockColumns, gold: Gold) -> BlockTargets:
    """Find for each block how much of it is content.

    Words are matched by the longest common subsequence of the page's words and the gold's (bit-parallel, Hyyrö 2004),
    so gold may leave out, add or change text. Titles and captions are left out of training: gold texts differ on
    whether they are content.
    """
    words = _page_words(table)
    kinds = _kinds_by_text(words, gold) if isinstance(gold, str) else _kinds_by_spans(table, words, gold, _HALVES)
    content = np.bincount(words.owners, kinds == CONTENT, len(table))
    known = np.bincount(words.owners, kinds >= 0, len(table))
    n_words = np.bincount(words.owners, minlength=len(table))
    weight = np.where(2 * known >= n_words, known, 0)
    return BlockTargets((content / np.maximum(known, 1)).astype(np.float32), weight.astype(np.float32))


def align_labels(table: BlockColumns, gold: Gold) -> NDArray[np.int8]:
    """The label of each block as its place in `labels.LABELS`, -1 where the gold does not tell; [n_blocks].

    It is the one that most of the block's words have. Words are matched as in `align`.
    """
    if isinstance(gold, str):
        return np.full(len(table), UNKNOWN, dtype=np.int8)
    words = _page_words(table)
    kinds = _kinds_by_spans(table, words, gold, _TWELVE)
    known = kinds >= 0
    counts = np.zeros((len(table), len(LABELS)), dtype=np.int64)
    np.add.at(counts, (words.owners[known], kinds[known]), 1)
    total = counts.sum(axis=1)
    n_words = np.bincount(words.owners, minlength=len(table))
    return np.where((total > 0) & (2 * total >= n_words), counts.argmax(axis=1), UNKNOWN).astype(np.int8)


#: What a word of a page is, by its gold.
UNKNOWN, OTHER, CONTENT = -1, 0, 1

_TWELVE = {label: number for number, label in enumerate(LABELS)} | dict.fromkeys(
    (Label.CONTENT, Label.BOILERPLATE), UNKNOWN
)
_HALVES = {label: CONTENT if label.is_content else OTHER for label in Label} | dict.fromkeys(
    (Label.TITLE, Label.CAPTION), UNKNOWN
)


@dataclass(frozen=True)
class _Words:
    """The words of a page, with the block of each and its place in the page's text."""

    words: list[str]
    owners: NDArray[np.int64]
    places: NDArray[np.int64]


def _page_words(table: BlockColumns) -> _Words:
    found = [
        (match[0].lower(), index, start + match.start())
        for index, (start, text) in enumerate(zip(table.block("start").tolist(), table.block_texts(), strict=True))
        for match in WORD.finditer(text)
    ]
    words, owners, places = zip(*found, strict=True) if found else ((), (), ())
    return _Words(list(words), np.array(owners, dtype=np.int64), np.array(places, dtype=np.int64))


def _kinds_by_text(page: _Words, gold: str) -> NDArray[np.int64]:
    gold_words = words_of(gold)
    kinds = np.full(len(page.words), OTHER)
    end = 0
    for start, length, _ in _common_runs(page.words, gold_words):
        end = start + length
        kinds[start:end] = CONTENT
    # Nothing is known of words that were not compared.
    kinds[MAX_WORDS if len(gold_words) <= MAX_WORDS else end :] = UNKNOWN
    return kinds


def _kinds_by_spans(
    table: BlockColumns, page: _Words, spans: Sequence[Span], kind_by_label: Mapping[Label, int]
) -> NDArray[np.int64]:
    """What each word of the page is: the number that `kind_by_label` has for the label of its span."""
    kinds = np.full(len(page.words), UNKNOWN)
    by_text = [(word, kind_by_label[span.label]) for span in spans for word in words_of(span.text or "")]
    kind_of = np.array([kind for _, kind in by_text], dtype=np.int64)
    for start, length, gold_start in _common_runs(page.words, [word for word, _ in by_text]):
        kinds[start : start + length] = kind_of[gold_start : gold_start + length]
    for span in spans:
        if span.text is None:
            if span.end > len(table.text):
                raise GoldError(f"a span ends at {span.end}, but the page's text has {len(table.text)} characters")
            first, end = np.searchsorted(page.places, (span.start, span.end))
            kinds[first:end] = kind_by_label[span.label]
    return kinds


def _common_runs(words: Sequence[str], gold: Sequence[str]) -> Iterator[tuple[int, int, int]]:
    """Runs of the longest common subsequence: start in the page's words, length, start in the gold's."""
    from rapidfuzz.distance import LCSseq

    numbers: dict[str, int] = {}
    page_ids = [numbers.setdefault(word, len(numbers)) for word in words[:MAX_WORDS]]
    gold_ids = [numbers.setdefault(word, len(numbers)) for word in gold[:MAX_WORDS]]
    for run in LCSseq.opcodes(page_ids, gold_ids):
        if run.tag == "equal":
            yield run.src_start, run.src_end - run.src_start, run.dest_start


def gold_text(table: BlockColumns, gold: Gold) -> str:
    """The main text that the gold of a page stands for: itself, or the blocks that its spans say are body text."""
    if isinstance(gold, str):
        return gold
    target = align(table, gold)
    kept = np.flatnonzero((target.content > 0.5) & (target.weight > 0))
    return "\n\n".join(table.block_text(int(index)) for index in kept)
