"""Vocabularies: how much more probable than elsewhere content, or a label, is where a token occurs.

Tokens are hashed words, parts of class names and the like; each input format has its own types of tokens. Nothing is
listed by hand: scores are learned from labelled pages, so they follow the languages and sites of the training pages.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from boilerkit.blocks._lookup import Lookup
from boilerkit.labels import LABELS

Floats = NDArray[np.float32]
Hashes = NDArray[np.uint32]

MIN_GROUPS = 3  # a token must occur on this many sites
PRIOR_WEIGHT = 2.0  # sites' worth of the overall mean that each token's share is shrunk towards
FULL_WEIGHT_WORDS = 10  # a page where a token occurs with fewer words than this counts less

#: A label vocabulary holds no more tokens of a type: up to here float32, which look-ups return, has all whole numbers.
MAX_TOKENS = 1 << 24


@dataclass(frozen=True)
class Vocabulary:
    """Log odds ratios of content by token, for each token type.

    `hashes` (uint32, ascending) and `scores` (float32) have the same length.
    """

    hashes: dict[str, Hashes]
    scores: dict[str, Floats]

    @cached_property
    def lookups(self) -> dict[str, Lookup]:
        """The same as hash tables, for compiled code."""
        return {token_type: Lookup(hashes, self.scores[token_type]) for token_type, hashes in self.hashes.items()}


@dataclass(frozen=True)
class LabelVocabulary:
    """Log ratios by token and label, for each token type.

    `hashes` (uint32 [n], ascending) and `scores` (float32 [n, n_labels]): how much more probable than elsewhere each
    label is for a block where the token occurs.
    """

    hashes: dict[str, Hashes]
    scores: dict[str, Floats]

    def rows(self, token_type: str, hashes: Hashes) -> NDArray[np.int32]:
        """Return the rows of tokens in `scores`, int32 [n]; -1 for unknown ones."""
        return self._rows[token_type].scores_of(hashes, -1).astype(np.int32)

    @cached_property
    def _rows(self) -> dict[str, Lookup]:
        """Row numbers in place of scores."""
        return {token_type: Lookup(hashes, np.arange(len(hashes))) for token_type, hashes in self.hashes.items()}


# --- Learning ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Tokens:
    """The tokens of one type on a page: `hashes` (uint32 [n]), and for each its owner (int32 [n]), a row of the totals.

    `totals` [n_owners, k] are sums of k block values over the blocks of each owner: a block, an element, or the page.
    """

    owners: NDArray[np.int32]
    hashes: Hashes
    totals: NDArray[np.float64]

    def sums(self) -> tuple[Hashes, NDArray[np.float64]]:
        """Return the distinct tokens and the totals of their owners, summed, [n_tokens, k]."""
        distinct, group = np.unique(self.hashes, return_inverse=True)
        return distinct, _group_sums(group, self.totals[self.owners], len(distinct))


@dataclass(frozen=True)
class TokenShares:
    """How much of the text at each distinct token of one page is content.

    For each token type: `hashes`, `shares` of content and `weights`, three arrays of the same length.
    """

    hashes: dict[str, Hashes]
    shares: dict[str, Floats]
    weights: dict[str, Floats]

    @classmethod
    def of(cls, tokens: Mapping[str, Tokens]) -> TokenShares:
        """Return the shares of a page; totals are words of content, and words that the gold covers."""
        result = cls({}, {}, {})
        for token_type, its in tokens.items():
            distinct, sums = its.sums()
            content, words = sums.T
            seen = words > 0
            result.hashes[token_type] = distinct[seen]
            result.shares[token_type] = (content[seen] / words[seen]).astype(np.float32)
            result.weights[token_type] = np.minimum(words[seen] / FULL_WEIGHT_WORDS, 1).astype(np.float32)
        return result


@dataclass(frozen=True)
class LabelShares:
    """How the blocks at each distinct token of one page distribute over the labels.

    For each token type: `hashes` [n], and `shares` [n, n_labels] whose rows sum to 1.
    """

    hashes: dict[str, Hashes]
    shares: dict[str, Floats]

    @classmethod
    def of(cls, tokens: Mapping[str, Tokens]) -> LabelShares:
        """Return the shares of a page; totals are the blocks (or their probabilities) of each label."""
        result = cls({}, {})
        for token_type, its in tokens.items():
            distinct, counts = its.sums()
            whole = counts.sum(axis=1)
            seen = whole > 0
            result.hashes[token_type] = distinct[seen]
            result.shares[token_type] = (counts[seen] / whole[seen, None]).astype(np.float32)
        return result


def learn_vocabulary(pages: Sequence[TokenShares], groups: Sequence[int]) -> Vocabulary:
    """Learn the vocabulary of labelled pages.

    Each site counts once for each token, however many pages it has: `groups` numbers the site of each page. A token's
    share of content is the mean over the sites where it occurs, shrunk towards the overall mean.
    """
    vocabulary = Vocabulary({}, {})
    for token_type in pages[0].hashes:
        sizes = [len(page.hashes[token_type]) for page in pages]
        hashes = np.concatenate([page.hashes[token_type] for page in pages])
        shares = np.concatenate([page.shares[token_type] for page in pages]).astype(np.float64)
        weights = np.concatenate([page.weights[token_type] for page in pages]).astype(np.float64)
        learned = _content_scores(hashes, shares, weights, np.repeat(np.asarray(groups), sizes))
        vocabulary.hashes[token_type], vocabulary.scores[token_type] = learned
    return vocabulary


def learn_label_vocabulary(pages: Sequence[LabelShares], groups: Sequence[int]) -> LabelVocabulary:
    """Learn the vocabulary of pages whose blocks have labels, as `learn_vocabulary` does."""
    vocabulary = LabelVocabulary({}, {})
    for token_type in pages[0].hashes:
        sizes = [len(page.hashes[token_type]) for page in pages]
        hashes = np.concatenate([page.hashes[token_type] for page in pages])
        shares = np.concatenate([page.shares[token_type] for page in pages]).astype(np.float64)
        learned = _label_scores(hashes, shares, np.repeat(np.asarray(groups), sizes))
        vocabulary.hashes[token_type], vocabulary.scores[token_type] = learned
    return vocabulary


def _content_scores(
    hashes: Hashes, shares: NDArray[np.float64], weights: NDArray[np.float64], sites: NDArray[np.int64]
) -> tuple[Hashes, Floats]:
    """Return the known tokens (ascending) and their log odds ratios."""
    if not len(hashes):
        return hashes.astype(np.uint32), np.zeros(0, dtype=np.float32)
    overall = np.clip(np.average(shares, weights=weights), 0.01, 0.99)  # finite odds where all pages agree
    pairs, at, n_pages = np.unique(_token_of_site(hashes, sites), return_inverse=True, return_counts=True)
    site_weight = np.bincount(at, weights)
    share = np.bincount(at, shares * weights) / site_weight
    weight = site_weight / n_pages
    distinct, at, n_sites = np.unique(pairs >> np.uint64(32), return_inverse=True, return_counts=True)
    mean = (np.bincount(at, share * weight) + PRIOR_WEIGHT * overall) / (np.bincount(at, weight) + PRIOR_WEIGHT)
    score = np.log(mean / (1 - mean)) - np.log(overall / (1 - overall))
    kept = n_sites >= MIN_GROUPS
    return distinct[kept].astype(np.uint32), score[kept].astype(np.float32)


def _label_scores(hashes: Hashes, shares: NDArray[np.float64], sites: NDArray[np.int64]) -> tuple[Hashes, Floats]:
    """Return the known tokens (ascending) and their log ratios by label."""
    if not len(hashes):
        return hashes.astype(np.uint32), np.zeros((0, len(LABELS)), dtype=np.float32)
    by_site, at, n_pages = np.unique(_token_of_site(hashes, sites), return_inverse=True, return_counts=True)
    means = _group_sums(at, shares, len(by_site)) / n_pages[:, None]
    overall = np.clip(means.mean(axis=0), 0.001, 0.99)
    distinct, at, n_sites = np.unique(by_site >> np.uint64(32), return_inverse=True, return_counts=True)
    shrunk = _group_sums(at, means, len(distinct)) + PRIOR_WEIGHT * overall
    shrunk /= (n_sites + PRIOR_WEIGHT)[:, None]
    kept = n_sites >= MIN_GROUPS
    return distinct[kept].astype(np.uint32), np.log(shrunk / overall)[kept].astype(np.float32)


def _token_of_site(hashes: Hashes, sites: NDArray[np.int64]) -> NDArray[np.uint64]:
    """Return one number for each pair of token and site, so that pages of a site are averaged before sites are."""
    return hashes.astype(np.uint64) << np.uint64(32) | sites.astype(np.uint64)


def _group_sums(group: NDArray[np.integer], values: NDArray[np.floating], n_groups: int) -> NDArray[np.float64]:
    """Return the sums over the rows of each group, [n_groups, n_columns]."""
    return np.stack([np.bincount(group, column, n_groups) for column in values.T], axis=1)
