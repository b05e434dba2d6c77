"""The features of the blocks of an HTML page: name and description of every column, group by group.

The order is that of the matrix. Compiled modules fill the columns, one module per group or two.
"""

from __future__ import annotations

from boilerkit.blocks import context_columns
from boilerkit.html.tags import LANDMARKS

#: What a block's own text looks like.
TEXT = {
    "words": "words in the block",
    "chars_per_word": "characters per word",
    "link_density": "share of its characters that are anchor text (Gibson et al. 2007; Kohlschütter et al. 2010)",
    "unlinked_words": "words outside links",
    "links": "links in or around it",
    "words_per_link": "words for each link",
    "sentences": "ends of sentences",
    "words_per_sentence": "words for each end of a sentence",
    "commas": "commas",
    "comma_rate": "commas per word",
    "digit_share": "share of digits among the characters",
    "capitalised_share": "share of words with a capital first letter",
    "uppercase_share": "share of capital letters among the characters",
    "symbol_share": "share of punctuation other than commas, colons and ends of sentences",
    "emphasised_share": "share of characters in bold, italics or the like",
    "non_ascii_share": "share of characters outside ASCII",
    "lines": "lines, separated by line breaks",
    "words_per_line": "words per line",
    "longest_word": "characters of the longest word",
    "images_before": "pictures since the block before",
    "fields_before": "form controls since the block before",
    "ends_sentence": "ends like a sentence",
    "ends_colon": "ends with a colon",
    "title_share": "share of its words that are in the page's title",
    "described_share": "share of its word pairs that are in the page's descriptions (meta tags, JSON-LD)",
    "described_pairs": "word pairs that are in the page's descriptions",
}

#: The block's own element, and four ancestors that each hold more blocks than the one below.
LEVELS = 5

_NEAREST = {group[0]: "steps up to the nearest " + " or ".join(group) + " (255: none)" for group in LANDMARKS}
UP = {
    "blocks": "blocks in {}",
    "words": "words in {}",
    "link_share": "share of linked words in {}",
    "sentence_rate": "sentence ends per block in {}",
    "comma_rate": "commas per block in {}",
    "words_per_block": "words per block in {}",
    "text_share": "share of the words in {} that are running text",
    "page_share": "share of the page's words that are in {}",
    "position": "share of the blocks of {} before this one",
    "images": "pictures per block in {}",
    "twins": "elements of the page with the same path of tags and classes as {}",
    "twin_words": "words for each of those",
}


def _level_name(level: int) -> str:
    return "its element" if level == 0 else f"its ancestor {level}, counting those that hold more blocks"


#: Where in the tree a block is: its element, its landmarks, and what its ancestors hold.
STRUCTURE = {
    "depth": "depth of the block's element",
    "heading_level": "1 to 6 for a heading's text, else 0",
    "hidden": "hidden by an attribute, an inline style, or in a closed dialog",
    "noscript": "shown only where scripts do not run",
    **{f"near_{name}": text for name, text in _NEAREST.items()},
    **{f"up{i}_{name}": text.format(_level_name(i)) for i in range(LEVELS) for name, text in UP.items()},
    "path_blocks": "blocks whose elements have the same path of tags and classes",
    "path_words_per_block": "words per block of those",
    "path_link_share": "share of linked words of those",
    "path_sentence_rate": "sentence ends per block of those",
    "path_word_share": "share of the page's words in those",
    "path_spread": "share of the page's blocks between the first and the last of those",
}

OFFSETS = (-2, -1, 1, 2)
WINDOWS = (3, 8)

AT = {
    "words": "words in the block at {:+d}",
    "link_density": "link density of the block at {:+d}",
    "sentences": "sentence ends in the block at {:+d}",
    "same_path": "the block at {:+d} has the same path of tags and classes",
    "heading_level": "heading level of the block at {:+d}",
}
AROUND = {
    "words_per_block": "words per block among the {} blocks on either side",
    "link_share": "share of linked words among the {} blocks on either side",
    "text_share": "share of words in running text among the {} blocks on either side",
}

#: Where on the page a block is, what is beside it, and what it repeats.
POSITION = {
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
    "repeated_before": "the same text came before",
    **{f"at{offset:+d}_{name}": text.format(offset) for offset in OFFSETS for name, text in AT.items()},
    **{f"around{window}_{name}": text.format(window) for window in WINDOWS for name, text in AROUND.items()},
}

