# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True, initializedcheck=False
"""What a block of plain text consists of: counts of its words and characters, and its tokens."""

from libc.stdint cimport uint8_t

from boilerkit.blocks._buffers cimport add_token
from boilerkit.blocks._characters cimport *
from boilerkit.blocks._hashing cimport SEED_PAIR, SEED_TEXT, SEED_WORD, finish, mix
from boilerkit.plaintext.segmentation._columns cimport *

cdef extern from "Python.h":
    bint Py_UNICODE_ISUPPER(Py_UCS4 c) nogil
    bint Py_UNICODE_ISLOWER(Py_UCS4 c) nogil
    bint Py_UNICODE_ISDECIMAL(Py_UCS4 c) nogil
    Py_UCS4 Py_UNICODE_TOLOWER(Py_UCS4 c) nogil

cdef enum:
    WORD_TOKENS = 8       # the vocabulary sees this many words from the start of a block
    WHOLE_WORDS = 6       # and the whole of a block that has no more words
    TOPIC_LETTERS = 4     # words of at least this many letters say what a page is about;
    TOPICS = 200          # this many of a block are taken

cdef enum:
    C_SPACE, C_LETTER, C_CAPITAL, C_DIGIT, C_SYMBOL


# --- What a character is ----------------------------------------------------------------------------------------------

cdef uint8_t ascii_class[128]


cdef void fill_classes() noexcept:
    cdef int c
    for c in range(128):
        ascii_class[c] = C_SYMBOL
        if Py_UNICODE_ISSPACE(<Py_UCS4>c):
            ascii_class[c] = C_SPACE
    for c in range(26):
        ascii_class[97 + c] = C_LETTER
        ascii_class[65 + c] = C_CAPITAL
    for c in range(10):
        ascii_class[48 + c] = C_DIGIT


fill_classes()


cdef inline bint is_symbol(Py_UCS4 c) noexcept nogil:
    """Return whether a character outside ASCII is punctuation, a symbol, an emoji or the icon of a font."""
    if c < 0x100:
        return is_latin1_symbol(c) or c == 0xD7 or c == 0xF7
    return is_symbol_beyond_latin1(c) or 0x1F000 <= c <= 0x1FAFF


cdef inline int class_of(Py_UCS4 c) noexcept nogil:
    if c < 128:
        return ascii_class[c]
    if Py_UNICODE_ISSPACE(c):
        return C_SPACE
    if is_symbol(c):
        return C_SYMBOL
    if Py_UNICODE_ISUPPER(c):
        return C_CAPITAL
    return C_DIGIT if Py_UNICODE_ISDECIMAL(c) else C_LETTER


cdef inline bint is_stop(Py_UCS4 c) noexcept nogil:
    """Return whether a character ends a sentence: full stop, question mark, exclamation mark, ellipsis."""
    return c == c'.' or c == c'!' or c == c'?' or c == 0xFF0E or is_sentence_end(c)


cdef inline bint is_wide_stop(Py_UCS4 c) noexcept nogil:
    """Return whether a character ends a sentence without a space after it."""
    return c == 0x3002 or c == 0xFF01 or c == 0xFF1F or c == 0xFF0E


cdef inline bint is_comma(Py_UCS4 c) noexcept nogil:
    return c == c',' or c == c';' or c == 0xFF1B or is_wide_comma(c)


cdef inline bint is_quote(Py_UCS4 c) noexcept nogil:
    return (
        c == c'"' or 0x201C <= c <= 0x201F or c == 0xAB or c == 0xBB or c == 0x2039 or c == 0x203A
        or 0x300C <= c <= 0x300F
    )


cdef inline bint is_closing(Py_UCS4 c) noexcept nogil:
    """Return whether a character may follow the end of a sentence: closing quotes and brackets."""
    return is_quote(c) or c == c"'" or c == c')' or c == c']' or c == 0x2019 or c == 0xFF09


cdef inline bint is_divider(Py_UCS4 c) noexcept nogil:
    """Return whether a character separates items of a line."""
    return c == c'|' or c == 0xB7 or c == 0x2022 or c == 0xBB or c == 0x203A or c == 0x2192 or c == 0xFF5C


