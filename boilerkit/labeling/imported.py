"""Labels made elsewhere: from the gold of a page to the labels of its blocks, and back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from boilerkit.blocks.columns import BlockColumns
from boilerkit.decoding.encoding import decode
from boilerkit.gold.pages import GoldPage, Span
from boilerkit.labels import LABELS, Label
from boilerkit.learning.alignment import align, align_labels, gold_text


def labels_of_gold(blocks: BlockColumns, page: GoldPage) -> dict[int, Label]:
    """Return the labels of the blocks that a page's gold says something of.

    A span by offsets labels the blocks that it covers. Other gold is aligned word by word, and a block gets the label
    of most of its words. Raises GoldError for spans outside the page.
    """
    spans = page.labelled_spans
    found = _labels_by_offsets(blocks, spans)
    if isinstance(page.gold, str) or any(span.text is not None for span in spans):
        found = _aligned_labels(blocks, page) | found
    return found


def _labels_by_offsets(blocks: BlockColumns, spans: Sequence[Span]) -> dict[int, Label]:
    starts, ends = blocks.block("start"), blocks.block("end")
    found: dict[int, Label] = {}
    for span in spans:
        if span.text is None:
            first, last = np.searchsorted(starts, span.start), np.searchsorted(ends, span.end, side="right")
            found |= dict.fromkeys(range(int(first), int(last)), span.label)
    return found


def _aligned_labels(blocks: BlockColumns, page: GoldPage) -> dict[int, Label]:
    assert page.gold is not None
    targets = align(blocks, page.gold)
    found = {
        int(block): Label.CONTENT if targets.content_share[block] > 0.5 else Label.BOILERPLATE
        for block in np.flatnonzero(targets.word_weight)
    }
    labels = align_labels(blocks, page.labelled_spans)
    return found | {int(block): LABELS[labels[block]] for block in np.flatnonzero(labels >= 0)}


def spans_of(blocks: BlockColumns, labels: Mapping[int, Label]) -> list[dict[str, Any]]:
    """Return labels as the spans of a gold file, by offsets into the page's text."""
    starts, ends = blocks.block("start"), blocks.block("end")
    return [
        {"label": str(label), "start": int(starts[block]), "end": int(ends[block])}
        for block, label in sorted(labels.items())
    ]


def exported(rows: Iterator[tuple[dict[str, Any], GoldPage, BlockColumns]]) -> Iterator[dict[str, Any]]:
    """Yield rows of a gold file with their gold as text: that of the content, and that of every span.

    Other programs can read these, whatever they take for the text of a page, and need no other file.
    """
    for row, page, blocks in rows:
        labels = labels_of_gold(blocks, page)
        spans = [Span(label, *_place(blocks, block)) for block, label in sorted(labels.items())]
        yield {name: value for name, value in row.items() if name not in ("path", "labeling")} | {
            page.input_format: decode(page.source),
            "gold_text": gold_text(blocks, page.gold if isinstance(page.gold, str) else spans),
            "spans": [
                {"label": str(label), "text": blocks.block_text(block)} for block, label in sorted(labels.items())
            ],
        }


def _place(blocks: BlockColumns, block: int) -> tuple[None, int, int]:
    return None, int(blocks.block("start")[block]), int(blocks.block("end")[block])
