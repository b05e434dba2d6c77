"""A page of plain text: its source, its blocks, and how they are rendered."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar, Unpack

import numpy as np
from numpy.typing import NDArray

from boilerkit.blocks.columns import InputFormat, TextSource
from boilerkit.blocks.rendering import MarkupOptions
from boilerkit.plaintext.rendering import to_html, to_markdown, to_text
from boilerkit.plaintext.segmentation.blocks import TextBlocks, segment_text


@dataclass(frozen=True, eq=False)
class TextDocument:
    """One page of plain text. There are no elements, so XPaths are empty; blocks index the unchanged text."""

    input_format: ClassVar[InputFormat] = "text"
    text_source: ClassVar[TextSource] = "page"

    blocks: TextBlocks

    @classmethod
    def read(cls, text: str) -> TextDocument:
        """Segment a text. Raises InputError for a text of too many lines."""
        return cls(segment_text(text))

    def unshown(self) -> Iterator[TextDocument]:
        """Yield nothing: plain text shows all that it has."""
        yield from ()

    @property
    def source(self) -> str:
        """The unchanged text."""
        return self.blocks.text

    def to_text(self, keep: NDArray[np.bool_], list_markers: bool = True) -> str:
        """Return the blocks that `keep` (bool [n_blocks]) selects as plain text."""
        return to_text(self.blocks, keep)

    def to_markdown(self, keep: NDArray[np.bool_], url: str | None, **options: Unpack[MarkupOptions]) -> str:
        """Return the kept blocks as Markdown; there are no links and images."""
        return to_markdown(self.blocks, keep, options.get("title", ""))

    def to_html(self, keep: NDArray[np.bool_], url: str | None, **options: Unpack[MarkupOptions]) -> str:
        """Return the kept blocks as HTML; there are no links and images."""
        return to_html(self.blocks, keep, options.get("title", ""))

    def in_tables(self) -> NDArray[np.bool_]:
        """Return that no block is known to be in a table, bool [n_blocks]."""
        return np.zeros(len(self.blocks), dtype=np.bool_)

    def parse(self) -> None:
        """Return None: plain text has no tree."""

    def xpath(self, index: int) -> str:
        """Return "": plain text has no elements."""
        return ""
