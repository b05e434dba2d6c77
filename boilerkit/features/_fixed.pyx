# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True, initializedcheck=False
"""The columns that need no model, family by family.

Each enum holds the places of a family's columns, in the order of `COLUMNS` in the module of the family's name, which
also says what they are.
"""

from libc.stdlib cimport calloc, free

from boilerkit.features._survey cimport *
from boilerkit.segment.tags import LANDMARKS, TAG_IDS


def fill_fixed(Survey survey not None, float[:, ::1] X not None):
    """Fill the first columns of X, [at least N_FIXED, n_blocks]."""
    if X.shape[1] != survey.n_blocks or X.shape[0] < N_FIXED:
        raise ValueError("the matrix does not fit the page")
    with nogil:
        fill_text(survey, X)
        fill_structure(survey, X)
        fill_position(survey, X)
        fill_page(survey, X)


# --- What a block's own text looks like -------------------------------------------------------------------------------

cdef enum:
    T_WORDS, T_CHARS_PER_WORD, T_LINK_DENSITY, T_UNLINKED_WORDS, T_LINKS, T_WORDS_PER_LINK, T_SENTENCES
    T_WORDS_PER_SENTENCE, T_COMMAS, T_COMMA_RATE, T_DIGIT_SHARE, T_CAPITALISED_SHARE, T_UPPERCASE_SHARE, T_SYMBOL_SHARE
    T_EMPHASISED_SHARE, T_NON_ASCII_SHARE, T_LINES, T_WORDS_PER_LINE, T_LONGEST_WORD, T_IMAGES_BEFORE, T_FIELDS_BEFORE
    T_ENDS_SENTENCE, T_ENDS_COLON, T_TITLE_SHARE, T_DESCRIBED_SHARE, T_DESCRIBED_PAIRS
    N_TEXT


cdef void fill_text(Survey survey, float[:, ::1] X) noexcept nogil:
    cdef const int32_t* block
    cdef double words, chars
    cdef Py_ssize_t i
    for i in range(survey.n_blocks):
        block = &survey.blocks[i, 0]
        words, chars = block[B_WORDS], block[B_CHARS]
        X[T_WORDS, i] = words
        X[T_CHARS_PER_WORD, i] = share(chars if chars > 1 else 1, words)
        X[T_LINK_DENSITY, i] = share(block[B_LINK_CHARS], chars)
        X[T_UNLINKED_WORDS, i] = words - block[B_LINK_WORDS]
        X[T_LINKS, i] = block[B_LINKS]
        X[T_WORDS_PER_LINK, i] = words / (block[B_LINKS] + 1)
        X[T_SENTENCES, i] = block[B_SENTENCES]
        X[T_WORDS_PER_SENTENCE, i] = words / (block[B_SENTENCES] + 1)
        X[T_COMMAS, i] = block[B_COMMAS]
        X[T_COMMA_RATE, i] = share(block[B_COMMAS], words)
        X[T_DIGIT_SHARE, i] = share(block[B_DIGITS], chars)
        X[T_CAPITALISED_SHARE, i] = share(block[B_CAPITALISED], words)
        X[T_UPPERCASE_SHARE, i] = share(block[B_UPPERCASE], chars)
        X[T_SYMBOL_SHARE, i] = share(block[B_SYMBOLS], chars)
        X[T_EMPHASISED_SHARE, i] = share(block[B_EMPHASISED], chars)
        X[T_NON_ASCII_SHARE, i] = share(block[B_NON_ASCII], chars)
        X[T_LINES, i] = block[B_LINES]
        X[T_WORDS_PER_LINE, i] = share(words, block[B_LINES])
        X[T_LONGEST_WORD, i] = block[B_LONGEST_WORD]
        X[T_IMAGES_BEFORE, i] = block[B_IMAGES]
        X[T_FIELDS_BEFORE, i] = block[B_FIELDS]
        X[T_ENDS_SENTENCE, i] = block[B_ENDING] == ENDS_SENTENCE
        X[T_ENDS_COLON, i] = block[B_ENDING] == ENDS_COLON
        X[T_TITLE_SHARE, i] = share(block[B_TITLE_WORDS], words)
        X[T_DESCRIBED_SHARE, i] = share(block[B_DESCRIBED_PAIRS], words - 1)
        X[T_DESCRIBED_PAIRS, i] = block[B_DESCRIBED_PAIRS]


