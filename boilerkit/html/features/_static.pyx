# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True, initializedcheck=False
"""The static features of HTML, group by group: all columns that need no model."""

from libc.stdlib cimport calloc, free

from boilerkit.blocks.columns import check_columns
from boilerkit.html.features import columns as _columns
from boilerkit.html.features._columns cimport *
from boilerkit.html.features._page_stats cimport *
from boilerkit.html.tags import LANDMARKS, TAG_IDS

check_columns("columns of text features", _columns.TEXT, TEXT_CHECKSUM)
check_columns("columns of structure features", _columns.STRUCTURE, STRUCTURE_CHECKSUM)
check_columns("columns of position features", _columns.POSITION, POSITION_CHECKSUM)
check_columns("columns of page features", _columns.PAGE, PAGE_CHECKSUM)

cdef enum:  # where the groups begin
    STRUCTURE = N_TEXT
    POSITION = STRUCTURE + N_STRUCTURE
    PAGE = POSITION + N_POSITION
    N_STATIC = PAGE + N_PAGE

cdef enum:
    N_LANDMARKS = S_UP0_BLOCKS - S_NEAR_ARTICLE

cdef class StaticColumns  # defined below, after the groups that it fills


cdef struct Path:  # totals of the elements and of the blocks that share a path of tags and classes
    int32_t elements, first, last
    double element_words
    double blocks, words, link_words, sentences


# --- What a block's own text looks like -------------------------------------------------------------------------------

cdef void fill_text(PageStats stats, float[:, ::1] X, Py_ssize_t first) noexcept nogil:
    cdef const int32_t* block
    cdef double words, chars
    cdef Py_ssize_t row
    for row in range(X.shape[1]):
        block = &stats.blocks[first + row, 0]
        words, chars = block[B_WORDS], block[B_CHARS]
        X[T_WORDS, row] = words
        X[T_CHARS_PER_WORD, row] = share(chars if chars > 1 else 1, words)
        X[T_LINK_DENSITY, row] = share(block[B_LINK_CHARS], chars)
        X[T_UNLINKED_WORDS, row] = words - block[B_LINK_WORDS]
        X[T_LINKS, row] = block[B_LINKS]
        X[T_WORDS_PER_LINK, row] = words / (block[B_LINKS] + 1)
        X[T_SENTENCES, row] = block[B_SENTENCES]
        X[T_WORDS_PER_SENTENCE, row] = words / (block[B_SENTENCES] + 1)
        X[T_COMMAS, row] = block[B_COMMAS]
        X[T_COMMA_RATE, row] = share(block[B_COMMAS], words)
        X[T_DIGIT_SHARE, row] = share(block[B_DIGITS], chars)
        X[T_CAPITALISED_SHARE, row] = share(block[B_CAPITALISED], words)
        X[T_UPPERCASE_SHARE, row] = share(block[B_UPPERCASE], chars)
        X[T_SYMBOL_SHARE, row] = share(block[B_SYMBOLS], chars)
        X[T_EMPHASISED_SHARE, row] = share(block[B_EMPHASISED], chars)
        X[T_NON_ASCII_SHARE, row] = share(block[B_NON_ASCII], chars)
        X[T_LINES, row] = block[B_LINES]
        X[T_WORDS_PER_LINE, row] = share(words, block[B_LINES])
        X[T_LONGEST_WORD, row] = block[B_LONGEST_WORD]
        X[T_IMAGES_BEFORE, row] = block[B_IMAGES]
        X[T_FIELDS_BEFORE, row] = block[B_FIELDS]
        X[T_ENDS_SENTENCE, row] = block[B_ENDING] == ENDS_SENTENCE
        X[T_ENDS_COLON, row] = block[B_ENDING] == ENDS_COLON
        X[T_TITLE_SHARE, row] = share(block[B_TITLE_WORDS], words)
        X[T_DESCRIBED_SHARE, row] = share(block[B_DESCRIBED_PAIRS], words - 1)
        X[T_DESCRIBED_PAIRS, row] = block[B_DESCRIBED_PAIRS]


# --- Where in the tree a block is -------------------------------------------------------------------------------------

cdef void total_paths(PageStats stats, StaticColumns columns) noexcept nogil:
    cdef Path* path
    cdef const int32_t* block
    cdef Py_ssize_t i
    for i in range(stats.nothing + 1):
        path = &columns.paths[stats.path[i]]
        path.elements += 1
        path.element_words += element_sum(stats, <int32_t>i, SUM_WORDS)
    for i in range(stats.n_blocks):
        block = &stats.blocks[i, 0]
        path = &columns.paths[stats.shape[i]]
        if path.blocks == 0:
            path.first = <int32_t>i
        path.last = <int32_t>i
        path.blocks += 1
        path.words += block[B_WORDS]
        path.link_words += block[B_LINK_WORDS]
        path.sentences += block[B_SENTENCES]


