# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True, initializedcheck=False
"""The walk from an lxml tree to the columns of a HtmlBlocks.

This is the only code that touches the nodes of a page one by one. It reads libxml2's node structs through lxml's public
C API and calls nothing of libxml2 itself, so the module links against neither library. The tree must not be changed
while the walk runs; the walk changes nothing itself, takes time linear in the page's size, and runs without the GIL.
"""

from libc.stdint cimport int32_t, uint8_t, uint32_t
from libc.stdlib cimport calloc, free
from libc.string cimport memcpy, memset, strcmp, strlen, strncmp, strstr

from lxml.includes.etreepublic cimport _Element, import_lxml__etree
from lxml.includes.tree cimport xmlAttr, xmlNode

import numpy as np

from boilerkit.html._attributes cimport *
from boilerkit.blocks._buffers cimport Buffer, add_row, add_token, as_matrix, release, reserve
from boilerkit.html.segmentation._columns cimport *
from boilerkit.blocks._hashing cimport finish, mix
from boilerkit.blocks.columns import check_columns
from boilerkit.html import tags as _tags
from boilerkit.html.segmentation.columns import BLOCK_COLUMNS, ELEMENT_COLUMNS

import_lxml__etree()

check_columns("columns of elements", ELEMENT_COLUMNS, ELEMENT_COLUMNS_CHECKSUM)
check_columns("columns of blocks", BLOCK_COLUMNS, BLOCK_COLUMNS_CHECKSUM)

cdef enum:  # as in segment.tags
    BLOCK = 1
    INVISIBLE = 2
    PREFORMATTED = 4
    LINK = 8
    EMPHASIS = 16
    BREAK = 32
    PICTURE = 64
    FIELD = 128
    NOT_HIDEABLE = 256

cdef enum:
    MAX_TAGS = 256
    TAG_NAME = 24               # bytes of the longest element name we know, and more
    TAG_SLOTS = 1024
    N_LANDMARKS = 22
    TITLE_SLOTS = 512           # sets of hashes are filled to one half at most
    PAIR_SLOTS = 32768
    BLOCK_WORD_TOKENS = 8       # the vocabulary sees this many words from the start of a block,
    BLOCK_LINKS = 3             # the addresses of this many links in it,
    LINK_TOKENS = 8             # this many tokens of each,
    ELEMENT_TOKENS = 24         # this many tokens of one element's attributes
    PAGE_TOKENS = 96            # and this many about the page as a whole
    NAME_SLOTS = 256

cdef enum:
    ELEMENT_NODE = 1
    TEXT_NODE = 3
    CDATA_NODE = 4

# Tokens of different kinds are hashed from different seeds: the class "share" and the word "share" differ.
cdef uint32_t SEED_WORD = 0x811C9DC5u
cdef uint32_t SEED_TEXT = 0x2F0B4A27u
cdef uint32_t SEED_LINK = 0x3C6EF372u
cdef uint32_t SEED_NAME = 0x4B1D9A35u
cdef uint32_t SEED_WHOLE_NAME = 0x5A827999u
cdef uint32_t SEED_ROLE = 0x6ED9EBA1u
cdef uint32_t SEED_PATH = 0x7F4A7C15u
cdef uint32_t SEED_PAGE = 0x8F1BBCDCu

# --- Tables made once, at import ---------------------------------------------------------------------------------------

cdef enum:
    C_PUNCTUATION, C_SPACE, C_LETTER, C_CAPITAL, C_DIGIT, C_HIGH

cdef uint8_t char_class[256]
cdef uint8_t lower[256]         # ASCII letters in lower case, all else as it is
cdef uint8_t alike[256]         # the same, and all digits as one
cdef char tag_names[MAX_TAGS][TAG_NAME]
cdef int tag_flags[MAX_TAGS]
cdef int tag_landmark[MAX_TAGS]
cdef int tag_slots[TAG_SLOTS]


cdef uint32_t hash_name(const char* name) noexcept nogil:
    cdef uint32_t h = SEED_WORD
    while name[0]:
        h = mix(h, <uint8_t>name[0])
        name += 1
    return finish(h)


cdef int tag_number(const char* name) noexcept nogil:
    """The tag's number in segment.tags.TAGS, 0 for a name that is not there."""
    cdef uint32_t slot = hash_name(name) % TAG_SLOTS
    while tag_slots[slot]:
        if strcmp(tag_names[tag_slots[slot]], name) == 0:
            return tag_slots[slot]
        slot = (slot + 1) % TAG_SLOTS
    return 0