# --- Where in the tree a block stands ---------------------------------------------------------------------------------

cdef enum:
    LEVELS = 5
    N_LANDMARKS = 22

cdef enum:  # what one ancestor holds
    UP_BLOCKS, UP_WORDS, UP_LINK_SHARE, UP_SENTENCE_RATE, UP_COMMA_RATE, UP_WORDS_PER_BLOCK, UP_TEXT_SHARE
    UP_PAGE_SHARE, UP_POSITION, UP_IMAGES, UP_TWINS, UP_TWIN_WORDS
    N_UP

cdef enum:
    S_DEPTH = N_TEXT
    S_HEADING_LEVEL, S_HIDDEN, S_NOSCRIPT, S_NEAR
    S_UP = S_NEAR + N_LANDMARKS
    S_PATH_BLOCKS = S_UP + LEVELS * N_UP
    S_PATH_WORDS_PER_BLOCK, S_PATH_LINK_SHARE, S_PATH_SENTENCE_RATE, S_PATH_WORD_SHARE, S_PATH_SPREAD
    END_OF_STRUCTURE

if N_LANDMARKS != len(LANDMARKS):
    raise AssertionError("the landmarks of segment.tags and of the features differ")

cdef struct Path:  # totals of the elements and of the blocks that share a path of tags and classes
    int32_t elements, first, last
    double held
    double blocks, words, link_words, sentences


cdef int fill_structure(Survey survey, float[:, ::1] X) except -1 nogil:
    cdef const int32_t* block
    cdef const uint8_t* near
    cdef int32_t element
    cdef Py_ssize_t i, k
    cdef Path* paths = total_paths(survey)
    for i in range(survey.n_blocks):
        block = &survey.blocks[i, 0]
        element = block[B_ELEMENT]
        X[S_DEPTH, i] = survey.elements[element, E_DEPTH]
        X[S_HEADING_LEVEL, i] = survey.levels[i]
        X[S_HIDDEN, i] = (block[B_CONTEXT] & IN_HIDDEN) != 0
        X[S_NOSCRIPT, i] = (block[B_CONTEXT] & IN_NOSCRIPT) != 0
        near = &survey.landmarks[element, 0]
        for k in range(N_LANDMARKS):
            X[S_NEAR + k, i] = near[k]
        fill_path(survey, X, i, &paths[survey.path[element]])
        for k in range(LEVELS):
            fill_up(survey, X, S_UP + k * N_UP, i, element, &paths[survey.path[element]])
            element = up(survey, element, E_WIDER)
    free(paths)
    return 0


cdef Path* total_paths(Survey survey) except NULL nogil:
    cdef Path* paths = <Path*>calloc(survey.n_paths, sizeof(Path))
    cdef Path* path
    cdef const int32_t* block
    cdef Py_ssize_t i
    if paths == NULL:
        with gil:
            raise MemoryError("no memory for the features of this page")
    for i in range(survey.nothing + 1):
        path = &paths[survey.path[i]]
        path.elements += 1
        path.held += held(survey, <int32_t>i, SUM_WORDS)
    for i in range(survey.n_blocks):
        block = &survey.blocks[i, 0]
        path = &paths[survey.path[block[B_ELEMENT]]]
        if path.blocks == 0:
            path.first = <int32_t>i
        path.last = <int32_t>i
        path.blocks += 1
        path.words += block[B_WORDS]
        path.link_words += block[B_LINK_WORDS]
        path.sentences += block[B_SENTENCES]
    return paths


cdef inline void fill_path(Survey survey, float[:, ::1] X, Py_ssize_t i, const Path* path) noexcept nogil:
    X[S_PATH_BLOCKS, i] = path.blocks
    X[S_PATH_WORDS_PER_BLOCK, i] = path.words / path.blocks
    X[S_PATH_LINK_SHARE, i] = share(path.link_words, path.words)
    X[S_PATH_SENTENCE_RATE, i] = path.sentences / path.blocks
    X[S_PATH_WORD_SHARE, i] = share(path.words, survey.sums[survey.n_blocks, SUM_WORDS])
    X[S_PATH_SPREAD, i] = <double>(path.last - path.first) / survey.n_blocks


