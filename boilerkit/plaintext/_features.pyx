# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True, initializedcheck=False
"""The columns of `features.flat`, family by family.

Each enum holds the places of a family's columns, in the order of the family's names there.
"""

import numpy as np

from libc.math cimport log2
from libc.stdint cimport int32_t, uint8_t, uint32_t
from libc.stdlib cimport calloc, free

from boilerkit.html.features._page_stats cimport number_groups, share
from boilerkit.blocks._lookup cimport Lookup, find
from boilerkit.plaintext._columns cimport *

cdef enum:
    NOWHERE = 9999
    TEXT_WORDS = 12     # words of a block that reads like running text, if it has the end of a sentence;
    LONG_WORDS = 30     # without one
    LEAD_WORDS = 12     # words of a line that may stand over a part of the page, at most
    SPAN_WORDS = 12     # a block of so many words makes the span of text neither better nor worse,
    SPAN_MOST = 100     # and no block counts for more words than this

cdef enum:  # columns of the running sums
    SUM_WORDS, SUM_SENTENCES, SUM_TEXT_WORDS, SUM_CAPITALISED
    N_SUMS


cdef class TextPageStats:
    """One page, read once for all families.

    - sums: running sums over the blocks before each block, [n + 1, N_SUMS]
    - is_text: which blocks read like running text, [n]
    - first, end: the group of blocks, without an empty line between, that each is in, [n]
    - lead: the last block up to this that begins a group and may be a heading, -1 where there is none, [n]
    - text, make: numbers that blocks of the same text, and of the same make (list mark, indent, ends, size), share, [n]
    - topic: number of the word of each topical token, [n_tokens]
    """

    cdef readonly Py_ssize_t n
    cdef Py_ssize_t n_texts, n_makes, n_topics
    cdef const int32_t[:, ::1] blocks
    cdef const int32_t[:, ::1] words
    cdef const int32_t[:, ::1] pairs
    cdef const int32_t[:, ::1] wholes
    cdef const int32_t[:, ::1] topics
    cdef double[:, ::1] sums
    cdef uint8_t[::1] is_text
    cdef int32_t[::1] first
    cdef int32_t[::1] end
    cdef int32_t[::1] lead
    cdef int32_t[::1] text
    cdef int32_t[::1] make
    cdef int32_t[::1] topic

    def __init__(self, table):
        cdef int32_t[:, ::1] makes
        self.blocks, self.words, self.pairs = table.blocks, table.words, table.pairs
        self.wholes, self.topics = table.wholes, table.topics
        self.n = len(table.blocks)
        self.sums = np.empty((self.n + 1, N_SUMS))
        self.is_text = np.empty(self.n, dtype=np.uint8)
        cdef int32_t[:, ::1] rooms = np.empty((5, self.n), dtype=np.int32)
        self.first, self.end, self.lead, self.text, self.make = rooms[0], rooms[1], rooms[2], rooms[3], rooms[4]
        self.topic = np.empty(len(table.topics), dtype=np.int32)
        makes = np.empty((self.n, 1), dtype=np.int32)
        with nogil:
            add_up(self)
            find_groups(self)
            find_makes(self, makes)
            self.n_texts = number_groups(self.blocks, F_TEXT_HASH, self.text)
            self.n_makes = number_groups(makes, 0, self.make)
            self.n_topics = number_groups(self.topics, 1, self.topic)


    @property
    def groups(self):
        """First block and end of each block's group, and its lead; int32 [n] each."""
        return np.asarray(self.first), np.asarray(self.end), np.asarray(self.lead)


cdef inline int32_t get(TextPageStats survey, Py_ssize_t i, int column) noexcept nogil:
    return survey.blocks[i, column]


cdef void add_up(TextPageStats survey) noexcept nogil:
    cdef double[:, ::1] sums = survey.sums
    cdef int32_t words
    cdef Py_ssize_t i
    for i in range(N_SUMS):
        sums[0, i] = 0
    for i in range(survey.n):
        words = get(survey, i, F_WORDS)
        survey.is_text[i] = words >= LONG_WORDS or words >= TEXT_WORDS and get(survey, i, F_SENTENCES) > 0
        sums[i + 1, SUM_WORDS] = sums[i, SUM_WORDS] + words
        sums[i + 1, SUM_SENTENCES] = sums[i, SUM_SENTENCES] + get(survey, i, F_SENTENCES)
        sums[i + 1, SUM_TEXT_WORDS] = sums[i, SUM_TEXT_WORDS] + (words if survey.is_text[i] else 0)
        sums[i + 1, SUM_CAPITALISED] = sums[i, SUM_CAPITALISED] + get(survey, i, F_CAPITALISED)