cdef void fill_tables() except *:
    cdef int c, number
    cdef uint32_t slot
    cdef bytes name_bytes
    for c in range(256):
        char_class[c] = C_HIGH if c >= 128 else C_PUNCTUATION
        lower[c] = c + 32 if 65 <= c <= 90 else c
        alike[c] = 48 if 48 <= c <= 57 else lower[c]
    for c in b" \t\n\r\f\v":
        char_class[c] = C_SPACE
    for c in range(26):
        char_class[97 + c] = C_LETTER
        char_class[65 + c] = C_CAPITAL
    for c in range(10):
        char_class[48 + c] = C_DIGIT
    if len(_tags.TAGS) > MAX_TAGS or len(_tags.LANDMARKS) != N_LANDMARKS:
        raise AssertionError("the tables of segment.tags and of the walk differ in size")
    if (BLOCK, INVISIBLE, PREFORMATTED, LINK, EMPHASIS, BREAK, PICTURE, FIELD, NOT_HIDEABLE) != (
        _tags.BLOCK, _tags.INVISIBLE, _tags.PREFORMATTED, _tags.LINK, _tags.EMPHASIS, _tags.BREAK, _tags.PICTURE,
        _tags.FIELD, _tags.NOT_HIDEABLE,
    ):
        raise AssertionError("the flags of segment.tags and of the walk differ")
    memset(tag_slots, 0, sizeof(tag_slots))
    for number, name in enumerate(_tags.TAGS):
        tag_flags[number] = _tags.TAG_FLAGS.get(name, 0)
        tag_landmark[number] = -1
        for c, group in enumerate(_tags.LANDMARKS):
            if name in group:
                tag_landmark[number] = c
        if number == 0:
            continue
        name_bytes = name.encode()
        memcpy(tag_names[number], <const char*>name_bytes, len(name_bytes) + 1)
        slot = hash_name(tag_names[number]) % TAG_SLOTS
        while tag_slots[slot]:
            slot = (slot + 1) % TAG_SLOTS
        tag_slots[slot] = number


fill_tables()

# --- Sets of hashes, and names ------------------------------------------------------------------------------------------

cdef inline void put(uint32_t* slots, uint32_t n_slots, int* count, uint32_t value) noexcept nogil:
    """Add a hash to a set; a set that is half full takes no more."""
    cdef uint32_t slot = value & (n_slots - 1)
    if 2 * <uint32_t>count[0] >= n_slots or value == 0:
        return
    while slots[slot]:
        if slots[slot] == value:
            return
        slot = (slot + 1) & (n_slots - 1)
    slots[slot] = value
    count[0] += 1


cdef inline bint has(const uint32_t* slots, uint32_t n_slots, uint32_t value) noexcept nogil:
    cdef uint32_t slot = value & (n_slots - 1)
    while slots[slot]:
        if slots[slot] == value:
            return True
        slot = (slot + 1) & (n_slots - 1)
    return False


# Elements of one name share one string, as do attributes: the parser keeps a dictionary of names. So what a name means
# is looked up once for each address of a name, not for each element. Nothing relies on it: an address not seen yet is
# looked up, and no string of the tree goes away during a walk.
cdef struct Names:
    const char* name[NAME_SLOTS]
    int meaning[NAME_SLOTS]


cdef inline int meaning_of(Names* names, const char* name, int (*look_up)(const char*) noexcept nogil) noexcept nogil:
    cdef size_t slot = (<size_t>name >> 3 ^ <size_t>name >> 11) % NAME_SLOTS
    if names.name[slot] != name:
        names.name[slot] = name
        names.meaning[slot] = look_up(name)
    return names.meaning[slot]


# --- The state of one walk ---------------------------------------------------------------------------------------------

cdef struct Walk:
    Buffer elements             # int32 rows, E_*
    Buffer blocks               # int32 rows, B_*
    Buffer landmarks            # uint8 rows: steps up to the nearest of each landmark
    Buffer element_tokens       # int32 pairs: element, hash
    Buffer block_tokens         # int32 pairs: block, hash
    Buffer page_tokens          # int32 pairs: 0, hash
    Buffer text                 # UTF-8, the blocks parted by line feeds
    Buffer words                # uint32: the hashes of all words, block by block
    Buffer space                # preformatted white space that is kept only if text follows
    Buffer title
    Buffer description
    Buffer address

    Names tags, attributes      # numbers of tags, kinds of attributes

    uint32_t title_words[TITLE_SLOTS]
    int n_title_words
    uint32_t* pairs             # [PAIR_SLOTS], made when the page describes itself
    int n_pairs

    int32_t n_elements, n_blocks, order, images, fields, images_told, fields_told
    int32_t current             # element whose text the walk is at
    int32_t chars_out           # characters in `text`

    bint is_open                # a block is open; the rest is its state
    int32_t block[N_BLOCK_COLUMNS]
    int32_t highest             # highest element that the walk has been at since the block's last text
    bint moved                  # the walk left the element that held the block's last text
    bint pending_space
    bint pending_sentence
    int breaks                  # line breaks since the last text
    uint32_t text_hash
    uint32_t word
    int word_length
    bint word_capital, word_in_link
    int word_tokens
    int link_count              # links whose addresses were taken for the block to come or open


cdef inline int32_t* element_row(Walk* w, int32_t element) noexcept nogil:
    return <int32_t*>w.elements.data + element * N_ELEMENT_COLUMNS


# --- Words -------------------------------------------------------------------------------------------------------------

