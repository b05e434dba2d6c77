"""What the names in a page's markup and the words of its short blocks say, learned from labelled pages.

For each token (a part of a class name, a word at the start of a block, a part of a link's address, a tag with its
parents' tags) the vocabulary holds how much likelier than elsewhere text is content where the token stands, as a log
ratio of odds. Nothing is listed by hand, so it follows the language and the sites that the model is trained on.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from boilerkit.features._vocabulary import Lookup
from boilerkit.segment.table import BlockTable
from boilerkit.segment.tags import TAGS

ANCESTORS = 10  # elements from the block's own one upwards whose names are looked up

#: What tokens are taken of: the attributes of elements, the first words and links of blocks, chains of tags, and the
#: page. For the page's there are three scores: for all its text, for its short blocks, and for its linked ones, so that
#: the model learns on which kinds of pages a card or a link is content.
KINDS = ("element", "block", "tags", "page", "page_short", "page_linked")

SHORT = 10  # words

WIDER = (1, 2, 3, 4)  # ancestors, counting those that hold more blocks

_ROLES = {"": "the block's element", "_parent": "its parent", "_grandparent": "its grandparent"}

COLUMNS = {
    **{f"names{role}": f"mean log odds of the names on {of}" for role, of in _ROLES.items()},
    "names_lowest": f"lowest log odds among the names on its {ANCESTORS} nearest elements",
    "names_highest": "highest of those",
    "names_sum": "sum of their means over these elements",
    **{f"up{i}_names": f"mean log odds of the names on its ancestor {i} (see up{i}_words)" for i in WIDER},
    "words_mean": "mean log odds of its first words and link addresses",
    "words_lowest": "lowest of those",
    "words_highest": "highest of those",
    "words_known": "how many of them the vocabulary knows",
    "heading_words": "words_mean of the last heading",
    "section_words": "words_mean of the last h1 or h2",
    **{f"up{i}_opening_words": f"words_mean of the first block of its ancestor {i} (see up{i}_words)" for i in WIDER},
    "at-1_words_mean": "words_mean of the block before",
    "at+1_words_mean": "words_mean of the block after",
    "tags": "log odds of its chain of tags",
    "page_names": "mean log odds of the page's types, classes and address",
    "page_names_short": "those for short blocks",
    "page_names_linked": "those for linked blocks",
}


@dataclass(frozen=True)
class Vocabulary:
    """Log odds by token, for each of KINDS: `hashes` (uint32, ascending) and `scores` (float32) of the same length."""

    hashes: dict[str, NDArray[np.uint32]]
    scores: dict[str, NDArray[np.float32]]

    @cached_property
    def lookups(self) -> dict[str, Lookup]:
        """The same for compiled code."""
        return {kind: Lookup(self.hashes[kind], self.scores[kind]) for kind in KINDS}


def tag_chains(table: BlockTable) -> NDArray[np.uint32]:
    """A hash of the tags of each block's element and its two parents, [n_blocks]."""
    tags, parent = table.element("tag").astype(np.uint32), table.element("parent")
    element = table.block("element")
    above = parent[element]
    return (tags[element] * len(TAGS) + tags[above]) * len(TAGS) + tags[parent[above]]


def tokens(table: BlockTable, kind: str) -> tuple[NDArray[np.int32], NDArray[np.uint32]]:
    """Owners (rows of elements or blocks; 0 for the page) and hashes of the page's tokens of one kind."""
    if kind == "tags":
        return np.arange(len(table), dtype=np.int32), tag_chains(table)
    by_kind = {"element": table.element_tokens, "block": table.block_tokens}
    pairs = by_kind.get(kind, table.page_tokens)
    owners = pairs[:, 0] if kind in by_kind else np.zeros(len(pairs), dtype=np.int32)
    return owners, np.ascontiguousarray(pairs[:, 1]).view(np.uint32)


# --- Learning it ----------------------------------------------------------------------------------------------------

MIN_GROUPS = 3  # a token must be seen on this many sites
PRIOR_WEIGHT = 2.0  # sites' worth of the average that each token's share starts from
ENOUGH_WORDS = 10  # a page that shows a token with fewer words than this counts less


