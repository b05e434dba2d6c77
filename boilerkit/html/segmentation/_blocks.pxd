# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True, initializedcheck=False
"""Opening and closing blocks, and the words and white space in them."""

from libc.stdint cimport int32_t, uint8_t, uint32_t
from libc.string cimport memcpy, memset

from boilerkit.blocks._buffers cimport add_row, add_token, reserve
from boilerkit.blocks._hashing cimport SEED_TEXT, SEED_WORD, finish, mix
from boilerkit.html.segmentation._state cimport *

cdef enum:
    BLOCK_WORD_TOKENS = 8  # words and symbols at the start of a block that are tokens


cdef inline int end_word(Walk* w) except -1 nogil:
    """Count the word that the walk was in, if it was in one."""
    if w.word_length == 0:
        return 0
    cdef uint32_t word = finish(w.word)
    w.block[B_WORDS] += 1
    if w.word_in_link:
        w.block[B_LINK_WORDS] += 1
    if w.word_capital:
        w.block[B_CAPITALISED] += 1
    if w.word_length > w.block[B_LONGEST_WORD]:
        w.block[B_LONGEST_WORD] = w.word_length
    reserve(&w.words, sizeof(uint32_t))
    (<uint32_t*>(w.words.data + w.words.size))[0] = word
    w.words.size += sizeof(uint32_t)
    if w.word_tokens < BLOCK_WORD_TOKENS:
        w.word_tokens += 1
        add_token(&w.block_tokens, w.n_blocks, word)
    w.word_length = 0
    return 0


cdef inline void begin_word(Walk* w, bint capital) noexcept nogil:
    w.word = SEED_WORD
    w.word_capital = capital
    w.word_in_link = (element_row(w, w.current)[E_CONTEXT] & IN_LINK) != 0


cdef inline int open_block(Walk* w) except -1 nogil:
    memset(w.block, 0, sizeof(w.block))
    w.is_open = True
    w.block[B_ELEMENT] = w.current
    w.block[B_START] = w.chars_out
    w.block[B_FIRST_NODE] = w.n_nodes
    w.block[B_LINKS] = (element_row(w, w.current)[E_CONTEXT] & IN_LINK) != 0
    w.block[B_IMAGES] = w.images - w.counted_images
    w.block[B_FIELDS] = w.fields - w.counted_fields
    w.counted_images = w.images
    w.counted_fields = w.fields
    w.highest = w.current
    w.pending_space = w.pending_sentence = False
    w.script_mark = 0
    w.breaks = w.word_length = w.word_tokens = 0
    w.text_hash = SEED_TEXT
    return 0


cdef inline int close_block(Walk* w) except -1 nogil:
    """Close the open block, if there is one, and write its row."""
    w.space.size = 0
    if not w.is_open:
        return 0
    end_word(w)
    if w.pending_sentence:
        w.block[B_SENTENCES] += 1
    w.block[B_END] = w.chars_out
    w.block[B_LINES] += 1
    w.block[B_CONTEXT] = element_row(w, w.block[B_ELEMENT])[E_CONTEXT]
    w.block[B_TEXT_HASH] = <int32_t>finish(w.text_hash)
    if w.block[B_WORDS] <= BLOCK_WORD_TOKENS:
        add_token(&w.block_tokens, w.n_blocks, finish(w.text_hash))
    cdef int32_t* row = add_row(&w.blocks, N_BLOCK_COLUMNS)
    memcpy(row, w.block, sizeof(w.block))
    w.n_blocks += 1
    w.is_open = False
    w.link_count = 0
    reserve(&w.text, 1)
    w.text.data[w.text.size] = c'\n'
    w.text.size += 1
    w.chars_out += 1
    return 0


cdef inline void write_byte(Walk* w, uint8_t byte) noexcept nogil:
    """Write to the text buffer, which must have room."""
    w.text.data[w.text.size] = <char>byte
    w.text.size += 1
    if byte & 0xC0 != 0x80:
        w.chars_out += 1


cdef inline int write_space(Walk* w, bint preformatted) except -1 nogil:
    """Write the white space before the text that comes now; open a block if none is open."""
    cdef size_t i, first = 0
    if not w.is_open:
        open_block(w)
        # A preformatted block starts with its first line that has text, at that line's indent.
        for i in range(w.space.size):
            if w.space.data[i] == c'\n':
                first = i + 1
    elif w.pending_space:
        w.text_hash = mix(w.text_hash, 32)
        if not preformatted:
            write_byte(w, c'\n' if w.breaks else c' ')
            w.block[B_LINES] += w.breaks
    if preformatted:
        reserve(&w.text, w.space.size)
        for i in range(first, w.space.size):
            write_byte(w, w.space.data[i])
            if w.space.data[i] == c'\n':
                w.block[B_LINES] += 1
    w.space.size = 0
    w.pending_space = False
    w.breaks = 0
    if element_row(w, w.highest)[E_DEPTH] < element_row(w, w.block[B_ELEMENT])[E_DEPTH]:
        w.block[B_ELEMENT] = w.highest
    w.highest = w.current
    w.moved = False
    return 0


cdef inline int add_space(Walk* w, uint8_t byte, bint preformatted) except -1 nogil:
    """Take in one white space character. It is written only when text follows."""
    if w.is_open:
        end_word(w)
        if w.pending_sentence:
            w.block[B_SENTENCES] += 1
            w.pending_sentence = False
        w.pending_space = True
    if preformatted:
        reserve(&w.space, 1)
        w.space.data[w.space.size] = <char>byte
        w.space.size += 1
    return 0
