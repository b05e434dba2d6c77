"""What the decisions of a model cost on a page with gold.

A word is wrong if it is kept and not gold (false content), gold and not kept (lost content), or gold that no block has.
Since F1 is twice the right words over the kept and the gold words together, 1 - F1 is the wrong words over those: on
each page every wrong word costs the same F1, `PageLosses.word_cost`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from lxml import etree
from numpy.typing import NDArray

from benchmarks.error_analysis.missing import missing_runs
from benchmarks.systems import BoilerkitExtractor
from boilerkit.gold.pages import GoldPage, page_bytes
from boilerkit.html.document import HtmlDocument
from boilerkit.html.parsing import parse
from boilerkit.html.rendering.text import to_text
from boilerkit.html.segmentation.blocks import HtmlBlocks
from boilerkit.html.tags import TAGS
from boilerkit.html.xpath import ElementPaths
from boilerkit.learning.alignment import BlockTargets, align, gold_text
from boilerkit.metrics import WORD, word_f1
from boilerkit.selection import select_blocks
from boilerkit.terminal.console import truncate

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

#: Characters of a block's text that tables show.
SNIPPET = 80


@dataclass(frozen=True)
class PredictedPage:
    """A page with gold and a model's decisions on its blocks.

    `source` is the HTML that the blocks come from, `probabilities` and `kept` are of shape [n_blocks], `threshold` is
    that of this page, and `missing` holds the runs of gold words that no block has.
    """

    page: GoldPage
    source: str
    table: HtmlBlocks
    probabilities: NDArray[np.float64]
    kept: Bools
    threshold: float
    target: BlockTargets
    missing: list[str]

    @property
    def words(self) -> Ints:
        """The words of each block that the gold covers, [n_blocks]."""
        return self.target.word_weight.astype(np.int64)

    @property
    def content_words(self) -> Ints:
        """Those that are content by the gold, [n_blocks]."""
        return np.asarray(np.rint(self.target.content_share * self.target.word_weight), dtype=np.int64)

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
        """Return the path of a block's element in the tree of `source`."""
        return self._paths.path(self._number(index))

    def classes(self, index: int) -> str:
        """Return the class attribute of a block's element."""
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


def predict_page(page: GoldPage, extractor: BoilerkitExtractor) -> PredictedPage:
    """Return a model's decisions on a page that has gold text or spans.

    Raises InputError for invalid input, GoldError if a span lies outside the page's text, and BenchmarkError for a
    training page of the model that has no out-of-fold prediction.
    """
    assert page.gold is not None, "only pages with gold text or spans can be predicted"
    html = page_bytes(page.source)
    table, probabilities = extractor.probabilities(html)
    selection = extractor.choose(html, table, probabilities)
    return PredictedPage(
        page=page,
        source=HtmlDocument.read(html).source,
        table=table,
        probabilities=probabilities,
        kept=selection.keep,
        threshold=selection.threshold,
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
        """The wrong words times the probability that the model gave to its wrong decision."""
        return self.false_words * self.probability + self.lost_words * (1 - self.probability)


@dataclass(frozen=True)
class PageLosses:
    """The losses of one page, in words that its gold covers.

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
        """What better decisions on its blocks could gain in word F1; no decision can gain 1 - `oracle`."""
        return self.oracle - self.word_f1

    @property
    def word_cost(self) -> float:
        """What one wrong word costs the page in F1."""
        return 1 / max(self.kept_words + self.gold_words, 1)


def losses_of(predicted: PredictedPage) -> PageLosses:
    """Return what the decisions on a page cost."""
    page, table = predicted.page, predicted.table
    assert page.gold is not None
    main_text = gold_text(table, page.gold)
    by_gold = select_blocks(table, predicted.target.content_share.astype(np.float64), 0.5)
    missing_words = sum(len(WORD.findall(run)) for run in predicted.missing)
    return PageLosses(
        id=page.id,
        corpus=page.corpus,
        page_type=page.page_type,
        word_f1=word_f1(to_text(table, predicted.kept), main_text),
        oracle=word_f1(to_text(table, by_gold), main_text),
        kept_words=int(predicted.words[predicted.kept].sum()),
        gold_words=int(predicted.content_words.sum()) + missing_words,
        false_words=int(predicted.false_words.sum()),
        lost_words=int(predicted.lost_words.sum()),
        missing_words=missing_words,
        blocks=_block_losses(predicted),
    )


def _block_losses(predicted: PredictedPage) -> list[BlockLoss]:
    false, lost, tags, density = predicted.false_words, predicted.lost_words, predicted.tags, predicted.link_density
    return [
        BlockLoss(
            page_id=predicted.page.id,
            corpus=predicted.page.corpus,
            index=index,
            tag=tags[index],
            link_density=float(density[index]),
            probability=float(predicted.probabilities[index]),
            gold_share=float(predicted.target.content_share[index]),
            false_words=int(false[index]),
            lost_words=int(lost[index]),
            snippet=truncate(predicted.table.block_text(index), SNIPPET),
            xpath=predicted.xpath(index),
        )
        for index in np.flatnonzero(false + lost).tolist()
    ]
