"""What a block's own text looks like."""

from __future__ import annotations

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