cdef inline bint may_lead(TextPageStats survey, Py_ssize_t i) noexcept nogil:
    return (
        0 < get(survey, i, F_WORDS) <= LEAD_WORDS
        and get(survey, i, F_BULLET) == NO_BULLET
        and get(survey, i, F_ENDING) in (ENDS_PLAIN, ENDS_COLON)
        and (i == 0 or get(survey, i, F_BLANKS) > 0)
    )


cdef void find_groups(TextPageStats survey) noexcept nogil:
    cdef Py_ssize_t i, first = 0, end = survey.n, lead = -1
    for i in range(survey.n):
        if get(survey, i, F_BLANKS) > 0:
            first = i
        if may_lead(survey, i):
            lead = i
        survey.first[i] = <int32_t>first
        survey.lead[i] = <int32_t>lead
    for i in range(survey.n - 1, -1, -1):
        survey.end[i] = <int32_t>end
        if get(survey, i, F_BLANKS) > 0:
            end = i


cdef void find_makes(TextPageStats survey, int32_t[:, ::1] makes) noexcept nogil:
    cdef Py_ssize_t i
    cdef int32_t size
    for i in range(survey.n):
        size = <int32_t>log2(get(survey, i, F_WORDS) + 1)
        makes[i, 0] = (
            (size if size < 6 else 6)
            + 8 * get(survey, i, F_BULLET)
            + 32 * get(survey, i, F_OPENING)
            + 256 * get(survey, i, F_ENDING)
            + 2048 * (get(survey, i, F_INDENT) if get(survey, i, F_INDENT) < 64 else 64)
        )


def fill_fixed(TextPageStats survey not None, float[:, ::1] X not None):
    """Fill the first columns of X, [at least N_FIXED, n_blocks]."""
    if X.shape[1] != survey.n or X.shape[0] < N_FIXED:
        raise ValueError("the matrix does not fit the page")
    with nogil:
        fill_text(survey, X)
        fill_topics(survey, X)
        fill_beside(survey, X)
        fill_around(survey, X)
        fill_runs(survey, X)
        fill_span(survey, X)
        fill_place(survey, X)
        fill_page(survey, X)


# --- What a block looks like ------------------------------------------------------------------------------------------

cdef enum:
    T_WORDS, T_CHARS_PER_WORD, T_LONGEST_WORD, T_LINES, T_INDENT, T_IS_ITEM, T_IS_NUMBERED, T_BLANKS
    T_CAPITALISED_SHARE, T_UPPERCASE_SHARE, T_DIGIT_SHARE, T_SYMBOL_SHARE, T_NON_ASCII_SHARE, T_SENTENCES
    T_WORDS_PER_SENTENCE, T_COMMAS, T_COMMA_RATE, T_QUOTES, T_SEPARATORS, T_GAPS, T_ADDRESSES, T_YEARS, T_TIMES
    T_OPENING, T_ENDS_SENTENCE, T_ENDS_COLON, T_ENDS_COMMA, T_ENDS_ELLIPSIS
    N_TEXT


cdef void fill_text(TextPageStats survey, float[:, ::1] X) noexcept nogil:
    cdef const int32_t* block
    cdef double words, chars
    cdef Py_ssize_t i
    for i in range(survey.n):
        block = &survey.blocks[i, 0]
        words, chars = block[F_WORDS], block[F_CHARS]
        X[T_WORDS, i] = words
        X[T_CHARS_PER_WORD, i] = share(chars, words)
        X[T_LONGEST_WORD, i] = block[F_LONGEST_WORD]
        X[T_LINES, i] = block[F_LINES]
        X[T_INDENT, i] = block[F_INDENT]
        X[T_IS_ITEM, i] = block[F_BULLET] == BULLET
        X[T_IS_NUMBERED, i] = block[F_BULLET] == NUMBER
        X[T_BLANKS, i] = block[F_BLANKS]
        X[T_CAPITALISED_SHARE, i] = share(block[F_CAPITALISED], words)
        X[T_UPPERCASE_SHARE, i] = share(block[F_UPPERCASE], chars)
        X[T_DIGIT_SHARE, i] = share(block[F_DIGITS], chars)
        X[T_SYMBOL_SHARE, i] = share(block[F_SYMBOLS], chars)
        X[T_NON_ASCII_SHARE, i] = share(block[F_NON_ASCII], chars)
        X[T_SENTENCES, i] = block[F_SENTENCES]
        X[T_WORDS_PER_SENTENCE, i] = words / (block[F_SENTENCES] + 1)
        X[T_COMMAS, i] = block[F_COMMAS]
        X[T_COMMA_RATE, i] = share(block[F_COMMAS], words)
        X[T_QUOTES, i] = block[F_QUOTES]
        X[T_SEPARATORS, i] = block[F_SEPARATORS]
        X[T_GAPS, i] = block[F_GAPS]
        X[T_ADDRESSES, i] = block[F_ADDRESSES]
        X[T_YEARS, i] = block[F_YEARS]
        X[T_TIMES, i] = block[F_TIMES]
        X[T_OPENING, i] = block[F_OPENING]
        X[T_ENDS_SENTENCE, i] = block[F_ENDING] == ENDS_SENTENCE
        X[T_ENDS_COLON, i] = block[F_ENDING] == ENDS_COLON
        X[T_ENDS_COMMA, i] = block[F_ENDING] == ENDS_COMMA
        X[T_ENDS_ELLIPSIS, i] = block[F_ENDING] == ENDS_ELLIPSIS