cdef inline void fill_up(
    Survey survey, float[:, ::1] X, Py_ssize_t at, Py_ssize_t i, int32_t element, const Path* path
) noexcept nogil:
    """What an element above (or right around) block i holds."""
    cdef const int32_t* row = &survey.elements[element, 0]
    cdef double blocks = row[E_END_BLOCK] - row[E_FIRST_BLOCK]
    cdef double words = held(survey, element, SUM_WORDS)
    X[at + UP_BLOCKS, i] = blocks
    X[at + UP_WORDS, i] = words
    X[at + UP_LINK_SHARE, i] = share(held(survey, element, SUM_LINK_WORDS), words)
    X[at + UP_SENTENCE_RATE, i] = share(held(survey, element, SUM_SENTENCES), blocks)
    X[at + UP_COMMA_RATE, i] = share(held(survey, element, SUM_COMMAS), blocks)
    X[at + UP_WORDS_PER_BLOCK, i] = share(words, blocks)
    X[at + UP_TEXT_SHARE, i] = share(held(survey, element, SUM_TEXT_WORDS), words)
    X[at + UP_PAGE_SHARE, i] = share(words, survey.sums[survey.n_blocks, SUM_WORDS])
    X[at + UP_POSITION, i] = share(i - row[E_FIRST_BLOCK], blocks)
    X[at + UP_IMAGES, i] = share(held(survey, element, SUM_IMAGES), blocks)
    X[at + UP_TWINS, i] = path.elements
    X[at + UP_TWIN_WORDS, i] = path.held / path.elements


# --- Where in the page's course a block stands ------------------------------------------------------------------------

cdef enum:
    NOWHERE = 9999

cdef enum:  # of one block beside
    AT_WORDS, AT_LINK_DENSITY, AT_SENTENCES, AT_SAME_PATH, AT_HEADING_LEVEL
    N_AT

cdef enum:  # of one window
    AROUND_WORDS_PER_BLOCK, AROUND_LINK_SHARE, AROUND_TEXT_SHARE
    N_AROUND

cdef enum:
    N_OFFSETS = 4
    N_WINDOWS = 2

cdef int[N_OFFSETS] offsets = [-2, -1, 1, 2]
cdef int[N_WINDOWS] windows = [3, 8]

cdef enum:
    P_INDEX = END_OF_STRUCTURE
    P_INDEX_SHARE, P_WORD_POSITION, P_WORDS_BEFORE, P_BLOCKS_AFTER, P_FROM_H1, P_WORDS_FROM_H1, P_FROM_TITLE
    P_FROM_HEADING, P_WORDS_FROM_HEADING, P_LAST_HEADING_LEVEL, P_HEADINGS_BEFORE, P_REPEATS, P_REPEATED_BEFORE, P_AT
    P_AROUND = P_AT + N_OFFSETS * N_AT
    END_OF_POSITION = P_AROUND + N_WINDOWS * N_AROUND


cdef int fill_position(Survey survey, float[:, ::1] X) except -1 nogil:
    cdef double words
    cdef Py_ssize_t i, k, n = survey.n_blocks
    fill_headings(survey, X)
    fill_repeats(survey, X)
    for i in range(n):
        words = survey.sums[i, SUM_WORDS]
        X[P_INDEX, i] = i
        X[P_INDEX_SHARE, i] = <double>i / n
        X[P_WORD_POSITION, i] = share(words, survey.sums[n, SUM_WORDS])
        X[P_WORDS_BEFORE, i] = words
        X[P_BLOCKS_AFTER, i] = n - 1 - i
        for k in range(N_OFFSETS):
            fill_at(survey, X, P_AT + k * N_AT, i, i + offsets[k])
        for k in range(N_WINDOWS):
            fill_around(survey, X, P_AROUND + k * N_AROUND, i, windows[k])
    return 0