cdef inline int sequence_length(uint8_t lead) noexcept nogil:
    """Bytes in the UTF-8 sequence that starts with `lead`."""
    if lead < 0xC0:
        return 1
    if lead < 0xE0:
        return 2
    return 3 if lead < 0xF0 else 4


cdef inline bint is_ideograph(const uint8_t* s) noexcept nogil:
    """Kana and CJK ideographs: scripts without spaces, in which each character counts as a word."""
    return 0xE4 <= s[0] <= 0xE9 or (s[0] == 0xE3 and 0x81 <= s[1] <= 0x83 or s[0] == 0xE3 and s[1] >= 0x90)


cdef inline bint is_symbol(const uint8_t* s) noexcept nogil:
    """Punctuation, symbols, emoji, and the private characters of icon fonts; not the joiners inside words."""
    cdef uint32_t c
    if s[0] == 0xC2:
        return s[1] != 0xAA and s[1] != 0xB5 and s[1] != 0xBA
    if s[0] < 0xE2 or s[0] > 0xEF or s[1] == 0:
        return s[0] == 0xF0 and s[1] == 0x9F
    c = (s[0] & 0x0F) << 12 | (s[1] & 0x3F) << 6 | (s[2] & 0x3F)
    return (
        0x2000 <= c <= 0x2BFF and c != 0x200C and c != 0x200D
        or 0x2E00 <= c <= 0x303F and not 0x3005 <= c <= 0x3007
        or 0xE000 <= c <= 0xF8FF
        or 0xFE00 <= c <= 0xFE6F
        or 0xFEFF <= c <= 0xFF0F
        or 0xFF1A <= c <= 0xFF20
        or 0xFF3B <= c <= 0xFF40
        or 0xFF5B <= c <= 0xFF65
        or c >= 0xFFE0
    )


cdef inline uint32_t fold(uint32_t byte, uint32_t previous) noexcept nogil:
    """Lower case for ASCII and for the letters of Latin-1."""
    if 65 <= byte <= 90 or (previous == 0xC3 and 0x80 <= byte <= 0x9E and byte != 0x97):
        return byte + 32
    return byte


cdef inline int end_word(Walk* w) except -1 nogil:
    """Count the word that was being read, if there was one."""
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


cdef void collect_words(Walk* w, const char* text, bint is_title, bint is_json) noexcept nogil:
    """Remember the words of the page's title, or the word pairs of its descriptions, hashed as those of blocks are."""
    cdef const uint8_t* s = <const uint8_t*>text
    cdef uint32_t word = SEED_WORD, previous = 0, last = 0
    cdef int length = 0, kind, n, i
    cdef bint single = False, after_single
    while True:
        kind = char_class[s[0]]
        after_single = single
        single = False
        if s[0] == 0:
            kind = C_PUNCTUATION
        elif kind == C_HIGH:
            single = is_ideograph(s)
            if is_symbol(s) or ends_sentence(s):
                kind = C_PUNCTUATION
        if length and (single or after_single or kind == C_PUNCTUATION or kind == C_SPACE):
            word = finish(word)
            if is_title:
                put(w.title_words, TITLE_SLOTS, &w.n_title_words, word)
            else:
                put(w.pairs, PAIR_SLOTS, &w.n_pairs, finish(mix(mix(SEED_WORD, previous), word)))
            previous = word
            word = SEED_WORD
            length = 0
        if s[0] == 0:
            return
        if kind == C_PUNCTUATION or kind == C_SPACE:
            if is_json and s[0] == 92 and s[1]:  # a backslash: the letter behind it is no text
                s += 1
            last = 0
            n = sequence_length(s[0])
        else:
            n = 3 if single else 1
            for i in range(n):
                word = mix(word, fold(s[i], last))
                last = s[i]
            length += n
        for i in range(n):
            if s[0]:
                s += 1


cdef inline int32_t* write_token(int32_t* row, int32_t owner, uint32_t token) noexcept nogil:
    """Write to a buffer of tokens, which must have room; returns where the next one goes."""
    row[0] = owner
    row[1] = <int32_t>token
    return row + 2


cdef int add_name_tokens(Buffer* tokens, int32_t owner, const char* name, uint32_t seed, uint32_t whole_seed,
                         int most) except -1 nogil:
    """Tokens of an attribute: its parts (letters between other signs or at a change of case), and its whole names."""
    cdef const uint8_t* s = <const uint8_t*>name
    cdef const uint8_t* start
    cdef uint32_t part = seed, whole = whole_seed
    cdef int length = 0, whole_length = 0, kind, previous = C_SPACE, found = 0
    cdef bint letter
    reserve(tokens, (most + 1) * 2 * sizeof(int32_t))  # one sign may end a part and a name
    cdef int32_t* row = <int32_t*>(tokens.data + tokens.size)
    while found < most:
        start = s
        while char_class[s[0]] == C_LETTER:  # most signs are small letters in a row
            part = mix(part, s[0])
            whole = mix(whole, s[0])
            s += 1
        if s > start:
            length += <int>(s - start)
            whole_length += <int>(s - start)
            previous = C_LETTER
        kind = char_class[s[0]] if s[0] else C_SPACE
        letter = kind == C_LETTER or kind == C_CAPITAL or kind == C_HIGH
        if length and (not letter or (kind == C_CAPITAL and previous == C_LETTER)):
            if length > 1:
                row = write_token(row, owner, finish(part))
                found += 1
            part = seed
            length = 0
        if kind == C_SPACE:
            if whole_seed and whole_length > 1:
                row = write_token(row, owner, finish(whole))
                found += 1
            whole = whole_seed
            whole_length = 0
            if s[0] == 0:
                break
        elif kind != C_DIGIT:
            whole = mix(whole, lower[s[0]])
            whole_length += 1
        if letter:
            part = mix(part, lower[s[0]])
            length += 1
        previous = kind
        s += 1
    tokens.size = <char*>row - tokens.data
    return 0