# --- What it has to do with the rest of the page ----------------------------------------------------------------------

cdef enum:
    O_TOPICS = N_TEXT
    O_ELSEWHERE, O_IN_TEXT, O_IN_TEXT_RATE, O_REPEATS, O_REPEATED_BEFORE, O_MAKE_BLOCKS, O_MAKE_WORDS
    END_OF_TOPICS


cdef int fill_topics(TextPageStats survey, float[:, ::1] X) except -1 nogil:
    """How much of its words other blocks have, and those that read like running text."""
    cdef int32_t* everywhere = <int32_t*>calloc(survey.n_topics + 1, sizeof(int32_t))
    cdef int32_t* is_kept = <int32_t*>calloc(survey.n_topics + 1, sizeof(int32_t))
    cdef int32_t* own = <int32_t*>calloc(survey.n_topics + 1, sizeof(int32_t))
    cdef int32_t* seen = <int32_t*>calloc(survey.n_texts + 1, sizeof(int32_t))
    cdef double* makes = <double*>calloc(2 * survey.n_makes + 1, sizeof(double))
    cdef Py_ssize_t i, k, n_tokens = survey.topics.shape[0], begin = 0, end = 0
    cdef double elsewhere, texts, rate
    cdef int32_t others
    try:
        if everywhere == NULL or is_kept == NULL or own == NULL or seen == NULL or makes == NULL:
            with gil:
                raise MemoryError("no memory for the features of this page")
        for k in range(n_tokens):
            everywhere[survey.topic[k]] += 1
            is_kept[survey.topic[k]] += survey.is_text[survey.topics[k, 0]]
        for i in range(survey.n):
            begin = end
            while end < n_tokens and survey.topics[end, 0] == i:
                own[survey.topic[end]] += 1
                end += 1
            elsewhere = texts = rate = 0
            for k in range(begin, end):
                elsewhere += everywhere[survey.topic[k]] > own[survey.topic[k]]
                others = is_kept[survey.topic[k]] - (own[survey.topic[k]] if survey.is_text[i] else 0)
                texts += others > 0
                rate += log2(1 + others)
            for k in range(begin, end):
                own[survey.topic[k]] = 0
            X[O_TOPICS, i] = end - begin
            X[O_ELSEWHERE, i] = share(elsewhere, end - begin)
            X[O_IN_TEXT, i] = share(texts, end - begin)
            X[O_IN_TEXT_RATE, i] = share(rate, end - begin)
            X[O_REPEATED_BEFORE, i] = seen[survey.text[i]] > 0
            seen[survey.text[i]] += 1
            makes[2 * survey.make[i]] += 1
            makes[2 * survey.make[i] + 1] += get(survey, i, F_WORDS)
        for i in range(survey.n):
            X[O_REPEATS, i] = seen[survey.text[i]]
            X[O_MAKE_BLOCKS, i] = makes[2 * survey.make[i]]
            X[O_MAKE_WORDS, i] = share(makes[2 * survey.make[i] + 1], survey.sums[survey.n, SUM_WORDS])
    finally:
        free(everywhere)
        free(is_kept)
        free(own)
        free(seen)
        free(makes)
    return 0


# --- What stands beside and around it ---------------------------------------------------------------------------------

cdef enum:
    N_OFFSETS = 6
    N_WINDOWS = 4

cdef enum:  # of one block beside
    AT_WORDS, AT_ENDS_SENTENCE, AT_CAPITALISED, AT_SAME_MAKE
    N_AT

cdef enum:  # of one window
    IN_WORDS, IN_TEXT_SHARE, IN_SENTENCES, IN_CAPITALISED
    N_IN

