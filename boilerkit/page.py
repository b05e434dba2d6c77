"""What users hold: a page and its blocks, made from the columns when somebody asks."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal, get_args

import numpy as np
from lxml import etree
from numpy.typing import NDArray

from boilerkit.decode import parse_utf8
from boilerkit.features import FIXED, fixed_features
from boilerkit.labels import Label
from boilerkit.output.text import to_text
from boilerkit.segment.table import BlockTable
from boilerkit.select import page_cut
from boilerkit.title import title_of
from boilerkit.xpath import ElementPaths

Output = Literal["text", "markdown", "html", "json"]
OUTPUTS = get_args(Output)


@dataclass(frozen=True, slots=True)
class Block:
    """A run of visible text that block-level elements set apart.

    `start` and `end` are its place in the page's `full_text`, in characters. `probability` is the calibrated
    probability that it is content. `xpath` leads to the deepest element that holds all of its text, in the tree that
    lxml makes of the page's `source`.
    """

    text: str
    label: Label
    probability: float
    is_content: bool
    start: int
    end: int
    index: int
    page: Page

    @property
    def xpath(self) -> str:
        """Path of the block's element in the tree of the page."""
        return self.page._xpath(self.index)

    @property
    def features(self) -> dict[str, float]:
        """The block's features that need no model, by name; `boilerkit.features.DESCRIPTIONS` explains each."""
        return self.page._features(self.index)

    def to_dict(self) -> dict[str, Any]:
        """The block as plain values, for JSON."""
        return {
            "text": self.text,
            "label": str(self.label),
            "probability": round(self.probability, 4),
            "is_content": self.is_content,
            "xpath": self.xpath,
            "start": self.start,
            "end": self.end,
        }

    def __repr__(self) -> str:
        text = self.text if len(self.text) <= 60 else self.text[:57] + "..."
        return f"Block({self.label}, {self.probability:.2f}, {text!r})"


class Page:
    """One analysed page. `boilerkit.analyze` makes it; it holds columns, not objects, and can be pickled."""

    def __init__(
        self,
        html: bytes,
        table: BlockTable,
        probabilities: NDArray[np.float64],
        keep: NDArray[np.bool_],
        threshold: float,
        url: str | None = None,
    ) -> None:
        self.url = url
        self.threshold = threshold
        self._html = html
        self._table = table
        self._probabilities = probabilities
        self._keep = keep

    @property
    def source(self) -> str:
        """The page's HTML as text. For an empty shell that scripts would fill, the text that they carry, as HTML."""
        return self._html.decode()

    @property
    def cut(self) -> float:
        """The probability over which blocks of this page are kept.

        It is the threshold, or less on a page that is doubtful as a whole (see `boilerkit.select.page_cut`).
        """
        return page_cut(self._probabilities, self._table.block("words"), self.threshold)

    @property
    def full_text(self) -> str:
        """All visible text, boilerplate and all; the blocks index it."""
        return self._table.text

    @property
    def title(self) -> str:
        """The page's title: its h1 where that repeats the title element, else the title element's text."""
        return title_of(self._table)

    @property
    def text(self) -> str:
        """The main text, as `boilerkit.extract` gives it."""
        return to_text(self._table, self._keep)

    @property
    def html(self) -> str:
        """The main content as clean HTML."""
        from boilerkit.output.html import to_html

        root = self._tree
        return "" if root is None else to_html(root, self._table, self._keep, self.url)

    @property
    def markdown(self) -> str:
        """The main content as Markdown."""
        from boilerkit.output.markdown import to_markdown

        root = self._tree
        return "" if root is None else to_markdown(root, self._table, self._keep, self.url)

    @cached_property
    def blocks(self) -> list[Block]:
        """All blocks, in document order."""
        bounds = zip(self._table.block("start").tolist(), self._table.block("end").tolist(), strict=True)
        return [
            Block(
                text=self._table.text[start:end],
                label=Label.CONTENT if keep else Label.BOILERPLATE,
                probability=probability,
                is_content=keep,
                start=start,
                end=end,
                index=index,
                page=self,
            )
            for index, ((start, end), probability, keep) in enumerate(
                zip(bounds, self._probabilities.tolist(), self._keep.tolist(), strict=True)
            )
        ]

    def to_dict(self) -> dict[str, Any]:
        """The page as plain values, for JSON: url, title, text, and every block."""
        return {
            "url": self.url,
            "title": self.title,
            "cut": round(self.cut, 4),
            "text": self.text,
            "blocks": [block.to_dict() for block in self.blocks],
        }

    def __repr__(self) -> str:
        kept = int(self._keep.sum())
        return f"Page({self.title[:60]!r}, {kept} of {len(self._table)} blocks are content)"

    # The tree is made again from the source when it is needed: trees can be neither pickled nor kept by the thousand.

    @property
    def _tree(self) -> etree._Element | None:
        return parse_utf8(self._html)

    @cached_property
    def _element_paths(self) -> ElementPaths:
        root = self._tree
        assert root is not None, "a page with blocks has a tree"
        return ElementPaths(root)

    def _xpath(self, index: int) -> str:
        element = self._table.block("element")[index]
        return self._element_paths.path(int(self._table.element("order")[element]))

    @cached_property
    def _feature_matrix(self) -> NDArray[np.float32]:
        return fixed_features(self._table)

    def _features(self, index: int) -> dict[str, float]:
        return dict(zip(FIXED, self._feature_matrix[index].tolist(), strict=True))
