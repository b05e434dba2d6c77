# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True, initializedcheck=False
"""The static features of plain text, group by group: all columns that need no model."""

import numpy as np

from libc.math cimport log2

from boilerkit.blocks.columns import check_columns
from boilerkit.plaintext.features import columns as _columns
from boilerkit.plaintext.features._columns cimport *
from boilerkit.plaintext.features._page_stats cimport *

check_columns("columns of text features", _columns.TEXT, TEXT_CHECKSUM)
check_columns("columns of page features", _columns.PAGE, PAGE_CHECKSUM)
check_columns("columns of features around a block", _columns.AROUND, AROUND_CHECKSUM)
check_columns("columns of features of runs", _columns.RUNS, RUNS_CHECKSUM)
check_columns("columns of features of the place", _columns.PLACE, PLACE_CHECKSUM)

cdef enum:  # where the groups begin
    PAGE = N_TEXT
    AROUND = PAGE + N_PAGE
    RUNS = AROUND + N_AROUND
    PLACE = RUNS + N_RUNS
    N_STATIC = PLACE + N_PLACE

cdef class StaticColumns  # defined below, after the groups that it fills

cdef enum:
    NOWHERE = 9999
    SPAN_WORDS = 12     # a block of this many words makes a span of text neither better nor worse,
    SPAN_MAX = 100      # and no block counts for more words than this


# --- What a block looks like ------------------------------------------------------------------------------------------


cdef void fill_text(TextPageStats stats, float[:, ::1] X, Py_ssize_t first) noexcept nogil:
    cdef const int32_t* block
    cdef double words, chars
    cdef Py_ssize_t row
    for row in range(X.shape[1]):
        block = &stats.blocks[first + row, 0]
        words, chars = block[B_WORDS], block[B_CHARS]
        X[T_WORDS, row] = words
        X[T_CHARS_PER_WORD, row] = share(chars, words)
        X[T_LONGEST_WORD, row] = block[B_LONGEST_WORD]
        X[T_LINES, row] = block[B_LINES]
        X[T_INDENT, row] = block[B_INDENT]
        X[T_IS_ITEM, row] = block[B_BULLET] == BULLET_MARK
        X[T_IS_NUMBERED, row] = block[B_BULLET] == BULLET_NUMBER
        X[T_BLANKS, row] = block[B_BLANKS]
        X[T_CAPITALISED_SHARE, row] = share(block[B_CAPITALISED], words)
        X[T_UPPERCASE_SHARE, row] = share(block[B_UPPERCASE], chars)
        X[T_DIGIT_SHARE, row] = share(block[B_DIGITS], chars)
        X[T_SYMBOL_SHARE, row] = share(block[B_SYMBOLS], chars)
        X[T_NON_ASCII_SHARE, row] = share(block[B_NON_ASCII], chars)
        X[T_SENTENCES, row] = block[B_SENTENCES]
        X[T_WORDS_PER_SENTENCE, row] = words / (block[B_SENTENCES] + 1)
        X[T_COMMAS, row] = block[B_COMMAS]
        X[T_COMMA_RATE, row] = share(block[B_COMMAS], words)
        X[T_QUOTES, row] = block[B_QUOTES]
        X[T_SEPARATORS, row] = block[B_SEPARATORS]
        X[T_GAPS, row] = block[B_GAPS]
        X[T_ADDRESSES, row] = block[B_ADDRESSES]
        X[T_YEARS, row] = block[B_YEARS]
        X[T_TIMES, row] = block[B_TIMES]
        X[T_OPENING, row] = block[B_OPENING]
        X[T_ENDS_SENTENCE, row] = block[B_ENDING] == ENDS_SENTENCE
        X[T_ENDS_COLON, row] = block[B_ENDING] == ENDS_COLON
        X[T_ENDS_COMMA, row] = block[B_ENDING] == ENDS_COMMA
        X[T_ENDS_ELLIPSIS, row] = block[B_ENDING] == ENDS_ELLIPSIS


# --- How a block is related to the rest of the page -------------------------------------------------------------------


cdef void count_topics(TextPageStats stats, StaticColumns columns) noexcept nogil:
    cdef Py_ssize_t k
    for k in range(stats.topic.shape[0]):
        columns.everywhere[stats.topic[k]] += 1
        columns.in_text[stats.topic[k]] += stats.is_text[stats.topic_tokens[k, 0]]


cdef void add_up_shapes(TextPageStats stats, StaticColumns columns) noexcept nogil:
    cdef Py_ssize_t i
    for i in range(stats.n_blocks):
        columns.shape_blocks[stats.shape[i]] += 1
        columns.shape_words[stats.shape[i]] += get(stats, i, B_WORDS)


