"""Where in the page's course a block stands, what stands beside it, and what it repeats."""

from __future__ import annotations

OFFSETS = (-2, -1, 1, 2)
WINDOWS = (3, 8)

_BESIDE = {
    "words": "words in the block at {:+d}",
    "link_density": "link density of the block at {:+d}",
    "sentences": "sentence ends in the block at {:+d}",
    "same_path": "the block at {:+d} has the same path of tags and classes",
    "heading_level": "heading level of the block at {:+d}",
}
_WINDOW = {
    "words_per_block": "words a block among the {} blocks on either side",
    "link_share": "share of linked words among the {} blocks on either side",
    "text_share": "share of words in running text among the {} blocks on either side",
}

COLUMNS = {
    "index": "number of the block in the page",
    "index_share": "share of the page's blocks before it",
    "word_position": "share of the page's words before it",
    "words_before": "words before it",
    "blocks_after": "blocks after it",
    "from_h1": "blocks since the last h1 (negative: until the first one; 9999 without one)",
    "words_from_h1": "words since the last h1 (negative: until the first one)",
    "from_title": "blocks since the first block that repeats the page's title (as above)",
    "from_heading": "blocks since the last heading of any level",
    "words_from_heading": "words since the last heading",
    "last_heading_level": "level of the last heading, 0 without one",
    "headings_before": "headings before it",
    "repeats": "blocks of the page with the same text but for case and digits",
    "repeated_before": "the same text stood before",
    **{f"at{offset:+d}_{name}": text.format(offset) for offset in OFFSETS for name, text in _BESIDE.items()},
    **{f"around{window}_{name}": text.format(window) for window in WINDOWS for name, text in _WINDOW.items()},
}
