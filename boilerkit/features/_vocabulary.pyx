# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True, initializedcheck=False
"""The columns of `features.vocabulary`, and the look-up of tokens behind them."""

import numpy as np

from libc.math cimport isnan
from libc.stdlib cimport calloc, free

from boilerkit.features._survey cimport *
from boilerkit.segment.tags import TAGS

cdef enum:
    ANCESTORS = 10      # elements from the block's own one upwards whose names are looked up
    N_WIDER = 4         # ancestors, counting those that hold more blocks

cdef enum:  # in the order of features.vocabulary.COLUMNS
    NAMES, NAMES_PARENT, NAMES_GRANDPARENT, NAMES_LOWEST, NAMES_HIGHEST, NAMES_SUM, UP_NAMES
    WORDS_MEAN = UP_NAMES + N_WIDER
    WORDS_LOWEST, WORDS_HIGHEST, WORDS_KNOWN, HEADING_WORDS, SECTION_WORDS, UP_OPENING_WORDS
    WORDS_BEFORE = UP_OPENING_WORDS + N_WIDER
    WORDS_AFTER, TAG_CHAIN, PAGE_NAMES, PAGE_NAMES_SHORT, PAGE_NAMES_LINKED
    N_VOCABULARY

cdef uint32_t n_tags = len(TAGS)


