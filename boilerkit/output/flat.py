"""Kept blocks of flat text as text, Markdown and HTML."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

from boilerkit.segment.flat import FlatTable

_MARK = re.compile(r"\s*[^\w\s]\s*")  # of a list item
_NUMBER = re.compile(r"\s*(\d+)[.)]\s*")
_SPECIAL = re.compile(r"([\\`*_\[\]<>#])")  # what means something in Markdown
_BULLET, _NUMBERED = 1, 2


def to_text(table: FlatTable, keep: NDArray[np.bool_]) -> str:
    """The text of the blocks that `keep` (bool [n_blocks]) selects, in order.

    Lines that follow each other in the page do so here, with the indents that they have to each other; what was parted
    by empty lines, or by blocks that are left out, is parted by an empty line. Broken lines of a paragraph are joined.
    """
    return "\n\n".join("\n".join(_lines(table, group)) for group in _groups(table, keep))


def to_html(table: FlatTable, keep: NDArray[np.bool_]) -> str:
    """The kept blocks as paragraphs and list items in an `article` element, an empty string if there are none."""
    parts = []
    for kind, group in _by_kind(table, keep):
        texts = [escape(_unmarked(text, kind), quote=False) for text in group]
        if kind:
            name = "ul" if kind == _BULLET else "ol"
            parts += [f"<{name}>", *(f"<li>{text}</li>" for text in texts), f"</{name}>"]
        else:
            parts += [f"<p>{text}</p>" for text in texts]
    return "\n".join(["<article>", *parts, "</article>"]) if parts else ""


def to_markdown(table: FlatTable, keep: NDArray[np.bool_]) -> str:
    """The kept blocks as Markdown: paragraphs and lists are all that is known of flat text."""
    parts = []
    for kind, group in _by_kind(table, keep):
        texts = [_SPECIAL.sub(r"\\\1", _unmarked(text, kind)) for text in group]
        if kind == _BULLET:
            parts.append("\n".join(f"- {text}" for text in texts))
        elif kind == _NUMBERED:
            parts.append("\n".join(f"{number}. {text}" for number, text in enumerate(texts, 1)))
        else:
            parts += texts
    return "\n\n".join(parts)


def _groups(table: FlatTable, keep: NDArray[np.bool_]) -> Iterator[list[int]]:
    """The kept blocks, those that follow each other line by line together."""
    kept = np.flatnonzero(keep)
    if not len(kept):
        return
    apart = (np.diff(kept) > 1) | (table.block("blanks")[kept[1:]] > 0)
    for group in np.split(kept, np.flatnonzero(apart) + 1):
        yield group.tolist()


def _lines(table: FlatTable, group: list[int]) -> Iterator[str]:
    indents = table.block("indent")[group[0] : group[-1] + 1].tolist()
    least = min(indents)
    for index, indent in zip(group, indents, strict=True):
        yield " " * (indent - least) + _one_line(table, index)


def _by_kind(table: FlatTable, keep: NDArray[np.bool_]) -> Iterator[tuple[int, list[str]]]:
    """Runs of kept blocks of one kind of list mark (0: none), with their texts."""
    kinds = table.block("bullet")
    for group in _groups(table, keep):
        for kind, run in groupby(group, lambda index: int(kinds[index])):
            yield kind, [_one_line(table, index) for index in run]


def _one_line(table: FlatTable, index: int) -> str:
    """The text of a block, its broken lines joined."""
    text = table.block_text(index)
    return " ".join(text.split()) if table.block("lines")[index] > 1 else text


def _unmarked(text: str, kind: int) -> str:
    """The text of a list item without its mark."""
    if not kind:
        return text
    return (_MARK if kind == _BULLET else _NUMBER).sub("", text, count=1)
