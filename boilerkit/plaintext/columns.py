"""The features of the blocks of plain text: name and description of every column, group by group.

There are no elements; empty lines, list markers, indents and words take their place. The order is that of the matrix.
"""

from __future__ import annotations

OFFSETS = (-3, -2, -1, 1, 2, 3)
WINDOWS = (2, 5, 12, 30)


def _held(name: str, where: str) -> dict[str, str]:
    return {
        f"{name}_words": f"words a block in {where}",
        f"{name}_text_share": f"share of the words in running text (see is_text) in {where}",
        f"{name}_sentences": f"ends of sentences a block in {where}",
        f"{name}_capitalised": f"share of capitalised words in {where}",
    }


def _beside(offset: int) -> dict[str, str]:
    return {
        f"at{offset:+d}_words": f"words of the block at {offset:+d}, -1 where there is none",
        f"at{offset:+d}_ends_sentence": f"the block at {offset:+d} ends like a sentence",
        f"at{offset:+d}_capitalised": f"share of capitalised words of the block at {offset:+d}",
        f"at{offset:+d}_same_shape": f"the block at {offset:+d} is of the same shape (list mark, indent, ends, size)",
    }


TEXT = {
    "words": "words in the block",
    "chars_per_word": "characters a word",
    "longest_word": "characters of the longest word",
    "lines": "lines of a paragraph whose lines are broken",
    "indent": "columns of white space before it",
    "is_item": "begins with a list mark",
    "is_numbered": "begins with the number of a list item",
    "blanks": "empty lines before it",
    "capitalised_share": "share of words with a capital first letter",
    "uppercase_share": "share of capital letters among the characters",
    "digit_share": "share of digits among the characters",
    "symbol_share": "share of punctuation other than commas, quotes, colons and stops",
    "non_ascii_share": "share of characters outside ASCII",
    "sentences": "ends of sentences",
    "words_per_sentence": "words for each end of a sentence",
    "commas": "commas",
    "comma_rate": "commas a word",
    "quotes": "quotation marks",
    "separators": "bars, dots and arrows between words",
    "gaps": "wide white space in a line",
    "addresses": "addresses of the web or of mail",
    "years": "years from 1900 to 2099",
    "times": "times of day and scores (12:30)",
    "opening": "its first letter: 1 capital, 2 lower case, 3 of a script without case, 4 digit, 0 none",
    "ends_sentence": "ends like a sentence",
    "ends_colon": "ends with a colon",
    "ends_comma": "ends with a comma",
    "ends_ellipsis": "ends with an ellipsis",
}
PAGE = {
    "topics": "words of four letters or more, or pairs of ideographs",
    "topics_elsewhere": "share of these that other blocks have too",
    "topics_in_text": "share of these that other blocks of running text have too",
    "topics_in_text_rate": "mean binary logarithm of one more than their number in other blocks of running text",
    "repeats": "blocks with the same text",
    "repeated_before": "the same text came before",
    "shape_blocks": "blocks of the same shape",
    "shape_words": "share of the page's words in blocks of the same shape",
}
AROUND = {
    **{name: what for offset in OFFSETS for name, what in _beside(offset).items()},
    "blanks_after": "empty lines after it, 9999 for the last block",
    **{name: what for w in WINDOWS for name, what in _held(f"around{w}", f"the {w} blocks on either side").items()},
    **_held("group", "its group, the blocks without an empty line between"),
    "group_blocks": "blocks in its group",
    "group_position": "blocks before it in its group",
}
RUNS = {
    "is_text": "reads like running text: 12 words and the end of a sentence, or 30 words",
    "run_blocks": "blocks in its run of blocks that all are running text, or all are not",
    "run_words": "words in this run",
    "run_position": "blocks before it in this run",
    "from_text_before": "blocks since the last running text before it (9999 without one)",
    "to_text_after": "blocks to the next running text after it (9999 without one)",
    "from_first_text": "blocks since the page's first running text (negative: still to come; 9999 without one)",
    "from_last_text": "blocks since the page's last running text",
    "from_longest": "blocks since the page's longest block",
    "in_span": "in the stretch of the page that is richest in words (Pasternack and Roth 2009)",
    "from_span_start": "blocks since the start of this stretch",
    "from_span_end": "blocks since its end",
    "span_share": "share of the page's words in it",
}
PLACE = {
    "index": "blocks before it",
    "index_share": "share of the page's blocks before it",
    "word_position": "share of the page's words before it",
    "words_before": "words before it",
    "blocks_after": "blocks after it",
    "words_after": "words after it",
    "from_heading": "blocks since the last short line that begins a group and may be a heading (9999 without one)",
    "words_from_heading": "words since this line",
    "page_words": "words of the page",
    "page_blocks": "blocks of the page",
    "page_text_share": "share of its words in running text",
    "page_sentences": "ends of sentences a block of the page",
    "page_capitalised": "share of capitalised words of the page",
    "page_items": "share of list items among the page's blocks",
    "page_groups": "share of blocks after an empty line",
    "page_longest": "words of the page's longest block",
}
VOCABULARY = {
    "words_mean": "mean log odds of its first words",
    "words_lowest": "lowest of those",
    "words_highest": "highest of those",
    "words_known": "how many of them the vocabulary knows",
    "pairs_mean": "mean log odds of the pairs of neighbouring words among these",
    "pairs_lowest": "lowest of those",
    "pairs_highest": "highest of those",
    "whole": "log odds of the whole block, if it is short",
    "token_score": "words_mean, pairs_mean and whole together",
    **{f"at{offset:+d}_token_score": f"those of the block at {offset:+d}" for offset in OFFSETS},
    **{f"around{w}_token_score": f"mean of those over the {w} blocks on either side" for w in WINDOWS},
    "group_token_score": "mean of those over its group",
    "heading_token_score": "those of the last line that may be a heading",
    "page_token_score": "mean of those over the page",
    "topics_mean": "mean log odds of all its words of four letters or more, or pairs of ideographs",
    "topics_lowest": "lowest of those",
    "topics_highest": "highest of those",
    "topics_sum": "sum of those",
}
CONTEXT = {
    "p": "stage one's probability that the block is content",
    **{f"p_at{offset:+d}": f"that of the block at {offset:+d}" for offset in OFFSETS},
    **{f"p_around{w}": f"mean over the words of the {w} blocks on either side" for w in WINDOWS},
    "p_group": "mean over the words of its group",
    "p_shape": "mean over the words of blocks of the same shape",
    "p_text": "highest among the blocks with the same text",
    "p_heading": "that of the last line that may be a heading",
    "p_before": "mean over all words before it",
    "p_after": "mean over all words after it",
    "p_section": "mean over the words up to the next line that may be a heading",
    "content_before": "expected share of the page's content that stands before it",
    "content_words": "expected words of content on the page",
    "content_share": "expected share of content among the page's words",
    "p_highest": "highest of the page",
    "page_threshold": "the probability over which the page's expected F1 is best (see blocks.page_threshold)",
    "p_over_threshold": "p divided by it",
    "p_rank": "share of the page's words in blocks with a higher p",
    "from_first": "blocks since the first confident content block (probability over 0.7; 9999 without one)",
    "from_last": "blocks since the last one of the page (negative: it is still to come)",
    "from_nearest": "blocks to the nearest one",
    "p_largest": "that of the longest run of content, by words, that the page has",
    "in_largest": "in the longest run of content (no more than three blocks apart)",
    "p_topics": "mean p of the other blocks that its words stand in (-1 where none does)",
    "p_topics_share": "those summed, for each of its words",
}

#: All groups in the order of the matrix.
GROUPS = {
    "text": TEXT,
    "page": PAGE,
    "around": AROUND,
    "runs": RUNS,
    "place": PLACE,
    "vocabulary": VOCABULARY,
    "context": CONTEXT,
}

#: First words, pairs of them, short blocks as a whole, and longer words anywhere.
TOKEN_TYPES = ("words", "pairs", "wholes", "topics")

# --- The label model --------------------------------------------------------------------------------------------------

LABEL_WINDOWS = (3, 10)

#: What each of the columns holds that come once for each label.
LABEL_COLUMNS = {
    "words": "mean log ratio of its first words",
    "pairs": "mean log ratio of the pairs of neighbouring words among these",
    "whole": "log ratio of the whole block, if it is short",
    "topics": "mean log ratio of all its longer words",
    "before": "those of its first words, pairs and whole together of the block before",
    "after": "of the block after",
    **{f"around{window}": f"mean of those of the {window} blocks on either side" for window in LABEL_WINDOWS},
    "heading": "those of the last line that may be a heading",
    "group": "mean of those over its group",
}
