# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True, initializedcheck=False
"""The group "vocabulary" of HTML: the scores of the names in the markup around a block, and of its first words."""

from libc.stdlib cimport calloc, free

from boilerkit.blocks._lookup cimport Lookup, Summary, find, summarise
from boilerkit.blocks.columns import check_columns
from boilerkit.html.features._columns cimport *
from boilerkit.html.features._page_stats cimport *
from boilerkit.html.features.columns import VOCABULARY
from boilerkit.html.tags import TAGS

check_columns("columns of vocabulary features", VOCABULARY, VOCABULARY_CHECKSUM)

cdef enum:
    N_PAGE_TYPES = 3  # token types of the page: for all text, for short blocks, for linked ones

cdef uint32_t n_tags = len(TAGS)


cdef class VocabularyColumns:
    """The group "vocabulary" of one HTML page. `lookups` has a Lookup per token type; tokens are looked up once."""

    cdef PageStats stats
    cdef Summary* names     # by element
    cdef Summary* words     # by block, and an empty one after the last
    cdef Lookup tags
    cdef float[N_PAGE_TYPES] page_names

    def __cinit__(self, PageStats stats not None, dict lookups not None):
        cdef Lookup element = lookups["element"], block = lookups["block"], page
        self.stats = stats
        self.tags = lookups["tags"]
        self.names = <Summary*>calloc(stats.nothing + 1, sizeof(Summary))
        self.words = <Summary*>calloc(stats.n_blocks + 1, sizeof(Summary))
        if self.names == NULL or self.words == NULL:
            raise MemoryError("no memory for the features of this page")
        with nogil:
            summarise(self.names, stats.nothing + 1, stats.element_tokens, element)
            summarise(self.words, stats.n_blocks, stats.block_tokens, block)
        for number, token_type in enumerate(("page", "page_short", "page_linked")):
            page = lookups[token_type]
            self.page_names[<int>number] = page_score(stats, page)

    def __dealloc__(self):
        free(self.names)
        free(self.words)

    def fill(self, float[:, ::1] X not None, Py_ssize_t at, Py_ssize_t first):
        """Fill the columns of X, [n_columns, n_rows], from column `at` on, for the blocks from `first` on."""
        cdef PageStats stats = self.stats
        check_room(stats, X, at, N_VOCABULARY, first)
        cdef Lookup tags = self.tags
        X = X[at:]
        with nogil:
            fill_names(stats, self, X, first)
            fill_words(stats, self, X, first)
            fill_tags(stats, tags, X, first)
            fill_page_names(self, X)


cdef void fill_names(PageStats stats, VocabularyColumns columns, float[:, ::1] X, Py_ssize_t first) noexcept nogil:
    """Fill the scores of the names on the elements around a block."""
    cdef const Summary* names
    cdef float lowest, highest, total
    cdef int32_t element
    cdef Py_ssize_t row, level
    for row in range(X.shape[1]):
        element = stats.blocks[first + row, B_ELEMENT]
        lowest = highest = total = 0
        for level in range(ANCESTORS):
            names = &columns.names[element]
            if level <= 2:
                X[V_NAMES + level, row] = names.mean
            lowest = min(lowest, names.lowest)
            highest = max(highest, names.highest)
            total += names.mean
            element = up(stats, element, E_PARENT)
        X[V_NAMES_LOWEST, row] = lowest
        X[V_NAMES_HIGHEST, row] = highest
        X[V_NAMES_SUM, row] = total
        element = stats.blocks[first + row, B_ELEMENT]
        for level in range(N_WIDER_LEVELS):
            element = up(stats, element, E_WIDER_ANCESTOR)
            X[V_UP1_NAMES + level, row] = columns.names[element].mean


cdef void fill_words(PageStats stats, VocabularyColumns columns, float[:, ::1] X, Py_ssize_t first) noexcept nogil:
    """Fill the scores of the first words of a block, and of those of its neighbours and headings."""
    cdef const Summary* words = columns.words
    cdef Py_ssize_t i, row, level, heading, section
    cdef int32_t element
    for row in range(X.shape[1]):
        i = first + row
        heading, section = stats.heading[i], stats.section[i]
        X[V_WORDS_MEAN, row] = words[i].mean
        X[V_WORDS_LOWEST, row] = words[i].lowest
        X[V_WORDS_HIGHEST, row] = words[i].highest
        X[V_WORDS_KNOWN, row] = words[i].known
        X[V_HEADING_WORDS, row] = words[heading].mean if heading >= 0 else 0
        X[V_SECTION_WORDS, row] = words[section].mean if section >= 0 else 0
        X[V_AT_MINUS_1_WORDS_MEAN, row] = words[i - 1].mean if i else 0
        X[V_AT_PLUS_1_WORDS_MEAN, row] = words[i + 1].mean
        element = stats.blocks[i, B_ELEMENT]
        for level in range(N_WIDER_LEVELS):
            element = up(stats, element, E_WIDER_ANCESTOR)
            X[V_UP1_OPENING_WORDS + level, row] = words[stats.elements[element, E_FIRST_BLOCK]].mean


cdef void fill_tags(PageStats stats, Lookup lookup, float[:, ::1] X, Py_ssize_t first) noexcept nogil:
    cdef int32_t element
    cdef uint32_t chain
    cdef float score = 0
    cdef Py_ssize_t row, level
    for row in range(X.shape[1]):
        element = stats.blocks[first + row, B_ELEMENT]
        chain = 0
        for level in range(3):
            chain = chain * n_tags + <uint32_t>stats.elements[element, E_TAG]
            element = up(stats, element, E_PARENT)
        X[V_TAGS, row] = score if find(lookup, chain, &score) else 0


cdef void fill_page_names(VocabularyColumns columns, float[:, ::1] X) noexcept nogil:
    cdef Py_ssize_t k, row
    for k in range(N_PAGE_TYPES):
        for row in range(X.shape[1]):
            X[V_PAGE_NAMES + k, row] = columns.page_names[k]


cdef float page_score(PageStats stats, Lookup lookup) noexcept nogil:
    """Return the mean score of the page's tokens."""
    cdef double total = 0
    cdef float score = 0
    cdef Py_ssize_t known = 0, i
    for i in range(stats.page_tokens.shape[0]):
        if find(lookup, <uint32_t>stats.page_tokens[i, 1], &score):
            total += score
            known += 1
    return <float>share(total, known)
