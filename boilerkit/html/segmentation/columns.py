"""The columns of `HtmlBlocks`: name and description of each, in the order of the matrices.

Compiled code names the columns by enums that are generated from these (see setup.py). Counts are of characters without
white space, or of words, unless another unit is named.
"""

from __future__ import annotations

#: Values of the column `ending`, from 0 on.
ENDINGS = {
    "plain": "like none of the following",
    "sentence": "like a sentence",
    "colon": "with a colon",
    "comma": "with a comma",
}

#: What the bits of `context` mean, from the lowest on.
CONTEXTS = {
    "link": "a link",
    "emphasis": "emphasis",
    "preformatted": "preformatted text",
    "hidden": "hidden by the `hidden` attribute, by an inline style, or in a closed dialog",
    "noscript": "a noscript element",
}

#: Columns of `HtmlBlocks.blocks`.
BLOCK_COLUMNS = {
    "element": "row in `elements` of the deepest element that contains all of the block's text",
    "start": "offset in `text` of its first character",
    "end": "offset in `text` after its last character",
    "chars": "characters",
    "words": "words; a character of a script without spaces counts as one",
    "links": "`a` elements in it or around it",
    "link_chars": "characters of anchor text",
    "link_words": "words of anchor text",
    "sentences": "full stops, question marks and exclamation marks before white space or the end",
    "commas": "commas",
    "digits": "digits",
    "capitalised": "words with a capital first letter",
    "uppercase": "capital letters",
    "emphasised": "characters inside b, strong, em, i, u or mark",
    "symbols": "punctuation and symbols that no other column counts",
    "lines": "one more than its line breaks",
    "non_ascii": "characters outside ASCII",
    "longest_word": "characters of its longest word",
    "images": "pictures since the previous block",
    "fields": "form controls since the previous block",
    "title_words": "words that also occur in the page's title",
    "described_pairs": "pairs of neighbouring words that also occur in the page's descriptions (meta tags, JSON-LD)",
    "ending": "how it ends, a number of `ENDINGS`",
    "context": "that of its element",
    "first_node": "number of its first text node among the elements and text nodes that the walk visits, from 1 on",
    "last_node": "number of its last text node that is more than white space, counted the same way",
    "text_hash": "equal for blocks whose text differs only in case, digits and white space",
}

#: Columns of `HtmlBlocks.elements`.
ELEMENT_COLUMNS = {
    "parent": "row of the parent, -1 for the root",
    "tag": "number in `tags.TAGS`",
    "depth": "steps from the root",
    "order": "its number among all elements of the tree, in document order",
    "first_block": "the first block in it",
    "end_block": "the block after the last block in it",
    "path": "equal for elements whose chains of tags and classes differ only in digits",
    "context": "what it is in or is itself, bits of `CONTEXTS`",
    "images": "pictures in it",
    "fields": "form controls in it",
    "number": "of an item of a numbered list; for the list, that of its last item",
    "wider_ancestor": "row of the nearest ancestor that contains more blocks",
}

#: Distance to a landmark where there is none.
FAR = 255