cdef class Lookup:
    """Scores by token: a hash table of `hashes` (uint32, distinct) and `scores` (float32, numbers).

    A token and its score stand side by side, so that a look-up costs one access to memory, which is most of its time.
    """

    def __init__(self, hashes, scores):
        cdef const uint32_t[::1] tokens = np.ascontiguousarray(hashes, dtype=np.uint32)
        cdef const float[::1] values = np.ascontiguousarray(scores, dtype=np.float32)
        cdef Py_ssize_t i
        cdef uint32_t slot
        if tokens.shape[0] != values.shape[0] or np.isnan(scores).any():
            raise ValueError("there is not one score for each token")
        bits = max(3 * len(hashes) // 2, 1).bit_length()  # at most two thirds of the table are full
        if bits > 31:
            raise ValueError("more tokens than a table holds")
        self.hashes, self.scores = hashes, scores
        self.shift = 32 - bits
        self.room = np.full((1 << bits, 2), np.nan, dtype=np.float32)
        cdef float[:, ::1] room = self.room
        self.slots = <Slot*>&room[0, 0]
        for i in range(tokens.shape[0]):
            slot = first_slot(self, tokens[i])
            while not isnan(self.slots[slot].score):
                slot = next_slot(self, slot)
            self.slots[slot].token = tokens[i]
            self.slots[slot].score = values[i]

    def __reduce__(self):
        return Lookup, (self.hashes, self.scores)


cdef struct Summary:  # of the known tokens of an element or a block; all are 0 where it has none
    double total
    float mean, lowest, highest
    int32_t known


cdef Summary* summaries(const int32_t[:, ::1] tokens, Lookup lookup, Py_ssize_t n) except NULL nogil:
    """What the tokens of each of n owners say together, and one more for an owner without any."""
    cdef Summary* result = <Summary*>calloc(n + 1, sizeof(Summary))
    cdef Summary* its
    cdef float score = 0
    cdef Py_ssize_t i
    if result == NULL:
        with gil:
            raise MemoryError("no memory for the features of this page")
    for i in range(tokens.shape[0]):
        if find(lookup, <uint32_t>tokens[i, 1], &score):
            its = &result[tokens[i, 0]]
            its.total += score
            its.lowest = min(its.lowest, score)
            its.highest = max(its.highest, score)
            its.known += 1
    for i in range(n):
        result[i].mean = <float>share(result[i].total, result[i].known)
    return result


def fill_vocabulary(Survey survey not None, float[:, ::1] X not None, Py_ssize_t at, dict lookups not None):
    """Fill N_VOCABULARY columns of X from column `at` on; `lookups` holds a Lookup for each of KINDS."""
    cdef Lookup element = lookups["element"], block = lookups["block"], tags = lookups["tags"]
    cdef Lookup page = lookups["page"], page_short = lookups["page_short"], page_linked = lookups["page_linked"]
    if X.shape[1] != survey.n_blocks or at < 0 or X.shape[0] < at + N_VOCABULARY:
        raise ValueError("the matrix does not fit the page")
    with nogil:
        fill_names(survey, X, at, element)
        fill_words(survey, X, at, block)
        fill_tags(survey, X, at + TAG_CHAIN, tags)
        fill_page_names(survey, X, at + PAGE_NAMES, page)
        fill_page_names(survey, X, at + PAGE_NAMES_SHORT, page_short)
        fill_page_names(survey, X, at + PAGE_NAMES_LINKED, page_linked)


cdef int fill_names(Survey survey, float[:, ::1] X, Py_ssize_t at, Lookup lookup) except -1 nogil:
    """What the names on the elements around a block say."""
    cdef Summary* names = summaries(survey.element_tokens, lookup, survey.nothing + 1)
    cdef Summary* its
    cdef float lowest, highest, total
    cdef int32_t element
    cdef Py_ssize_t i, level
    for i in range(survey.n_blocks):
        element = survey.blocks[i, B_ELEMENT]
        lowest = highest = total = 0
        for level in range(ANCESTORS):
            its = &names[element]
            if level <= 2:
                X[at + NAMES + level, i] = its.mean
            lowest = min(lowest, its.lowest)
            highest = max(highest, its.highest)
            total += its.mean
            element = up(survey, element, E_PARENT)
        X[at + NAMES_LOWEST, i] = lowest
        X[at + NAMES_HIGHEST, i] = highest
        X[at + NAMES_SUM, i] = total
        element = survey.blocks[i, B_ELEMENT]
        for level in range(N_WIDER):
            element = up(survey, element, E_WIDER)
            X[at + UP_NAMES + level, i] = names[element].mean
    free(names)
    return 0


cdef int fill_words(Survey survey, float[:, ::1] X, Py_ssize_t at, Lookup lookup) except -1 nogil:
    """What the first words of a block say, and those of the blocks that stand before it or over it."""
    cdef Py_ssize_t n = survey.n_blocks, i, level
    cdef Summary* words = summaries(survey.block_tokens, lookup, n)
    cdef float heading = 0, section = 0
    cdef int32_t element
    for i in range(n):
        if survey.levels[i] > 0:
            heading = words[i].mean
        if 0 < survey.levels[i] < 3:
            section = words[i].mean
        X[at + WORDS_MEAN, i] = words[i].mean
        X[at + WORDS_LOWEST, i] = words[i].lowest
        X[at + WORDS_HIGHEST, i] = words[i].highest
        X[at + WORDS_KNOWN, i] = words[i].known
        X[at + HEADING_WORDS, i] = heading
        X[at + SECTION_WORDS, i] = section
        X[at + WORDS_BEFORE, i] = words[i - 1].mean if i else 0
        X[at + WORDS_AFTER, i] = words[i + 1].mean  # behind the last block stands an empty one
        element = survey.blocks[i, B_ELEMENT]
        for level in range(N_WIDER):
            element = up(survey, element, E_WIDER)
            X[at + UP_OPENING_WORDS + level, i] = words[survey.elements[element, E_FIRST_BLOCK]].mean
    free(words)
    return 0


cdef void fill_tags(Survey survey, float[:, ::1] X, Py_ssize_t column, Lookup lookup) noexcept nogil:
    cdef int32_t element
    cdef uint32_t chain
    cdef float score = 0
    cdef Py_ssize_t i, level
    for i in range(survey.n_blocks):
        element = survey.blocks[i, B_ELEMENT]
        chain = 0
        for level in range(3):
            chain = chain * n_tags + <uint32_t>survey.elements[element, E_TAG]
            element = up(survey, element, E_PARENT)
        X[column, i] = score if find(lookup, chain, &score) else 0


cdef void fill_page_names(Survey survey, float[:, ::1] X, Py_ssize_t column, Lookup lookup) noexcept nogil:
    cdef double total = 0
    cdef float score = 0
    cdef Py_ssize_t known = 0, i
    for i in range(survey.page_tokens.shape[0]):
        if find(lookup, <uint32_t>survey.page_tokens[i, 1], &score):
            total += score
            known += 1
    for i in range(survey.n_blocks):
        X[column, i] = <float>share(total, known)
