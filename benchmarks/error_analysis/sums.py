"""Losses summed by properties of blocks and pages.

All shares are of all wrong words of all pages, each word weighted by what it costs its page in F1. So pages count
alike, however long they are, and the shares of different tables can be compared.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from benchmarks.error_analysis.losses import BlockLoss, PageLosses

#: A link density falls into the first bin whose upper edge it does not pass.
_DENSITIES = {0.0: "0", 0.1: "0 to 0.1", 0.3: "0.1 to 0.3", 0.6: "0.3 to 0.6", 1.0: "0.6 to 1"}
_TENTHS = [f"{tenth / 10:.1f} to {(tenth + 1) / 10:.1f}" for tenth in range(10)]


@dataclass(frozen=True)
class TypeSums:
    """The pages of one type ("" for all): means of their F1, and their shares of all wrong words."""

    page_type: str
    pages: int
    word_f1: float
    oracle: float
    false_share: float
    lost_share: float
    missing_share: float


@dataclass(frozen=True)
class BlockSums:
    """The blocks with wrong words in one group: their number and their shares of all wrong words."""

    group: str
    blocks: int
    false_share: float
    lost_share: float


@dataclass(frozen=True)
class Sums:
    """The sums over some pages; what is missing from the shares of blocks is gold in no block."""

    by_type: list[TypeSums]
    by_tag: list[BlockSums]
    by_link_density: list[BlockSums]
    by_probability: list[BlockSums]


def sums_of(pages: Sequence[PageLosses]) -> Sums:
    """Return the sums over one or more pages.

    By type, all pages come first, then each type if there are several; by tag, those that cost most come first.
    """
    unit = _unit(pages)
    types = sorted({page.page_type for page in pages} - {""})
    by_tag = _by_group(pages, unit, lambda block: block.tag)
    return Sums(
        by_type=[_of_type(pages, unit, name) for name in ["", *(types if len(types) > 1 else [])]],
        by_tag=sorted(by_tag.values(), key=lambda sums: -(sums.false_share + sums.lost_share)),
        by_link_density=_binned(_by_group(pages, unit, _density), list(_DENSITIES.values())),
        by_probability=_binned(_by_group(pages, unit, _tenth), _TENTHS),
    )


def _unit(pages: Sequence[PageLosses]) -> float:
    """Return the factor that turns the cost of a word into a share of the cost of all wrong words."""
    wrong = sum(page.word_cost * (page.false_words + page.lost_words + page.missing_words) for page in pages)
    return 1 / wrong if wrong else 0.0


def _of_type(pages: Sequence[PageLosses], unit: float, page_type: str) -> TypeSums:
    chosen = [page for page in pages if page_type in ("", page.page_type)]
    return TypeSums(
        page_type=page_type,
        pages=len(chosen),
        word_f1=float(np.mean([page.word_f1 for page in chosen])),
        oracle=float(np.mean([page.oracle for page in chosen])),
        false_share=unit * sum(page.word_cost * page.false_words for page in chosen),
        lost_share=unit * sum(page.word_cost * page.lost_words for page in chosen),
        missing_share=unit * sum(page.word_cost * page.missing_words for page in chosen),
    )


def _by_group(pages: Sequence[PageLosses], unit: float, group_of: Callable[[BlockLoss], str]) -> dict[str, BlockSums]:
    counts: dict[str, int] = defaultdict(int)
    false: dict[str, float] = defaultdict(float)
    lost: dict[str, float] = defaultdict(float)
    for page in pages:
        for block in page.blocks:
            group = group_of(block)
            counts[group] += 1
            false[group] += unit * page.word_cost * block.false_words
            lost[group] += unit * page.word_cost * block.lost_words
    return {group: BlockSums(group, counts[group], false[group], lost[group]) for group in counts}


def _binned(found: dict[str, BlockSums], bins: Sequence[str]) -> list[BlockSums]:
    return [found.get(name, BlockSums(name, 0, 0.0, 0.0)) for name in bins]


def _density(block: BlockLoss) -> str:
    return next(name for edge, name in _DENSITIES.items() if block.link_density <= edge)


def _tenth(block: BlockLoss) -> str:
    return _TENTHS[min(int(10 * block.probability), 9)]
