# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True, initializedcheck=False
"""The group "vocabulary" of HTML: what the names in the markup around a block and its first words say."""

from libc.stdlib cimport calloc, free

from boilerkit.blocks._lookup cimport Lookup, Summary, find, summarise
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


cdef class VocabularyColumns:
    """The group "vocabulary" of one HTML page; `lookups` has a Lookup for each token type. Tokens are looked up once."""

    cdef PageStats stats
    cdef Summary* names     # by element
    cdef Summary* words     # by block, and an empty one after the last
    cdef Lookup tags
    cdef float[N_PAGE_NAMES] page_names

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
                X[NAMES + level, row] = names.mean
            lowest = min(lowest, names.lowest)
            highest = max(highest, names.highest)
            total += names.mean
            element = up(stats, element, E_PARENT)
        X[NAMES_LOWEST, row] = lowest
        X[NAMES_HIGHEST, row] = highest
        X[NAMES_SUM, row] = total
        element = stats.blocks[first + row, B_ELEMENT]
        for level in range(N_WIDER):
            element = up(stats, element, E_WIDER)
            X[UP_NAMES + level, row] = columns.names[element].mean


cdef void fill_words(PageStats stats, VocabularyColumns columns, float[:, ::1] X, Py_ssize_t first) noexcept nogil:
    """Fill the scores of the first words of a block, and of those of its neighbours and headings."""
    cdef const Summary* words = columns.words
    cdef Py_ssize_t i, row, level, heading, section
    cdef int32_t element
    for row in range(X.shape[1]):
        i = first + row
        heading, section = stats.heading[i], stats.section[i]
        X[WORDS_MEAN, row] = words[i].mean
        X[WORDS_LOWEST, row] = words[i].lowest
        X[WORDS_HIGHEST, row] = words[i].highest
        X[WORDS_KNOWN, row] = words[i].known
        X[HEADING_WORDS, row] = words[heading].mean if heading >= 0 else 0
        X[SECTION_WORDS, row] = words[section].mean if section >= 0 else 0
        X[WORDS_BEFORE, row] = words[i - 1].mean if i else 0
        X[WORDS_AFTER, row] = words[i + 1].mean
        element = stats.blocks[i, B_ELEMENT]
        for level in range(N_WIDER):
            element = up(stats, element, E_WIDER)
            X[UP_OPENING_WORDS + level, row] = words[stats.elements[element, E_FIRST_BLOCK]].mean


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
        X[TAG_CHAIN, row] = score if find(lookup, chain, &score) else 0


cdef void fill_page_names(VocabularyColumns columns, float[:, ::1] X) noexcept nogil:
    cdef Py_ssize_t k, row
    for k in range(N_PAGE_NAMES):
        for row in range(X.shape[1]):
            X[PAGE_NAMES + k, row] = columns.page_names[k]


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
