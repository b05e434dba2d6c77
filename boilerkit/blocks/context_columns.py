"""The columns of the context features that both input formats have: name and description of each, in order."""

from __future__ import annotations

OFFSETS = (-3, -2, -1, 1, 2, 3)
WINDOWS = (2, 5, 12, 30)

#: What stage one predicted for a block and those near it.
NEAR = {
    "p": "stage one's probability that the block is content",
    **{f"p_at{offset:+d}": f"that of the block at {offset:+d}" for offset in OFFSETS},
    **{f"p_around{window}": f"mean over the words of the {window} blocks on either side" for window in WINDOWS},
}

#: What stage one predicted for the page. The input formats name their shapes and headings, see `page`.
PAGE = {
    "p_shape": "mean over the words of {same_shape}",
    "p_text": "highest among the blocks with the same text",
    "p_heading": "that of the last {heading}",
    "p_before": "mean over all words before it",
    "p_after": "mean over all words after it",
    "p_section": "mean over the words up to the next {heading}",
    "content_before": "expected share of the page's content before it",
    "content_words": "expected words of content on the page",
    "content_share": "expected share of content among the page's words",
    "p_highest": "highest of the page",
    "p_rank": "share of the page's words in blocks with a higher p",
    "from_first": "blocks since the first confident content block (probability over 0.7; 9999 without one)",
    "from_last": "blocks since the last one of the page (negative: it is still to come)",
    "from_nearest": "blocks to the nearest one",
    "p_largest": "mean over the longest run of content, by words, that the page has",
    "in_largest": "in the longest run of content (no more than three blocks apart)",
}


def page(shape: str, same_shape: str, heading: str) -> dict[str, str]:
    """Return PAGE with the names of an input format, such as "path", "blocks of the same path" and "heading"."""
    return {
        f"p_{shape}" if name == "p_shape" else name: text.format(same_shape=same_shape, heading=heading)
        for name, text in PAGE.items()
    }
