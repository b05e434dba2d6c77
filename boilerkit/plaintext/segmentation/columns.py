"""The columns of `TextBlocks`: name and description of each, in the order of the matrix.

Compiled code names the columns by enums that are generated from these (see setup.py). Counts are of characters unless
another unit is named.
"""

from __future__ import annotations

#: Values of the column `bullet`, from 0 on.
BULLETS = {
    "none": "no list item",
    "mark": "a list item with a bullet",
    "number": "a numbered list item",
}

#: Values of the column `opening`, from 0 on.
OPENINGS = {
    "symbol": "no letter or digit",
    "capital": "a capital letter",
    "lower": "a lower-case letter",
    "uncased": "a letter of a script without case",
    "digit": "a digit",
}

#: Values of the column `ending`, from 0 on.
ENDINGS = {
    "plain": "like none of the following",
    "sentence": "like a sentence",
    "colon": "with a colon",
    "comma": "with a comma",
    "ellipsis": "with an ellipsis",
}

#: Columns of `TextBlocks.blocks`.
BLOCK_COLUMNS = {
    "start": "offset in `text` of its first character that is not white space; a bullet is part of the block",
    "end": "offset in `text` after its last character that is not white space",
    "lines": "lines",
    "indent": "columns of white space before it",
    "bullet": "which list item it is, a number of `BULLETS`",
    "blanks": "empty lines before it",
    "chars": "characters that are not white space",
    "words": "words; a character of a script without spaces counts as one, as do six of Thai, Lao, Burmese or Khmer",
    "longest_word": "characters of its longest word",
    "capitalised": "words with a capital first letter",
    "uppercase": "capital letters",
    "digits": "digits",
    "symbols": "punctuation and symbols that no other column counts",
    "non_ascii": "characters outside ASCII",
    "sentences": "full stops, question marks and exclamation marks before white space or the end",
    "commas": "commas",
    "quotes": "quotation marks",
    "separators": "bars, dots and arrows between words",
    "gaps": "runs of wide white space in a line",
    "addresses": "web and mail addresses",
    "years": "numbers from 1900 to 2099",
    "times": "colons between digits",
    "opening": "its first letter or digit, a number of `OPENINGS`",
    "ending": "how it ends, a number of `ENDINGS`",
    "text_hash": "equal for blocks whose text differs only in case, digits and white space",
}
