"""What a block's own text looks like."""

from __future__ import annotations

import numpy as np

from boilerkit.features.columns import Columns
from boilerkit.segment.table import BlockTable

COLUMNS = {
    "words": "words in the block",
    "chars_per_word": "characters a word",
    "link_density": "share of its characters that are anchor text (Gibson et al. 2007; Kohlschütter et al. 2010)",
    "unlinked_words": "words outside links",
    "links": "links in or around it",
    "words_per_link": "words for each link",
    "sentences": "ends of sentences",
    "words_per_sentence": "words for each end of a sentence",
    "commas": "commas",
    "comma_rate": "commas a word",
    "digit_share": "share of digits among the characters",
    "capitalised_share": "share of words with a capital first letter",
    "uppercase_share": "share of capital letters among the characters",
    "symbol_share": "share of punctuation other than commas, colons and ends of sentences",
    "emphasised_share": "share of characters in bold, italics or the like",
    "non_ascii_share": "share of characters outside ASCII",
    "lines": "lines, as line breaks part them",
    "words_per_line": "words a line",
    "longest_word": "characters of the longest word",
    "images_before": "pictures since the block before",
    "fields_before": "form controls since the block before",
    "ends_sentence": "ends like a sentence",
    "ends_colon": "ends with a colon",
    "title_share": "share of its words that stand in the page's title",
    "described_share": "share of its word pairs that stand in the page's descriptions (meta tags, JSON-LD)",
    "described_pairs": "word pairs that stand in the page's descriptions",
}


def text_features(table: BlockTable) -> Columns:
    """Columns over the blocks, each [n_blocks]."""
    words = table.block("words").astype(np.float32)
    chars = np.maximum(table.block("chars"), 1).astype(np.float32)
    some_words = np.maximum(words, 1)
    links = table.block("links")
    sentences = table.block("sentences")
    lines = table.block("lines")
    ending = table.block("ending")
    pairs = table.block("described_pairs")
    return {
        "words": words,
        "chars_per_word": chars / some_words,
        "link_density": table.block("link_chars") / chars,
        "unlinked_words": words - table.block("link_words"),
        "links": links,
        "words_per_link": words / (links + 1),
        "sentences": sentences,
        "words_per_sentence": words / (sentences + 1),
        "commas": table.block("commas"),
        "comma_rate": table.block("commas") / some_words,
        "digit_share": table.block("digits") / chars,
        "capitalised_share": table.block("capitalised") / some_words,
        "uppercase_share": table.block("uppercase") / chars,
        "symbol_share": table.block("symbols") / chars,
        "emphasised_share": table.block("emphasised") / chars,
        "non_ascii_share": table.block("non_ascii") / chars,
        "lines": lines,
        "words_per_line": words / np.maximum(lines, 1),
        "longest_word": table.block("longest_word"),
        "images_before": table.block("images"),
        "fields_before": table.block("fields"),
        "ends_sentence": ending == 1,
        "ends_colon": ending == 2,
        "title_share": table.block("title_words") / some_words,
        "described_share": pairs / np.maximum(words - 1, 1),
        "described_pairs": pairs,
    }
