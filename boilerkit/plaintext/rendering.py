"""Kept blocks of plain text as text, Markdown and HTML."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape

import numpy as np
from numpy.typing import NDArray

from boilerkit.plaintext.segmentation.blocks import TextBlocks
from boilerkit.plaintext.segmentation.columns import BULLETS

_PARAGRAPH, _ITEM, _NUMBERED_ITEM = range(len(BULLETS))
_MARKERS = {_ITEM: re.compile(r"\s*[^\w\s]\s*"), _NUMBERED_ITEM: re.compile(r"\s*(\d+)[.)]\s*")}
_MARKDOWN_SYNTAX = re.compile(r"([\\`*_\[\]<>#])")


def to_text(blocks: TextBlocks, keep: NDArray[np.bool_]) -> str:
    """Return the text of the blocks that `keep` (bool [n_blocks]) selects, in order.

    Lines that follow each other on the page do so here, indented relative to each other. Blocks between which there
    were empty lines or blocks that are not kept are separated by an empty line. Broken lines of a paragraph are joined.
    """
    kept = np.flatnonzero(keep)
    if not len(kept):
        return ""
    starts = _group_starts(blocks, kept)
    sizes = np.diff(starts, append=len(kept))
    indents = blocks.block("indent")[kept]
    indents = indents - np.repeat(np.minimum.reduceat(indents, starts), sizes)
    pieces = [""] * (2 * len(kept))
    pieces[1::2] = _texts(blocks, kept)
    pieces[0::2] = ["\n" + " " * indent if indent else "\n" for indent in indents.tolist()]
    for start in starts.tolist():
        pieces[2 * start] = "\n" + pieces[2 * start]
    return "".join(pieces)[2:]


def to_html(blocks: TextBlocks, keep: NDArray[np.bool_], title: str = "") -> str:
    """Return the kept blocks as paragraphs and lists in an `article` element, "" if there are none.

    `title` becomes a heading before them.
    """
    parts = []
    for bullet, texts in _runs(blocks, keep):
        escaped = [escape(text, quote=False) for text in texts]
        if bullet == _PARAGRAPH:
            parts += [f"<p>{text}</p>" for text in escaped]
        else:
            name = "ul" if bullet == _ITEM else "ol"
            parts += [f"<{name}>", *(f"<li>{text}</li>" for text in escaped), f"</{name}>"]
    heading = [f"<h1>{escape(title, quote=False)}</h1>"] if title else []
    return "\n".join(["<article>", *heading, *parts, "</article>"]) if parts else ""


def to_markdown(blocks: TextBlocks, keep: NDArray[np.bool_], title: str = "") -> str:
    """Return the kept blocks as Markdown: paragraphs and lists are all that is known of plain text.

    `title` becomes a heading before them.
    """
    parts = []
    for bullet, texts in _runs(blocks, keep):
        escaped = [_MARKDOWN_SYNTAX.sub(r"\\\1", text) for text in texts]
        if bullet == _ITEM:
            parts.append("\n".join(f"- {text}" for text in escaped))
        elif bullet == _NUMBERED_ITEM:
            parts.append("\n".join(f"{number}. {text}" for number, text in enumerate(escaped, 1)))
        else:
            parts += escaped
    heading = ["# " + _MARKDOWN_SYNTAX.sub(r"\\\1", title)] if title and parts else []
    return "\n\n".join(heading + parts)


def _group_starts(blocks: TextBlocks, kept: NDArray[np.intp]) -> NDArray[np.intp]:
    """Return where in `kept` the groups of blocks begin that follow each other line by line, intp [n_groups]."""
    apart = (np.diff(kept) > 1) | (blocks.block("blanks")[kept[1:]] > 0)
    return np.concatenate([[0], np.flatnonzero(apart) + 1])


def _runs(blocks: TextBlocks, keep: NDArray[np.bool_]) -> Iterator[tuple[int, list[str]]]:
    """Yield runs of kept blocks of one group with the same `bullet`, as that and their texts without list markers."""
    kept = np.flatnonzero(keep)
    if not len(kept):
        return
    bullets = blocks.block("bullet")[kept]
    is_start = np.zeros(len(kept), dtype=bool)
    is_start[_group_starts(blocks, kept)] = True
    is_start[1:] |= bullets[1:] != bullets[:-1]
    texts = _texts(blocks, kept)
    starts = np.flatnonzero(is_start).tolist()
    for start, end in zip(starts, [*starts[1:], len(kept)], strict=True):
        bullet = int(bullets[start])
        marker = _MARKERS.get(bullet)
        yield bullet, [marker.sub("", text, count=1) if marker else text for text in texts[start:end]]


def _texts(blocks: TextBlocks, kept: NDArray[np.intp]) -> list[str]:
    """Return the texts of blocks, with the broken lines of each joined."""
    text = blocks.text
    bounds = zip(blocks.block("start")[kept].tolist(), blocks.block("end")[kept].tolist(), strict=True)
    texts = [text[start:end] for start, end in bounds]
    for index in np.flatnonzero(blocks.block("lines")[kept] > 1).tolist():
        texts[index] = " ".join(texts[index].split())
    return texts