cdef inline bint is_free_divider(Py_UCS4 c) noexcept nogil:
    """Return whether a character separates items of a line where white space is on both sides of it."""
    return c == c'/' or c == c'>' or c == c'-' or c == c'<' or c == c'~' or c == c'\\' or 0x2013 <= c <= 0x2014


# --- Counting ---------------------------------------------------------------------------------------------------------

cdef inline void begin_word(State* s, int kind) noexcept nogil:
    s.word = SEED_WORD
    s.capital = kind == C_CAPITAL
    s.digits_in_word = s.number = 0


cdef int end_word(State* s, int32_t* row) except -1 nogil:
    """Count the word that was being read, if there was one."""
    cdef uint32_t word
    if s.word_length == 0:
        return 0
    word = finish(s.word)
    row[B_WORDS] += 1
    row[B_CAPITALISED] += s.capital
    row[B_LONGEST_WORD] = max(row[B_LONGEST_WORD], s.word_length)
    if s.word_length == 4 and s.digits_in_word == 4 and 1900 <= s.number < 2100:
        row[B_YEARS] += 1
    if row[B_WORDS] <= WORD_TOKENS:
        add_token(&s.words, s.block, word)
        add_token(&s.pairs, s.block, finish(mix(mix(SEED_PAIR, s.previous_word), word)))
    if s.word_length >= TOPIC_LETTERS and s.digits_in_word == 0 and s.n_topics < TOPICS:
        add_token(&s.topics, s.block, word)
        s.n_topics += 1
    s.previous_word = word
    s.word_length = 0
    return 0


cdef inline int add_ideograph(State* s, Py_UCS4 c) except -1 nogil:
    """Add a pair of neighbouring ideographs to the topics."""
    if s.previous_ideograph and s.n_topics < TOPICS:
        add_token(&s.topics, s.block, finish(mix(mix(SEED_TEXT, s.previous_ideograph), c)))
        s.n_topics += 1
    s.previous_ideograph = c
    return 0


cdef inline int32_t opening_of(Py_UCS4 c, int kind) noexcept nogil:
    if kind == C_CAPITAL:
        return OPENS_CAPITAL
    if kind == C_DIGIT:
        return OPENS_DIGIT
    if kind == C_LETTER:
        return OPENS_LOWER if Py_UNICODE_ISLOWER(c) else OPENS_UNCASED
    return OPENS_SYMBOL


cdef inline int32_t ending_of(Py_UCS4 last, Py_UCS4 before) noexcept nogil:
    """Return a number of columns.ENDINGS, given the last two characters that are not closing quotes or brackets."""
    if last == 0x2026 or (last == c'.' and before == c'.'):
        return ENDS_ELLIPSIS
    if is_stop(last):
        return ENDS_SENTENCE
    if last == c':' or last == 0xFF1A:
        return ENDS_COLON
    return ENDS_COMMA if is_comma(last) else ENDS_PLAIN


cdef int count(const Text* text, State* s, int32_t* row) except -1 nogil:
    """Fill the row of a block whose start and end are known."""
    cdef Py_ssize_t i
    cdef Py_UCS4 c
    cdef int kind
    begin_block(s)
    for i in range(row[B_START], row[B_END]):
        c = at(text, i)
        kind = class_of(c)
        if kind == C_SPACE:
            read_space(s, row, c)
        else:
            end_space(s, row)
            row[B_CHARS] += 1
            row[B_NON_ASCII] += c >= 128
            if kind == C_SYMBOL:
                read_symbol(text, s, row, i)
            else:
                read_letter(s, row, c, kind)
            if not is_closing(c):
                s.before_last = s.last
                s.last = c
        s.previous = c
    end_word(s, row)
    row[B_SENTENCES] += s.stopped
    row[B_ENDING] = ending_of(s.last, s.before_last)
    row[B_TEXT_HASH] = <int32_t>finish(s.text_hash)
    if 0 < row[B_WORDS] <= WHOLE_WORDS:
        add_token(&s.wholes, s.block, finish(s.text_hash))
    return 0


