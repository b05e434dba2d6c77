# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True, initializedcheck=False
from libc.stdint cimport int32_t, uint32_t

from boilerkit.blocks._buffers cimport Buffer
from boilerkit.plaintext.segmentation._text cimport *


cdef struct State:  # of the block that is being read
    Buffer words, pairs, wholes, topics  # rows of a block and a hash
    Py_ssize_t block, n_topics
    uint32_t word, previous_word
    Py_UCS4 previous_ideograph
    int word_length, digits_in_word, number
    bint capital


cdef int count(const Text* text, State* s, int32_t* row) except -1 nogil