cdef int[N_OFFSETS] offsets = [-3, -2, -1, 1, 2, 3]
cdef int[N_WINDOWS] windows = [2, 5, 12, 30]

cdef enum:
    B_AT = END_OF_TOPICS
    B_BLANKS_AFTER = B_AT + N_OFFSETS * N_AT
    A_IN
    A_GROUP = A_IN + N_WINDOWS * N_IN
    A_GROUP_BLOCKS = A_GROUP + N_IN
    A_GROUP_POSITION
    END_OF_AROUND


cdef void fill_beside(TextPageStats survey, float[:, ::1] X) noexcept nogil:
    cdef Py_ssize_t i, k, beside, at
    for i in range(survey.n):
        X[B_BLANKS_AFTER, i] = get(survey, i + 1, F_BLANKS) if i + 1 < survey.n else NOWHERE
    for k in range(N_OFFSETS):
        at = B_AT + k * N_AT
        for i in range(survey.n):
            beside = i + offsets[k]
            if 0 <= beside < survey.n:
                X[at + AT_WORDS, i] = get(survey, beside, F_WORDS)
                X[at + AT_ENDS_SENTENCE, i] = get(survey, beside, F_ENDING) == ENDS_SENTENCE
                X[at + AT_CAPITALISED, i] = share(get(survey, beside, F_CAPITALISED), get(survey, beside, F_WORDS))
                X[at + AT_SAME_MAKE, i] = survey.make[beside] == survey.make[i]
            else:
                X[at + AT_WORDS, i] = X[at + AT_CAPITALISED, i] = -1
                X[at + AT_ENDS_SENTENCE, i] = X[at + AT_SAME_MAKE, i] = 0


cdef void fill_around(TextPageStats survey, float[:, ::1] X) noexcept nogil:
    cdef Py_ssize_t i, k
    for i in range(survey.n):
        for k in range(N_WINDOWS):
            fill_held(
                survey, X, A_IN + k * N_IN, i, max(i - windows[k], 0), min(i + windows[k] + 1, survey.n)
            )
        fill_held(survey, X, A_GROUP, i, survey.first[i], survey.end[i])
        X[A_GROUP_BLOCKS, i] = survey.end[i] - survey.first[i]
        X[A_GROUP_POSITION, i] = i - survey.first[i]


cdef inline void fill_held(
    TextPageStats survey, float[:, ::1] X, Py_ssize_t at, Py_ssize_t i, Py_ssize_t first, Py_ssize_t end
) noexcept nogil:
    cdef double* before = &survey.sums[first, 0]
    cdef double* until = &survey.sums[end, 0]
    cdef double words = until[SUM_WORDS] - before[SUM_WORDS]
    X[at + IN_WORDS, i] = words / (end - first)
    X[at + IN_TEXT_SHARE, i] = share(until[SUM_TEXT_WORDS] - before[SUM_TEXT_WORDS], words)
    X[at + IN_SENTENCES, i] = (until[SUM_SENTENCES] - before[SUM_SENTENCES]) / (end - first)
    X[at + IN_CAPITALISED, i] = share(until[SUM_CAPITALISED] - before[SUM_CAPITALISED], words)


# --- Runs of text and of short lines ----------------------------------------------------------------------------------

cdef enum:
    R_IS_TEXT = END_OF_AROUND
    R_BLOCKS, R_WORDS, R_POSITION, R_TEXT_BEFORE, R_TEXT_AFTER, R_FIRST_TEXT, R_LAST_TEXT, R_LONGEST
    S_IN_SPAN, S_FROM_START, S_FROM_END, S_SHARE
    END_OF_RUNS


cdef void fill_runs(TextPageStats survey, float[:, ::1] X) noexcept nogil:
    """The run of blocks of its kind, running text or not, and how far text is."""
    cdef Py_ssize_t i, k, first = 0, end = 0, n = survey.n
    cdef Py_ssize_t before = -1, first_text = -1, last_text = -1, longest = 0
    while first < n:
        end = first + 1
        while end < n and survey.is_text[end] == survey.is_text[first]:
            end += 1
        if survey.is_text[first]:
            first_text = first if first_text < 0 else first_text
            last_text = end - 1
        for i in range(first, end):
            X[R_IS_TEXT, i] = survey.is_text[i]
            X[R_BLOCKS, i] = end - first
            X[R_WORDS, i] = survey.sums[end, SUM_WORDS] - survey.sums[first, SUM_WORDS]
            X[R_POSITION, i] = i - first
            if get(survey, i, F_WORDS) > get(survey, longest, F_WORDS):
                longest = i
        first = end
    for i in range(n):
        X[R_TEXT_BEFORE, i] = i - before if before >= 0 else NOWHERE
        X[R_FIRST_TEXT, i] = i - first_text if first_text >= 0 else NOWHERE
        X[R_LAST_TEXT, i] = i - last_text if first_text >= 0 else NOWHERE
        X[R_LONGEST, i] = i - longest
        if survey.is_text[i]:
            before = i
    k = -1
    for i in range(n - 1, -1, -1):
        X[R_TEXT_AFTER, i] = k - i if k >= 0 else NOWHERE
        if survey.is_text[i]:
            k = i