#: What the whole page is like.
PAGE = {
    "page_words": "words of the page",
    "page_blocks": "blocks of the page",
    "page_link_share": "share of the page's words that are linked",
    "page_text_share": "share of the page's words in running text",
    "page_sentence_rate": "sentence ends per block of the page",
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

# --- Scores of tokens -------------------------------------------------------------------------------------------------

ANCESTORS = 10  # elements from the block's own one upwards whose names are looked up

#: Where tokens come from: the attributes of elements, the first words and links of blocks, chains of tags, and the
#: page. The page's have three scores: for all its text, for its short blocks, and for its linked ones, so that the
#: model learns on which pages a card or a link is content.
TOKEN_TYPES = ("element", "block", "tags", "page", "page_short", "page_linked")

SHORT_WORDS = 10  # a block with fewer is short

WIDER_LEVELS = (1, 2, 3, 4)  # ancestors, counting those that hold more blocks

_NEAREST_ELEMENTS = {"": "the block's element", "_parent": "its parent", "_grandparent": "its grandparent"}

#: The scores of the names in the markup around a block and of its first words.
VOCABULARY = {
    **{f"names{role}": f"mean log odds of the names on {of}" for role, of in _NEAREST_ELEMENTS.items()},
    "names_lowest": f"lowest log odds among the names on its {ANCESTORS} nearest elements",
    "names_highest": "highest of those",
    "names_sum": "sum of their means over these elements",
    **{f"up{i}_names": f"mean log odds of the names on its ancestor {i} (see up{i}_words)" for i in WIDER_LEVELS},
    "words_mean": "mean log odds of its first words and link addresses",
    "words_lowest": "lowest of those",
    "words_highest": "highest of those",
    "words_known": "how many of them the vocabulary knows",
    "heading_words": "words_mean of the last heading",
    "section_words": "words_mean of the last h1 or h2",
    **{
        f"up{i}_opening_words": f"words_mean of the first block of its ancestor {i} (see up{i}_words)"
        for i in WIDER_LEVELS
    },
    "at-1_words_mean": "words_mean of the block before",
    "at+1_words_mean": "words_mean of the block after",
    "tags": "log odds of its chain of tags",
    "page_names": "mean log odds of the page's types, classes and address",
    "page_names_short": "those for short blocks",
    "page_names_linked": "those for linked blocks",
}

#: What stage one predicted for the blocks around; only stage two reads these.
CONTEXT = {
    **context_columns.NEAR,
    **{f"p_up{i}": f"mean over the words of its ancestor {i} (see up{i}_words)" for i in range(1, LEVELS)},
    **context_columns.page(
        shape="path", same_shape="the blocks with the same path of tags and classes", heading="heading"
    ),
}

# --- The label model --------------------------------------------------------------------------------------------------

#: Where its tokens come from (see TOKEN_TYPES).
LABEL_TOKEN_TYPES = ("element", "block", "tags")

NEAR, FURTHER = 2, 5  # elements from the block's own one upwards

LABEL_LEVELS = (1, 2, 3)
LABEL_WINDOW = 3

#: The columns that the label model has once for each label.
LABEL_COLUMNS = {
    "tokens": "sum of the log ratios of its tokens and of those of the elements above it",
    "names_near": "mean log ratio of the names on its element and its parent",
    "names_further": f"that of elements {NEAR + 1} to {FURTHER} from its own upwards",
    "names_highest": f"highest log ratio among the names on its {ANCESTORS} nearest elements",
    "words_mean": "mean log ratio of its first words and link addresses",
    "words_highest": "highest of those",
    "opening": "words_mean of the first block of its nearest ancestor that holds more blocks",
    "heading": "words_mean of the last heading",
    **{
        f"words_up{level}": f"mean words_mean of the blocks of its ancestor {level} (see up{level}_words)"
        for level in LABEL_LEVELS
    },
    "words_around": f"that of the {LABEL_WINDOW} blocks on either side",
    "words_path": "that of the blocks with the same path of tags and classes",
}

#: All groups in the order of the matrix.
GROUPS = {
    "text": TEXT,
    "structure": STRUCTURE,
    "position": POSITION,
    "page": PAGE,
    "vocabulary": VOCABULARY,
    "context": CONTEXT,
}
