"""The findings of one run, as plain values for files and as tables for people."""

from __future__ import annotations

import heapq
from collections.abc import Sequence
from dataclasses import asdict, astuple, dataclass
from typing import Any

from benchmarks.error_analysis.losses import BlockLoss, PageLosses
from benchmarks.error_analysis.sums import Sums


@dataclass(frozen=True)
class Report:
    """The losses of a system on a corpus.

    `pages` are all that could be read, those that cost most first, and `blocks` the blocks that cost most. `failures`
    holds the id of each other page, and why it could not be read.
    """

    corpus: str
    system: str
    version: str
    threshold: float
    pages: list[PageLosses]
    blocks: list[BlockLoss]
    failures: list[tuple[str, str]]
    sums: Sums

    def to_dict(self) -> dict[str, Any]:
        """Return all of it as plain values for JSON, without any text of the pages."""
        return {
            "corpus": self.corpus,
            "system": self.system,
            "version": self.version,
            "threshold": self.threshold,
            "failures": [{"id": page_id, "error": error} for page_id, error in self.failures],
            "sums": {name: [_rounded(asdict(row)) for row in rows] for name, rows in vars(self.sums).items()},
            "pages": [_rounded(_without(vars(page), "blocks") | {"cost": page.cost}) for page in self.pages],
            "blocks": [_rounded(_without(asdict(block), "snippet") | {"cost": block.cost}) for block in self.blocks],
        }


def costliest_blocks(pages: Sequence[PageLosses], count: int) -> list[BlockLoss]:
    """Return the blocks of all pages that cost most, in this order."""
    return heapq.nlargest(count, (block for page in pages for block in page.blocks), key=lambda block: block.cost)


def _without(values: dict[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in values.items() if key != name}


def _rounded(values: dict[str, Any]) -> dict[str, Any]:
    return {name: round(value, 4) if isinstance(value, float) else value for name, value in values.items()}


# --- Tables -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class ReportTable:
    """A table of the report, for a terminal or HTML."""

    title: str
    columns: tuple[str, ...]
    rows: list[tuple[object, ...]]


PAGE_COLUMNS = ("page", "type", "word F1", "oracle", "cost", "false words", "lost words", "in no block")
BLOCK_COLUMNS = ("page", "block", "tag", "links", "probability", "gold", "false words", "lost words", "cost")


def page_row(page: PageLosses) -> tuple[object, ...]:
    """Return a page as a row of PAGE_COLUMNS."""
    words = (page.false_words, page.lost_words, page.missing_words)
    return (page.id, page.page_type, page.word_f1, page.oracle, page.cost, *words)


def block_row(block: BlockLoss) -> tuple[object, ...]:
    """Return a block as a row of BLOCK_COLUMNS."""
    shares = (block.link_density, block.probability, block.gold_share)
    return (block.page_id, block.index, block.tag, *shares, block.false_words, block.lost_words, block.cost)


SUMS_NOTE = "Shares are of all wrong words, each weighted by what it costs its page in F1, so that pages count alike."


def sums_tables(sums: Sums) -> list[ReportTable]:
    """Return the sums by page type, tag, link density and probability."""
    types = [("all", *row[1:]) if not row[0] else row for row in map(astuple, sums.by_type)]
    groups = {"tag": sums.by_tag, "link density": sums.by_link_density, "probability": sums.by_probability}
    return [
        ReportTable(
            "By page type",
            ("page type", "pages", "word F1", "oracle", "false content", "lost content", "gold in no block"),
            types,
        ),
        *(
            ReportTable(
                f"By {name} of the block",
                (name, "blocks with wrong words", "false content", "lost content"),
                [astuple(row) for row in rows],
            )
            for name, rows in groups.items()
        ),
    ]