cdef int add_link_tokens(Buffer* tokens, int32_t owner, const char* address) except -1 nogil:
    """Tokens of a link's address: the scheme if it is no page, else the first parts of host and path."""
    if address[0] == c'#':
        return add_token(tokens, owner, finish(mix(SEED_LINK, c'#')))
    if strncmp(address, "http://", 7) == 0:
        address += 7
    elif strncmp(address, "https://", 8) == 0:
        address += 8
    elif address[0] == c'/':
        add_token(tokens, owner, finish(mix(SEED_LINK, c'/')))
    if strncmp(address, "www.", 4) == 0:
        address += 4
    return add_name_tokens(tokens, owner, address, SEED_LINK, 0, LINK_TOKENS)


# --- Blocks ------------------------------------------------------------------------------------------------------------

cdef int open_block(Walk* w) except -1 nogil:
    memset(w.block, 0, sizeof(w.block))
    w.is_open = True
    w.block[B_ELEMENT] = w.current
    w.block[B_START] = w.chars_out
    w.block[B_LINKS] = (element_row(w, w.current)[E_CONTEXT] & IN_LINK) != 0
    w.block[B_IMAGES] = w.images - w.images_told
    w.block[B_FIELDS] = w.fields - w.fields_told
    w.images_told = w.images
    w.fields_told = w.fields
    w.highest = w.current
    w.pending_space = w.pending_sentence = False
    w.breaks = w.word_length = w.word_tokens = 0
    w.text_hash = SEED_TEXT
    return 0


cdef int close_block(Walk* w) except -1 nogil:
    """End the open block, if there is one, and write its row."""
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


cdef int write_space(Walk* w, bint preformatted) except -1 nogil:
    """Write the white space that stood before the text that comes now; open a block if none is."""
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


cdef int see_space(Walk* w, uint8_t byte, bint preformatted) except -1 nogil:
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


cdef int see_punctuation(Walk* w, uint8_t c) except -1 nogil:
    """Count one ASCII sign that is neither white space nor a letter or digit."""
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


cdef inline bint ends_sentence(const uint8_t* s) noexcept nogil:
    """Full stops, exclamation and question marks of CJK, Devanagari, Arabic and Urdu, and the ellipsis."""
    return (
        s[0] == 0xE3 and s[1] == 0x80 and s[2] == 0x82
        or s[0] == 0xEF and s[1] == 0xBC and (s[2] == 0x81 or s[2] == 0x9F)
        or s[0] == 0xE0 and s[1] == 0xA5 and s[2] == 0xA4
        or s[0] == 0xD8 and s[1] == 0x9F
        or s[0] == 0xDB and s[1] == 0x94
        or s[0] == 0xE2 and s[1] == 0x80 and s[2] == 0xA6
    )


cdef inline bint closes_quote(const uint8_t* s) noexcept nogil:
    return (
        s[0] == 0xE2 and s[1] == 0x80 and (s[2] == 0x99 or s[2] == 0x9D or s[2] == 0x9C)
        or s[0] == 0xC2 and s[1] == 0xBB
        or s[0] == 0xE3 and s[1] == 0x80 and s[2] == 0x8D
    )


cdef int see_sequence(Walk* w, const uint8_t* s, int n) except -1 nogil:
    """Count one character outside ASCII, of n bytes."""
    cdef int i
    cdef uint32_t symbol
    cdef bint ideograph = is_ideograph(s)
    w.block[B_NON_ASCII] += 1
    if ends_sentence(s):
        end_word(w)
        w.block[B_SENTENCES] += 1
        w.block[B_ENDING] = ENDS_SENTENCE
        w.pending_sentence = False
    elif is_symbol(s):
        end_word(w)
        if not (closes_quote(s) and w.block[B_ENDING] == ENDS_SENTENCE):
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
        if ideograph:
            end_word(w)
        if w.word_length == 0:
            begin_word(w, False)
        for i in range(n):
            w.word = mix(w.word, fold(s[i], s[i - 1] if i else 0))
        w.word_length += 1
        if ideograph:
            end_word(w)
    return 0


