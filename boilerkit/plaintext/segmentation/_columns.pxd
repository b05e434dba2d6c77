"""The places of the columns of a TextBlocks, for compiled code. `segment.flat` says what each of them holds.

The names stand in `_lines.COLUMNS`, in the same order.
"""

cdef enum:
    F_START, F_END, F_LINES, F_INDENT, F_BULLET, F_BLANKS, F_CHARS, F_WORDS, F_LONGEST_WORD, F_CAPITALISED
    F_UPPERCASE, F_DIGITS, F_SYMBOLS, F_NON_ASCII, F_SENTENCES, F_COMMAS, F_QUOTES, F_SEPARATORS, F_GAPS, F_ADDRESSES
    F_YEARS, F_TIMES, F_OPENING, F_ENDING, F_TEXT_HASH
    N_FLAT_COLUMNS

cdef enum:  # values of the column `bullet`
    NO_BULLET, BULLET, NUMBER

cdef enum:  # of `opening`
    OPENS_SYMBOL, OPENS_CAPITAL, OPENS_LOWER, OPENS_UNCASED, OPENS_DIGIT

cdef enum:  # of `ending`
    ENDS_PLAIN, ENDS_SENTENCE, ENDS_COLON, ENDS_COMMA, ENDS_ELLIPSIS
