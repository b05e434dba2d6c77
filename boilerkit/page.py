"""What users hold: a page and its blocks, made from the columns when somebody asks."""

from __future__ import annotations

from collections.abc import Collection
from copy import copy
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal, get_args

import numpy as np
from lxml import etree
from numpy.typing import NDArray

from boilerkit.decode import parse_utf8
from boilerkit.features import FAMILIES, FIXED, fixed_features
from boilerkit.labels import KINDS, Label, of_twelve
from boilerkit.model.kinds import KindsModel, choose
from boilerkit.model.kinds_store import load_kinds_model
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
    probability that it is content, `in_text` whether it is in the page's text. `xpath` leads to the deepest element
    that holds all of its text, in the tree that lxml makes of the page's `source`.
    """

    text: str
    probability: float
    in_text: bool
    start: int
    end: int
    index: int
    page: Page

    @property
    def label(self) -> Label:
        """The likeliest of the twelve labels that agrees with the page's text.

        What is in the text has a label of content; what is not in it has one of boilerplate, or is a title or a
        caption: whether these belong to the main text is something that people, and so gold texts, differ on.
        """
        return KINDS[int(self.page._labels[1][self.index])]

    @property
    def is_content(self) -> bool:
        """Whether its label is one of content: what is in the text, and titles and captions that may not be."""
        return self.label.is_content

    @property
    def probabilities(self) -> dict[Label, float]:
        """The calibrated probability of each of the twelve labels, whether or not the block is content."""
        return dict(zip(KINDS, self.page._labels[0][self.index].tolist(), strict=True))

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
            "probabilities": {str(label): round(p, 4) for label, p in self.probabilities.items()},
            "is_content": self.is_content,
            "in_text": self.in_text,
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
        kinds: KindsModel | None = None,
    ) -> None:
        self.url = url
        self.threshold = threshold
        self._html = html
        self._table = table
        self._probabilities = probabilities
        self._keep = keep
        self._kinds = kinds  # None: the shipped one

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

    @property
    def families(self) -> dict[str, dict[str, str]]:
        """What the features of the blocks are, by family and name."""
        return FAMILIES

    @property
    def view(self) -> str:
        """A web page of its own that shows the blocks, tinted by label."""
        from boilerkit.output.view import to_view

        return to_view(self)

    @cached_property
    def blocks(self) -> list[Block]:
        """All blocks, in document order."""
        bounds = zip(self._table.block("start").tolist(), self._table.block("end").tolist(), strict=True)
        return [
            Block(
                text=self._table.text[start:end],
                probability=probability,
                in_text=keep,
                start=start,
                end=end,
                index=index,
                page=self,
            )
            for index, ((start, end), probability, keep) in enumerate(
                zip(bounds, self._probabilities.tolist(), self._keep.tolist(), strict=True)
            )
        ]

    def blocks_of(self, *labels: Label | str) -> list[Block]:
        """The blocks that have one of these labels, in document order; ValueError for what is none of the twelve."""
        wanted = of_twelve(labels)
        return [block for block in self.blocks if block.label in wanted]

    def keeping(self, labels: Collection[Label | str]) -> Page:
        """The same page with the blocks of these labels as its text; they keep their labels."""
        wanted = of_twelve(labels)
        chosen = self._labels[1]
        page = copy(self)
        page.__dict__.pop("blocks", None)
        page._keep = np.isin(chosen, [place for place, label in enumerate(KINDS) if label in wanted])
        return page

    @cached_property
    def _labels(self) -> tuple[NDArray[np.float64], NDArray[np.intp]]:
        """The probabilities of the labels and the places of the chosen ones; found when somebody asks for labels."""
        probabilities = (self._kinds or load_kinds_model()).predict_proba(self._table, self._probabilities)
        return probabilities, choose(probabilities, self._keep)

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
