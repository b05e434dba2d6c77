"""The title of plain text: which of the page's lines it is, with nothing but words to go by."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

#: The probability that a block must have to be taken for the title of plain text, which says less of it than HTML.
MIN_PROBABILITY = 0.1
#: A line that the page repeats with the site's name is taken for the title before others if its probability is at least
#: this share of theirs: a subtitle below it looks much the same.
REPEATED_SHARE = 0.5

_SEPARATOR = re.compile(r"\s*[-–—|_:·•»«/]")


def find_title(texts: Sequence[str], probabilities: NDArray[np.float64]) -> str | None:
    """Return the text of the title among the blocks, without the site's name; None if no block is probable.

    `probabilities` [n_blocks] are those of being the title, by the label model. Many pages begin with the title of the
    window, which is the heading and then the name of the site.
    """
    if not len(texts) or probabilities.max() < MIN_PROBABILITY:
        return None
    lines = [" ".join(text.split()) for text in texts]
    best = lines[int(probabilities.argmax())]
    if headings := [line for line in lines if _goes_on(best, line)]:
        return max(headings, key=len)
    order = np.argsort(-probabilities, kind="stable")
    likely = order[probabilities[order] >= REPEATED_SHARE * probabilities.max()]
    repeated = (lines[at] for at in likely.tolist() if any(_goes_on(line, lines[at]) for line in lines))
    return next(repeated, best)


def _goes_on(line: str, heading: str) -> bool:
    """Return whether a line is a heading and, after a separator, more."""
    return bool(heading) and line.startswith(heading) and _SEPARATOR.match(line, len(heading)) is not None
