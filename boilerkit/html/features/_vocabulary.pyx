# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True, initializedcheck=False
"""The columns of `features.vocabulary`."""

import numpy as np

from libc.stdlib cimport calloc, free

from boilerkit.blocks._lookup cimport Lookup, find
from boilerkit.html.features._page_stats cimport *
from boilerkit.html.tags import TAGS

cdef enum:
    ANCESTORS = 10      # elements from the block's own one upwards whose names are looked up
    N_WIDER = 4         # ancestors, counting those that hold more blocks
    N_PAGE_NAMES = 3    # for all text, for short blocks, for linked ones

cdef enum:  # in the order of features.vocabulary.COLUMNS
    NAMES, NAMES_PARENT, NAMES_GRANDPARENT, NAMES_LOWEST, NAMES_HIGHEST, NAMES_SUM, UP_NAMES
    WORDS_MEAN = UP_NAMES + N_WIDER
    WORDS_LOWEST, WORDS_HIGHEST, WORDS_KNOWN, HEADING_WORDS, SECTION_WORDS, UP_OPENING_WORDS
    WORDS_BEFORE = UP_OPENING_WORDS + N_WIDER
    WORDS_AFTER, TAG_CHAIN, PAGE_NAMES
    N_VOCABULARY = PAGE_NAMES + N_PAGE_NAMES

cdef uint32_t n_tags = len(TAGS)


cdef struct Summary:  # of the known tokens of an element or a block; all are 0 where it has none
    double total
    float mean, lowest, highest
    int32_t known


cdef void summarise(Summary* result, const int32_t[:, ::1] tokens, Lookup lookup, Py_ssize_t n) noexcept nogil:
    """What the tokens of each of n owners say together; `result` holds zeros."""
    cdef Summary* its
    cdef float score = 0
    cdef Py_ssize_t i
    for i in range(tokens.shape[0]):
        if find(lookup, <uint32_t>tokens[i, 1], &score):
            its = &result[tokens[i, 0]]
            its.total += score
            its.lowest = min(its.lowest, score)
            its.highest = max(its.highest, score)
            its.known += 1
    for i in range(n):
        result[i].mean = <float>share(result[i].total, result[i].known)


cdef class VocabularyColumns:
    """The columns of one page for a dict with a Lookup for each of KINDS: tokens are looked up once."""

    cdef PageStats survey
    cdef Summary* names     # by element
    cdef Summary* words     # by block, and an empty one behind the last
    cdef Lookup tags
    cdef float[N_PAGE_NAMES] page_names

    def __cinit__(self, PageStats survey not None, dict lookups not None):
        cdef Lookup element = lookups["element"], block = lookups["block"], page
        self.survey = survey
        self.tags = lookups["tags"]
        self.names = <Summary*>calloc(survey.nothing + 1, sizeof(Summary))
        self.words = <Summary*>calloc(survey.n_blocks + 1, sizeof(Summary))
        if self.names == NULL or self.words == NULL:
            raise MemoryError("no memory for the features of this page")
        with nogil:
            summarise(self.names, survey.element_tokens, element, survey.nothing + 1)
            summarise(self.words, survey.block_tokens, block, survey.n_blocks)
        for number, kind in enumerate(("page", "page_short", "page_linked")):
            page = lookups[kind]
            self.page_names[<int>number] = page_score(survey, page)

    def __dealloc__(self):
        free(self.names)
        free(self.words)

    def fill(self, float[:, ::1] X not None, Py_ssize_t at, Py_ssize_t first):
        """Fill N_VOCABULARY columns of X, [n_columns, n_rows], from column `at` on, for the blocks from `first` on."""
        cdef PageStats survey = self.survey
        check_room(survey, X, at, N_VOCABULARY, first)
        cdef Lookup tags = self.tags
        X = X[at:]
        with nogil:
            fill_names(survey, self, X, first)
            fill_words(survey, self, X, first)
            fill_tags(survey, tags, X, first)
            fill_page_names(self, X)


cdef void fill_names(PageStats survey, VocabularyColumns columns, float[:, ::1] X, Py_ssize_t first) noexcept nogil:
    """What the names on the elements around a block say."""
    cdef const Summary* its
    cdef float lowest, highest, total
    cdef int32_t element
    cdef Py_ssize_t row, level
    for row in range(X.shape[1]):
        element = survey.blocks[first + row, B_ELEMENT]
        lowest = highest = total = 0
        for level in range(ANCESTORS):
            its = &columns.names[element]
            if level <= 2:
                X[NAMES + level, row] = its.mean
            lowest = min(lowest, its.lowest)
            highest = max(highest, its.highest)
            total += its.mean
            element = up(survey, element, E_PARENT)
        X[NAMES_LOWEST, row] = lowest
        X[NAMES_HIGHEST, row] = highest
        X[NAMES_SUM, row] = total
        element = survey.blocks[first + row, B_ELEMENT]
        for level in range(N_WIDER):
            element = up(survey, element, E_WIDER)
            X[UP_NAMES + level, row] = columns.names[element].mean


cdef void fill_words(PageStats survey, VocabularyColumns columns, float[:, ::1] X, Py_ssize_t first) noexcept nogil:
    """What the first words of a block say, and those of the blocks that stand before it or over it."""
    cdef const Summary* words = columns.words
    cdef Py_ssize_t i, row, level, heading, section
    cdef int32_t element
    for row in range(X.shape[1]):
        i = first + row
        heading, section = last_heading(survey, i, H_BLOCK), last_heading(survey, i, H_SECTION)
        X[WORDS_MEAN, row] = words[i].mean
        X[WORDS_LOWEST, row] = words[i].lowest
        X[WORDS_HIGHEST, row] = words[i].highest
        X[WORDS_KNOWN, row] = words[i].known
        X[HEADING_WORDS, row] = words[heading].mean if heading >= 0 else 0
        X[SECTION_WORDS, row] = words[section].mean if section >= 0 else 0
        X[WORDS_BEFORE, row] = words[i - 1].mean if i else 0
        X[WORDS_AFTER, row] = words[i + 1].mean
        element = survey.blocks[i, B_ELEMENT]
        for level in range(N_WIDER):
            element = up(survey, element, E_WIDER)
            X[UP_OPENING_WORDS + level, row] = words[survey.elements[element, E_FIRST_BLOCK]].mean


cdef void fill_tags(PageStats survey, Lookup lookup, float[:, ::1] X, Py_ssize_t first) noexcept nogil:
    cdef int32_t element
    cdef uint32_t chain
    cdef float score = 0
    cdef Py_ssize_t row, level
    for row in range(X.shape[1]):
        element = survey.blocks[first + row, B_ELEMENT]
        chain = 0
        for level in range(3):
            chain = chain * n_tags + <uint32_t>survey.elements[element, E_TAG]
            element = up(survey, element, E_PARENT)
        X[TAG_CHAIN, row] = score if find(lookup, chain, &score) else 0


cdef void fill_page_names(VocabularyColumns columns, float[:, ::1] X) noexcept nogil:
    cdef Py_ssize_t k, row
    for k in range(N_PAGE_NAMES):
        for row in range(X.shape[1]):
            X[PAGE_NAMES + k, row] = columns.page_names[k]


cdef float page_score(PageStats survey, Lookup lookup) noexcept nogil:
    """The mean score of the page's tokens."""
    cdef double total = 0
    cdef float score = 0
    cdef Py_ssize_t known = 0, i
    for i in range(survey.page_tokens.shape[0]):
        if find(lookup, <uint32_t>survey.page_tokens[i, 1], &score):
            total += score
            known += 1
    return <float>share(total, known)