cdef void fill_structure(PageStats stats, StaticColumns columns, float[:, ::1] X, Py_ssize_t first) noexcept nogil:
    cdef const int32_t* block
    cdef const uint8_t* near
    cdef const Path* path
    cdef int32_t element
    cdef Py_ssize_t i, k, row
    for row in range(X.shape[1]):
        i = first + row
        block = &stats.blocks[i, 0]
        element = block[B_ELEMENT]
        X[S_DEPTH, row] = stats.elements[element, E_DEPTH]
        X[S_HEADING_LEVEL, row] = stats.levels[i]
        X[S_HIDDEN, row] = (block[B_CONTEXT] & IN_HIDDEN) != 0
        X[S_NOSCRIPT, row] = (block[B_CONTEXT] & IN_NOSCRIPT) != 0
        near = &stats.landmarks[element, 0]
        for k in range(N_LANDMARKS):
            X[S_NEAR_ARTICLE + k, row] = near[k]
        fill_path(stats, X, row, &columns.paths[stats.path[element]])
        for k in range(LEVELS):
            path = &columns.paths[stats.path[element]]
            fill_up(stats, X, S_UP0_BLOCKS + k * N_UP, row, i - stats.elements[element, E_FIRST_BLOCK], element, path)
            element = up(stats, element, E_WIDER)


cdef inline void fill_path(PageStats stats, float[:, ::1] X, Py_ssize_t row, const Path* path) noexcept nogil:
    X[S_PATH_BLOCKS, row] = path.blocks
    X[S_PATH_WORDS_PER_BLOCK, row] = path.words / path.blocks
    X[S_PATH_LINK_SHARE, row] = share(path.link_words, path.words)
    X[S_PATH_SENTENCE_RATE, row] = path.sentences / path.blocks
    X[S_PATH_WORD_SHARE, row] = share(path.words, stats.sums[stats.n_blocks, SUM_WORDS])
    X[S_PATH_SPREAD, row] = <double>(path.last - path.first) / stats.n_blocks


cdef inline void fill_up(
    PageStats stats, float[:, ::1] X, Py_ssize_t at, Py_ssize_t row, Py_ssize_t before, int32_t element, const Path* path
) noexcept nogil:
    """Fill what an element around a block holds, which has `before` blocks before that one."""
    cdef double blocks = stats.elements[element, E_END_BLOCK] - stats.elements[element, E_FIRST_BLOCK]
    cdef double words = element_sum(stats, element, SUM_WORDS)
    X[at + UP_BLOCKS, row] = blocks
    X[at + UP_WORDS, row] = words
    X[at + UP_LINK_SHARE, row] = share(element_sum(stats, element, SUM_LINK_WORDS), words)
    X[at + UP_SENTENCE_RATE, row] = share(element_sum(stats, element, SUM_SENTENCES), blocks)
    X[at + UP_COMMA_RATE, row] = share(element_sum(stats, element, SUM_COMMAS), blocks)
    X[at + UP_WORDS_PER_BLOCK, row] = share(words, blocks)
    X[at + UP_TEXT_SHARE, row] = share(element_sum(stats, element, SUM_TEXT_WORDS), words)
    X[at + UP_PAGE_SHARE, row] = share(words, stats.sums[stats.n_blocks, SUM_WORDS])
    X[at + UP_POSITION, row] = share(before, blocks)
    X[at + UP_IMAGES, row] = share(element_sum(stats, element, SUM_IMAGES), blocks)
    X[at + UP_TWINS, row] = path.elements
    X[at + UP_TWIN_WORDS, row] = path.element_words / path.elements


# --- Where on the page a block is, and what is beside it --------------------------------------------------------------

cdef enum:
    NOWHERE = 9999

cdef int[N_OFFSETS] offsets = _columns.OFFSETS
cdef int[N_WINDOWS] windows = _columns.WINDOWS


cdef void fill_position(PageStats stats, StaticColumns columns, float[:, ::1] X, Py_ssize_t first) noexcept nogil:
    cdef double words
    cdef Py_ssize_t i, k, row, n = stats.n_blocks
    for row in range(X.shape[1]):
        i = first + row
        words = stats.sums[i, SUM_WORDS]
        X[P_INDEX, row] = i
        X[P_INDEX_SHARE, row] = <double>i / n
        X[P_WORD_POSITION, row] = share(words, stats.sums[n, SUM_WORDS])
        X[P_WORDS_BEFORE, row] = words
        X[P_BLOCKS_AFTER, row] = n - 1 - i
        fill_headings(stats, columns, X, row, i)
        X[P_REPEATS, row] = stats.text_blocks[stats.text[i]]
        X[P_REPEATED_BEFORE, row] = stats.text_first[stats.text[i]] < i
        for k in range(N_OFFSETS):
            fill_at(stats, X, P_AT_MINUS_2_WORDS + k * N_AT, row, i, i + offsets[k])
        for k in range(N_WINDOWS):
            fill_around(stats, X, P_AROUND3_WORDS_PER_BLOCK + k * N_AROUND, row, i, windows[k])