cdef void fill_span(TextPageStats survey, float[:, ::1] X) noexcept nogil:
    """The stretch of the page that is richest in words (Pasternack and Roth 2009, maximum subsequence segmentation)."""
    cdef Py_ssize_t i, first = 0, best_first = 0, best_end = 0, n = survey.n
    cdef double score = 0, best = 0, words
    for i in range(n):
        if score <= 0:
            first, score = i, 0
        score += min(get(survey, i, F_WORDS), SPAN_MOST) - SPAN_WORDS
        if score > best:
            best, best_first, best_end = score, first, i + 1
    words = survey.sums[best_end, SUM_WORDS] - survey.sums[best_first, SUM_WORDS]
    for i in range(n):
        X[S_IN_SPAN, i] = best_first <= i < best_end
        X[S_FROM_START, i] = i - best_first
        X[S_FROM_END, i] = i - best_end
        X[S_SHARE, i] = share(words, survey.sums[n, SUM_WORDS])


# --- Where on what page -----------------------------------------------------------------------------------------------

cdef enum:
    P_INDEX = END_OF_RUNS
    P_INDEX_SHARE, P_WORD_POSITION, P_WORDS_BEFORE, P_BLOCKS_AFTER, P_WORDS_AFTER, P_FROM_LEAD, P_LEAD_WORDS
    G_WORDS, G_BLOCKS, G_TEXT_SHARE, G_SENTENCES, G_CAPITALISED, G_ITEMS, G_GROUPS, G_LONGEST
    N_FIXED


cdef void fill_place(TextPageStats survey, float[:, ::1] X) noexcept nogil:
    cdef Py_ssize_t i, n = survey.n
    cdef double page = survey.sums[n, SUM_WORDS]
    cdef int32_t lead
    for i in range(n):
        lead = survey.lead[i]
        X[P_INDEX, i] = i
        X[P_INDEX_SHARE, i] = <double>i / n
        X[P_WORD_POSITION, i] = share(survey.sums[i, SUM_WORDS], page)
        X[P_WORDS_BEFORE, i] = survey.sums[i, SUM_WORDS]
        X[P_BLOCKS_AFTER, i] = n - 1 - i
        X[P_WORDS_AFTER, i] = page - survey.sums[i + 1, SUM_WORDS]
        X[P_FROM_LEAD, i] = i - lead if lead >= 0 else NOWHERE
        X[P_LEAD_WORDS, i] = survey.sums[i, SUM_WORDS] - survey.sums[lead, SUM_WORDS] if lead >= 0 else NOWHERE


cdef void fill_page(TextPageStats survey, float[:, ::1] X) noexcept nogil:
    cdef double[N_FIXED] page
    cdef double* sums = &survey.sums[survey.n, 0]
    cdef Py_ssize_t i, k, n = survey.n
    for k in range(G_WORDS, N_FIXED):
        page[k] = 0
    for i in range(n):
        page[G_ITEMS] += get(survey, i, F_BULLET) != NO_BULLET
        page[G_GROUPS] += get(survey, i, F_BLANKS) > 0
        page[G_LONGEST] = max(page[G_LONGEST], get(survey, i, F_WORDS))
    page[G_WORDS] = sums[SUM_WORDS]
    page[G_BLOCKS] = n
    page[G_TEXT_SHARE] = share(sums[SUM_TEXT_WORDS], sums[SUM_WORDS])
    page[G_SENTENCES] = share(sums[SUM_SENTENCES], n)
    page[G_CAPITALISED] = share(sums[SUM_CAPITALISED], sums[SUM_WORDS])
    page[G_ITEMS] = share(page[G_ITEMS], n)
    page[G_GROUPS] = share(page[G_GROUPS], n)
    for k in range(G_WORDS, N_FIXED):
        for i in range(n):
            X[k, i] = <float>page[k]


# --- What its words say -----------------------------------------------------------------------------------------------

