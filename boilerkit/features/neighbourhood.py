"""What stage one thought of the blocks around: the features that only stage two has."""

from __future__ import annotations

from boilerkit.features.structure import LEVELS

OFFSETS = (-3, -2, -1, 1, 2, 3)
WINDOWS = (2, 5, 12, 30)

COLUMNS = {
    "p": "stage one's probability that the block is content",
    **{f"p_at{offset:+d}": f"that of the block at {offset:+d}" for offset in OFFSETS},
    **{f"p_around{w}": f"mean over the words of the {w} blocks on either side" for w in WINDOWS},
    **{f"p_up{i}": f"mean over the words of its ancestor {i} (see up{i}_words)" for i in range(1, LEVELS)},
    "p_path": "mean over the words of the blocks with the same path of tags and classes",
    "p_text": "highest among the blocks with the same text",
    "p_heading": "that of the last heading",
    "p_before": "mean over all words before it",
    "p_after": "mean over all words after it",
    "p_section": "mean over the words up to the next heading",
    "content_before": "expected share of the page's content that stands before it",
    "content_words": "expected words of content on the page",
    "content_share": "expected share of content among the page's words",
    "p_highest": "highest of the page",
    "page_cut": "the probability over which the page's expected F1 is best (see select.page_cut)",
    "p_over_cut": "p divided by it",
    "p_rank": "share of the page's words in blocks with a higher p",
    "from_first": "blocks since the first confident content block (probability over 0.7; 9999 without one)",
    "from_last": "blocks since the last one of the page (negative: it is still to come)",
    "from_nearest": "blocks to the nearest one",
    "p_largest": "that of the longest run of content, by words, that the page has",
    "in_largest": "in the longest run of content (no more than three blocks apart)",
}