cdef int see_sign(Walk* w, const uint8_t* s, int kind) except -1 nogil:
    """Take in one sign that is neither white space nor an ASCII letter or digit; returns its bytes."""
    cdef int n = 1, i
    if kind == C_HIGH:
        n = sequence_length(s[0])
        for i in range(1, n):
            if s[i] == 0:
                n = i
                break
        see_sequence(w, s, n)
    else:
        see_punctuation(w, s[0])
    reserve(&w.text, n)
    for i in range(n):
        write_byte(w, s[i])
        w.text_hash = mix(w.text_hash, fold(s[i], s[i - 1] if i else 0))
    return n


cdef int see_letters(Walk* w, const uint8_t* s) except -1 nogil:
    """Take in ASCII letters and digits up to the next other sign; returns how many. Most of all text is these."""
    cdef uint32_t word, text_hash = w.text_hash
    cdef int n = 0, digits = 0, capitals = 0, kind = char_class[s[0]]
    if w.word_length == 0:
        begin_word(w, kind == C_CAPITAL)
    word = w.word
    while C_LETTER <= kind <= C_DIGIT:
        word = mix(word, lower[s[n]])
        text_hash = mix(text_hash, alike[s[n]])
        digits += kind == C_DIGIT
        capitals += kind == C_CAPITAL
        n += 1
        while char_class[s[n]] == C_LETTER:  # as most signs are
            word = mix(word, s[n])
            text_hash = mix(text_hash, s[n])
            n += 1
        kind = char_class[s[n]]
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


cdef int add_text(Walk* w, const char* content) except -1 nogil:
    """Take in one text node below the current element."""
    cdef const uint8_t* s = <const uint8_t*>content
    cdef int context = element_row(w, w.current)[E_CONTEXT]
    cdef bint preformatted = (context & IN_PREFORMATTED) != 0
    cdef int kind, n, chars, i
    while s[0]:
        kind = char_class[s[0]]
        if kind == C_SPACE or (s[0] == 0xC2 and s[1] == 0xA0):  # a no-break space is a space to a reader
            if w.is_open or preformatted:
                see_space(w, s[0] if kind == C_SPACE else c' ', preformatted)
            s += 1 if kind == C_SPACE else 2
            if not preformatted:
                while char_class[s[0]] == C_SPACE:  # indents of the markup: more of it changes nothing
                    s += 1
            continue
        if not w.is_open or w.pending_space or w.breaks or w.moved or w.highest != w.current:
            reserve(&w.text, 1)
            write_space(w, preformatted)
        if C_LETTER <= kind <= C_DIGIT:
            n = chars = see_letters(w, s)
        else:
            chars = 1
            n = see_sign(w, s, kind)
        w.block[B_CHARS] += chars
        if context & IN_LINK:
            w.block[B_LINK_CHARS] += chars
        if context & IN_EMPHASIS:
            w.block[B_EMPHASISED] += chars
        s += n
    return 0


# --- Elements ----------------------------------------------------------------------------------------------------------

cdef inline const char* value_of(xmlAttr* attribute) noexcept nogil:
    if attribute.children == NULL or attribute.children.content == NULL:
        return ""
    return <const char*>attribute.children.content


cdef const char* attribute_of(xmlNode* node, const char* name) noexcept nogil:
    """The value of a node's attribute, NULL where it has none of this name."""
    cdef xmlAttr* attribute = node.properties
    while attribute != NULL:
        if strcmp(<const char*>attribute.name, name) == 0:
            return value_of(attribute)
        attribute = attribute.next
    return NULL


cdef bint style_hides(const char* style) noexcept nogil:
    """Whether an inline style holds display:none or visibility:hidden, however it is spaced."""
    cdef char packed[20]
    cdef int n = 0, i
    cdef char c
    memset(packed, 0, sizeof(packed))
    while True:
        c = style[0]
        if c == 0 or c == c';':
            if strncmp(packed, "display:none", 12) == 0 or strncmp(packed, "visibility:hidden", 17) == 0:
                return True
            memset(packed, 0, sizeof(packed))
            n = 0
            if c == 0:
                return False
        elif char_class[<uint8_t>c] != C_SPACE and n < 19:
            packed[n] = <char>fold(<uint8_t>c, 0)
            n += 1
        style += 1


cdef inline void mix_class(uint32_t* path, const uint8_t* name) noexcept nogil:
    """Fold a class into a path; numbered classes belong to one path."""
    cdef uint32_t h = path[0]
    while name[0]:
        if char_class[name[0]] != C_DIGIT:
            h = mix(h, name[0])
        name += 1
    path[0] = h


cdef int read_attributes(Walk* w, xmlNode* node, int32_t element, int flags, uint32_t* path) except -1 nogil:
    """Take the tokens of an element's attributes, fold its class into its path; returns whether it is hidden."""
    cdef xmlAttr* attribute = node.properties
    cdef const char* name
    cdef const char* value
    cdef int hidden = 0, kind
    while attribute != NULL:
        name = <const char*>attribute.name
        value = value_of(attribute)
        kind = meaning_of(&w.attributes, name, attribute_kind)
        if kind == A_CLASS:
            mix_class(path, <const uint8_t*>value)
        if kind == A_CLASS or kind == A_ID:
            add_name_tokens(&w.element_tokens, element, value, SEED_NAME, SEED_WHOLE_NAME, ELEMENT_TOKENS)
        elif kind == A_ROLE:
            add_name_tokens(&w.element_tokens, element, value, SEED_ROLE, 0, ELEMENT_TOKENS)
        elif kind == A_HREF:
            if flags & LINK and w.link_count < BLOCK_LINKS:
                w.link_count += 1
                add_link_tokens(&w.block_tokens, w.n_blocks, value)
        elif kind == A_STYLE:
            hidden |= style_hides(value)
        elif kind == A_HIDDEN:
            hidden |= strcmp(value, "until-found") != 0
        attribute = attribute.next
    return hidden


