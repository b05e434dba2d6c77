"""From a FlatTable to the matrix that the model of flat text reads.

As for HTML, the first stage sees each block, its neighbours and its page, the second one also what the first said
around. There are no elements; what stands in their place are empty lines, list marks, indents and words.
`tests/reference_flat.py` computes the same in plain Python.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from boilerkit.features import Floats
from boilerkit.features._flat import FlatSurvey, fill_fixed, fill_neighbourhood, fill_vocabulary
from boilerkit.features._vocabulary import Lookup
from boilerkit.features.vocabulary import ENOUGH_WORDS, TokenShares, learn_scores
from boilerkit.segment.flat import FlatTable
from boilerkit.select import page_cut

OFFSETS = (-3, -2, -1, 1, 2, 3)
WINDOWS = (2, 5, 12, 30)


def _held(name: str, where: str) -> dict[str, str]:
    return {
        f"{name}_words": f"words a block in {where}",
        f"{name}_text_share": f"share of the words in running text (see is_text) in {where}",
        f"{name}_sentences": f"ends of sentences a block in {where}",
        f"{name}_capitalised": f"share of capitalised words in {where}",
    }


def _beside(offset: int) -> dict[str, str]:
    return {
        f"at{offset:+d}_words": f"words of the block at {offset:+d}, -1 where there is none",
        f"at{offset:+d}_ends_sentence": f"the block at {offset:+d} ends like a sentence",
        f"at{offset:+d}_capitalised": f"share of capitalised words of the block at {offset:+d}",
        f"at{offset:+d}_same_make": f"the block at {offset:+d} is of the same make (list mark, indent, ends, size)",
    }


TEXT = {
    "words": "words in the block",
    "chars_per_word": "characters a word",
    "longest_word": "characters of the longest word",
    "lines": "lines of a paragraph whose lines are broken",
    "indent": "columns of white space before it",
    "is_item": "begins with a list mark",
    "is_numbered": "begins with the number of a list item",
    "blanks": "empty lines before it",
    "capitalised_share": "share of words with a capital first letter",
    "uppercase_share": "share of capital letters among the characters",
    "digit_share": "share of digits among the characters",
    "symbol_share": "share of punctuation other than commas, quotes, colons and stops",
    "non_ascii_share": "share of characters outside ASCII",
    "sentences": "ends of sentences",
    "words_per_sentence": "words for each end of a sentence",
    "commas": "commas",
    "comma_rate": "commas a word",
    "quotes": "quotation marks",
    "separators": "bars, dots and arrows between words",
    "gaps": "wide white space in a line",
    "addresses": "addresses of the web or of mail",
    "years": "years from 1900 to 2099",
    "times": "times of day and scores (12:30)",
    "opening": "its first letter: 1 capital, 2 lower case, 3 of a script without case, 4 digit, 0 none",
    "ends_sentence": "ends like a sentence",
    "ends_colon": "ends with a colon",
    "ends_comma": "ends with a comma",
    "ends_ellipsis": "ends with an ellipsis",
}
PAGE = {
    "topics": "words of four letters or more, or pairs of ideographs",
    "topics_elsewhere": "share of these that other blocks have too",
    "topics_in_text": "share of these that other blocks of running text have too",
    "topics_in_text_rate": "mean binary logarithm of one more than their number in other blocks of running text",
    "repeats": "blocks with the same text",
    "repeated_before": "the same text came before",
    "make_blocks": "blocks of the same make",
    "make_words": "share of the page's words in blocks of the same make",
}
AROUND = {
    **{name: what for offset in OFFSETS for name, what in _beside(offset).items()},
    "blanks_after": "empty lines after it, 9999 for the last block",
    **{name: what for w in WINDOWS for name, what in _held(f"around{w}", f"the {w} blocks on either side").items()},
    **_held("group", "its group, the blocks without an empty line between"),
    "group_blocks": "blocks in its group",
    "group_position": "blocks before it in its group",
}
RUNS = {
    "is_text": "reads like running text: 12 words and the end of a sentence, or 30 words",
    "run_blocks": "blocks in its run of blocks that all are running text, or all are not",
    "run_words": "words in this run",
    "run_position": "blocks before it in this run",
    "from_text_before": "blocks since the last running text before it (9999 without one)",
    "to_text_after": "blocks to the next running text after it (9999 without one)",
    "from_first_text": "blocks since the page's first running text (negative: still to come; 9999 without one)",
    "from_last_text": "blocks since the page's last running text",
    "from_longest": "blocks since the page's longest block",
    "in_span": "in the stretch of the page that is richest in words (Pasternack and Roth 2009)",
    "from_span_start": "blocks since the start of this stretch",
    "from_span_end": "blocks since its end",
    "span_share": "share of the page's words in it",
}
PLACE = {
    "index": "blocks before it",
    "index_share": "share of the page's blocks before it",
    "word_position": "share of the page's words before it",
    "words_before": "words before it",
    "blocks_after": "blocks after it",
    "words_after": "words after it",
    "from_lead": "blocks since the last short line that begins a group and may be a heading (9999 without one)",
    "words_from_lead": "words since this line",
    "page_words": "words of the page",
    "page_blocks": "blocks of the page",
    "page_text_share": "share of its words in running text",
    "page_sentences": "ends of sentences a block of the page",
    "page_capitalised": "share of capitalised words of the page",
    "page_items": "share of list items among the page's blocks",
    "page_groups": "share of blocks after an empty line",
    "page_longest": "words of the page's longest block",
}
VOCABULARY = {
    "words_mean": "mean log odds of its first words",
    "words_lowest": "lowest of those",
    "words_highest": "highest of those",
    "words_known": "how many of them the vocabulary knows",
    "pairs_mean": "mean log odds of the pairs of neighbouring words among these",
    "pairs_lowest": "lowest of those",
    "pairs_highest": "highest of those",
    "whole": "log odds of the whole block, if it is short",
    "said": "words_mean, pairs_mean and whole together",
    **{f"at{offset:+d}_said": f"those of the block at {offset:+d}" for offset in OFFSETS},
    **{f"around{w}_said": f"mean of those over the {w} blocks on either side" for w in WINDOWS},
    "group_said": "mean of those over its group",
    "lead_said": "those of the last line that may be a heading",
    "page_said": "mean of those over the page",
    "topics_mean": "mean log odds of all its words of four letters or more, or pairs of ideographs",
    "topics_lowest": "lowest of those",
    "topics_highest": "highest of those",
    "topics_sum": "sum of those",
}
NEIGHBOURHOOD = {
    "p": "stage one's probability that the block is content",
    **{f"p_at{offset:+d}": f"that of the block at {offset:+d}" for offset in OFFSETS},
    **{f"p_around{w}": f"mean over the words of the {w} blocks on either side" for w in WINDOWS},
    "p_group": "mean over the words of its group",
    "p_make": "mean over the words of blocks of the same make",
    "p_text": "highest among the blocks with the same text",
    "p_lead": "that of the last line that may be a heading",
    "p_before": "mean over all words before it",
    "p_after": "mean over all words after it",
    "p_section": "mean over the words up to the next line that may be a heading",
    "content_before": "expected share of the page's content that stands before it",
    "content_words": "expected words of content on the page",
    "content_share": "expected share of content among the page's words",
    "p_highest": "highest of the page",
    "page_cut": "the probability over which the page's expected F1 is best (see select.page_cut)",
    "p_over_cut": "p divided by it",
    "p_rank": "share of the page's words in blocks with a higher p",
    "from_first": "blocks since the first confident content block (probability over 0.7; 9999 without one)",
    "from_last": "blocks since the last one of the page (negative: it is still to come)",
    "from_nearest": "blocks to the nearest one",
    "p_largest": "that of the longest run of content, by words, that the page has",
    "in_largest": "in the longest run of content (no more than three blocks apart)",
    "p_topics": "mean p of the other blocks that its words stand in (-1 where none does)",
    "p_topics_share": "those summed, for each of its words",
}

#: What each column holds, by family and name.
FAMILIES: dict[str, dict[str, str]] = {
    "text": TEXT,
    "page": PAGE,
    "around": AROUND,
    "runs": RUNS,
    "place": PLACE,
    "vocabulary": VOCABULARY,
    "neighbourhood": NEIGHBOURHOOD,
}

FIXED: tuple[str, ...] = (*TEXT, *PAGE, *AROUND, *RUNS, *PLACE)
STAGE_ONE: tuple[str, ...] = (*FIXED, *VOCABULARY)
STAGE_TWO: tuple[str, ...] = (*STAGE_ONE, *NEIGHBOURHOOD)

#: What tokens are taken of: first words, pairs of them, short blocks as wholes, and longer words wherever they stand.
KINDS = ("words", "pairs", "wholes", "topics")


@dataclass(frozen=True)
class FlatVocabulary:
    """Log odds by token, for each of KINDS: `hashes` (uint32, ascending) and `scores` (float32) of the same length."""

    hashes: dict[str, NDArray[np.uint32]]
    scores: dict[str, NDArray[np.float32]]

    @cached_property
    def lookups(self) -> dict[str, Lookup]:
        """The same for compiled code."""
        return {kind: Lookup(self.hashes[kind], self.scores[kind]) for kind in KINDS}


def fixed_features(table: FlatTable) -> Floats:
    """The columns that need no model, float32 [n_blocks, len(FIXED)]."""
    X = _matrix(table, FIXED)
    fill_fixed(FlatSurvey(table), X.T)
    return X


def stage_one_features(table: FlatTable, words: FlatVocabulary) -> Floats:
    """What stage one reads, float32 [n_blocks, len(STAGE_ONE)]."""
    X = _matrix(table, STAGE_ONE)
    _fill_stage_one(FlatSurvey(table), X, words)
    return X


def stage_two_features(table: FlatTable, stage_one: Floats, p: NDArray[np.floating]) -> Floats:
    """What stage two reads, float32 [n_blocks, len(STAGE_TWO)]: `stage_one`'s columns and what `p` says around."""
    X = _matrix(table, STAGE_TWO)
    X[:, : len(STAGE_ONE)] = stage_one
    _fill_stage_two(FlatSurvey(table), X, table, p)
    return X