cdef inline bint repeats_title(const int32_t* block) noexcept nogil:
    return block[B_TITLE_WORDS] >= 0.7 * block[B_WORDS] and block[B_TITLE_WORDS] >= 3


cdef void fill_headings(Survey survey, float[:, ::1] X) noexcept nogil:
    """How far the headings and the title are; blocks before the first h1 and the title look ahead to it."""
    cdef Py_ssize_t h1 = -1, title = -1, heading = -1, before = 0, i, n = survey.n_blocks
    cdef double words
    for i in range(n - 1, -1, -1):
        if survey.levels[i] == 1:
            h1 = i
        if repeats_title(&survey.blocks[i, 0]):
            title = i
    for i in range(n):
        words = survey.sums[i, SUM_WORDS]
        X[P_HEADINGS_BEFORE, i] = before
        if survey.levels[i] == 1:
            h1 = i
        if survey.levels[i] > 0:
            heading = i
            before += 1
        X[P_FROM_H1, i] = i - h1 if h1 >= 0 else NOWHERE
        X[P_WORDS_FROM_H1, i] = words - survey.sums[h1, SUM_WORDS] if h1 >= 0 else NOWHERE
        X[P_FROM_TITLE, i] = i - title if title >= 0 else NOWHERE
        X[P_FROM_HEADING, i] = i - heading if heading >= 0 else NOWHERE
        X[P_WORDS_FROM_HEADING, i] = words - survey.sums[heading, SUM_WORDS] if heading >= 0 else NOWHERE
        X[P_LAST_HEADING_LEVEL, i] = survey.levels[heading] if heading >= 0 else 0


cdef int fill_repeats(Survey survey, float[:, ::1] X) except -1 nogil:
    cdef int32_t* seen = <int32_t*>calloc(survey.n_texts + 1, sizeof(int32_t))
    cdef Py_ssize_t i
    if seen == NULL:
        with gil:
            raise MemoryError("no memory for the features of this page")
    for i in range(survey.n_blocks):
        X[P_REPEATED_BEFORE, i] = seen[survey.text[i]] > 0
        seen[survey.text[i]] += 1
    for i in range(survey.n_blocks):
        X[P_REPEATS, i] = seen[survey.text[i]]
    free(seen)
    return 0


cdef inline void fill_at(
    Survey survey, float[:, ::1] X, Py_ssize_t at, Py_ssize_t i, Py_ssize_t beside
) noexcept nogil:
    cdef const int32_t* block
    cdef int32_t path = survey.elements[survey.blocks[i, B_ELEMENT], E_PATH]
    if 0 <= beside < survey.n_blocks:
        block = &survey.blocks[beside, 0]
        X[at + AT_WORDS, i] = block[B_WORDS]
        X[at + AT_LINK_DENSITY, i] = share(block[B_LINK_CHARS], block[B_CHARS])
        X[at + AT_SENTENCES, i] = block[B_SENTENCES]
        X[at + AT_SAME_PATH, i] = survey.elements[block[B_ELEMENT], E_PATH] == path
        X[at + AT_HEADING_LEVEL, i] = survey.levels[beside]
    else:
        X[at + AT_WORDS, i] = X[at + AT_LINK_DENSITY, i] = X[at + AT_SENTENCES, i] = X[at + AT_HEADING_LEVEL, i] = -1
        X[at + AT_SAME_PATH, i] = 0


cdef inline void fill_around(
    Survey survey, float[:, ::1] X, Py_ssize_t at, Py_ssize_t i, Py_ssize_t window
) noexcept nogil:
    cdef Py_ssize_t first = i - window if i > window else 0
    cdef Py_ssize_t end = i + window + 1 if i + window < survey.n_blocks else survey.n_blocks
    cdef double* before = &survey.sums[first, 0]
    cdef double* until = &survey.sums[end, 0]
    cdef double words = until[SUM_WORDS] - before[SUM_WORDS]
    X[at + AROUND_WORDS_PER_BLOCK, i] = words / (end - first)
    X[at + AROUND_LINK_SHARE, i] = share(until[SUM_LINK_WORDS] - before[SUM_LINK_WORDS], words)
    X[at + AROUND_TEXT_SHARE, i] = share(until[SUM_TEXT_WORDS] - before[SUM_TEXT_WORDS], words)