cdef int pass_over(Walk* w, xmlNode* top) except -1 nogil:
    """Count the elements in an invisible one, itself included, and read those that tell about the page."""
    cdef xmlNode* node = top
    cdef int tag
    while True:
        if node.type == ELEMENT_NODE:
            w.order += 1
            tag = meaning_of(&w.tags, <const char*>node.name, tag_number)
            if tells_about_page[tag]:
                read_head_element(w, node, tag)
            if node.children != NULL:
                node = node.children
                continue
        while node != top and node.next == NULL:
            node = node.parent
        if node == top:
            return 0
        node = node.next


cdef inline void step_away(const uint8_t* above, uint8_t* near) noexcept nogil:
    """The landmarks of an element from those of its parent. They are copied, so that compilers may take many at once."""
    cdef uint8_t[N_LANDMARKS] steps
    cdef int i
    memcpy(steps, above, N_LANDMARKS)
    for i in range(N_LANDMARKS):
        steps[i] += steps[i] < FAR - 1
    memcpy(near, steps, N_LANDMARKS)


cdef bint enter(Walk* w, xmlNode* node) except -1 nogil:
    """Take in an element's start; returns whether to go on to its children."""
    cdef const char* name = <const char*>node.name
    cdef int tag = meaning_of(&w.tags, name, tag_number)
    cdef int flags = tag_flags[tag]
    cdef int32_t element = w.n_elements
    cdef int32_t parent = w.current
    cdef int32_t* row
    cdef uint8_t* near
    cdef uint32_t path
    cdef int context, hidden
    if flags & BLOCK:
        close_block(w)
    if flags & PICTURE:
        w.images += 1
    if flags & FIELD:
        w.fields += 1
    if flags & BREAK and w.is_open:
        see_space(w, c'\n', element_row(w, parent)[E_CONTEXT] & IN_PREFORMATTED)
        w.breaks += 1
        if w.breaks > 1:
            close_block(w)
    elif flags & BREAK:
        w.space.size = 0  # white space before the first line's text
    if flags & INVISIBLE:
        pass_over(w, node)
        return False
    if tells_about_page[tag]:
        read_head_element(w, node, tag)

    path = mix(<uint32_t>element_row(w, parent)[E_PATH] if parent >= 0 else SEED_PATH, tag if tag else hash_name(name))
    hidden = read_attributes(w, node, element, flags, &path)
    if tag == dialog_tag and attribute_of(node, "open") == NULL:
        hidden = 1
    context = element_row(w, parent)[E_CONTEXT] if parent >= 0 else 0
    if flags & LINK:
        context |= IN_LINK
    if flags & EMPHASIS:
        context |= IN_EMPHASIS
    if flags & PREFORMATTED:
        context |= IN_PREFORMATTED
    if hidden and not flags & NOT_HIDEABLE:
        context |= IN_HIDDEN
    if tag == noscript_tag:
        context |= IN_NOSCRIPT

    row = add_row(&w.elements, N_ELEMENT_COLUMNS)
    row[E_PARENT] = parent
    row[E_TAG] = tag
    row[E_DEPTH] = element_row(w, parent)[E_DEPTH] + 1 if parent >= 0 else 0
    row[E_ORDER] = w.order
    row[E_FIRST_BLOCK] = w.n_blocks
    row[E_PATH] = <int32_t>finish(path)
    row[E_CONTEXT] = context
    row[E_IMAGES] = w.images
    row[E_FIELDS] = w.fields

    reserve(&w.landmarks, N_LANDMARKS)
    near = <uint8_t*>w.landmarks.data + w.landmarks.size
    w.landmarks.size += N_LANDMARKS
    if parent >= 0:
        step_away(near - N_LANDMARKS * (element - parent), near)
    else:
        memset(near, FAR, N_LANDMARKS)
    if tag_landmark[tag] >= 0:
        near[tag_landmark[tag]] = 0

    w.n_elements += 1
    w.order += 1
    w.current = element
    if flags & LINK and w.is_open:
        w.block[B_LINKS] += 1  # a block that opens inside a link counts that link when it opens
    return True


