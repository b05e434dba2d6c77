"""Where in the tree a block stands: its element, its landmarks, and what its ancestors hold."""

from __future__ import annotations

from boilerkit.segment.tags import LANDMARKS

LEVELS = 5  # the block's own element, and four ancestors that each hold more blocks than the one below

_NEAREST = {group[0]: "steps up to the nearest " + " or ".join(group) + " (255: none)" for group in LANDMARKS}
_HOLDS = {
    "blocks": "blocks in {}",
    "words": "words in {}",
    "link_share": "share of linked words in {}",
    "sentence_rate": "sentence ends a block in {}",
    "comma_rate": "commas a block in {}",
    "words_per_block": "words a block in {}",
    "text_share": "share of the words in {} that stand in running text",
    "page_share": "share of the page's words that stands in {}",
    "position": "share of the blocks of {} that stand before this one",
    "images": "pictures a block in {}",
    "twins": "elements of the page with the same path of tags and classes as {}",
    "twin_words": "words for each of those",
}


def _level_name(level: int) -> str:
    return "its element" if level == 0 else f"its ancestor {level}, counting those that hold more blocks"


COLUMNS = {
    "depth": "depth of the block's element",
    "heading_level": "1 to 6 for a heading's text, else 0",
    "hidden": "hidden by an attribute, an inline style, or in a closed dialog",
    "noscript": "shown only where scripts do not run",
    **{f"near_{name}": text for name, text in _NEAREST.items()},
    **{f"up{i}_{name}": text.format(_level_name(i)) for i in range(LEVELS) for name, text in _HOLDS.items()},
    "path_blocks": "blocks whose elements have the same path of tags and classes",
    "path_words_per_block": "words a block of those",
    "path_link_share": "share of linked words of those",
    "path_sentence_rate": "sentence ends a block of those",
    "path_word_share": "share of the page's words in those",
    "path_spread": "share of the page's blocks between the first and the last of those",
}
