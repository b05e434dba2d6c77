# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True, initializedcheck=False
"""From plain text to the columns of a TextBlocks, in three passes over its characters, without the GIL.

`tests/reference_flat.py` says the same in plain Python.
"""

from cpython.unicode cimport PyUnicode_DATA, PyUnicode_KIND
from libc.stdint cimport int32_t, uint8_t, uint32_t
from libc.stdlib cimport free, malloc
from libc.string cimport memcpy, memset

import numpy as np

from boilerkit.blocks._buffers cimport Buffer, add_token, as_matrix, release
from boilerkit.plaintext.segmentation._columns cimport *
from boilerkit.blocks._hashing cimport finish, mix

cdef extern from "Python.h":
    Py_UCS4 PyUnicode_READ(int kind, const void* data, Py_ssize_t index) nogil
    bint Py_UNICODE_ISSPACE(Py_UCS4 c) nogil
    bint Py_UNICODE_ISUPPER(Py_UCS4 c) nogil
    bint Py_UNICODE_ISLOWER(Py_UCS4 c) nogil
    bint Py_UNICODE_ISDECIMAL(Py_UCS4 c) nogil
    Py_UCS4 Py_UNICODE_TOLOWER(Py_UCS4 c) nogil

#: The columns of `TextBlocks.blocks`, in the order of `_flat_columns.pxd`.
COLUMNS = (
    "start", "end", "lines", "indent", "bullet", "blanks", "chars", "words", "longest_word", "capitalised",
    "uppercase", "digits", "symbols", "non_ascii", "sentences", "commas", "quotes", "separators", "gaps", "addresses",
    "years", "times", "opening", "ending", "text_hash",
)

cdef enum:
    NARROWEST = 50        # columns at which lines of paragraphs are broken, at least
    WIDEST = 100          # and at most
    EVIDENCE = 3          # pairs of lines that show that a run of lines is wrapped
    WORD_TOKENS = 8       # the vocabulary sees this many words from the start of a block
    WHOLE_WORDS = 6       # and the whole of a block that has no more words
    TOPIC_LETTERS = 4     # words of so many letters may tell what a page is about;
    TOPICS = 200          # so many of a block are taken
    UNSPACED_WORD = 6     # letters that count as a word in scripts that part no words but are no ideographs

cdef enum:
    C_SPACE, C_LETTER, C_CAPITAL, C_DIGIT, C_SYMBOL

# Tokens of different kinds are hashed from different seeds.
cdef uint32_t SEED_WORD = 0x811C9DC5u
cdef uint32_t SEED_PAIR = 0x3C6EF372u
cdef uint32_t SEED_TEXT = 0x2F0B4A27u


cdef struct Text:
    int kind
    const void* data
    Py_ssize_t length


cdef inline Py_UCS4 at(const Text* text, Py_ssize_t i) noexcept nogil:
    return PyUnicode_READ(text.kind, text.data, i)


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


cdef inline bint is_white(Py_UCS4 c) noexcept nogil:
    return ascii_class[c] == C_SPACE if c < 128 else Py_UNICODE_ISSPACE(c)


cdef inline bint breaks_line(Py_UCS4 c) noexcept nogil:
    """As for str.splitlines."""
    return 10 <= c <= 13 or 0x1C <= c <= 0x1E or c == 0x85 or c == 0x2028 or c == 0x2029


cdef inline bint is_ideograph(Py_UCS4 c) noexcept nogil:
    """Kana and CJK ideographs: scripts without spaces, in which each character counts as a word."""
    return 0x3041 <= c <= 0x30FF or 0x3400 <= c <= 0x9FFF or 0xF900 <= c <= 0xFAFF or 0x20000 <= c <= 0x3FFFF


cdef inline bint is_unspaced(Py_UCS4 c) noexcept nogil:
    """Thai, Lao, Burmese and Khmer: alphabets without spaces between words."""
    return 0x0E00 <= c <= 0x0EFF or 0x1000 <= c <= 0x109F or 0x1780 <= c <= 0x17FF


