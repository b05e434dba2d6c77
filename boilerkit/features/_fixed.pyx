# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True, initializedcheck=False
"""The columns that need no model, family by family.

Each enum holds the places of a family's columns, in the order of `COLUMNS` in the module of the family's name, which
also says what they are.
"""

from libc.stdlib cimport calloc, free

from boilerkit.features._survey cimport *
from boilerkit.segment.tags import LANDMARKS, TAG_IDS


def fill_fixed(Survey survey not None, float[:, ::1] X not None):
    """Fill the first columns of X, [n_blocks, at least N_FIXED]."""
    if X.shape[0] != survey.n_blocks or X.shape[1] < N_FIXED:
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
    cdef float* out
    cdef double words, chars
    cdef Py_ssize_t i
    for i in range(survey.n_blocks):
        block = &survey.blocks[i, 0]
        out = &X[i, 0]
        words, chars = block[B_WORDS], block[B_CHARS]
        out[T_WORDS] = words
        out[T_CHARS_PER_WORD] = share(chars if chars > 1 else 1, words)
        out[T_LINK_DENSITY] = share(block[B_LINK_CHARS], chars)
        out[T_UNLINKED_WORDS] = words - block[B_LINK_WORDS]
        out[T_LINKS] = block[B_LINKS]
        out[T_WORDS_PER_LINK] = words / (block[B_LINKS] + 1)
        out[T_SENTENCES] = block[B_SENTENCES]
        out[T_WORDS_PER_SENTENCE] = words / (block[B_SENTENCES] + 1)
        out[T_COMMAS] = block[B_COMMAS]
        out[T_COMMA_RATE] = share(block[B_COMMAS], words)
        out[T_DIGIT_SHARE] = share(block[B_DIGITS], chars)
        out[T_CAPITALISED_SHARE] = share(block[B_CAPITALISED], words)
        out[T_UPPERCASE_SHARE] = share(block[B_UPPERCASE], chars)
        out[T_SYMBOL_SHARE] = share(block[B_SYMBOLS], chars)
        out[T_EMPHASISED_SHARE] = share(block[B_EMPHASISED], chars)
        out[T_NON_ASCII_SHARE] = share(block[B_NON_ASCII], chars)
        out[T_LINES] = block[B_LINES]
        out[T_WORDS_PER_LINE] = share(words, block[B_LINES])
        out[T_LONGEST_WORD] = block[B_LONGEST_WORD]
        out[T_IMAGES_BEFORE] = block[B_IMAGES]
        out[T_FIELDS_BEFORE] = block[B_FIELDS]
        out[T_ENDS_SENTENCE] = block[B_ENDING] == ENDS_SENTENCE
        out[T_ENDS_COLON] = block[B_ENDING] == ENDS_COLON
        out[T_TITLE_SHARE] = share(block[B_TITLE_WORDS], words)
        out[T_DESCRIBED_SHARE] = share(block[B_DESCRIBED_PAIRS], words - 1)
        out[T_DESCRIBED_PAIRS] = block[B_DESCRIBED_PAIRS]


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
    cdef float* out
    cdef int32_t element
    cdef Py_ssize_t i, k
    cdef Path* paths = total_paths(survey)
    for i in range(survey.n_blocks):
        block = &survey.blocks[i, 0]
        out = &X[i, 0]
        element = block[B_ELEMENT]
        out[S_DEPTH] = survey.elements[element, E_DEPTH]
        out[S_HEADING_LEVEL] = survey.levels[i]
        out[S_HIDDEN] = (block[B_CONTEXT] & IN_HIDDEN) != 0
        out[S_NOSCRIPT] = (block[B_CONTEXT] & IN_NOSCRIPT) != 0
        near = &survey.landmarks[element, 0]
        for k in range(N_LANDMARKS):
            out[S_NEAR + k] = near[k]
        fill_path(survey, &paths[survey.path[element]], out)
        for k in range(LEVELS):
            fill_up(survey, element, i, &paths[survey.path[element]], out + S_UP + k * N_UP)
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


cdef inline void fill_path(Survey survey, const Path* path, float* out) noexcept nogil:
    out[S_PATH_BLOCKS] = path.blocks
    out[S_PATH_WORDS_PER_BLOCK] = path.words / path.blocks
    out[S_PATH_LINK_SHARE] = share(path.link_words, path.words)
    out[S_PATH_SENTENCE_RATE] = path.sentences / path.blocks
    out[S_PATH_WORD_SHARE] = share(path.words, survey.sums[survey.n_blocks, SUM_WORDS])
    out[S_PATH_SPREAD] = <double>(path.last - path.first) / survey.n_blocks