cdef void fill_topics(TextPageStats stats, StaticColumns columns, float[:, ::1] X, Py_ssize_t first) noexcept nogil:
    """Fill how many of its words other blocks have, and those that read like running text."""
    cdef int32_t[::1] own = columns.own
    cdef Py_ssize_t i, k, row
    cdef double elsewhere, texts, rate
    cdef int32_t topic, others
    cdef Span span
    for row in range(X.shape[1]):
        i = first + row
        span = topics(stats, i)
        for k in range(span.first, span.end):
            own[stats.topic[k]] += 1
        elsewhere = texts = rate = 0
        for k in range(span.first, span.end):
            topic = stats.topic[k]
            elsewhere += columns.everywhere[topic] > own[topic]
            others = columns.in_text[topic] - (own[topic] if stats.is_text[i] else 0)
            texts += others > 0
            rate += log2(1 + others)
        for k in range(span.first, span.end):
            own[stats.topic[k]] = 0
        X[O_TOPICS, row] = span.end - span.first
        X[O_TOPICS_ELSEWHERE, row] = share(elsewhere, span.end - span.first)
        X[O_TOPICS_IN_TEXT, row] = share(texts, span.end - span.first)
        X[O_TOPICS_IN_TEXT_RATE, row] = share(rate, span.end - span.first)


cdef void fill_repeats(TextPageStats stats, StaticColumns columns, float[:, ::1] X, Py_ssize_t first) noexcept nogil:
    cdef Py_ssize_t i, row
    for row in range(X.shape[1]):
        i = first + row
        X[O_REPEATS, row] = stats.text_blocks[stats.text[i]]
        X[O_REPEATED_BEFORE, row] = stats.text_first[stats.text[i]] < i
        X[O_SHAPE_BLOCKS, row] = columns.shape_blocks[stats.shape[i]]
        X[O_SHAPE_WORDS, row] = share(columns.shape_words[stats.shape[i]], stats.sums[stats.n_blocks, SUM_WORDS])


# --- What is beside and around a block --------------------------------------------------------------------------------

cdef int[N_OFFSETS] offsets = _columns.OFFSETS
cdef int[N_WINDOWS] windows = _columns.WINDOWS


cdef void fill_around(TextPageStats stats, float[:, ::1] X, Py_ssize_t first) noexcept nogil:
    cdef Py_ssize_t n = stats.n_blocks, i, k, row
    cdef Span span
    for row in range(X.shape[1]):
        i = first + row
        for k in range(N_OFFSETS):
            fill_at(stats, X, A_AT_MINUS_3_WORDS + k * N_AT, row, i, i + offsets[k])
        X[A_BLANKS_AFTER, row] = get(stats, i + 1, B_BLANKS) if i + 1 < n else NOWHERE
        for k in range(N_WINDOWS):
            fill_range(stats, X, A_AROUND2_WORDS + k * N_RANGE, row, window(i, windows[k], n))
        span = group(stats, i)
        fill_range(stats, X, A_GROUP_WORDS, row, span)
        X[A_GROUP_BLOCKS, row] = span.end - span.first
        X[A_GROUP_POSITION, row] = i - span.first


cdef inline void fill_at(
    TextPageStats stats, float[:, ::1] X, Py_ssize_t at, Py_ssize_t row, Py_ssize_t i, Py_ssize_t beside
) noexcept nogil:
    if 0 <= beside < stats.n_blocks:
        X[at + AT_WORDS, row] = get(stats, beside, B_WORDS)
        X[at + AT_ENDS_SENTENCE, row] = get(stats, beside, B_ENDING) == ENDS_SENTENCE
        X[at + AT_CAPITALISED, row] = share(get(stats, beside, B_CAPITALISED), get(stats, beside, B_WORDS))
        X[at + AT_SAME_SHAPE, row] = stats.shape[beside] == stats.shape[i]
    else:
        X[at + AT_WORDS, row] = X[at + AT_CAPITALISED, row] = -1
        X[at + AT_ENDS_SENTENCE, row] = X[at + AT_SAME_SHAPE, row] = 0


cdef inline void fill_range(
    TextPageStats stats, float[:, ::1] X, Py_ssize_t at, Py_ssize_t row, Span span
) noexcept nogil:
    cdef double* before = &stats.sums[span.first, 0]
    cdef double* until = &stats.sums[span.end, 0]
    cdef double words = until[SUM_WORDS] - before[SUM_WORDS]
    X[at + RANGE_WORDS, row] = words / (span.end - span.first)
    X[at + RANGE_TEXT_SHARE, row] = share(until[SUM_TEXT_WORDS] - before[SUM_TEXT_WORDS], words)
    X[at + RANGE_SENTENCES, row] = (until[SUM_SENTENCES] - before[SUM_SENTENCES]) / (span.end - span.first)
    X[at + RANGE_CAPITALISED, row] = share(until[SUM_CAPITALISED] - before[SUM_CAPITALISED], words)