# --- What kind of page a block stands on ------------------------------------------------------------------------------

cdef enum:
    G_WORDS = END_OF_POSITION
    G_BLOCKS, G_LINK_SHARE, G_TEXT_SHARE, G_SENTENCE_RATE, G_ARTICLES, G_H1, G_HEADINGS, G_ITEMS, G_CELLS, G_TIMES
    G_CODE, G_IMAGES, G_FIELDS, G_HIDDEN_SHARE, G_NOSCRIPT_SHARE, G_MAIN_SHARE, G_ARTICLE_SHARE, G_PARAGRAPH_SHARE
    G_LARGEST_BLOCK, G_DESCRIPTIONS
    N_FIXED

cdef enum:
    MAX_TAGS = 256

cdef int counted_as[MAX_TAGS]  # the column that counts elements of a tag, 0 for none
for column, names in (
    (G_ARTICLES, "article"), (G_H1, "h1"), (G_HEADINGS, "h2 h3"), (G_ITEMS, "li"), (G_CELLS, "td th"),
    (G_TIMES, "time"), (G_CODE, "code pre"),
):
    for name in names.split():
        counted_as[<int>TAG_IDS[name]] = column

cdef int near_main = [group[0] for group in LANDMARKS].index("main")
cdef int near_article = [group[0] for group in LANDMARKS].index("article")
cdef int near_paragraph = [group[0] for group in LANDMARKS].index("p")


cdef void fill_page(Survey survey, float[:, ::1] X) noexcept nogil:
    cdef double page[N_FIXED]
    cdef Py_ssize_t i, k
    for k in range(G_WORDS, N_FIXED):
        page[k] = 0
    total_page(survey, page)
    for k in range(G_WORDS, N_FIXED):
        for i in range(survey.n_blocks):
            X[k, i] = <float>page[k]


cdef void total_page(Survey survey, double* page) noexcept nogil:
    cdef double* totals = &survey.sums[survey.n_blocks, 0]
    cdef double words = totals[SUM_WORDS]
    cdef Py_ssize_t i, k
    page[G_WORDS] = words
    page[G_BLOCKS] = survey.n_blocks
    page[G_LINK_SHARE] = share(totals[SUM_LINK_WORDS], words)
    page[G_TEXT_SHARE] = share(totals[SUM_TEXT_WORDS], words)
    page[G_SENTENCE_RATE] = share(totals[SUM_SENTENCES], survey.n_blocks)
    page[G_IMAGES] = survey.elements[0, E_IMAGES]
    page[G_FIELDS] = survey.elements[0, E_FIELDS]
    page[G_DESCRIPTIONS] = survey.description_words
    for i in range(survey.nothing):
        k = counted_as[survey.elements[i, E_TAG]]
        if k:
            page[k] += 1
    total_blocks(survey, page)
    for k in range(G_HIDDEN_SHARE, G_PARAGRAPH_SHARE + 1):
        page[k] = share(page[k], words)


cdef void total_blocks(Survey survey, double* page) noexcept nogil:
    """The words of blocks of some kinds, and of the longest block."""
    cdef const int32_t* block
    cdef const uint8_t* near
    cdef int32_t words
    cdef Py_ssize_t i
    for i in range(survey.n_blocks):
        block = &survey.blocks[i, 0]
        near = &survey.landmarks[block[B_ELEMENT], 0]
        words = block[B_WORDS]
        page[G_LARGEST_BLOCK] = max(page[G_LARGEST_BLOCK], words)
        if block[B_CONTEXT] & IN_HIDDEN:
            page[G_HIDDEN_SHARE] += words
        if block[B_CONTEXT] & IN_NOSCRIPT:
            page[G_NOSCRIPT_SHARE] += words
        if near[near_main] < FAR:
            page[G_MAIN_SHARE] += words
        if near[near_article] < FAR:
            page[G_ARTICLE_SHARE] += words
        if near[near_paragraph] < FAR:
            page[G_PARAGRAPH_SHARE] += words