def features_of_both_stages(
    table: FlatTable, words: FlatVocabulary, judge: Callable[[Floats], NDArray[np.float64]]
) -> Floats:
    """What stage two reads, without a copy of what stage one read.

    `judge` is given the matrix when all columns of stage one, which stand first, are filled; it returns stage one's
    probabilities.
    """
    X = _matrix(table, STAGE_TWO)
    survey = FlatSurvey(table)
    _fill_stage_one(survey, X, words)
    _fill_stage_two(survey, X, table, judge(X))
    return X


def _matrix(table: FlatTable, columns: Collection[str]) -> Floats:
    """Room for the columns, each contiguous: that is how they are filled, and how trees read them."""
    return np.empty((len(columns), len(table)), dtype=np.float32).T


def _fill_stage_one(survey: FlatSurvey, X: Floats, words: FlatVocabulary) -> None:
    fill_fixed(survey, X.T)
    fill_vocabulary(survey, X.T, len(FIXED), words.lookups)


def _fill_stage_two(survey: FlatSurvey, X: Floats, table: FlatTable, p: NDArray[np.floating]) -> None:
    fill_answers(survey, X, len(STAGE_ONE), table, p)


def fill_answers(survey: FlatSurvey, X: Floats, at: int, table: FlatTable, p: NDArray[np.floating]) -> None:
    """Fill the columns of NEIGHBOURHOOD from column `at` on; `p` [n_blocks] is what was thought of the blocks."""
    answers: NDArray[np.float64] = np.ascontiguousarray(p, dtype=np.float64)
    likeliest = np.argsort(-answers, kind="stable")
    cut = page_cut(answers, table.block("words") + 0.5, 0.5)  # a block without words still counts a little
    fill_neighbourhood(survey, X.T, at, answers, likeliest, cut)


