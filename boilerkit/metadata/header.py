"""The blocks around a page's title, where the byline is."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from boilerkit.blocks.columns import BlockColumns
from boilerkit.metrics import multiset_f1, words_of

#: Blocks that are looked at before and after the title, and how long a line of a byline can be.
BLOCKS_BEFORE, BLOCKS_AFTER = 3, 8
MAX_LINE_CHARS = 300
#: Lines that are looked at, the nearest to the title: pages can have many of comments and of forum posts.
MAX_LINES = 60
#: A block this long is a paragraph: the text has begun.
_PARAGRAPH_WORDS = 60
_MIN_MATCH = 0.5
_ANNOUNCEMENT = re.compile(r":\Z|\b(?:by|on|at|von|par|por|da|author|published|updated|posted|date)\Z", re.IGNORECASE)
_MAX_ANNOUNCEMENT = 30


@dataclass(frozen=True, slots=True)
class Header:
    """The place of the title, and lines of text about the page.

    `order` is the number of the title's element among all elements of the tree. `metadata` are the lines of blocks that
    the label model takes for metadata, `lines` these and all others around the title; the nearest to it come first,
    those after it before those above.
    """

    order: int
    metadata: tuple[str, ...]
    lines: tuple[str, ...]


def find_header(blocks: BlockColumns, title: str, metadata_blocks: Sequence[int]) -> Header:
    """Find the block that is the title and the lines around it, with those of the blocks that are metadata."""
    texts = blocks.block_texts()
    index = find_title_block(texts, title)
    order = 0
    if index >= 0 and blocks.input_format == "html":
        order = int(blocks.element("order")[blocks.block("element")[index]])  # type: ignore[attr-defined]
    known = {*metadata_blocks}
    near = {number for number in _indices_near(texts, index) if number not in known} if index >= 0 else set()

    def distance(number: int) -> int:
        return number - index if number >= index else 2 * (index - number)

    metadata, others = (
        tuple(line for _, line in sorted(_lines(texts, sorted(numbers)), key=lambda its: distance(its[0])))[:MAX_LINES]
        for numbers in (known, near)
    )
    return Header(order, metadata, metadata + others)


def _indices_near(texts: Sequence[str], index: int) -> Iterator[int]:
    for number in range(index + 1, min(index + 1 + BLOCKS_AFTER, len(texts))):
        if number > index + 2 and len(texts[number].split()) > _PARAGRAPH_WORDS:
            break
        yield number
    yield from range(index - 1, max(index - 1 - BLOCKS_BEFORE, -1), -1)


def find_title_block(texts: Sequence[str], title: str) -> int:
    """Return the first of the blocks that have most words in common with the title, -1 if none has many."""
    words = words_of(title)
    known = {*words}
    best, best_match = -1, _MIN_MATCH
    for number, text in enumerate(texts):
        if len(title) <= 4 * len(text) and len(text) <= 2 * len(title) + 50:
            own = words_of(text)
            if known.isdisjoint(own):
                continue
            match = multiset_f1(own, words)
            if match > best_match:
                best, best_match = number, match
                if match == 1:
                    break
    return best


def _lines(texts: Sequence[str], numbers: Sequence[int]) -> Iterator[tuple[int, str]]:
    """Yield the lines of blocks with their blocks' numbers.

    Those that end with an announcement ("Written by", "Published:") are joined with the next.
    """
    before = ""
    for place, number in enumerate(numbers):
        if place and number > numbers[place - 1] + 1:
            before = ""
        for line in (" ".join(line.split()) for line in texts[number].split("\n")):
            if 0 < len(line) <= _MAX_ANNOUNCEMENT and _ANNOUNCEMENT.search(line):
                before += line + " "
            elif 0 < len(line) <= MAX_LINE_CHARS:
                yield number, before + line
                before = ""
