"""The title of a page."""

from __future__ import annotations

import numpy as np

from boilerkit.features._survey import Survey
from boilerkit.segment.table import BlockTable


def title_of(table: BlockTable) -> str:
    """The h1 that shares most of its words with the page's title element; where none shares half, that element's text.

    The title element often carries the site's name too, which the h1 does not.
    """
    shares = table.block("title_words") / np.maximum(table.block("words"), 1)
    shares = np.where(Survey(table).heading_levels == 1, shares, 0)
    if len(shares) and shares.max() >= 0.5:
        return table.block_text(int(shares.argmax()))
    return " ".join(table.title.split())
