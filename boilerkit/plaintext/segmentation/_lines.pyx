# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True, initializedcheck=False
"""The lines of a plain text, and which of them are one paragraph."""

from boilerkit.plaintext.segmentation._columns cimport *

cdef enum:
    MIN_WIDTH = 50      # columns at which lines of paragraphs are broken, at least
    MAX_WIDTH = 100     # and at most
    MIN_PAIRS = 3       # pairs of lines that show that the lines of a run are broken


cdef inline bint is_mark(Py_UCS4 c) noexcept nogil:
    """Return whether a character is a bullet wherever it begins a line."""
    return (
        c == 0x2022 or c == 0xB7 or c == 0x2023 or c == 0x25AA or c == 0x25CF or c == 0x25CB or c == 0x25A0
        or c == 0x25E6 or c == 0x25AB or c == 0x25B6 or c == 0x25BA or c == 0x27A4 or c == 0x2713 or c == 0x2714
        or c == 0x30FB
    )


cdef inline int32_t bounded(Py_ssize_t value) noexcept nogil:
    return <int32_t>min(value, 0x7FFFFFFF)


cdef int32_t bullet_of(const Text* text, Py_ssize_t start, Py_ssize_t end) noexcept nogil:
    """Return which list item begins here, a number of columns.BULLETS."""
    cdef Py_UCS4 c = at(text, start)
    cdef Py_ssize_t i = start
    if is_mark(c):
        return BULLET_MARK
    if c == c'*' or c == c'-' or c == c'+' or c == c'>' or c == 0x2013 or c == 0x2014 or c == 0xBB or c == 0x203A:
        return BULLET_MARK if start + 1 == end or Py_UNICODE_ISSPACE(at(text, start + 1)) else BULLET_NONE
    while i < end and i < start + 3 and 48 <= at(text, i) <= 57:
        i += 1
    if i > start and i < end and at(text, i) in (c'.', c')') and (i + 1 == end or Py_UNICODE_ISSPACE(at(text, i + 1))):
        return BULLET_NUMBER
    return BULLET_NONE


cdef Py_ssize_t find_lines(const Text* text, Line* lines) noexcept nogil:
    """Find the lines that have text, for all of which `lines` has room; without it, only count them."""
    cdef Py_ssize_t i = 0, begin, n = 0, blanks = 0, indent
    cdef Py_UCS4 c
    cdef Line* line
    while i < text.length:
        begin = i
        indent = 0
        while i < text.length and Py_UNICODE_ISSPACE(at(text, i)) and not breaks_line(at(text, i)):
            indent = (indent // 8 + 1) * 8 if at(text, i) == c'\t' else indent + 1
            i += 1
        if i == text.length:
            break
        if breaks_line(at(text, i)):
            blanks += 1
        else:
            if lines != NULL:
                line = &lines[n]
                line.start = i
                line.indent = bounded(indent)
                line.blanks = bounded(blanks)
                line.first = 0
                line.joined = False
                while i < text.length:
                    c = at(text, i)
                    if Py_UNICODE_ISSPACE(c):
                        if breaks_line(c):
                            break
                        if line.first == 0:
                            line.first = bounded(i - line.start)
                    else:
                        line.end = i + 1
                    i += 1
                if line.first == 0:
                    line.first = bounded(i - line.start)
                line.reach = bounded(line.end - begin)
                line.bullet = bullet_of(text, line.start, line.end)
            else:
                while i < text.length and not breaks_line(at(text, i)):
                    i += 1
            n += 1
            blanks = 0
        if i + 1 < text.length and at(text, i) == 13 and at(text, i + 1) == 10:
            i += 1
        i += 1
    return n


# --- Paragraphs whose lines are broken --------------------------------------------------------------------------------

cdef struct Run:  # lines without an empty one between
    Py_ssize_t end
    int32_t width           # of its longest line
    bint wrapped            # its lines look broken at one width


cdef inline bint is_full(const Line* line, const Line* following, Py_ssize_t width) noexcept nogil:
    """Return whether a line has no room for the first word of the following one."""
    return line.reach + 1 + following.first > width


cdef Run run_from(const Line* lines, Py_ssize_t first, Py_ssize_t n) noexcept nogil:
    """Return the run of lines that begins with line `first`."""
    cdef Run run
    cdef Py_ssize_t i, pairs = 0, full = 0
    run.end = first + 1
    run.width = lines[first].reach
    while run.end < n and lines[run.end].blanks == 0:
        run.width = max(run.width, lines[run.end].reach)
        run.end += 1
    for i in range(first + 1, run.end):
        if lines[i].bullet == BULLET_NONE:
            pairs += 1
            full += is_full(&lines[i - 1], &lines[i], run.width)
    run.wrapped = MIN_WIDTH <= run.width <= MAX_WIDTH and pairs >= MIN_PAIRS and 10 * full >= 7 * pairs
    return run


cdef void join_lines(Line* lines, Py_ssize_t n) noexcept nogil:
    """Mark the lines that continue a paragraph, on pages where lines of paragraphs are broken at one width."""
    cdef Py_ssize_t i, first = 0, chars = 0, long_chars = 0
    cdef int32_t width = 0
    cdef Run run
    for i in range(n):
        chars += lines[i].reach
        if lines[i].reach > MAX_WIDTH:
            long_chars += lines[i].reach
    if 5 * long_chars > chars:
        return
    while first < n:
        run = run_from(lines, first, n)
        if run.wrapped:
            width = max(width, run.width)
        first = run.end
    first = 0
    while first < n and width:
        run = run_from(lines, first, n)
        if run.width <= width:
            for i in range(first + 1, run.end):
                lines[i].joined = continues(&lines[i - 1], &lines[i], run.width if run.wrapped else width)
        first = run.end


cdef inline bint continues(const Line* before, const Line* line, Py_ssize_t width) noexcept nogil:
    if line.bullet != BULLET_NONE or not is_full(before, line, width):
        return False
    return line.indent == before.indent or not before.joined and -8 <= line.indent - before.indent <= 8