# --- Learning the vocabulary ------------------------------------------------------------------------------------------


def token_shares(table: FlatTable, content: NDArray[np.floating], weight: NDArray[np.floating]) -> TokenShares:
    """What one labelled page teaches a vocabulary.

    `content` [n_blocks] is the share of each block that is content, `weight` [n_blocks] its number of words (0 where
    the gold does not say).
    """
    result = TokenShares({}, {}, {})
    for kind in KINDS:
        pairs = getattr(table, kind)
        owners = pairs[:, 0]
        distinct, group = np.unique(np.ascontiguousarray(pairs[:, 1]).view(np.uint32), return_inverse=True)
        part = np.bincount(group, (content * weight)[owners], len(distinct))
        whole = np.bincount(group, weight[owners], len(distinct))
        seen = whole > 0
        result.hashes[kind] = distinct[seen]
        result.shares[kind] = (part[seen] / whole[seen]).astype(np.float32)
        result.weights[kind] = np.minimum(whole[seen] / ENOUGH_WORDS, 1).astype(np.float32)
    return result


def learn_flat_vocabulary(pages: Iterable[TokenShares], groups: Sequence[int]) -> FlatVocabulary:
    """The vocabulary of labelled pages, as `features.vocabulary.learn_vocabulary` learns that of HTML."""
    pages = list(pages)
    vocabulary = FlatVocabulary({}, {})
    for kind in KINDS:
        vocabulary.hashes[kind], vocabulary.scores[kind] = learn_scores(pages, kind, groups)
    return vocabulary