# --- Runs of text and of short lines ----------------------------------------------------------------------------------


cdef void find_runs(TextPageStats stats, StaticColumns columns) noexcept nogil:
    """Find the run of each block, where all blocks are running text or none is, and the nearest running text."""
    cdef Py_ssize_t n = stats.n_blocks, i
    for i in range(n):
        if i and stats.is_text[i] == stats.is_text[i - 1]:
            columns.run_first[i] = columns.run_first[i - 1]
        else:
            columns.run_first[i] = <int32_t>i
        if i:
            columns.text_before[i] = <int32_t>(i - 1) if stats.is_text[i - 1] else columns.text_before[i - 1]
        else:
            columns.text_before[i] = -1
    for i in range(n - 1, -1, -1):
        if i + 1 < n and stats.is_text[i] == stats.is_text[i + 1]:
            columns.run_end[i] = columns.run_end[i + 1]
        else:
            columns.run_end[i] = <int32_t>(i + 1)
        if i + 1 < n:
            columns.text_after[i] = <int32_t>(i + 1) if stats.is_text[i + 1] else columns.text_after[i + 1]
        else:
            columns.text_after[i] = -1


cdef void find_extremes(TextPageStats stats, StaticColumns columns) noexcept nogil:
    """Find the page's first and last running text, and its longest block."""
    cdef Py_ssize_t i
    columns.first_text = columns.last_text = -1
    columns.longest = 0
    for i in range(stats.n_blocks):
        if stats.is_text[i]:
            columns.first_text = i if columns.first_text < 0 else columns.first_text
            columns.last_text = i
        if get(stats, i, B_WORDS) > get(stats, columns.longest, B_WORDS):
            columns.longest = i


cdef void find_span(TextPageStats stats, StaticColumns columns) noexcept nogil:
    """Find the span of the page that is richest in words.

    This is maximum subsequence segmentation (Pasternack and Roth 2009, "Extracting Article Text from the Web with
    Maximum Subsequence Segmentation").
    """
    cdef Py_ssize_t i, first = 0
    cdef double score = 0, best = 0
    columns.span.first = columns.span.end = 0
    for i in range(stats.n_blocks):
        if score <= 0:
            first, score = i, 0
        score += min(get(stats, i, B_WORDS), SPAN_MAX) - SPAN_WORDS
        if score > best:
            best, columns.span.first, columns.span.end = score, first, i + 1


cdef void fill_runs(TextPageStats stats, StaticColumns columns, float[:, ::1] X, Py_ssize_t first) noexcept nogil:
    cdef Py_ssize_t i, row, start, end, before, after
    for row in range(X.shape[1]):
        i = first + row
        start, end = columns.run_first[i], columns.run_end[i]
        before, after = columns.text_before[i], columns.text_after[i]
        X[R_IS_TEXT, row] = stats.is_text[i]
        X[R_RUN_BLOCKS, row] = end - start
        X[R_RUN_WORDS, row] = stats.sums[end, SUM_WORDS] - stats.sums[start, SUM_WORDS]
        X[R_RUN_POSITION, row] = i - start
        X[R_FROM_TEXT_BEFORE, row] = i - before if before >= 0 else NOWHERE
        X[R_TO_TEXT_AFTER, row] = after - i if after >= 0 else NOWHERE
        X[R_FROM_FIRST_TEXT, row] = i - columns.first_text if columns.first_text >= 0 else NOWHERE
        X[R_FROM_LAST_TEXT, row] = i - columns.last_text if columns.first_text >= 0 else NOWHERE
        X[R_FROM_LONGEST, row] = i - columns.longest


cdef void fill_span(TextPageStats stats, Span span, float[:, ::1] X, Py_ssize_t first) noexcept nogil:
    cdef double words = stats.sums[span.end, SUM_WORDS] - stats.sums[span.first, SUM_WORDS]
    cdef Py_ssize_t i, row
    for row in range(X.shape[1]):
        i = first + row
        X[R_IN_SPAN, row] = span.first <= i < span.end
        X[R_FROM_SPAN_START, row] = i - span.first
        X[R_FROM_SPAN_END, row] = i - span.end
        X[R_SPAN_SHARE, row] = share(words, stats.sums[stats.n_blocks, SUM_WORDS])


# --- Where on the page a block is, and what the page is like ----------------------------------------------------------


