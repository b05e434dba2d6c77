"""What kind of page a block stands on: the same for all blocks of a page."""

from __future__ import annotations

import numpy as np

from boilerkit.features.columns import Columns, running_sums
from boilerkit.segment.table import IN_HIDDEN, IN_NOSCRIPT, BlockTable
from boilerkit.segment.tags import LANDMARKS, TAG_IDS

COLUMNS = {
    "page_words": "words of the page",
    "page_blocks": "blocks of the page",
    "page_link_share": "share of the page's words that are linked",
    "page_text_share": "share of the page's words in running text",
    "page_sentence_rate": "sentence ends a block of the page",
    "page_articles": "article elements",
    "page_h1": "h1 elements",
    "page_headings": "h2 and h3 elements",
    "page_items": "list items",
    "page_cells": "table cells",
    "page_times": "time elements",
    "page_code": "code and pre elements",
    "page_images": "pictures",
    "page_fields": "form controls",
    "page_hidden_share": "share of the page's words that are hidden",
    "page_noscript_share": "share of the page's words shown only without scripts",
    "page_main_share": "share of the page's words in a main element",
    "page_article_share": "share of the page's words in article elements",
    "page_paragraph_share": "share of the page's words in p elements",
    "page_largest_block": "words of the longest block",
    "page_descriptions": "words of the page's description",
}

_COUNTED = {
    "page_articles": ("article",),
    "page_h1": ("h1",),
    "page_headings": ("h2", "h3"),
    "page_items": ("li",),
    "page_cells": ("td", "th"),
    "page_times": ("time",),
    "page_code": ("code", "pre"),
}
_LANDMARK = {group[0]: index for index, group in enumerate(LANDMARKS)}


def page_features(table: BlockTable) -> Columns:
    """Columns over the blocks, each [n_blocks] and of one value."""
    totals = running_sums(table)[-1]
    words, link_words, sentences, _, blocks, text_words, _ = totals
    some_words = max(words, 1)
    tags = np.bincount(table.element("tag")[:-1], minlength=len(TAG_IDS))
    block_words = table.block("words")
    context = table.block("context")
    near = table.landmarks[table.block("element")] < 255

    def share(mask: np.ndarray) -> float:
        return float(block_words[mask].sum() / some_words)

    values = {
        "page_words": words,
        "page_blocks": blocks,
        "page_link_share": link_words / some_words,
        "page_text_share": text_words / some_words,
        "page_sentence_rate": sentences / max(blocks, 1),
        **{name: sum(tags[TAG_IDS[tag]] for tag in names) for name, names in _COUNTED.items()},
        "page_images": table.element("images")[0],
        "page_fields": table.element("fields")[0],
        "page_hidden_share": share((context & IN_HIDDEN) > 0),
        "page_noscript_share": share((context & IN_NOSCRIPT) > 0),
        "page_main_share": share(near[:, _LANDMARK["main"]]),
        "page_article_share": share(near[:, _LANDMARK["article"]]),
        "page_paragraph_share": share(near[:, _LANDMARK["p"]]),
        "page_largest_block": block_words.max(initial=0),
        "page_descriptions": len(table.description.split()),
    }
    return {name: np.full(len(table), value, dtype=np.float32) for name, value in values.items()}
