"""Vocabularies: how scores are learned from labelled pages, and how they are looked up."""

from __future__ import annotations

import math
import pickle
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.inputs import Columns, columns_of, empty_vocabulary, vocabulary_of

from boilerkit.blocks.vocabulary import MIN_GROUPS, TokenShares, Vocabulary, learn_vocabulary
from boilerkit.html.document import HtmlDocument
from boilerkit.html.features import HTML_FEATURES
from boilerkit.html.segmentation.blocks import HtmlBlocks

EMPTY = empty_vocabulary("html")
TYPES = HTML_FEATURES.token_types


def blocks_of(html: str) -> HtmlBlocks:
    return HtmlDocument.read(html).blocks


def vocabulary_columns(blocks: HtmlBlocks, words: Vocabulary) -> Columns:
    return columns_of(HTML_FEATURES.vocabulary_features(blocks, words), HTML_FEATURES.groups["vocabulary"])


def shares_of(**weights_and_shares: dict[int, tuple[float, float]]) -> TokenShares:
    """One page: for some token types, of each token the share of content and the weight."""
    result = TokenShares({}, {}, {})
    for token_type in TYPES:
        known = sorted(weights_and_shares.get(token_type, {}).items())
        result.hashes[token_type] = np.array([token for token, _ in known], dtype=np.uint32)
        result.shares[token_type] = np.array([share for _, (share, _) in known], dtype=np.float32)
        result.weights[token_type] = np.array([weight for _, (_, weight) in known], dtype=np.float32)
    return result


def learned(pages: list[TokenShares], groups: list[int], token_type: str = "element") -> dict[int, float]:
    words = learn_vocabulary(pages, groups)
    return dict(zip(words.hashes[token_type].tolist(), words.scores[token_type].tolist(), strict=True))


def test_scores_are_log_odds_shrunk_towards_the_mean() -> None:
    pages = [shares_of(element={7: (1, 1), 9: (0, 1)}) for _ in range(3)]
    # Over all 1/2; of token 7 (3 * 1 + 2 * 1/2) / (3 + 2) = 4/5, of token 9 1/5.
    assert learned(pages, [0, 1, 2]) == pytest.approx({7: math.log(4), 9: -math.log(4)})


def test_a_site_counts_once() -> None:
    pages = [shares_of(element={7: (share, 1)}) for share in (1, 0, 1, 1)]
    # Over all 3/4; sites have 1/2, 1 and 1: (2.5 + 2 * 3/4) / (3 + 2) = 4/5.
    assert learned(pages, [0, 0, 1, 2]) == pytest.approx({7: math.log(4) - math.log(3)})


def test_pages_with_few_words_weigh_less() -> None:
    pages = [shares_of(element={7: (share, weight)}) for share, weight in ((1, 1), (1, 1), (0, 0.5))]
    # Over all 4/5; (2 + 2 * 4/5) / (2.5 + 2) = 4/5.
    assert learned(pages, [0, 1, 2]) == pytest.approx({7: 0}, abs=1e-6)


def test_tokens_of_few_sites_are_left_out() -> None:
    pages = [shares_of(element={7: (1, 1), 8: (0, 1)}), *[shares_of(element={7: (0, 1)})] * (MIN_GROUPS - 1)]
    assert learned(pages, list(range(MIN_GROUPS))).keys() == {7}
    assert learned([*pages, pages[0]], [*range(MIN_GROUPS), 0]).keys() == {7}


@pytest.mark.parametrize("share", [0, 1])
@pytest.mark.filterwarnings("error")
def test_tokens_that_are_all_content_or_all_boilerplate_have_finite_scores(share: float) -> None:
    pages = [shares_of(page_linked={7: (share, 1), 8: (share, 1)}) for _ in range(3)]
    scores = learned(pages, [0, 1, 2], "page_linked")
    assert scores.keys() == {7, 8}
    assert all(math.isfinite(score) for score in scores.values())


def test_vocabulary_hashes_ascend() -> None:
    pages = [shares_of(block={2**32 - 1: (1, 1), 5: (0, 1), 2**31: (1, 1)})] * 3
    hashes = learn_vocabulary(pages, [0, 1, 2]).hashes["block"]
    assert hashes.dtype == np.uint32 and hashes.tolist() == [5, 2**31, 2**32 - 1]


def test_shares_of_a_page_are_by_words() -> None:
    blocks = blocks_of('<div class="story"><p>one two three</p><p class="story">four</p></div><p>five</p>')
    weight = np.array([3, 1, 0], dtype=np.float32)  # the gold does not cover the last block
    shares = HTML_FEATURES.token_shares(blocks, np.array([1, 0, 1], dtype=np.float32), weight)
    # Of "story": 4 words in the div and 1 once more in the p, of which 3 are content.
    assert set(shares.shares["element"].tolist()) == {np.float32(3 / 5)}
    assert set(shares.weights["element"].tolist()) == {np.float32(5 / 10)}


def test_tokens_without_known_text_teach_nothing() -> None:
    blocks = blocks_of('<p class="story">one two</p>')
    shares = HTML_FEATURES.token_shares(blocks, np.ones(1), np.zeros(1))
    assert all(len(shares.hashes[token_type]) == 0 for token_type in TYPES)


TOKENS = st.one_of(st.integers(0, 40), st.integers(2**32 - 40, 2**32 - 1), st.integers(0, 2**32 - 1))


@given(st.sets(TOKENS, max_size=60), st.lists(TOKENS, min_size=1, max_size=60))
def test_looking_up(known: set[int], sought: list[int]) -> None:
    sought += [token + beside for token in known for beside in (-1, 0, 1) if 0 <= token + beside < 2**32]
    pairs = np.stack([np.arange(len(sought)), np.array(sought, dtype=np.uint32).view(np.int32)], axis=1)
    blocks = replace(blocks_of("<p>x</p>" * len(sought)), block_tokens=pairs.astype(np.int32))
    hashes = np.array(sorted(known), dtype=np.uint32)
    scores = np.arange(1, len(known) + 1, dtype=np.float32)
    words = Vocabulary(EMPTY.hashes | {"block": hashes}, EMPTY.scores | {"block": scores})
    expected = dict(zip(sorted(known), scores.tolist(), strict=True))
    assert vocabulary_columns(blocks, words)["words_mean"].tolist() == [expected.get(token, 0) for token in sought]


def test_a_vocabulary_that_was_used_can_be_pickled() -> None:
    blocks = blocks_of('<title>one</title><p class="story">one two</p>')
    words = vocabulary_of(blocks)
    expected = HTML_FEATURES.vocabulary_features(blocks, words)
    assert np.array_equal(HTML_FEATURES.vocabulary_features(blocks, pickle.loads(pickle.dumps(words))), expected)


def test_scores_of_names_come_from_the_elements_above() -> None:
    blocks = blocks_of('<div class="story"><section><p>one</p></section></div><p>two</p>')
    tokens = HTML_FEATURES.tokens(blocks, np.zeros((len(blocks), 1)))
    known = np.unique(tokens["element"].hashes)  # all of the one class name
    scores = np.full(len(known), 1.25, dtype=np.float32)
    words = Vocabulary(EMPTY.hashes | {"element": known}, EMPTY.scores | {"element": scores})
    columns = vocabulary_columns(blocks, words)
    assert columns["names"].tolist() == [0, 0] and columns["names_parent"].tolist() == [0, 0]
    assert columns["names_grandparent"].tolist() == [1.25, 0]
    assert columns["names_highest"].tolist() == [1.25, 0] and columns["names_lowest"].tolist() == [0, 0]
    assert columns["names_sum"].tolist() == [1.25, 0]