cdef void fill_place(TextPageStats stats, float[:, ::1] X, Py_ssize_t first) noexcept nogil:
    cdef Py_ssize_t i, row, n = stats.n_blocks
    cdef double page = stats.sums[n, SUM_WORDS], before
    cdef int32_t heading
    for row in range(X.shape[1]):
        i = first + row
        heading, before = stats.heading[i], stats.sums[i, SUM_WORDS]
        X[P_INDEX, row] = i
        X[P_INDEX_SHARE, row] = <double>i / n
        X[P_WORD_POSITION, row] = share(before, page)
        X[P_WORDS_BEFORE, row] = before
        X[P_BLOCKS_AFTER, row] = n - 1 - i
        X[P_WORDS_AFTER, row] = page - stats.sums[i + 1, SUM_WORDS]
        X[P_FROM_HEADING, row] = i - heading if heading >= 0 else NOWHERE
        X[P_WORDS_FROM_HEADING, row] = before - stats.sums[heading, SUM_WORDS] if heading >= 0 else NOWHERE


cdef void total_page(TextPageStats stats, double* page) noexcept nogil:
    cdef double* sums = &stats.sums[stats.n_blocks, 0]
    cdef Py_ssize_t i, k, n = stats.n_blocks
    for k in range(P_PAGE_WORDS, N_PLACE):
        page[k] = 0
    for i in range(n):
        page[P_PAGE_ITEMS] += get(stats, i, B_BULLET) != BULLET_NONE
        page[P_PAGE_GROUPS] += get(stats, i, B_BLANKS) > 0
        page[P_PAGE_LONGEST] = max(page[P_PAGE_LONGEST], get(stats, i, B_WORDS))
    page[P_PAGE_WORDS] = sums[SUM_WORDS]
    page[P_PAGE_BLOCKS] = n
    page[P_PAGE_TEXT_SHARE] = share(sums[SUM_TEXT_WORDS], sums[SUM_WORDS])
    page[P_PAGE_SENTENCES] = share(sums[SUM_SENTENCES], n)
    page[P_PAGE_CAPITALISED] = share(sums[SUM_CAPITALISED], sums[SUM_WORDS])
    page[P_PAGE_ITEMS] = share(page[P_PAGE_ITEMS], n)
    page[P_PAGE_GROUPS] = share(page[P_PAGE_GROUPS], n)


cdef void fill_page(StaticColumns columns, float[:, ::1] X) noexcept nogil:
    cdef Py_ssize_t k, row
    for k in range(P_PAGE_WORDS, N_PLACE):
        for row in range(X.shape[1]):
            X[k, row] = <float>columns.page[k]


# --- All groups -------------------------------------------------------------------------------------------------------

cdef class StaticColumns:
    """The static features of one plain text. What depends on the whole page is computed once."""

    cdef TextPageStats stats
    cdef int32_t[::1] everywhere, in_text, own  # tokens of each topic: all, those in running text, one block's
    cdef int32_t[::1] shape_blocks, run_first, run_end
    cdef int32_t[::1] text_before, text_after   # the nearest running text on either side, -1 for none
    cdef double[::1] shape_words
    cdef Py_ssize_t first_text, last_text, longest
    cdef Span span
    cdef double[N_PLACE] page  # of which those of the page are used

    def __init__(self, TextPageStats stats not None):
        cdef int32_t[:, ::1] topics = np.zeros((3, stats.n_topics), dtype=np.int32)
        cdef int32_t[:, ::1] rows = np.empty((4, stats.n_blocks), dtype=np.int32)
        self.stats = stats
        self.everywhere, self.in_text, self.own = topics[0], topics[1], topics[2]
        self.run_first, self.run_end, self.text_before, self.text_after = rows[0], rows[1], rows[2], rows[3]
        self.shape_blocks, self.shape_words = np.zeros(stats.n_shapes, dtype=np.int32), np.zeros(stats.n_shapes)
        with nogil:
            count_topics(stats, self)
            add_up_shapes(stats, self)
            find_runs(stats, self)
            find_extremes(stats, self)
            find_span(stats, self)
            total_page(stats, self.page)

    def fill(self, float[:, ::1] X not None, Py_ssize_t at, Py_ssize_t first):
        """Fill the columns of X, [n_columns, n_rows], from column `at` on, for the blocks from `first` on."""
        cdef TextPageStats stats = self.stats
        check_room(stats, X, at, N_STATIC, first)
        X = X[at:]
        with nogil:
            fill_text(stats, X, first)
            fill_topics(stats, self, X[PAGE:], first)
            fill_repeats(stats, self, X[PAGE:], first)
            fill_around(stats, X[AROUND:], first)
            fill_runs(stats, self, X[RUNS:], first)
            fill_span(stats, self.span, X[RUNS:], first)
            fill_place(stats, X[PLACE:], first)
            fill_page(self, X[PLACE:])
