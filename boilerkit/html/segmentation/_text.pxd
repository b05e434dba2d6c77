# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True, initializedcheck=False
"""Text nodes: what each of their characters adds to the block it is in."""

from libc.stdint cimport uint8_t, uint32_t
from libc.string cimport memcpy

from boilerkit.blocks._buffers cimport add_token, reserve
from boilerkit.blocks._characters cimport SPACED, ends_before, is_sentence_end, is_wide_comma, script_of
from boilerkit.blocks._hashing cimport SEED_WORD, finish, mix
from boilerkit.html.segmentation._blocks cimport *
from boilerkit.html.segmentation._tables cimport *
from boilerkit.html.segmentation._utf8 cimport *


cdef inline int add_punctuation(Walk* w, uint8_t c) except -1 nogil:
    """Count one ASCII character that is neither white space nor a letter or digit."""
    end_word(w)
    w.pending_sentence = c == c'.' or c == c'!' or c == c'?' or (
        w.pending_sentence and (c == c'"' or c == c"'" or c == c')' or c == c']'))
    if w.pending_sentence:
        w.block[B_ENDING] = ENDS_SENTENCE
    elif c == c':':
        w.block[B_ENDING] = ENDS_COLON
    elif c == c',':
        w.block[B_ENDING] = ENDS_COMMA
        w.block[B_COMMAS] += 1
    else:
        w.block[B_ENDING] = ENDS_PLAIN
        w.block[B_SYMBOLS] += 1
    return 0


cdef inline int add_sequence(Walk* w, const uint8_t* s, int n) except -1 nogil:
    """Count one character outside ASCII, of n bytes."""
    cdef int i
    cdef uint32_t symbol
    cdef uint32_t c = code_point(s)
    cdef int script
    w.block[B_NON_ASCII] += 1
    if is_sentence_end(c):
        end_word(w)
        w.block[B_SENTENCES] += 1
        w.block[B_ENDING] = ENDS_SENTENCE
        w.pending_sentence = False
    elif is_wide_comma(c):
        end_word(w)
        w.block[B_ENDING] = ENDS_COMMA
        w.block[B_COMMAS] += 1
        w.pending_sentence = False
    elif is_symbol(c):
        end_word(w)
        if not (closes_quote(c) and w.block[B_ENDING] == ENDS_SENTENCE):
            w.block[B_ENDING] = ENDS_PLAIN
            w.pending_sentence = False
        w.block[B_SYMBOLS] += 1
        if w.word_tokens < BLOCK_WORD_TOKENS:
            w.word_tokens += 1
            symbol = SEED_WORD
            for i in range(n):
                symbol = mix(symbol, s[i])
            add_token(&w.block_tokens, w.n_blocks, finish(symbol))
    else:
        w.block[B_ENDING] = ENDS_PLAIN
        w.pending_sentence = False
        script = script_of(c)
        if w.word_length and ends_before(w.word_script, w.word_length, script):
            end_word(w)
        if w.word_length == 0:
            begin_word(w, False)
            w.word_script = script
        for i in range(n):
            w.word = mix(w.word, fold(s[i], s[i - 1] if i else 0))
        w.word_length += 1
    return 0


cdef inline int add_character(Walk* w, const uint8_t* s, int kind) except -1 nogil:
    """Take in one character that is neither white space nor an ASCII letter or digit. Return its bytes."""
    cdef int n = 1, i
    if kind == C_HIGH:
        n = sequence_length(s[0])
        for i in range(1, n):
            if s[i] == 0:
                n = i
                break
        add_sequence(w, s, n)
    else:
        add_punctuation(w, s[0])
    reserve(&w.text, n)
    for i in range(n):
        write_byte(w, s[i])
        w.text_hash = mix(w.text_hash, fold(s[i], s[i - 1] if i else 0))
    return n


