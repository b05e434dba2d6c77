"""A page of plain text: its source, its blocks, and how they are rendered."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from boilerkit.blocks.columns import InputFormat
from boilerkit.plaintext.rendering import to_html, to_markdown, to_text
from boilerkit.plaintext.segmentation.blocks import TextBlocks, segment_text


@dataclass(frozen=True, eq=False)
class TextDocument:
    """One page of plain text. There are no elements, so XPaths are empty; blocks index the unchanged text."""

    input_format: ClassVar[InputFormat] = "text"

    blocks: TextBlocks

    @classmethod
    def read(cls, text: str) -> TextDocument:
        """Segment a text. Raises InputError for a text of too many lines."""
        return cls(segment_text(text))

    @property
    def source(self) -> str:
        """The unchanged text."""
        return self.blocks.text

    def to_text(self, keep: NDArray[np.bool_]) -> str:
        """Return the blocks that `keep` (bool [n_blocks]) selects as plain text."""
        return to_text(self.blocks, keep)

    def to_markdown(self, keep: NDArray[np.bool_], url: str | None) -> str:
        """Return the kept blocks as Markdown."""
        return to_markdown(self.blocks, keep)

    def to_html(self, keep: NDArray[np.bool_], url: str | None) -> str:
        """Return the kept blocks as HTML."""
        return to_html(self.blocks, keep)

    def parse(self) -> None:
        """Return None: plain text has no tree."""

    def xpath(self, index: int) -> str:
        """Return "": plain text has no elements."""
        return ""