cdef enum:
    V_WORDS, V_WORDS_LOWEST, V_WORDS_HIGHEST, V_WORDS_KNOWN, V_PAIRS, V_PAIRS_LOWEST, V_PAIRS_HIGHEST, V_WHOLE, V_SAID
    V_AT
    V_IN = V_AT + N_OFFSETS
    V_GROUP = V_IN + N_WINDOWS
    V_LEAD, V_PAGE, V_TOPICS, V_TOPICS_LOWEST, V_TOPICS_HIGHEST, V_TOPICS_SUM
    N_VOCABULARY

cdef struct Summary:  # of the known tokens of a block; all are 0 where it has none
    double total
    float lowest, highest
    int32_t known


cdef int summarise(const int32_t[:, ::1] tokens, Lookup lookup, Summary* result) except -1 nogil:
    """What the tokens of each block say together."""
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
    return 0


def fill_vocabulary(TextPageStats survey not None, float[:, ::1] X not None, Py_ssize_t at, dict lookups not None):
    """Fill N_VOCABULARY columns of X from column `at` on; `lookups` holds a Lookup for each kind of token."""
    cdef Lookup words = lookups["words"], pairs = lookups["pairs"], wholes = lookups["wholes"]
    cdef Lookup topics = lookups["topics"]
    if X.shape[1] != survey.n or at < 0 or X.shape[0] < at + N_VOCABULARY:
        raise ValueError("the matrix does not fit the page")
    with nogil:
        fill_words(survey, X[at:], words, pairs, wholes, topics)


cdef int fill_words(
    TextPageStats survey, float[:, ::1] X, Lookup words, Lookup pairs, Lookup wholes, Lookup topics
) except -1 nogil:
    cdef Py_ssize_t n = survey.n, i, k, beside
    cdef Summary* said = <Summary*>calloc(4 * n + 1, sizeof(Summary))
    cdef double* sums = <double*>calloc(n + 1, sizeof(double))
    cdef Summary* its
    try:
        if said == NULL or sums == NULL:
            with gil:
                raise MemoryError("no memory for the features of this page")
        summarise(survey.words, words, said)
        summarise(survey.pairs, pairs, said + n)
        summarise(survey.wholes, wholes, said + 2 * n)
        summarise(survey.topics, topics, said + 3 * n)
        for i in range(n):
            its = &said[i]
            X[V_WORDS, i] = share(its.total, its.known)
            X[V_WORDS_LOWEST, i] = its.lowest
            X[V_WORDS_HIGHEST, i] = its.highest
            X[V_WORDS_KNOWN, i] = its.known
            its = &said[n + i]
            X[V_PAIRS, i] = share(its.total, its.known)
            X[V_PAIRS_LOWEST, i] = its.lowest
            X[V_PAIRS_HIGHEST, i] = its.highest
            X[V_WHOLE, i] = said[2 * n + i].total
            its = &said[3 * n + i]
            X[V_TOPICS, i] = share(its.total, its.known)
            X[V_TOPICS_LOWEST, i] = its.lowest
            X[V_TOPICS_HIGHEST, i] = its.highest
            X[V_TOPICS_SUM, i] = its.total
            X[V_SAID, i] = X[V_WORDS, i] + X[V_PAIRS, i] + X[V_WHOLE, i]
            sums[i + 1] = sums[i] + X[V_SAID, i]
        for i in range(n):
            for k in range(N_OFFSETS):
                beside = i + offsets[k]
                X[V_AT + k, i] = X[V_SAID, beside] if 0 <= beside < n else 0
            for k in range(N_WINDOWS):
                X[V_IN + k, i] = mean_of(sums, max(i - windows[k], 0), min(i + windows[k] + 1, n))
            X[V_GROUP, i] = mean_of(sums, survey.first[i], survey.end[i])
            X[V_LEAD, i] = X[V_SAID, survey.lead[i]] if survey.lead[i] >= 0 else 0
            X[V_PAGE, i] = mean_of(sums, 0, n)
    finally:
        free(said)
        free(sums)
    return 0


cdef inline float mean_of(const double* sums, Py_ssize_t first, Py_ssize_t end) noexcept nogil:
    return <float>((sums[end] - sums[first]) / (end - first))


# --- What stage one thought of the blocks around ----------------------------------------------------------------------

cdef enum:
    SURE_WORDS = 5  # words that a block must have for stage one's answer to be trusted
    RUN = 3         # confident blocks no further apart make one run of content

cdef double CONFIDENT = 0.7

