"""The blocks around a page's title, where the byline is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from boilerkit.blocks.columns import BlockColumns
from boilerkit.metrics import multiset_f1, words_of

#: Blocks that are looked at before and after the title, and how long a line of a byline can be.
BLOCKS_BEFORE, BLOCKS_AFTER = 3, 8
MAX_LINE_CHARS = 300
#: A block this long is a paragraph: the text has begun.
_PARAGRAPH_WORDS = 60
_MIN_MATCH = 0.5


@dataclass(frozen=True, slots=True)
class Header:
    """The place of the title, and the lines of text around it.

    `block` is the title's block, -1 if the title is not to be seen on the page; `order` the number of its element among
    all elements of the tree. `lines` begin with those after the title.
    """

    block: int
    order: int
    lines: tuple[str, ...]


def find_header(blocks: BlockColumns, title: str, metadata_blocks: Sequence[int] = ()) -> Header:
    """Find the block that is the title and the lines around it, with those of further blocks known to be metadata."""
    texts = blocks.block_texts()
    index = find_title_block(texts, title)
    order = 0
    if index >= 0 and blocks.input_format == "html":
        order = int(blocks.element("order")[blocks.block("element")[index]])  # type: ignore[attr-defined]
    near = list(_indices_near(texts, index)) if index >= 0 else []
    further = [number for number in metadata_blocks if number not in near]
    lines = (line for number in near + further for line in texts[number].split("\n"))
    return Header(index, order, tuple(" ".join(line.split()) for line in lines if 0 < len(line) <= MAX_LINE_CHARS))


def _indices_near(texts: Sequence[str], index: int) -> Iterator[int]:
    for number in range(index + 1, min(index + 1 + BLOCKS_AFTER, len(texts))):
        if number > index + 2 and len(texts[number].split()) > _PARAGRAPH_WORDS:
            break
        yield number
    yield from range(index - 1, max(index - 1 - BLOCKS_BEFORE, -1), -1)


def find_title_block(texts: Sequence[str], title: str) -> int:
    """Return the first of the blocks that have most words in common with the title, -1 if none has many."""
    words = words_of(title)
    best, best_match = -1, _MIN_MATCH
    for number, text in enumerate(texts):
        if len(text) <= 2 * len(title) + 50:
            match = multiset_f1(words_of(text), words)
            if match > best_match:
                best, best_match = number, match
    return best
