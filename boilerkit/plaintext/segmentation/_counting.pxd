# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True, initializedcheck=False
from libc.stdint cimport int32_t, uint32_t

from boilerkit.blocks._buffers cimport Buffer
from boilerkit.plaintext.segmentation._text cimport *


cdef struct State:  # of the block that is being read
    Buffer words, pairs, wholes, topics  # rows of a block and a hash
    Py_ssize_t block, n_topics
    uint32_t text_hash, word, previous_word
    Py_UCS4 previous, previous_ideograph
    Py_UCS4 last, before_last       # the last characters that are not closing quotes or brackets
    int word_length, word_script, digits_in_word, number
    int white                       # characters of white space that were read last
    bint tab, broken                # which have a tab or a line break among them
    bint capital, opened, stopped   # the word has a capital; a letter came; a stop came, and no letter since


cdef int count(const Text* text, State* s, int32_t* row) except -1 nogil