cdef enum:
    N_P, N_AT_P
    N_AROUND = N_AT_P + N_OFFSETS
    N_GROUP = N_AROUND + N_WINDOWS
    N_MAKE, N_SAME_TEXT, N_LEAD, N_BEFORE, N_AFTER, N_SECTION, N_CONTENT_BEFORE, N_CONTENT_WORDS, N_CONTENT_SHARE
    N_HIGHEST, N_CUT, N_OVER_CUT, N_RANK, N_FROM_FIRST, N_FROM_LAST, N_FROM_NEAREST, N_LARGEST, N_IN_LARGEST
    N_TOPIC, N_TOPIC_SHARE
    N_NEIGHBOURHOOD


cdef inline double weight(TextPageStats survey, Py_ssize_t i) noexcept nogil:
    """Words of a block; one without any still counts a little."""
    return get(survey, i, F_WORDS) + 0.5


cdef struct Sum:  # over some blocks
    double content  # expected words of content
    double words


cdef inline float mean(const Sum* sums, Py_ssize_t first, Py_ssize_t end) noexcept nogil:
    """Mean over the words of some blocks."""
    cdef double words = sums[end].words - sums[first].words
    return <float>((sums[end].content - sums[first].content) / (words if words > 0.5 else 0.5))


def fill_neighbourhood(
    TextPageStats survey not None,
    float[:, ::1] X not None,
    Py_ssize_t at,
    const double[::1] p not None,
    const Py_ssize_t[::1] likeliest not None,
    double cut,
):
    """Fill N_NEIGHBOURHOOD columns of X from column `at` on.

    `p` [n_blocks] is stage one's probability of content, `likeliest` [n_blocks] the blocks by falling p, and `cut` the
    page's cut (see `select.page_threshold`).
    """
    cdef Py_ssize_t n = survey.n
    if not X.shape[1] == p.shape[0] == likeliest.shape[0] == n or at < 0 or X.shape[0] < at + N_NEIGHBOURHOOD:
        raise ValueError("the matrix does not fit the page")
    cdef double[:, ::1] room = np.zeros((n + 1, 2))
    cdef Sum* sums = <Sum*>&room[0, 0]
    cdef Py_ssize_t i
    with nogil:
        for i in range(n):
            sums[i + 1].content = sums[i].content + p[i] * weight(survey, i)
            sums[i + 1].words = sums[i].words + weight(survey, i)
        fill_course(survey, X[at:], p, sums)
        fill_alike(survey, X[at:], p)
        fill_ranks(survey, X[at:], p, sums, likeliest, cut)
        fill_distances(survey, X[at:], p)
        fill_shared_topics(survey, X[at:], p)


cdef void fill_course(TextPageStats survey, float[:, ::1] X, const double[::1] p, const Sum* sums) noexcept nogil:
    cdef Py_ssize_t n = survey.n, i, k, beside, following = n
    cdef double highest = 0
    for i in range(n):
        highest = max(highest, p[i])
    for i in range(n - 1, -1, -1):
        X[N_SECTION, i] = mean(sums, i, following)
        if survey.lead[i] == i:
            following = i
    for i in range(n):
        X[N_P, i] = p[i]
        for k in range(N_OFFSETS):
            beside = i + offsets[k]
            X[N_AT_P + k, i] = p[beside] if 0 <= beside < n else 0
        for k in range(N_WINDOWS):
            X[N_AROUND + k, i] = mean(sums, max(i - windows[k], 0), min(i + windows[k] + 1, n))
        X[N_GROUP, i] = mean(sums, survey.first[i], survey.end[i])
        X[N_LEAD, i] = p[survey.lead[i]] if survey.lead[i] >= 0 else -1
        X[N_BEFORE, i] = mean(sums, 0, i)
        X[N_AFTER, i] = mean(sums, i + 1, n)
        X[N_CONTENT_BEFORE, i] = sums[i].content / max(sums[n].content, 0.5)
        X[N_CONTENT_WORDS, i] = sums[n].content
        X[N_CONTENT_SHARE, i] = mean(sums, 0, n)
        X[N_HIGHEST, i] = highest


cdef int fill_alike(TextPageStats survey, float[:, ::1] X, const double[::1] p) except -1 nogil:
    """What stage one thought of blocks of the same make and of the same text."""
    cdef Sum* makes = <Sum*>calloc(survey.n_makes + 1, sizeof(Sum))
    cdef double* highest = <double*>calloc(survey.n_texts + 1, sizeof(double))
    cdef Sum* make
    cdef Py_ssize_t i
    try:
        if makes == NULL or highest == NULL:
            with gil:
                raise MemoryError("no memory for the features of this page")
        for i in range(survey.n):
            make = &makes[survey.make[i]]
            make.content += p[i] * weight(survey, i)
            make.words += weight(survey, i)
            highest[survey.text[i]] = max(highest[survey.text[i]], p[i])
        for i in range(survey.n):
            make = &makes[survey.make[i]]
            X[N_MAKE, i] = make.content / make.words
            X[N_SAME_TEXT, i] = highest[survey.text[i]]
    finally:
        free(makes)
        free(highest)
    return 0