cdef inline int add_letters(Walk* w, const uint8_t* s) except -1 nogil:
    """Take in ASCII letters and digits up to the next other character. Return how many. Most text is these."""
    cdef const uint8_t* classes = char_class
    cdef uint32_t word, text_hash = w.text_hash
    cdef int n = 0, digits = 0, capitals = 0, kind = classes[s[0]]
    if w.word_length and w.word_script != SPACED:
        end_word(w)
    if w.word_length == 0:
        begin_word(w, kind == C_CAPITAL)
        w.word_script = SPACED
    word = w.word
    while C_LETTER <= kind <= C_DIGIT:
        word = mix(word, lower[s[n]])
        text_hash = mix(text_hash, normalized[s[n]])
        digits += kind == C_DIGIT
        capitals += kind == C_CAPITAL
        n += 1
        while classes[s[n]] == C_LETTER:  # as most characters are
            word = mix(word, s[n])
            text_hash = mix(text_hash, s[n])
            n += 1
        kind = classes[s[n]]
    w.word = word
    w.word_length += n
    w.text_hash = text_hash
    w.pending_sentence = False
    w.block[B_ENDING] = ENDS_PLAIN
    w.block[B_DIGITS] += digits
    w.block[B_UPPERCASE] += capitals
    reserve(&w.text, n)
    memcpy(w.text.data + w.text.size, s, n)
    w.text.size += n
    w.chars_out += n
    return n


cdef inline void count_characters(Walk* w, int chars, int context) noexcept nogil:
    w.block[B_CHARS] += chars
    if context & IN_LINK:
        w.block[B_LINK_CHARS] += chars
    if context & IN_EMPHASIS:
        w.block[B_EMPHASISED] += chars


cdef inline int add_mark(Walk* w, const char* mark, int context) except -1 nogil:
    """Take in a mark that stands for an element, as the quotation mark of a `q` does."""
    cdef const uint8_t* s = <const uint8_t*>mark
    while s[0]:
        s += add_character(w, s, char_class[s[0]])
        count_characters(w, 1, context)
    return 0


cdef inline int add_closing_mark(Walk* w, const char* mark, int context) except -1 nogil:
    """Take in the mark at the end of an element."""
    cdef bint preformatted = (context & IN_PREFORMATTED) != 0
    if w.pending_space or w.breaks or w.moved or w.highest != w.current:
        reserve(&w.text, 1)
        write_space(w, preformatted)
    return add_mark(w, mark, context)


cdef inline bint is_digit(const uint8_t* s) noexcept nogil:
    return char_class[s[0]] == C_DIGIT or (s[0] == c'-' or s[0] == c'+') and char_class[s[1]] == C_DIGIT or (
        s[0] == 0xE2 and s[1] == 0x88 and s[2] == 0x92 and char_class[s[3]] == C_DIGIT  # the sign of minus
    )


cdef inline int add_pending_marks(Walk* w, const uint8_t* s, int context) except -1 nogil:
    """Write the marks of elements whose text starts at `s`."""
    cdef char mark[2]
    cdef int i
    if w.script_mark and is_digit(s) and not context & IN_LINK:  # which would be a footnote
        mark[0], mark[1] = <char>w.script_mark, 0
        add_mark(w, mark, context)
    w.script_mark = 0
    for i in range(w.n_marks):
        add_mark(w, w.marks[i], context)
    w.n_marks = 0
    return 0


cdef inline int add_text(Walk* w, const char* content) except -1 nogil:
    """Take in one text node below the current element."""
    w.n_nodes += 1
    return add_characters(w, content)


cdef inline int add_characters(Walk* w, const char* content) except -1 nogil:
    """Take in text of the current element."""
    cdef const uint8_t* s = <const uint8_t*>content
    cdef const uint8_t* classes = char_class
    cdef int context = element_row(w, w.current)[E_CONTEXT]
    cdef bint preformatted = (context & IN_PREFORMATTED) != 0
    cdef int kind, n, chars
    while s[0]:
        kind = classes[s[0]]
        n = unicode_space(s) if kind == C_HIGH else kind == C_SPACE
        if n:
            if w.is_open or preformatted:
                add_space(w, s[0] if n == 1 and 9 <= s[0] <= 13 else c' ', preformatted)
            s += n
            if not preformatted:
                while classes[s[0]] == C_SPACE:  # indents of the markup; more of it changes nothing
                    s += 1
            continue
        n = unseen(s, w.is_open) if kind == C_HIGH else 0
        if n:
            s += n
            continue
        if not w.is_open or w.pending_space or w.breaks or w.moved or w.highest != w.current:
            reserve(&w.text, 1)
            write_space(w, preformatted)
        if w.n_marks or w.script_mark:
            add_pending_marks(w, s, context)
        if C_LETTER <= kind <= C_DIGIT:
            n = chars = add_letters(w, s)
        else:
            chars = 1
            n = add_character(w, s, kind)
        count_characters(w, chars, context)
        w.block[B_LAST_NODE] = w.n_nodes
        s += n
    return 0