cdef inline bint is_symbol(Py_UCS4 c) noexcept nogil:
    """Punctuation, symbols, emoji and the private characters of icon fonts, outside ASCII."""
    if c < 0x100:
        return c < 0xC0 and c != 0xAA and c != 0xB5 and c != 0xBA or c == 0xD7 or c == 0xF7
    return (
        0x2000 <= c <= 0x2BFF and c != 0x200C and c != 0x200D
        or 0x2E00 <= c <= 0x303F and not 0x3005 <= c <= 0x3007
        or 0xE000 <= c <= 0xF8FF
        or 0xFE00 <= c <= 0xFE6F
        or 0xFEFF <= c <= 0xFF0F
        or 0xFF1A <= c <= 0xFF20
        or 0xFF3B <= c <= 0xFF40
        or 0xFF5B <= c <= 0xFF65
        or 0xFFE0 <= c <= 0xFFFF
        or 0x1F000 <= c <= 0x1FAFF
    )


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
    """Ends a sentence: full stop, question and exclamation mark, ellipsis, and those of other scripts."""
    return (
        c == c'.' or c == c'!' or c == c'?' or c == 0x2026 or is_wide_stop(c) or c == 0x061F or c == 0x06D4
        or c == 0x0964
    )


cdef inline bint is_wide_stop(Py_UCS4 c) noexcept nogil:
    """Those after which no space is to be expected."""
    return c == 0x3002 or c == 0xFF01 or c == 0xFF1F or c == 0xFF0E


cdef inline bint is_comma(Py_UCS4 c) noexcept nogil:
    return c == c',' or c == c';' or c == 0xFF0C or c == 0x3001 or c == 0x060C or c == 0xFF1B


cdef inline bint is_quote(Py_UCS4 c) noexcept nogil:
    return (
        c == c'"' or 0x201C <= c <= 0x201F or c == 0xAB or c == 0xBB or c == 0x2039 or c == 0x203A
        or 0x300C <= c <= 0x300F
    )


cdef inline bint is_closing(Py_UCS4 c) noexcept nogil:
    """May stand behind the stop of a sentence: closing quotes and brackets."""
    return is_quote(c) or c == c"'" or c == c')' or c == c']' or c == 0x2019 or c == 0xFF09


cdef inline bint is_divider(Py_UCS4 c) noexcept nogil:
    """Parts what stands side by side."""
    return c == c'|' or c == 0xB7 or c == 0x2022 or c == 0xBB or c == 0x203A or c == 0x2192 or c == 0xFF5C


cdef inline bint is_free_divider(Py_UCS4 c) noexcept nogil:
    """Parts what stands side by side where white space is on both sides of it."""
    return c == c'/' or c == c'>' or c == c'-' or c == c'<' or c == c'~' or c == c'\\' or 0x2013 <= c <= 0x2014


cdef inline bint is_mark(Py_UCS4 c) noexcept nogil:
    """A bullet wherever it begins a line."""
    return (
        c == 0x2022 or c == 0xB7 or c == 0x2023 or c == 0x25AA or c == 0x25CF or c == 0x25CB or c == 0x25A0
        or c == 0x25E6 or c == 0x25AB or c == 0x25B6 or c == 0x25BA or c == 0x27A4 or c == 0x2713 or c == 0x2714
        or c == 0x30FB
    )


# --- Lines ------------------------------------------------------------------------------------------------------------

cdef struct Line:
    Py_ssize_t start, end   # of what is not white
    int32_t reach           # characters from the start of the line to `end`
    int32_t indent          # columns of white space before `start`
    int32_t first           # characters of its first word
    int32_t blanks          # lines without text before it
    int32_t bullet
    bint joined             # goes on with the paragraph of the line before


cdef inline int32_t bounded(Py_ssize_t value) noexcept nogil:
    return <int32_t>min(value, 0x7FFFFFFF)


cdef int32_t bullet_of(const Text* text, Py_ssize_t start, Py_ssize_t end) noexcept nogil:
    """What kind of list item begins here."""
    cdef Py_UCS4 c = at(text, start)
    cdef Py_ssize_t i = start
    if is_mark(c):
        return BULLET
    if c == c'*' or c == c'-' or c == c'+' or c == c'>' or c == 0x2013 or c == 0x2014 or c == 0xBB or c == 0x203A:
        return BULLET if start + 1 == end or is_white(at(text, start + 1)) else NO_BULLET
    while i < end and i < start + 3 and 48 <= at(text, i) <= 57:
        i += 1
    if i > start and i < end and at(text, i) in (c'.', c')') and (i + 1 == end or is_white(at(text, i + 1))):
        return NUMBER
    return NO_BULLET


