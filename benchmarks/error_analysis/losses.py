"""What a model's decisions cost on a page with gold.

A word is wrong where it is kept and not gold (false content), gold and not kept (lost content), or gold that no block
has. Since F1 is twice the right words over the kept and the gold words together, 1 - F1 is the wrong words over those:
on each page a wrong word takes as much from F1, and `PageLosses.word_cost` says how much.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from lxml import etree
from numpy.typing import NDArray

from benchmarks.error_analysis.missing import missing_runs
from benchmarks.systems import BoilerkitExtractor
from boilerkit.cli.common import cut
from boilerkit.html.parsing import parse
from boilerkit.gold.pages import GoldPage, html_bytes
from boilerkit.learning.alignment import BlockTargets, align, gold_text
from boilerkit.metrics import WORD, word_f1
from boilerkit.html.rendering.text import to_text
from boilerkit.html.document import read
from boilerkit.html.segmentation.blocks import HtmlBlocks
from boilerkit.html.tags import TAGS
from boilerkit.selection import page_threshold, select
from boilerkit.html.xpath import ElementPaths

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

#: Characters of a block's text that tables show.
SNIPPET = 80


@dataclass(frozen=True)
class JudgedPage:
    """A page with gold, and what the model made of its blocks.

    `source` is the HTML that the blocks come from, `probabilities` and `kept` are of shape [n_blocks], `cut` is the
    probability over which blocks of this page are kept, and `missing` holds the runs of gold words that no block has.
    """

    page: GoldPage
    source: str
    table: HtmlBlocks
    probabilities: NDArray[np.float64]
    kept: Bools
    cut: float
    target: BlockTargets
    missing: list[str]

    @property
    def words(self) -> Ints:
        """The words of each block that the gold speaks of, [n_blocks]."""
        return self.target.weight.astype(np.int64)

    @property
    def content_words(self) -> Ints:
        """Those that are content by the gold, [n_blocks]."""
        return np.asarray(np.rint(self.target.content * self.target.weight), dtype=np.int64)

    @property
    def false_words(self) -> Ints:
        """Words of each block that are kept and not gold, [n_blocks]."""
        return np.where(self.kept, self.words - self.content_words, 0)

    @property
    def lost_words(self) -> Ints:
        """Words of each block that are gold and not kept, [n_blocks]."""
        return np.where(self.kept, 0, self.content_words)

    @property
    def is_gold(self) -> Bools:
        """Whether each block is content by the gold: over half of its words are, [n_blocks]."""
        return np.asarray(2 * self.content_words > self.words)

    @property
    def link_density(self) -> NDArray[np.float64]:
        """The share of each block's characters that is anchor text, [n_blocks]."""
        return np.asarray(self.table.block("link_chars") / np.maximum(self.table.block("chars"), 1))

    @property
    def tags(self) -> list[str]:
        """The deepest element that holds all of each block, "other" for names that are not of HTML, [n_blocks]."""
        return [TAGS[tag] or "other" for tag in self.table.element("tag")[self.table.block("element")].tolist()]

    def xpath(self, index: int) -> str:
        """The path of a block's element in the tree of `source`."""
        return self._paths.path(self._number(index))

    def classes(self, index: int) -> str:
        """The class attribute of a block's element."""
        return str(self._elements[self._number(index)].get("class", ""))

    def _number(self, index: int) -> int:
        return int(self.table.element("order")[self.table.block("element")[index]])

    @cached_property
    def _root(self) -> etree._Element:
        root = parse(self.source)
        assert root is not None, "a page with blocks has a tree"
        return root

    @cached_property
    def _paths(self) -> ElementPaths:
        return ElementPaths(self._root)

    @cached_property
    def _elements(self) -> list[etree._Element]:
        return list(self._root.iter("*"))


def judge(page: GoldPage, extractor: BoilerkitExtractor) -> JudgedPage:
    """Let a model decide on a page that has gold text or spans.

    Raises InputError for what is no page, GoldError where a span lies outside the page's text, and BenchmarkError for
    a page of the model's training without an out-of-fold answer.
    """
    assert page.gold is not None, "only pages with gold text or spans can be judged"
    table, probabilities = extractor.probabilities(html_bytes(page.html))
    return JudgedPage(
        page=page,
        source=read(html_bytes(page.html))[0].decode(),
        table=table,
        probabilities=probabilities,
        kept=select(table, probabilities, extractor.threshold),
        cut=page_threshold(probabilities, table.block("words"), extractor.threshold),
        target=align(table, page.gold),
        missing=missing_runs(table, page.gold),
    )


@dataclass(frozen=True, slots=True)
class BlockLoss:
    """A block with wrong words: at least one of `false_words` and `lost_words` is over 0, and only one can be."""

    page_id: str
    corpus: str
    index: int
    tag: str
    link_density: float
    probability: float
    gold_share: float
    false_words: int
    lost_words: int
    snippet: str
    xpath: str

    @property
    def cost(self) -> float:
        """The wrong words times the probability that the model gave to their being right."""
        return self.false_words * self.probability + self.lost_words * (1 - self.probability)


@dataclass(frozen=True)
class PageLosses:
    """The losses of one page, in words that its gold speaks of.

    `oracle` is the word F1 of choosing blocks by the gold itself, as `boilerkit evaluate` computes it: what the
    segmenter leaves possible.
    """

    id: str
    corpus: str
    page_type: str
    word_f1: float
    oracle: float
    kept_words: int
    gold_words: int
    false_words: int
    lost_words: int
    missing_words: int
    blocks: list[BlockLoss]

    @property
    def cost(self) -> float:
        """What better decisions on its blocks could win, in word F1; what no decision can win is 1 - `oracle`."""
        return self.oracle - self.word_f1

    @property
    def word_cost(self) -> float:
        """What one wrong word takes from the F1 of the page."""
        return 1 / max(self.kept_words + self.gold_words, 1)


def losses_of(judged: JudgedPage) -> PageLosses:
    """What the decisions on a page cost."""
    page, table = judged.page, judged.table
    assert page.gold is not None, "it was judged"
    main_text = gold_text(table, page.gold)
    by_gold = select(table, judged.target.content.astype(np.float64), 0.5)
    missing_words = sum(len(WORD.findall(run)) for run in judged.missing)
    return PageLosses(
        id=page.id,
        corpus=page.corpus,
        page_type=page.page_type,
        word_f1=word_f1(to_text(table, judged.kept), main_text),
        oracle=word_f1(to_text(table, by_gold), main_text),
        kept_words=int(judged.words[judged.kept].sum()),
        gold_words=int(judged.content_words.sum()) + missing_words,
        false_words=int(judged.false_words.sum()),
        lost_words=int(judged.lost_words.sum()),
        missing_words=missing_words,
        blocks=_block_losses(judged),
    )


def _block_losses(judged: JudgedPage) -> list[BlockLoss]:
    false, lost, tags, density = judged.false_words, judged.lost_words, judged.tags, judged.link_density
    return [
        BlockLoss(
            page_id=judged.page.id,
            corpus=judged.page.corpus,
            index=index,
            tag=tags[index],
            link_density=float(density[index]),
            probability=float(judged.probabilities[index]),
            gold_share=float(judged.target.content[index]),
            false_words=int(false[index]),
            lost_words=int(lost[index]),
            snippet=cut(judged.table.block_text(index), SNIPPET),
            xpath=judged.xpath(index),
        )
        for index in np.flatnonzero(false + lost).tolist()
    ]