cdef inline void fill_up(Survey survey, int32_t element, Py_ssize_t i, const Path* path, float* out) noexcept nogil:
    """What an element above (or right around) block i holds."""
    cdef const int32_t* row = &survey.elements[element, 0]
    cdef double blocks = row[E_END_BLOCK] - row[E_FIRST_BLOCK]
    cdef double words = held(survey, element, SUM_WORDS)
    out[UP_BLOCKS] = blocks
    out[UP_WORDS] = words
    out[UP_LINK_SHARE] = share(held(survey, element, SUM_LINK_WORDS), words)
    out[UP_SENTENCE_RATE] = share(held(survey, element, SUM_SENTENCES), blocks)
    out[UP_COMMA_RATE] = share(held(survey, element, SUM_COMMAS), blocks)
    out[UP_WORDS_PER_BLOCK] = share(words, blocks)
    out[UP_TEXT_SHARE] = share(held(survey, element, SUM_TEXT_WORDS), words)
    out[UP_PAGE_SHARE] = share(words, survey.sums[survey.n_blocks, SUM_WORDS])
    out[UP_POSITION] = share(i - row[E_FIRST_BLOCK], blocks)
    out[UP_IMAGES] = share(held(survey, element, SUM_IMAGES), blocks)
    out[UP_TWINS] = path.elements
    out[UP_TWIN_WORDS] = path.held / path.elements


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
    cdef float* out
    cdef Py_ssize_t i, k, n = survey.n_blocks
    fill_headings(survey, X)
    fill_repeats(survey, X)
    for i in range(n):
        out = &X[i, 0]
        words = survey.sums[i, SUM_WORDS]
        out[P_INDEX] = i
        out[P_INDEX_SHARE] = <double>i / n
        out[P_WORD_POSITION] = share(words, survey.sums[n, SUM_WORDS])
        out[P_WORDS_BEFORE] = words
        out[P_BLOCKS_AFTER] = n - 1 - i
        for k in range(N_OFFSETS):
            fill_at(survey, i, i + offsets[k], out + P_AT + k * N_AT)
        for k in range(N_WINDOWS):
            fill_around(survey, i, windows[k], out + P_AROUND + k * N_AROUND)
    return 0


cdef inline bint repeats_title(const int32_t* block) noexcept nogil:
    return block[B_TITLE_WORDS] >= 0.7 * block[B_WORDS] and block[B_TITLE_WORDS] >= 3


cdef void fill_headings(Survey survey, float[:, ::1] X) noexcept nogil:
    """How far the headings and the title are; blocks before the first h1 and the title look ahead to it."""
    cdef Py_ssize_t h1 = -1, title = -1, heading = -1, before = 0, i, n = survey.n_blocks
    cdef double words
    cdef float* out
    for i in range(n - 1, -1, -1):
        if survey.levels[i] == 1:
            h1 = i
        if repeats_title(&survey.blocks[i, 0]):
            title = i
    for i in range(n):
        out = &X[i, 0]
        words = survey.sums[i, SUM_WORDS]
        out[P_HEADINGS_BEFORE] = before
        if survey.levels[i] == 1:
            h1 = i
        if survey.levels[i] > 0:
            heading = i
            before += 1
        out[P_FROM_H1] = i - h1 if h1 >= 0 else NOWHERE
        out[P_WORDS_FROM_H1] = words - survey.sums[h1, SUM_WORDS] if h1 >= 0 else NOWHERE
        out[P_FROM_TITLE] = i - title if title >= 0 else NOWHERE
        out[P_FROM_HEADING] = i - heading if heading >= 0 else NOWHERE
        out[P_WORDS_FROM_HEADING] = words - survey.sums[heading, SUM_WORDS] if heading >= 0 else NOWHERE
        out[P_LAST_HEADING_LEVEL] = survey.levels[heading] if heading >= 0 else 0


cdef int fill_repeats(Survey survey, float[:, ::1] X) except -1 nogil:
    cdef int32_t* seen = <int32_t*>calloc(survey.n_texts + 1, sizeof(int32_t))
    cdef Py_ssize_t i
    if seen == NULL:
        with gil:
            raise MemoryError("no memory for the features of this page")
    for i in range(survey.n_blocks):
        X[i, P_REPEATED_BEFORE] = seen[survey.text[i]] > 0
        seen[survey.text[i]] += 1
    for i in range(survey.n_blocks):
        X[i, P_REPEATS] = seen[survey.text[i]]
    free(seen)
    return 0


cdef inline void fill_at(Survey survey, Py_ssize_t i, Py_ssize_t beside, float* out) noexcept nogil:
    cdef const int32_t* block
    cdef int32_t path = survey.elements[survey.blocks[i, B_ELEMENT], E_PATH]
    if 0 <= beside < survey.n_blocks:
        block = &survey.blocks[beside, 0]
        out[AT_WORDS] = block[B_WORDS]
        out[AT_LINK_DENSITY] = share(block[B_LINK_CHARS], block[B_CHARS])
        out[AT_SENTENCES] = block[B_SENTENCES]
        out[AT_SAME_PATH] = survey.elements[block[B_ELEMENT], E_PATH] == path
        out[AT_HEADING_LEVEL] = survey.levels[beside]
    else:
        out[AT_WORDS] = out[AT_LINK_DENSITY] = out[AT_SENTENCES] = out[AT_HEADING_LEVEL] = -1
        out[AT_SAME_PATH] = 0


cdef inline void fill_around(Survey survey, Py_ssize_t i, Py_ssize_t window, float* out) noexcept nogil:
    cdef Py_ssize_t first = i - window if i > window else 0
    cdef Py_ssize_t end = i + window + 1 if i + window < survey.n_blocks else survey.n_blocks
    cdef double* before = &survey.sums[first, 0]
    cdef double* until = &survey.sums[end, 0]
    cdef double words = until[SUM_WORDS] - before[SUM_WORDS]
    out[AROUND_WORDS_PER_BLOCK] = words / (end - first)
    out[AROUND_LINK_SHARE] = share(until[SUM_LINK_WORDS] - before[SUM_LINK_WORDS], words)
    out[AROUND_TEXT_SHARE] = share(until[SUM_TEXT_WORDS] - before[SUM_TEXT_WORDS], words)


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
    for i in range(survey.n_blocks):
        for k in range(G_WORDS, N_FIXED):
            X[i, k] = <float>page[k]


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