cdef inline bint repeats_title(const int32_t* block) noexcept nogil:
    return block[B_TITLE_WORDS] >= 0.7 * block[B_WORDS] and block[B_TITLE_WORDS] >= 3


cdef void find_firsts(PageStats stats, StaticColumns columns) noexcept nogil:
    """Find the first h1, and the first block that repeats the title."""
    cdef Py_ssize_t i
    columns.first_h1 = columns.first_title = -1
    for i in range(stats.n_blocks - 1, -1, -1):
        if stats.levels[i] == 1:
            columns.first_h1 = <int32_t>i
        if repeats_title(&stats.blocks[i, 0]):
            columns.first_title = <int32_t>i


cdef inline void fill_headings(PageStats stats, StaticColumns columns, float[:, ::1] X, Py_ssize_t row, Py_ssize_t i) noexcept nogil:
    """Fill how far the headings and the title are; blocks before the first h1 and the title look ahead to it."""
    cdef Py_ssize_t heading = stats.heading[i]
    cdef Py_ssize_t h1 = stats.h1[i]
    cdef double words = stats.sums[i, SUM_WORDS]
    if h1 < 0:
        h1 = columns.first_h1
    X[P_HEADINGS_BEFORE, row] = stats.n_headings[i] - (stats.levels[i] > 0)
    X[P_FROM_H1, row] = i - h1 if h1 >= 0 else NOWHERE
    X[P_WORDS_FROM_H1, row] = words - stats.sums[h1, SUM_WORDS] if h1 >= 0 else NOWHERE
    X[P_FROM_TITLE, row] = i - columns.first_title if columns.first_title >= 0 else NOWHERE
    X[P_FROM_HEADING, row] = i - heading if heading >= 0 else NOWHERE
    X[P_WORDS_FROM_HEADING, row] = words - stats.sums[heading, SUM_WORDS] if heading >= 0 else NOWHERE
    X[P_LAST_HEADING_LEVEL, row] = stats.levels[heading] if heading >= 0 else 0


cdef inline void fill_at(
    PageStats stats, float[:, ::1] X, Py_ssize_t at, Py_ssize_t row, Py_ssize_t i, Py_ssize_t beside
) noexcept nogil:
    cdef const int32_t* block
    cdef int32_t path = stats.elements[stats.blocks[i, B_ELEMENT], E_PATH]
    if 0 <= beside < stats.n_blocks:
        block = &stats.blocks[beside, 0]
        X[at + AT_WORDS, row] = block[B_WORDS]
        X[at + AT_LINK_DENSITY, row] = share(block[B_LINK_CHARS], block[B_CHARS])
        X[at + AT_SENTENCES, row] = block[B_SENTENCES]
        X[at + AT_SAME_PATH, row] = stats.elements[block[B_ELEMENT], E_PATH] == path
        X[at + AT_HEADING_LEVEL, row] = stats.levels[beside]
    else:
        X[at + AT_WORDS, row] = X[at + AT_LINK_DENSITY, row] = X[at + AT_SENTENCES, row] = X[at + AT_HEADING_LEVEL, row] = -1
        X[at + AT_SAME_PATH, row] = 0


cdef inline void fill_around(
    PageStats stats, float[:, ::1] X, Py_ssize_t at, Py_ssize_t row, Py_ssize_t i, Py_ssize_t reach
) noexcept nogil:
    cdef Span span = window(i, reach, stats.n_blocks)
    cdef double* before = &stats.sums[span.first, 0]
    cdef double* until = &stats.sums[span.end, 0]
    cdef double words = until[SUM_WORDS] - before[SUM_WORDS]
    X[at + AROUND_WORDS_PER_BLOCK, row] = words / (span.end - span.first)
    X[at + AROUND_LINK_SHARE, row] = share(until[SUM_LINK_WORDS] - before[SUM_LINK_WORDS], words)
    X[at + AROUND_TEXT_SHARE, row] = share(until[SUM_TEXT_WORDS] - before[SUM_TEXT_WORDS], words)


# --- What the whole page is like --------------------------------------------------------------------------------------

cdef enum:
    MAX_TAGS = 256