cdef int leave(Walk* w) except -1 nogil:
    """Take in the end of the current element."""
    cdef int32_t* row = element_row(w, w.current)
    cdef int32_t parent = row[E_PARENT]
    if tag_flags[row[E_TAG]] & BLOCK:
        close_block(w)
    row[E_END_BLOCK] = w.n_blocks + w.is_open
    row[E_IMAGES] = w.images - row[E_IMAGES]
    row[E_FIELDS] = w.fields - row[E_FIELDS]
    w.current = parent
    if w.is_open and parent >= 0 and row[E_DEPTH] - 1 < element_row(w, w.highest)[E_DEPTH]:
        w.highest = parent
        w.moved = True
    return 0


cdef void link_wider(Walk* w) noexcept nogil:
    """Find for each element its nearest ancestor with more blocks; parents stand before their children."""
    cdef int32_t element
    cdef int32_t* row
    cdef int32_t* parent
    for element in range(w.n_elements):
        row = element_row(w, element)
        row[E_WIDER] = row[E_PARENT]
        if row[E_PARENT] >= 0:
            parent = element_row(w, row[E_PARENT])
            if row[E_FIRST_BLOCK] == parent[E_FIRST_BLOCK] and row[E_END_BLOCK] == parent[E_END_BLOCK]:
                row[E_WIDER] = parent[E_WIDER]


cdef int walk_body(Walk* w, xmlNode* top) except -1 nogil:
    """Walk the tree in document order and fill all columns."""
    cdef xmlNode* node = top
    cdef bint entered
    w.current = -1
    while True:
        entered = False
        if node.type == ELEMENT_NODE:
            entered = enter(w, node)
            if entered and node.children != NULL:
                node = node.children
                continue
        elif (node.type == TEXT_NODE or node.type == CDATA_NODE) and node.content != NULL and w.current >= 0:
            add_text(w, <const char*>node.content)
        if entered:
            leave(w)
        while node != top and node.next == NULL:
            node = node.parent
            leave(w)
        if node == top:
            break
        node = node.next
    close_block(w)
    link_wider(w)
    cdef size_t pair = 2 * sizeof(int32_t)
    while w.block_tokens.size and (<int32_t*>(w.block_tokens.data + w.block_tokens.size - pair))[0] >= w.n_blocks:
        w.block_tokens.size -= pair  # links behind the last text belong to no block
    return 0


# --- What the page says about itself -----------------------------------------------------------------------------------

cdef int append(Buffer* buffer, const char* text) except -1 nogil:
    cdef size_t n = strlen(text)
    reserve(buffer, n + 2)
    if buffer.size:
        buffer.data[buffer.size] = c'\n'
        buffer.size += 1
    memcpy(buffer.data + buffer.size, text, n + 1)
    buffer.size += n
    return 0


cdef int describe(Walk* w, const char* text, bint is_json) except -1 nogil:
    if w.pairs == NULL:
        w.pairs = <uint32_t*>calloc(PAIR_SLOTS, sizeof(uint32_t))
        if w.pairs == NULL:
            with gil:
                raise MemoryError("no memory for the descriptions of this page")
    collect_words(w, text, False, is_json)
    return 0


cdef int add_json_types(Walk* w, const char* json) except -1 nogil:
    """Page tokens of the schema.org types that a JSON-LD script names."""
    cdef int found = 0
    cdef char name[32]
    cdef int n
    json = strstr(json, "\"@type\"")
    while json != NULL and found < 16:
        json += 7
        while json[0] == c' ' or json[0] == c':' or json[0] == c'"' or json[0] == c'[' or json[0] == c'\n':
            json += 1
        n = 0
        while n < 31 and char_class[<uint8_t>json[0]] in (C_LETTER, C_CAPITAL):
            name[n] = json[0]
            n += 1
            json += 1
        name[n] = 0
        add_name_tokens(&w.page_tokens, 0, name, SEED_PAGE, SEED_PAGE, 2)
        found += 1
        json = strstr(json, "\"@type\"")
    return 0


cdef int read_meta(Walk* w, xmlNode* node) except -1 nogil:
    cdef const char* content = attribute_of(node, "content")
    cdef const char* name = attribute_of(node, "property")
    if name == NULL:
        name = attribute_of(node, "name")
    if content == NULL or name == NULL:
        return 0
    if strstr(name, "description") != NULL:
        describe(w, content, False)
        if w.description.size == 0:
            append(&w.description, content)
    elif strcmp(name, "og:title") == 0:
        collect_words(w, content, True, False)
    elif strcmp(name, "og:type") == 0:
        add_name_tokens(&w.page_tokens, 0, content, SEED_PAGE, SEED_PAGE, 4)
    elif strcmp(name, "og:url") == 0:
        if w.address.size == 0:
            append(&w.address, content)
    elif strncmp(name, "article:", 8) == 0 or strncmp(name, "product:", 8) == 0:
        add_name_tokens(&w.page_tokens, 0, name, SEED_PAGE, 0, 4)
    return 0


