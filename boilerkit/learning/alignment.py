"""Align gold with the blocks of a page: what each block's targets are."""

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
    """What a page's gold says about its blocks, two arrays of shape [n_blocks].

    `content_share` is the share of each block's words that is content, `word_weight` the number of its words that the
    gold covers: 0 for a block to be left out of training.
    """

    content_share: NDArray[np.float32]
    word_weight: NDArray[np.float32]


def align(blocks: BlockColumns, gold: Gold) -> BlockTargets:
    """Return how much of each block is content.

    Words are matched by the longest common subsequence of the page's words and the gold's (bit-parallel, Hyyrö 2004),
    so gold may omit, add or change text. Titles and captions are left out of training: gold texts differ on whether
    they are content.
    """
    words = _page_words(blocks)
    if isinstance(gold, str):
        codes = _word_codes_from_text(words, gold)
    else:
        codes = _word_codes_from_spans(blocks, words, gold, _CONTENT_CODE)
    content = np.bincount(words.block_ids, codes == CONTENT, len(blocks))
    known = np.bincount(words.block_ids, codes >= 0, len(blocks))
    n_words = np.bincount(words.block_ids, minlength=len(blocks))
    weight = np.where(2 * known >= n_words, known, 0)
    return BlockTargets((content / np.maximum(known, 1)).astype(np.float32), weight.astype(np.float32))


def align_labels(blocks: BlockColumns, spans: Sequence[Span]) -> NDArray[np.int8]:
    """Return the label of each block as its index in LABELS, -1 where no span says, int8 [n_blocks].

    It is the label of most of the block's words. Words are matched as in `align`.
    """
    if not spans:
        return np.full(len(blocks), UNKNOWN, dtype=np.int8)
    words = _page_words(blocks)
    codes = _word_codes_from_spans(blocks, words, spans, _LABEL_INDEX)
    known = codes >= 0
    counts = np.zeros((len(blocks), len(LABELS)), dtype=np.int64)
    np.add.at(counts, (words.block_ids[known], codes[known]), 1)
    total = counts.sum(axis=1)
    n_words = np.bincount(words.block_ids, minlength=len(blocks))
    return np.where((total > 0) & (2 * total >= n_words), counts.argmax(axis=1), UNKNOWN).astype(np.int8)


def gold_text(blocks: BlockColumns, gold: Gold) -> str:
    """Return the main text that a page's gold stands for: itself, or the blocks whose spans say that they are body."""
    if isinstance(gold, str):
        return gold
    targets = align(blocks, gold)
    kept = np.flatnonzero((targets.content_share > 0.5) & (targets.word_weight > 0))
    return "\n\n".join(blocks.block_text(int(index)) for index in kept)


#: What a word of a page is, by its gold.
UNKNOWN, OTHER, CONTENT = -1, 0, 1

_LABEL_INDEX = {label: number for number, label in enumerate(LABELS)} | dict.fromkeys(
    (Label.CONTENT, Label.BOILERPLATE), UNKNOWN
)
_CONTENT_CODE = {label: CONTENT if label.is_content else OTHER for label in Label} | dict.fromkeys(
    (Label.TITLE, Label.CAPTION), UNKNOWN
)


@dataclass(frozen=True)
class _PageWords:
    """The words of a page, with the block of each and its offset in the page's text."""

    words: list[str]
    block_ids: NDArray[np.int64]
    offsets: NDArray[np.int64]


def _page_words(blocks: BlockColumns) -> _PageWords:
    found = [
        (match[0].lower(), index, start + match.start())
        for index, (start, text) in enumerate(zip(blocks.block("start").tolist(), blocks.block_texts(), strict=True))
        for match in WORD.finditer(text)
    ]
    words, block_ids, offsets = zip(*found, strict=True) if found else ((), (), ())
    return _PageWords(list(words), np.array(block_ids, dtype=np.int64), np.array(offsets, dtype=np.int64))


def _word_codes_from_text(page: _PageWords, gold: str) -> NDArray[np.int64]:
    gold_words = words_of(gold)
    codes = np.full(len(page.words), OTHER)
    end = 0
    for start, length, _ in _common_runs(page.words, gold_words):
        end = start + length
        codes[start:end] = CONTENT
    codes[MAX_WORDS if len(gold_words) <= MAX_WORDS else end :] = UNKNOWN  # words that were not compared
    return codes


def _word_codes_from_spans(
    blocks: BlockColumns, page: _PageWords, spans: Sequence[Span], code_by_label: Mapping[Label, int]
) -> NDArray[np.int64]:
    """Return what each word of the page is: the number that `code_by_label` has for the label of its span."""
    codes = np.full(len(page.words), UNKNOWN)
    by_text = [(word, code_by_label[span.label]) for span in spans for word in words_of(span.text or "")]
    gold_codes = np.array([code for _, code in by_text], dtype=np.int64)
    for start, length, gold_start in _common_runs(page.words, [word for word, _ in by_text]):
        codes[start : start + length] = gold_codes[gold_start : gold_start + length]
    for span in spans:
        if span.text is None:
            if span.end > len(blocks.text):
                raise GoldError(f"a span ends at {span.end}, but the page's text has {len(blocks.text)} characters")
            first, end = np.searchsorted(page.offsets, (span.start, span.end))
            codes[first:end] = code_by_label[span.label]
    return codes


def _common_runs(words: Sequence[str], gold: Sequence[str]) -> Iterator[tuple[int, int, int]]:
    """Yield runs of the longest common subsequence: start in the page's words, length, start in the gold's."""
    from rapidfuzz.distance import LCSseq

    numbers: dict[str, int] = {}
    page_ids = [numbers.setdefault(word, len(numbers)) for word in words[:MAX_WORDS]]
    gold_ids = [numbers.setdefault(word, len(numbers)) for word in gold[:MAX_WORDS]]
    for run in LCSseq.opcodes(page_ids, gold_ids):
        if run.tag == "equal":
            yield run.src_start, run.src_end - run.src_start, run.dest_start
