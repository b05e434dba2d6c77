"""Kept blocks of flat text as text, Markdown and HTML."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape

import numpy as np
from numpy.typing import NDArray

from boilerkit.plaintext.segmentation import TextBlocks

_MARK = re.compile(r"\s*[^\w\s]\s*")  # of a list item
_NUMBER = re.compile(r"\s*(\d+)[.)]\s*")
_SPECIAL = re.compile(r"([\\`*_\[\]<>#])")  # what means something in Markdown
_BULLET, _NUMBERED = 1, 2


def to_text(table: TextBlocks, keep: NDArray[np.bool_]) -> str:
    """The text of the blocks that `keep` (bool [n_blocks]) selects, in order.

    Lines that follow each other in the page do so here, with the indents that they have to each other; what was parted
    by empty lines, or by blocks that are left out, is parted by an empty line. Broken lines of a paragraph are joined.
    """
    kept = np.flatnonzero(keep)
    if not len(kept):
        return ""
    starts = _group_starts(table, kept)
    sizes = np.diff(starts, append=len(kept))
    indents = table.block("indent")[kept]
    indents = indents - np.repeat(np.minimum.reduceat(indents, starts), sizes)
    pieces = [""] * (2 * len(kept))
    pieces[1::2] = _texts(table, kept)
    pieces[0::2] = ["\n" + " " * indent if indent else "\n" for indent in indents.tolist()]
    for start in starts.tolist():
        pieces[2 * start] = "\n" + pieces[2 * start]
    return "".join(pieces)[2:]


def to_html(table: TextBlocks, keep: NDArray[np.bool_]) -> str:
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


def to_markdown(table: TextBlocks, keep: NDArray[np.bool_]) -> str:
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


def _group_starts(table: TextBlocks, kept: NDArray[np.intp]) -> NDArray[np.intp]:
    """Where in `kept` the groups of blocks begin that follow each other line by line, intp [n_groups]."""
    apart = (np.diff(kept) > 1) | (table.block("blanks")[kept[1:]] > 0)
    return np.concatenate([[0], np.flatnonzero(apart) + 1])


def _by_kind(table: TextBlocks, keep: NDArray[np.bool_]) -> Iterator[tuple[int, list[str]]]:
    """Runs of kept blocks of one group and one kind of list mark (0: none), with their texts."""
    kept = np.flatnonzero(keep)
    if not len(kept):
        return
    kinds = table.block("bullet")[kept]
    is_start = np.zeros(len(kept), dtype=bool)
    is_start[_group_starts(table, kept)] = True
    is_start[1:] |= kinds[1:] != kinds[:-1]
    texts = _texts(table, kept)
    starts = np.flatnonzero(is_start).tolist()
    for start, end in zip(starts, [*starts[1:], len(kept)], strict=True):
        yield int(kinds[start]), texts[start:end]


def _texts(table: TextBlocks, kept: NDArray[np.intp]) -> list[str]:
    """The texts of blocks, the broken lines of each joined."""
    text = table.text
    bounds = zip(table.block("start")[kept].tolist(), table.block("end")[kept].tolist(), strict=True)
    texts = [text[start:end] for start, end in bounds]
    for index in np.flatnonzero(table.block("lines")[kept] > 1).tolist():
        texts[index] = " ".join(texts[index].split())
    return texts


def _unmarked(text: str, kind: int) -> str:
    """The text of a list item without its mark."""
    if not kind:
        return text
    return (_MARK if kind == _BULLET else _NUMBER).sub("", text, count=1)