@dataclass(frozen=True)
class TokenShares:
    """How much of the text at each distinct token of one page is content: arrays of one length for each of KINDS."""

    hashes: dict[str, NDArray[np.uint32]]
    shares: dict[str, NDArray[np.float32]]
    weights: dict[str, NDArray[np.float32]]


def token_shares(table: BlockTable, content: NDArray[np.floating], weight: NDArray[np.floating]) -> TokenShares:
    """What one labelled page teaches a vocabulary.

    `content` [n_blocks] is the share of each block that is content, `weight` [n_blocks] its number of words (0 where
    the gold does not say).
    """
    blocks = np.stack([content * weight, weight])
    sums = np.concatenate([np.zeros((2, 1)), np.cumsum(blocks, axis=1)], axis=1)
    elements = sums[:, table.element("end_block")] - sums[:, table.element("first_block")]
    words = np.maximum(table.block("words"), 1)
    totals = {
        "element": elements,
        "block": blocks,
        "tags": blocks,
        "page": sums[:, -1:],
        "page_short": blocks[:, words < SHORT].sum(axis=1, keepdims=True),
        "page_linked": blocks[:, 2 * table.block("link_words") > words].sum(axis=1, keepdims=True),
    }
    result = TokenShares({}, {}, {})
    for kind in KINDS:
        owners, hashes = tokens(table, kind)
        distinct, group = np.unique(hashes, return_inverse=True)
        part = np.bincount(group, totals[kind][0][owners], len(distinct))
        whole = np.bincount(group, totals[kind][1][owners], len(distinct))
        seen = whole > 0
        result.hashes[kind] = distinct[seen]
        result.shares[kind] = (part[seen] / whole[seen]).astype(np.float32)
        result.weights[kind] = np.minimum(whole[seen] / ENOUGH_WORDS, 1).astype(np.float32)
    return result


def learn_vocabulary(pages: Iterable[TokenShares], groups: Sequence[int]) -> Vocabulary:
    """The vocabulary of labelled pages.

    Each site counts once for each token, however many pages it has: `groups` numbers the site of each page. A token's
    share of content is the mean over the sites that show it, drawn towards the overall mean by PRIOR_WEIGHT sites.
    """
    pages = list(pages)
    vocabulary = Vocabulary({}, {})
    for kind in KINDS:
        vocabulary.hashes[kind], vocabulary.scores[kind] = learn_scores(pages, kind, groups)
    return vocabulary


def learn_scores(
    pages: Sequence[TokenShares], kind: str, groups: Sequence[int]
) -> tuple[NDArray[np.uint32], NDArray[np.float32]]:
    """The hashes (ascending) and scores of the tokens of one kind."""
    return _learn(
        np.concatenate([page.hashes[kind] for page in pages]),
        np.concatenate([page.shares[kind] for page in pages]).astype(np.float64),
        np.concatenate([page.weights[kind] for page in pages]).astype(np.float64),
        np.repeat(np.asarray(groups), [len(page.hashes[kind]) for page in pages]),
    )


def _learn(
    hashes: NDArray[np.uint32], shares: NDArray[np.float64], weights: NDArray[np.float64], sites: NDArray[np.int64]
) -> tuple[NDArray[np.uint32], NDArray[np.float32]]:
    if not len(hashes):
        return hashes.astype(np.uint32), np.zeros(0, dtype=np.float32)
    overall = np.clip(np.average(shares, weights=weights), 0.01, 0.99)  # where all pages agree, odds are no numbers
    # First over the pages of a site, then over the sites.
    by_site = hashes.astype(np.uint64) << np.uint64(32) | sites.astype(np.uint64)
    pairs, at, pages = np.unique(by_site, return_inverse=True, return_counts=True)
    weight = np.bincount(at, weights)
    share = np.bincount(at, shares * weights) / weight
    weight = weight / pages
    distinct, at, n_sites = np.unique(pairs >> np.uint64(32), return_inverse=True, return_counts=True)
    mean = (np.bincount(at, share * weight) + PRIOR_WEIGHT * overall) / (np.bincount(at, weight) + PRIOR_WEIGHT)
    score = np.log(mean / (1 - mean)) - np.log(overall / (1 - overall))
    kept = n_sites >= MIN_GROUPS
    return distinct[kept].astype(np.uint32), score[kept].astype(np.float32)
