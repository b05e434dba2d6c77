# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True, initializedcheck=False
"""The state of one walk over a page."""

from libc.stdint cimport int32_t, uint8_t, uint32_t

from boilerkit.blocks._buffers cimport Buffer
from boilerkit.html.segmentation._columns cimport *

cdef enum:
    TITLE_SLOTS = 512           # sets of hashes are filled to one half at most
    PAIR_SLOTS = 32768
    NAME_SLOTS = 256
    MAX_PENDING_MARKS = 8


# Elements of one name share one string, as do attributes: the parser keeps a dictionary of names. So the meaning of a
# name is looked up once for each address of a name, not for each element. Nothing relies on it: an unknown address is
# looked up, and no string of the tree is freed during a walk.
cdef struct Names:
    const char* name[NAME_SLOTS]
    int meaning[NAME_SLOTS]


cdef inline int meaning_of(Names* names, const char* name, int (*look_up)(const char*) noexcept nogil) noexcept nogil:
    cdef size_t slot = (<size_t>name >> 3 ^ <size_t>name >> 11) % NAME_SLOTS
    if names.name[slot] != name:
        names.name[slot] = name
        names.meaning[slot] = look_up(name)
    return names.meaning[slot]


cdef struct Walk:
    Buffer elements             # int32 rows, E_*
    Buffer blocks               # int32 rows, B_*
    Buffer landmarks            # uint8 rows: steps up to the nearest of each landmark
    Buffer element_tokens       # int32 pairs: element, hash
    Buffer block_tokens         # int32 pairs: block, hash
    Buffer page_tokens          # int32 pairs: 0 or (of the address) 1, hash
    Buffer text                 # UTF-8, a line feed after each block
    Buffer words                # uint32: the hashes of all words, block by block
    Buffer space                # preformatted white space that is kept only if text follows
    Buffer title
    Buffer description
    Buffer address

    Names tags, attributes      # numbers of tags, A_* of attributes

    uint32_t title_words[TITLE_SLOTS]
    int n_title_words
    uint32_t* pairs             # [PAIR_SLOTS], allocated when the page describes itself
    int n_pairs

    int32_t n_elements, n_blocks, order, images, fields
    int32_t n_nodes             # elements and text nodes visited so far
    int32_t counted_images, counted_fields  # those that the blocks so far have counted
    int32_t current             # element whose text the walk is at
    int32_t chars_out           # characters in `text`

    bint is_open                # a block is open; the rest is its state
    int32_t block[N_BLOCK_COLUMNS]
    int32_t highest             # highest element that the walk has been at since the block's last text
    bint moved                  # the walk left the element that held the block's last text
    bint pending_space
    bint pending_sentence
    int breaks                  # line breaks since the last text
    uint8_t script_mark         # to be written before a digit that comes next, 0 for none
    const char* marks[MAX_PENDING_MARKS]  # to be written before the text that comes next
    int n_marks
    uint32_t text_hash
    uint32_t word
    int word_length, word_script
    bint word_capital, word_in_link
    int word_tokens
    int link_count              # links whose addresses were taken for this block or the next one


cdef inline int32_t* element_row(Walk* w, int32_t element) noexcept nogil:
    return <int32_t*>w.elements.data + element * N_ELEMENT_COLUMNS