cdef int read_head_element(Walk* w, xmlNode* node, int tag) except -1 nogil:
    """Take in one element of those that tell about the page, wherever in the tree it stands."""
    cdef const char* value
    cdef const char* text = ""
    cdef bint in_svg  # the root's parent is the document, which is no element
    if node.children != NULL and node.children.content != NULL:
        text = <const char*>node.children.content
    if tag == meta_tag:
        read_meta(w, node)
    elif tag == title_tag:
        in_svg = node.parent.type == ELEMENT_NODE and strcmp(<const char*>node.parent.name, "svg") == 0
        if w.title.size == 0 and not in_svg:
            append(&w.title, text)
            collect_words(w, text, True, False)
    elif tag == link_tag:
        value = attribute_of(node, "rel")
        if value != NULL and strcmp(value, "canonical") == 0:
            value = attribute_of(node, "href")
            w.address.size = 0
            if value != NULL:
                append(&w.address, value)
    elif tag == script_tag:
        value = attribute_of(node, "type")
        if value != NULL and strcmp(value, "application/ld+json") == 0:
            describe(w, text, True)
            add_json_types(w, text)
    else:  # body or html
        value = attribute_of(node, "class")
        if value != NULL:
            add_name_tokens(&w.page_tokens, 0, value, SEED_PAGE, 0, PAGE_TOKENS)
    return 0


cdef void count_told_words(Walk* w) noexcept nogil:
    """Count in each block the words and pairs that the page says of itself, now that all is known of that."""
    cdef const uint32_t* word = <const uint32_t*>w.words.data
    cdef uint32_t previous
    cdef int32_t block, i
    cdef int32_t* row
    if w.n_title_words == 0 and w.pairs == NULL:
        return
    for block in range(w.n_blocks):
        row = <int32_t*>w.blocks.data + block * N_BLOCK_COLUMNS
        previous = 0
        for i in range(row[B_WORDS]):
            row[B_TITLE_WORDS] += has(w.title_words, TITLE_SLOTS, word[i])
            if w.pairs != NULL:
                row[B_DESCRIBED_PAIRS] += has(w.pairs, PAIR_SLOTS, finish(mix(mix(SEED_WORD, previous), word[i])))
            previous = word[i]
        word += row[B_WORDS]


cdef bint[MAX_TAGS] tells_about_page
for name in ("meta", "title", "link", "script", "body", "html"):
    tells_about_page[<int>_tags.TAG_IDS[name]] = True

cdef int meta_tag = _tags.TAG_IDS["meta"]
cdef int title_tag = _tags.TAG_IDS["title"]
cdef int link_tag = _tags.TAG_IDS["link"]
cdef int script_tag = _tags.TAG_IDS["script"]
cdef int dialog_tag = _tags.TAG_IDS["dialog"]
cdef int noscript_tag = _tags.TAG_IDS["noscript"]

# --- The Python side ---------------------------------------------------------------------------------------------------

INT32, UINT8 = np.dtype(np.int32), np.dtype(np.uint8)


cdef int add_nothing(Walk* w) except -1 nogil:
    """Add the row that stands for "no element"."""
    cdef int32_t* row = add_row(&w.elements, N_ELEMENT_COLUMNS)
    row[E_PARENT] = row[E_WIDER] = -1
    reserve(&w.landmarks, N_LANDMARKS)
    memset(w.landmarks.data + w.landmarks.size, FAR, N_LANDMARKS)
    w.landmarks.size += N_LANDMARKS
    return 0


cdef str as_text(Buffer* buffer):
    return buffer.data[:buffer.size].decode("utf-8", "replace") if buffer.size else ""


def walk(_Element root not None):
    """Walk the tree below `root`; returns the columns by name, as `segment.table.HtmlBlocks` takes them."""
    cdef Walk* w = <Walk*>calloc(1, sizeof(Walk))
    if w == NULL:
        raise MemoryError("no memory for the walk")
    cdef xmlNode* top = root._c_node
    try:
        with nogil:
            walk_body(w, top)
            count_told_words(w)
            release(&w.words)
            add_nothing(w)
            if w.address.size:
                add_link_tokens(&w.page_tokens, 1, w.address.data)
            if w.text.size:
                w.text.size -= 1  # the separator behind the last block
        text = as_text(&w.text)
        release(&w.text)
        return {
            "text": text,
            "title": as_text(&w.title),
            "description": as_text(&w.description),
            "address": as_text(&w.address),
            "elements": as_matrix(&w.elements, N_ELEMENT_COLUMNS, INT32),
            "blocks": as_matrix(&w.blocks, N_BLOCK_COLUMNS, INT32),
            "landmarks": as_matrix(&w.landmarks, N_LANDMARKS, UINT8),
            "element_tokens": as_matrix(&w.element_tokens, 2, INT32),
            "block_tokens": as_matrix(&w.block_tokens, 2, INT32),
            "page_tokens": as_matrix(&w.page_tokens, 2, INT32),
        }
    finally:
        for buffer in (<size_t>w.elements.data, <size_t>w.blocks.data, <size_t>w.landmarks.data,
                       <size_t>w.element_tokens.data, <size_t>w.block_tokens.data, <size_t>w.page_tokens.data,
                       <size_t>w.text.data, <size_t>w.words.data, <size_t>w.space.data, <size_t>w.title.data,
                       <size_t>w.description.data, <size_t>w.address.data, <size_t>w.pairs):
            free(<void*><size_t>buffer)
        free(w)