cdef int counted_as[MAX_TAGS]  # the column that counts elements of a tag, 0 for none
for column, names in (
    (G_PAGE_ARTICLES, "article"), (G_PAGE_H1, "h1"), (G_PAGE_HEADINGS, "h2 h3"), (G_PAGE_ITEMS, "li"), (G_PAGE_CELLS, "td th"),
    (G_PAGE_TIMES, "time"), (G_PAGE_CODE, "code pre"),
):
    for name in names.split():
        counted_as[<int>TAG_IDS[name]] = column

cdef int near_main = [group[0] for group in LANDMARKS].index("main")
cdef int near_article = [group[0] for group in LANDMARKS].index("article")
cdef int near_paragraph = [group[0] for group in LANDMARKS].index("p")


cdef void fill_page(StaticColumns columns, float[:, ::1] X) noexcept nogil:
    cdef Py_ssize_t row, k
    for k in range(N_PAGE):
        for row in range(X.shape[1]):
            X[k, row] = <float>columns.page[k]


cdef void total_page(PageStats stats, double* page) noexcept nogil:
    cdef double* totals = &stats.sums[stats.n_blocks, 0]
    cdef double words = totals[SUM_WORDS]
    cdef Py_ssize_t i, k
    for k in range(N_PAGE):
        page[k] = 0
    page[G_PAGE_WORDS] = words
    page[G_PAGE_BLOCKS] = stats.n_blocks
    page[G_PAGE_LINK_SHARE] = share(totals[SUM_LINK_WORDS], words)
    page[G_PAGE_TEXT_SHARE] = share(totals[SUM_TEXT_WORDS], words)
    page[G_PAGE_SENTENCE_RATE] = share(totals[SUM_SENTENCES], stats.n_blocks)
    page[G_PAGE_IMAGES] = stats.elements[0, E_IMAGES]
    page[G_PAGE_FIELDS] = stats.elements[0, E_FIELDS]
    page[G_PAGE_DESCRIPTIONS] = stats.description_words
    for i in range(stats.nothing):
        k = counted_as[stats.elements[i, E_TAG]]
        if k:
            page[k] += 1
    total_blocks(stats, page)
    for k in range(G_PAGE_HIDDEN_SHARE, G_PAGE_PARAGRAPH_SHARE + 1):
        page[k] = share(page[k], words)


cdef void total_blocks(PageStats stats, double* page) noexcept nogil:
    """Sum up the words of blocks in some kinds of elements, and find those of the longest block."""
    cdef const int32_t* block
    cdef const uint8_t* near
    cdef int32_t words
    cdef Py_ssize_t i
    for i in range(stats.n_blocks):
        block = &stats.blocks[i, 0]
        near = &stats.landmarks[block[B_ELEMENT], 0]
        words = block[B_WORDS]
        page[G_PAGE_LARGEST_BLOCK] = max(page[G_PAGE_LARGEST_BLOCK], words)
        if block[B_CONTEXT] & IN_HIDDEN:
            page[G_PAGE_HIDDEN_SHARE] += words
        if block[B_CONTEXT] & IN_NOSCRIPT:
            page[G_PAGE_NOSCRIPT_SHARE] += words
        if near[near_main] < FAR:
            page[G_PAGE_MAIN_SHARE] += words
        if near[near_article] < FAR:
            page[G_PAGE_ARTICLE_SHARE] += words
        if near[near_paragraph] < FAR:
            page[G_PAGE_PARAGRAPH_SHARE] += words


# --- All groups -------------------------------------------------------------------------------------------------------

cdef class StaticColumns:
    """The static features of one HTML page. What depends on the whole page is computed once."""

    cdef PageStats stats
    cdef Path* paths
    cdef int32_t first_h1, first_title  # -1 for none
    cdef double[N_PAGE] page

    def __cinit__(self, PageStats stats not None):
        self.stats = stats
        self.paths = <Path*>calloc(stats.n_paths, sizeof(Path))
        if self.paths == NULL:
            raise MemoryError("no memory for the features of this page")
        with nogil:
            total_paths(stats, self)
            find_firsts(stats, self)
            total_page(stats, self.page)

    def __dealloc__(self):
        free(self.paths)

    def fill(self, float[:, ::1] X not None, Py_ssize_t at, Py_ssize_t first):
        """Fill the columns of X, [n_columns, n_rows], from column `at` on, for the blocks from `first` on."""
        cdef PageStats stats = self.stats
        check_room(stats, X, at, N_STATIC, first)
        X = X[at:]
        with nogil:
            fill_text(stats, X, first)
            fill_structure(stats, self, X[STRUCTURE:], first)
            fill_position(stats, self, X[POSITION:], first)
            fill_page(self, X[PAGE:])