cdef Py_ssize_t find_lines(const Text* text, Line* lines) noexcept nogil:
    """The lines that have text, of which `lines` takes all; without it, they are counted."""
    cdef Py_ssize_t i = 0, begin, n = 0, blanks = 0, indent
    cdef Py_UCS4 c
    cdef Line* line
    while i < text.length:
        begin = i
        indent = 0
        while i < text.length and is_white(at(text, i)) and not breaks_line(at(text, i)):
            indent = (indent // 8 + 1) * 8 if at(text, i) == c'\t' else indent + 1
            i += 1
        if i == text.length:
            break
        if breaks_line(at(text, i)):
            blanks += 1
        else:
            if lines != NULL:
                line = &lines[n]
                line.start = i
                line.indent = bounded(indent)
                line.blanks = bounded(blanks)
                line.first = 0
                line.joined = False
                while i < text.length:
                    c = at(text, i)
                    if is_white(c):
                        if breaks_line(c):
                            break
                        if line.first == 0:
                            line.first = bounded(i - line.start)
                    else:
                        line.end = i + 1
                    i += 1
                if line.first == 0:
                    line.first = bounded(i - line.start)
                line.reach = bounded(line.end - begin)
                line.bullet = bullet_of(text, line.start, line.end)
            else:
                while i < text.length and not breaks_line(at(text, i)):
                    i += 1
            n += 1
            blanks = 0
        if i + 1 < text.length and at(text, i) == 13 and at(text, i + 1) == 10:
            i += 1
        i += 1
    return n


# --- Paragraphs whose lines are broken --------------------------------------------------------------------------------

cdef struct Run:  # lines without a blank one between
    Py_ssize_t end
    int32_t width           # of its longest line
    bint wrapped


cdef inline bint is_full(const Line* line, const Line* following, Py_ssize_t width) noexcept nogil:
    """Whether the first word of the line that follows had no room."""
    return line.reach + 1 + following.first > width


cdef Run run_from(const Line* lines, Py_ssize_t first, Py_ssize_t n) noexcept nogil:
    """The run of lines that begins with line `first`, and whether its lines look broken at one width."""
    cdef Run run
    cdef Py_ssize_t i, pairs = 0, full = 0
    run.end = first + 1
    run.width = lines[first].reach
    while run.end < n and lines[run.end].blanks == 0:
        run.width = max(run.width, lines[run.end].reach)
        run.end += 1
    for i in range(first + 1, run.end):
        if lines[i].bullet == NO_BULLET:
            pairs += 1
            full += is_full(&lines[i - 1], &lines[i], run.width)
    run.wrapped = NARROWEST <= run.width <= WIDEST and pairs >= EVIDENCE and 10 * full >= 7 * pairs
    return run


cdef void join_lines(Line* lines, Py_ssize_t n) noexcept nogil:
    """Mark the lines that go on with a paragraph, on pages where lines of paragraphs are broken at one width."""
    cdef Py_ssize_t i, first = 0, chars = 0, long_chars = 0
    cdef int32_t width = 0
    cdef Run run
    for i in range(n):
        chars += lines[i].reach
        if lines[i].reach > WIDEST:
            long_chars += lines[i].reach
    if 5 * long_chars > chars:
        return
    while first < n:
        run = run_from(lines, first, n)
        if run.wrapped:
            width = max(width, run.width)
        first = run.end
    first = 0
    while first < n and width:
        run = run_from(lines, first, n)
        if run.width <= width:
            for i in range(first + 1, run.end):
                lines[i].joined = goes_on(&lines[i - 1], &lines[i], run.width if run.wrapped else width)
        first = run.end


cdef inline bint goes_on(const Line* before, const Line* line, Py_ssize_t width) noexcept nogil:
    if line.bullet != NO_BULLET or not is_full(before, line, width):
        return False
    return line.indent == before.indent or not before.joined and -8 <= line.indent - before.indent <= 8


# --- Counting ---------------------------------------------------------------------------------------------------------

cdef struct State:  # of the block that is read
    Buffer words, pairs, wholes, topics  # of pairs: a block, a hash
    Py_ssize_t block, n_topics
    uint32_t word, previous_word
    Py_UCS4 previous_ideograph
    int word_length, digits_in_word, number
    bint capital


cdef int end_word(State* s, int32_t* row) except -1 nogil:
    """Count the word that was being read, if there was one."""
    cdef uint32_t word
    if s.word_length == 0:
        return 0
    word = finish(s.word)
    row[F_WORDS] += 1
    row[F_CAPITALISED] += s.capital
    row[F_LONGEST_WORD] = max(row[F_LONGEST_WORD], s.word_length)
    if s.word_length == 4 and s.digits_in_word == 4 and 1900 <= s.number < 2100:
        row[F_YEARS] += 1
    if row[F_WORDS] <= WORD_TOKENS:
        add_token(&s.words, s.block, word)
        add_token(&s.pairs, s.block, finish(mix(mix(SEED_PAIR, s.previous_word), word)))
    if s.word_length >= TOPIC_LETTERS and s.digits_in_word == 0 and s.n_topics < TOPICS:
        add_token(&s.topics, s.block, word)
        s.n_topics += 1
    s.previous_word = word
    s.word_length = 0
    return 0


cdef inline int add_ideograph(State* s, Py_UCS4 c) except -1 nogil:
    """Two ideographs that stand together may tell what a page is about."""
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
    """By the last character but closing quotes and brackets, and the one before it."""
    if last == 0x2026 or (last == c'.' and before == c'.'):
        return ENDS_ELLIPSIS
    if is_stop(last):
        return ENDS_SENTENCE
    if last == c':' or last == 0xFF1A:
        return ENDS_COLON
    return ENDS_COMMA if is_comma(last) else ENDS_PLAIN


cdef int count(const Text* text, State* s, int32_t* row) except -1 nogil:
    """Fill the row of a block, of which start and end are known."""
    cdef Py_ssize_t i, end = row[F_END]
    cdef Py_UCS4 c, last = 0, before_last = 0, previous = 0
    cdef int kind, white = 0
    cdef bint opened = False, stopped = False, single, tab = False, broken = False
    cdef uint32_t text_hash = SEED_TEXT
    s.word_length = s.n_topics = 0
    s.previous_word = 0
    s.previous_ideograph = 0
    row[F_OPENING] = OPENS_SYMBOL
    for i in range(row[F_START], end):
        c = at(text, i)
        kind = class_of(c)
        if kind == C_SPACE:
            end_word(s, row)
            s.previous_ideograph = 0
            if stopped:
                row[F_SENTENCES] += 1
                stopped = False
            white += 1
            tab |= c == c'\t'
            broken |= breaks_line(c)
            previous = c
            continue
        if white:
            row[F_GAPS] += not broken and (tab or white > 1)
            white = 0
            tab = broken = False
        row[F_CHARS] += 1
        row[F_NON_ASCII] += c >= 128
        if kind == C_SYMBOL:
            end_word(s, row)
            s.previous_ideograph = 0
            text_hash = mix(text_hash, c)
            if is_stop(c):
                if is_wide_stop(c):
                    row[F_SENTENCES] += 1
                else:
                    stopped = True
            elif not is_closing(c):
                stopped = False
            if is_comma(c):
                row[F_COMMAS] += 1
            elif is_quote(c):
                row[F_QUOTES] += 1
            elif c == c'@':
                row[F_ADDRESSES] += i > row[F_START] and not is_white(previous)
            elif c == c':':
                if i + 2 < end and at(text, i + 1) == c'/' and at(text, i + 2) == c'/':
                    row[F_ADDRESSES] += 1
                elif 48 <= previous <= 57 and i + 1 < end and 48 <= at(text, i + 1) <= 57:
                    row[F_TIMES] += 1
            elif not is_stop(c):
                row[F_SYMBOLS] += 1
            if is_divider(c) and i > row[F_START] or (
                is_free_divider(c) and is_white(previous) and i + 1 < end and is_white(at(text, i + 1))
            ):
                row[F_SEPARATORS] += 1
        else:
            stopped = False
            single = is_ideograph(c)
            if not opened:
                opened = True
                row[F_OPENING] = opening_of(c, kind)
            if single or is_unspaced(c) and s.word_length >= UNSPACED_WORD:
                end_word(s, row)
            if s.word_length == 0:
                s.word = SEED_WORD
                s.capital = kind == C_CAPITAL
                s.digits_in_word = s.number = 0
            s.word_length += 1
            if kind == C_DIGIT:
                row[F_DIGITS] += 1
                s.digits_in_word += 1
                if s.digits_in_word <= 4:
                    s.number = 10 * s.number + (<int>c - 48 if c < 128 else 0)
                s.word = mix(s.word, c)
            else:
                if kind == C_CAPITAL:
                    row[F_UPPERCASE] += 1
                    c = Py_UNICODE_TOLOWER(c)
                s.word = mix(s.word, c)
                text_hash = mix(text_hash, c)
            if single:
                add_ideograph(s, c)
                end_word(s, row)
            else:
                s.previous_ideograph = 0
        if not is_closing(c):
            before_last = last
            last = c
        previous = c
    end_word(s, row)
    row[F_SENTENCES] += stopped
    row[F_ENDING] = ending_of(last, before_last)
    row[F_TEXT_HASH] = <int32_t>finish(text_hash)
    if 0 < row[F_WORDS] <= WHOLE_WORDS:
        add_token(&s.wholes, s.block, finish(text_hash))
    return 0


cdef int fill_blocks(const Text* text, const Line* lines, Py_ssize_t n, State* s, int32_t[:, ::1] blocks) except -1 nogil:
    cdef Py_ssize_t i
    cdef int32_t* row = NULL
    s.block = -1
    for i in range(n):
        if not lines[i].joined:
            if row != NULL:
                count(text, s, row)
            s.block += 1
            row = &blocks[s.block, 0]
            row[F_START] = <int32_t>lines[i].start
            row[F_INDENT] = lines[i].indent
            row[F_BULLET] = lines[i].bullet
            row[F_BLANKS] = lines[i].blanks
        row[F_END] = <int32_t>lines[i].end
        row[F_LINES] += 1
    if row != NULL:
        count(text, s, row)
    return 0


# --- The Python side --------------------------------------------------------------------------------------------------

INT32 = np.dtype(np.int32)


def count_lines(str page not None):
    """The number of lines that have text."""
    cdef Text text
    text.kind, text.data, text.length = PyUnicode_KIND(page), PyUnicode_DATA(page), len(page)
    cdef Py_ssize_t n
    with nogil:
        n = find_lines(&text, NULL)
    return n


def split(str page not None, Py_ssize_t n):
    """A dict of the columns of a page that has n lines of text, as `segment.flat.TextBlocks` takes them."""
    cdef Text text
    text.kind, text.data, text.length = PyUnicode_KIND(page), PyUnicode_DATA(page), len(page)
    cdef Line* lines = <Line*>malloc((n + 1) * sizeof(Line))
    cdef State s
    cdef Py_ssize_t i, n_blocks = 0
    cdef int32_t[:, ::1] view
    memset(&s, 0, sizeof(State))
    try:
        if lines == NULL:
            raise MemoryError("no memory for the columns of this page")
        with nogil:
            find_lines(&text, lines)
            join_lines(lines, n)
            for i in range(n):
                n_blocks += 0 if lines[i].joined else 1
        blocks = np.zeros((n_blocks, N_FLAT_COLUMNS), dtype=np.int32)
        view = blocks
        with nogil:
            fill_blocks(&text, lines, n, &s, view)
        return {
            "text": page,
            "blocks": blocks,
            "words": as_matrix(&s.words, 2, INT32),
            "pairs": as_matrix(&s.pairs, 2, INT32),
            "wholes": as_matrix(&s.wholes, 2, INT32),
            "topics": as_matrix(&s.topics, 2, INT32),
        }
    finally:
        free(lines)
        release(&s.words)
        release(&s.pairs)
        release(&s.wholes)
        release(&s.topics)