cdef void fill_ranks(
    TextPageStats survey, float[:, ::1] X, const double[::1] p, const Sum* sums, const Py_ssize_t[::1] likeliest,
    double cut,
) noexcept nogil:
    cdef Py_ssize_t i, k
    cdef double words = 0
    for k in range(survey.n):
        i = likeliest[k]
        X[N_CUT, i] = cut
        X[N_OVER_CUT, i] = p[i] / max(cut, 1e-6)
        X[N_RANK, i] = share(words, sums[survey.n].words)
        words += get(survey, i, F_WORDS)


cdef inline bint is_sure(TextPageStats survey, const double[::1] p, Py_ssize_t i) noexcept nogil:
    return p[i] > CONFIDENT and get(survey, i, F_WORDS) >= SURE_WORDS


cdef struct Run:  # of confident blocks
    Py_ssize_t first, last, blocks
    double words, total


cdef Run largest_run(TextPageStats survey, const double[::1] p) noexcept nogil:
    """The run with the most words, the first of equal ones; without blocks where there is none."""
    cdef Run largest, run
    cdef Py_ssize_t i
    largest.first = largest.last = largest.blocks = 0
    largest.words = largest.total = 0
    run = largest
    for i in range(survey.n):
        if not is_sure(survey, p, i):
            continue
        if run.blocks == 0 or i - run.last > RUN:
            run.first, run.blocks, run.words, run.total = i, 0, 0, 0
        run.last = i
        run.blocks += 1
        run.words += get(survey, i, F_WORDS)
        run.total += p[i]
        if run.words > largest.words:
            largest = run
    return largest


cdef void fill_distances(TextPageStats survey, float[:, ::1] X, const double[::1] p) noexcept nogil:
    """How far the confident content blocks are."""
    cdef Py_ssize_t n = survey.n, i, first = -1, last = -1, before = -1
    cdef Run largest = largest_run(survey, p)
    for i in range(n - 1, -1, -1):
        if is_sure(survey, p, i):
            first = i
            last = max(last, i)
        X[N_FROM_NEAREST, i] = first - i if first >= 0 else NOWHERE
    for i in range(n):
        if is_sure(survey, p, i):
            before = i
        if before >= 0:
            X[N_FROM_NEAREST, i] = min(X[N_FROM_NEAREST, i], <float>(i - before))
        X[N_FROM_FIRST, i] = i - first if first >= 0 else NOWHERE
        X[N_FROM_LAST, i] = i - last if first >= 0 else NOWHERE
        X[N_LARGEST, i] = largest.total / largest.blocks if largest.blocks else 0
        X[N_IN_LARGEST, i] = largest.blocks > 0 and largest.first <= i <= largest.last


cdef int fill_shared_topics(TextPageStats survey, float[:, ::1] X, const double[::1] p) except -1 nogil:
    """How likely content the other blocks are that its words stand in."""
    cdef Sum* words = <Sum*>calloc(survey.n_topics + 1, sizeof(Sum))
    cdef Sum* own = <Sum*>calloc(survey.n_topics + 1, sizeof(Sum))
    cdef Py_ssize_t i, k, n_tokens = survey.topics.shape[0], begin = 0, end = 0
    cdef double total, found, others
    cdef int32_t topic
    try:
        if words == NULL or own == NULL:
            with gil:
                raise MemoryError("no memory for the features of this page")
        for k in range(n_tokens):
            words[survey.topic[k]].content += p[survey.topics[k, 0]]
            words[survey.topic[k]].words += 1
        for i in range(survey.n):
            begin = end
            while end < n_tokens and survey.topics[end, 0] == i:
                own[survey.topic[end]].content += p[i]
                own[survey.topic[end]].words += 1
                end += 1
            total = found = 0
            for k in range(begin, end):
                topic = survey.topic[k]
                others = words[topic].words - own[topic].words
                if others > 0:
                    total += (words[topic].content - own[topic].content) / others
                    found += 1
            for k in range(begin, end):
                own[survey.topic[k]].content = own[survey.topic[k]].words = 0
            X[N_TOPIC, i] = total / found if found else -1
            X[N_TOPIC_SHARE, i] = share(total, end - begin)
    finally:
        free(words)
        free(own)
    return 0
