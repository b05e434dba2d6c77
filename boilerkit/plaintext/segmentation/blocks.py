"""Plain text as blocks: what menus, paragraphs and footers are where a page has lost its markup."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from boilerkit.blocks.columns import InputFormat
from boilerkit.errors import InputError
from boilerkit.plaintext.segmentation._split import COLUMNS, count_lines, split

Int32 = NDArray[np.int32]

#: Texts of more lines than this are refused: what follows needs about 1 kB of memory a line.
MAX_LINES = 2_000_000

_PLACE = {name: index for index, name in enumerate(COLUMNS)}


@dataclass(frozen=True, slots=True)
class TextBlocks:
    """The blocks of one page of plain text, in order.

    A block is a line that has text. On pages where the lines of paragraphs are broken at one width (50 to 100 columns,
    as in mails and in dumps of text browsers), a paragraph's lines are one block; list items stay apart. `text` is the
    page as it came, and blocks cover all in it that is not white space.

    Columns of `blocks` (int32 [n_blocks, len(COLUMNS)]; counts are of characters unless another unit is named):

    - start, end: the block's place in `text`; white space around it and list marks in it do not and do count
    - lines; indent: columns of white space before it; bullet: 0 none, 1 a mark, 2 a number; blanks: empty lines before
    - chars: without white space; words: a character of a script without spaces counts as a word, six of Thai, Lao,
      Burmese or Khmer do; longest_word
    - capitalised (words), uppercase (letters), digits, symbols (punctuation but commas, quotes and stops), non_ascii
    - sentences: stops before white space or the end; commas, quotes
    - separators: bars, dots and arrows between words; gaps: wide white space in a line; addresses: of the web, of mail
    - years: words from 1900 to 2099; times: colons between digits
    - opening: its first letter or digit: 0 it has none, 1 capital, 2 lower case, 3 of a script without case, 4 digit
    - ending: 0 plain, 1 like a sentence, 2 colon, 3 comma, 4 ellipsis
    - text_hash: equal for blocks whose text is equal but for case, digits and white space

    Tokens are pairs of a block and a 32-bit hash, int32 [n, 2], by block: of its first `words`, of `pairs` of them, of
    short blocks as `wholes`, and of words that may tell its `topics` (of four letters at least, or two ideographs).
    """

    input_format: ClassVar[InputFormat] = "text"

    text: str
    blocks: Int32
    words: Int32
    pairs: Int32
    wholes: Int32
    topics: Int32

    def __len__(self) -> int:
        return len(self.blocks)

    def block(self, column: str) -> Int32:
        """One column of `blocks`, int32 [n_blocks]."""
        return self.blocks[:, _PLACE[column]]

    def block_text(self, index: int) -> str:
        """The text of one block."""
        return self.text[self.blocks[index, _PLACE["start"]] : self.blocks[index, _PLACE["end"]]]

    def block_texts(self) -> list[str]:
        """The texts of all blocks."""
        text = self.text
        return [text[start:end] for start, end in self.blocks[:, [_PLACE["start"], _PLACE["end"]]].tolist()]


def segment_text(text: str) -> TextBlocks:
    """Split plain text into blocks. Raises InputError for a text of more than MAX_LINES lines."""
    n_lines = count_lines(text)
    if n_lines > MAX_LINES:
        raise InputError(f"the page has {n_lines:,} lines of text; the most is {MAX_LINES:,}")
    return TextBlocks(**split(text, n_lines))