cdef inline void begin_block(State* s) noexcept nogil:
    s.word_length = s.white = 0
    s.n_topics = 0
    s.previous_word = 0
    s.previous = s.previous_ideograph = s.last = s.before_last = 0
    s.opened = s.stopped = s.tab = s.broken = False
    s.text_hash = SEED_TEXT


cdef inline int read_space(State* s, int32_t* row, Py_UCS4 c) except -1 nogil:
    end_word(s, row)
    s.previous_ideograph = 0
    row[B_SENTENCES] += s.stopped
    s.stopped = False
    s.white += 1
    s.tab |= c == c'\t'
    s.broken |= breaks_line(c)
    return 0


cdef inline void end_space(State* s, int32_t* row) noexcept nogil:
    if s.white:
        row[B_GAPS] += not s.broken and (s.tab or s.white > 1)
        s.white = 0
        s.tab = s.broken = False


cdef inline int read_symbol(const Text* text, State* s, int32_t* row, Py_ssize_t i) except -1 nogil:
    cdef Py_UCS4 c = at(text, i)
    end_word(s, row)
    s.previous_ideograph = 0
    s.text_hash = mix(s.text_hash, c)
    if is_wide_stop(c):
        row[B_SENTENCES] += 1
    elif is_stop(c):
        s.stopped = True
    elif not is_closing(c):
        s.stopped = False
    if is_comma(c):
        row[B_COMMAS] += 1
    elif is_quote(c):
        row[B_QUOTES] += 1
    elif c == c'@':
        row[B_ADDRESSES] += i > row[B_START] and not Py_UNICODE_ISSPACE(s.previous)
    elif c == c':':
        read_colon(text, s, row, i)
    elif not is_stop(c):
        row[B_SYMBOLS] += 1
    row[B_SEPARATORS] += is_separator(text, s, row, i)
    return 0


cdef inline void read_colon(const Text* text, State* s, int32_t* row, Py_ssize_t i) noexcept nogil:
    """Count a colon that is part of a web address or of a time."""
    cdef Py_ssize_t end = row[B_END]
    if i + 2 < end and at(text, i + 1) == c'/' and at(text, i + 2) == c'/':
        row[B_ADDRESSES] += 1
    elif 48 <= s.previous <= 57 and i + 1 < end and 48 <= at(text, i + 1) <= 57:
        row[B_TIMES] += 1


cdef inline bint is_separator(const Text* text, State* s, const int32_t* row, Py_ssize_t i) noexcept nogil:
    if is_divider(at(text, i)):
        return i > row[B_START]
    return (
        is_free_divider(at(text, i)) and Py_UNICODE_ISSPACE(s.previous)
        and i + 1 < row[B_END] and Py_UNICODE_ISSPACE(at(text, i + 1))
    )


cdef inline int read_letter(State* s, int32_t* row, Py_UCS4 c, int kind) except -1 nogil:
    """Count a letter or a digit."""
    cdef int script = script_of(c)
    s.stopped = False
    if not s.opened:
        s.opened = True
        row[B_OPENING] = opening_of(c, kind)
    if s.word_length and ends_before(s.word_script, s.word_length, script):
        end_word(s, row)
    if s.word_length == 0:
        begin_word(s, kind)
        s.word_script = script
    s.word_length += 1
    if kind == C_DIGIT:
        row[B_DIGITS] += 1
        s.digits_in_word += 1
        if s.digits_in_word <= 4:
            s.number = 10 * s.number + (<int>c - 48 if c < 128 else 0)
        s.word = mix(s.word, c)
    else:
        if kind == C_CAPITAL:
            row[B_UPPERCASE] += 1
            c = Py_UNICODE_TOLOWER(c)
        s.word = mix(s.word, c)
        s.text_hash = mix(s.text_hash, c)
    if script == IDEOGRAPHIC:
        add_ideograph(s, c)
    else:
        s.previous_ideograph = 0
    return 0
