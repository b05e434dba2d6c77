"""Gold text that is in no block, so no decision can keep it: the decoder or the segmenter lost it."""

from __future__ import annotations

from itertools import groupby

import numpy as np

from boilerkit.gold.pages import Gold
from boilerkit.html.segmentation.blocks import HtmlBlocks
from boilerkit.labels import Label
from boilerkit.learning.alignment import MAX_WORDS
from boilerkit.metrics import WORD, words_of


def missing_runs(table: HtmlBlocks, gold: Gold) -> list[str]:
    """Return the runs of words of the gold's main text that no block has, in the order of the gold.

    Words are matched as `boilerkit.learning.alignment.align` does, so text that the page has in another order than the
    gold is among them too. If page or gold have more than MAX_WORDS words, what comes after the last match is ignored.
    """
    from rapidfuzz.distance import LCSseq

    text, wanted = _main_text(gold)
    places = [match for match in WORD.finditer(text) for _ in words_of(match[0])]
    gold_words = [word for match in WORD.finditer(text) for word in words_of(match[0])]
    page_words = [match[0].lower() for block in table.block_texts() for match in WORD.finditer(block)]
    missing = np.array([wanted[match.start()] for match in places], dtype=bool)
    end = 0
    for run in LCSseq.opcodes(page_words[:MAX_WORDS], gold_words[:MAX_WORDS]):
        if run.tag == "equal":
            missing[run.dest_start : run.dest_end] = False
            end = run.dest_end
    if max(len(page_words), len(gold_words)) > MAX_WORDS:
        missing[end:] = False
    runs = [list(run) for is_missing, run in groupby(range(len(places)), missing.__getitem__) if is_missing]
    return [text[places[run[0]].start() : places[run[-1]].end()] for run in runs]


def _main_text(gold: Gold) -> tuple[str, list[bool]]:
    """Return the text to match, and for each of its characters whether it is main text."""
    if isinstance(gold, str):
        return gold, [True] * len(gold)
    pieces = [(f"{span.text}\n", _is_main(span.label)) for span in gold if span.text is not None]
    return "".join(text for text, _ in pieces), [is_main for text, is_main in pieces for _ in text]


def _is_main(label: Label) -> bool:
    """Leave titles and captions out, as alignment does: gold texts differ on them."""
    return label.is_content and label not in (Label.TITLE, Label.CAPTION)
