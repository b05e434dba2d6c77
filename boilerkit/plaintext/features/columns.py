"""The features of the blocks of plain text: name and description of every column, group by group.

There are no elements; empty lines, list markers, indents and words take their place. The order is that of the matrix.
"""

from __future__ import annotations

from boilerkit.blocks import context_columns

OFFSETS = (-3, -2, -1, 1, 2, 3)
WINDOWS = (2, 5, 12, 30)


AT = {
    "words": "words of the block at {:+d}, -1 where there is none",
    "ends_sentence": "the block at {:+d} ends like a sentence",
    "capitalised": "share of capitalised words of the block at {:+d}",
    "same_shape": "the block at {:+d} has the same shape (list mark, indent, beginning, end, size)",
}
RANGE = {
    "words": "words per block in {}",
    "text_share": "share of the words in {} that are running text (see is_text)",
    "sentences": "ends of sentences per block in {}",
    "capitalised": "share of capitalised words in {}",
}


def _range(name: str, where: str) -> dict[str, str]:
    return {f"{name}_{column}": text.format(where) for column, text in RANGE.items()}


#: What a block's own text looks like.
TEXT = {
    "words": "words in the block",
    "chars_per_word": "characters per word",
    "longest_word": "characters of the longest word",
    "lines": "its lines, more than one where lines of paragraphs are broken",
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
    "comma_rate": "commas per word",
    "quotes": "quotation marks",
    "separators": "bars, dots and arrows between words",
    "gaps": "wide white space in a line",
    "addresses": "web and email addresses",
    "years": "years from 1900 to 2099",
    "times": "times of day and scores (12:30)",
    "opening": "its first letter: 1 capital, 2 lower case, 3 of a script without case, 4 digit, 0 none",
    "ends_sentence": "ends like a sentence",
    "ends_colon": "ends with a colon",
    "ends_comma": "ends with a comma",
    "ends_ellipsis": "ends with an ellipsis",
}
#: How a block is related to the other blocks of the page.
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
#: What is beside and around a block.
AROUND = {
    **{f"at{offset:+d}_{name}": text.format(offset) for offset in OFFSETS for name, text in AT.items()},
    "blanks_after": "empty lines after it, 9999 for the last block",
    **{name: text for w in WINDOWS for name, text in _range(f"around{w}", f"the {w} blocks on either side").items()},
    **_range("group", "its group, the blocks without an empty line between"),
    "group_blocks": "blocks in its group",
    "group_position": "blocks before it in its group",
}
#: Runs of running text and of short lines.
RUNS = {
    "is_text": "reads like running text: 12 words and the end of a sentence, or 30 words",
    "run_blocks": "blocks in its run, whose blocks all are running text or all are not",
    "run_words": "words in this run",
    "run_position": "blocks before it in this run",
    "from_text_before": "blocks since the last running text before it (9999 without one)",
    "to_text_after": "blocks to the next running text after it (9999 without one)",
    "from_first_text": "blocks since the page's first running text (negative: still to come; 9999 without one)",
    "from_last_text": "blocks since the page's last running text",
    "from_longest": "blocks since the page's longest block",
    "in_span": "in the span of the page that is richest in words (Pasternack and Roth 2009)",
    "from_span_start": "blocks since the start of this span",
    "from_span_end": "blocks since its end",
    "span_share": "share of the page's words in it",
}
#: Where on the page a block is, and what the page is like.
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
    "page_sentences": "ends of sentences per block of the page",
    "page_capitalised": "share of capitalised words of the page",
    "page_items": "share of list items among the page's blocks",
    "page_groups": "share of blocks after an empty line",
    "page_longest": "words of the page's longest block",
}
#: The scores of words.
VOCABULARY = {
    "words_mean": "mean log odds of its first words",
    "words_lowest": "lowest of those",
    "words_highest": "highest of those",
    "words_known": "how many of them the vocabulary knows",
    "pairs_mean": "mean log odds of the pairs of neighbouring words among these",
    "pairs_lowest": "lowest of those",
    "pairs_highest": "highest of those",
    "whole": "log odds of the whole block, if it is short",
    "token_score": "sum of words_mean, pairs_mean and whole",
    **{f"at{offset:+d}_token_score": f"token_score of the block at {offset:+d}" for offset in OFFSETS},
    **{f"around{w}_token_score": f"mean token_score of the {w} blocks on either side" for w in WINDOWS},
    "group_token_score": "mean token_score of its group",
    "heading_token_score": "token_score of the last line that may be a heading",
    "page_token_score": "mean token_score of the page",
    "topics_mean": "mean log odds of all its words of four letters or more, or pairs of ideographs",
    "topics_lowest": "lowest of those",
    "topics_highest": "highest of those",
    "topics_sum": "sum of those",
}
#: What stage one predicted for the blocks around; only stage two reads these.
CONTEXT = {
    **context_columns.NEAR,
    "p_group": "mean over the words of its group",
    **context_columns.page(
        shape="shape", same_shape="the blocks of the same shape", heading="line that may be a heading"
    ),
    "p_topics": "mean p of the other blocks with the same words (-1 where there are none)",
    "p_topics_share": "sum of those, divided by the number of its words",
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

#: The columns that the label model has once for each label.
LABEL_COLUMNS = {
    "words": "mean log ratio of its first words",
    "pairs": "mean log ratio of the pairs of neighbouring words among these",
    "whole": "log ratio of the whole block, if it is short",
    "topics": "mean log ratio of all its longer words",
    "before": "sum of words, pairs and whole of the block before",
    "after": "that of the block after",
    **{f"around{window}": f"mean of that over the {window} blocks on either side" for window in LABEL_WINDOWS},
    "heading": "that of the last line that may be a heading",
    "group": "mean of that over its group",
}
