"""The places of the columns of a HtmlBlocks, for compiled code. `segment.table` says what each of them holds.

The names stand in `_walk.ELEMENT_COLUMNS` and `_walk.BLOCK_COLUMNS`, in the same order.
"""

cdef enum:
    E_PARENT, E_TAG, E_DEPTH, E_ORDER, E_FIRST_BLOCK, E_END_BLOCK, E_PATH, E_CONTEXT, E_IMAGES, E_FIELDS
    E_WIDER
    N_ELEMENT_COLUMNS

cdef enum:
    B_ELEMENT, B_START, B_END, B_CHARS, B_WORDS, B_LINKS, B_LINK_CHARS, B_LINK_WORDS, B_SENTENCES, B_COMMAS, B_DIGITS
    B_CAPITALISED, B_UPPERCASE, B_EMPHASISED, B_SYMBOLS, B_LINES, B_NON_ASCII, B_LONGEST_WORD, B_IMAGES, B_FIELDS
    B_TITLE_WORDS, B_DESCRIBED_PAIRS, B_ENDING, B_CONTEXT, B_TEXT_HASH
    N_BLOCK_COLUMNS

cdef enum:  # values of the column `ending`
    ENDS_PLAIN, ENDS_SENTENCE, ENDS_COLON, ENDS_COMMA

cdef enum:  # bits of the column `context`: what holds for an element and for all below it
    IN_LINK = 1
    IN_EMPHASIS = 2
    IN_PREFORMATTED = 4
    IN_HIDDEN = 8
    IN_NOSCRIPT = 16

cdef enum:
    FAR = 255  # landmark distance when there is none
