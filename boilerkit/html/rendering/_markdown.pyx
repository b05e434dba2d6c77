# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True, initializedcheck=False
"""A clean page as Markdown: CommonMark (https://spec.commonmark.org/0.31.2/) with GitHub's tables, footnotes and tasks.

Text of the page never becomes markup. What has a meaning only together with what follows is escaped where a token ends,
because the next token may bring that. Formulas are not escaped; in them, what a renderer without formulas would take
for a tag, a link or code is written another way that means the same in TeX.
"""

from libc.stdint cimport int32_t, uint8_t
from libc.string cimport memchr, memset, strlen

from boilerkit.blocks._buffers cimport Buffer, release, reserve
from boilerkit.html.rendering._clean cimport *

import re

cdef enum:
    ENTITY = 32     # bytes of a character reference that are looked at
    FORMULA = 1000  # bytes of a formula between single dollar signs
    MAX_SPANNED = 64  # columns that spans are followed in, so that they take linear time

cdef enum:  # what inline tokens are written into
    NO_LEAF
    LEAF
    IMPLICIT  # begun by its first inline token, ended by the next token that is none


cdef struct List:
    int tag
    int gap  # before its next item
    bint has_items


cdef struct Table:
    size_t columns      # of the widest row
    size_t cells        # in the row with most of them: no span reaches further
    size_t column       # the next one of the current row
    size_t rows         # so far
    Buffer spans        # int32: rows that the cell above still takes in each column


cdef inline bint is_alphanumeric(uint8_t c) noexcept nogil:
    return c'a' <= c <= c'z' or c'A' <= c <= c'Z' or c'0' <= c <= c'9' or c >= 128


cdef inline bint is_letter(uint8_t c) noexcept nogil:
    return c'a' <= c <= c'z' or c'A' <= c <= c'Z'


cdef inline bint is_punctuation(uint8_t c) noexcept nogil:
    return 33 <= c <= 126 and not is_alphanumeric(c)


cdef inline bint is_space(uint8_t c) noexcept nogil:
    return c == 32 or 9 <= c <= 13


_SCHEME = re.compile(rb"([A-Za-z][A-Za-z0-9+.\\-]*):(?!//|\s)")


cdef inline bint is_cell(int tag) noexcept nogil:
    return tag == T_TD or tag == T_TH


cdef class MarkdownWriter:
    cdef const char* text
    cdef set notes
    cdef Buffer out, prefix, prefixes, lists, links, span
    cdef Token* tokens
    cdef size_t n_tokens
    cdef int leaf, gap, n_links, code_depth, table_depth
    cdef int ended  # the tag of the item, definition or quotation that has just ended, 0 for none
    cdef bint defines       # the current line begins with the marker of a definition
    cdef bint is_fresh      # the next block goes on where the marker before it ends
    cdef bint in_heading, in_cell, cell_is_empty
    cdef int inner_cells    # that are open in the current cell without a table of their own
    cdef bint in_callout    # its type is written, its title is not
    cdef size_t line_start  # of the current line, after its prefix
    cdef size_t note_start  # of the first line of a footnote, 0 where it has been checked
    cdef Table table
    cdef int extra_columns  # that the current cell takes
    cdef Token callout      # whose title comes

    def __dealloc__(self):
        for buffer in (<size_t>&self.out, <size_t>&self.prefix, <size_t>&self.prefixes, <size_t>&self.lists,
                       <size_t>&self.links, <size_t>&self.span, <size_t>&self.table.spans):
            release(<Buffer*><size_t>buffer)

    cdef inline int say(self, const char* s) except -1:
        return put(&self.out, s, strlen(s))

    cdef inline char last(self) noexcept:
        """Return the last byte of the current line, a line feed at its start."""
        return self.out.data[self.out.size - 1] if self.out.size > self.line_start else c'\n'

    # --- Lines and blocks -------------------------------------------------------------------------------------------------

    cdef int new_line(self) except -1:
        self.defines = False
        put_byte(&self.out, c'\n')
        put(&self.out, self.prefix.data, self.prefix.size)
        self.line_start = self.out.size
        return 0

    cdef int trim(self, size_t start) except -1:
        while self.out.size > start and self.out.data[self.out.size - 1] == c' ':
            self.out.size -= 1
        return 0

    cdef int start_block(self, int gap) except -1:
        """Begin a block `gap` lines below the one before it."""
        if self.in_callout:
            self.end_callout_title()
        self.ended = 0
        if self.gap:
            gap = self.gap
            self.gap = 0
        if self.is_fresh:
            self.is_fresh = False
            self.line_start = self.out.size
            return 0
        if gap == 2:
            put_byte(&self.out, c'\n')
            put(&self.out, self.prefix.data, self.prefix.size)
            self.trim(0)
        return self.new_line()

    cdef int nest(self, const char* marker, const char* prefix, size_t width) except -1:
        """Write a marker; what follows it, up to `unnest`, is on its line and on lines with `width` bytes before them."""
        self.say(marker)
        reserve(&self.prefixes, sizeof(size_t))
        (<size_t*>(self.prefixes.data + self.prefixes.size))[0] = self.prefix.size
        self.prefixes.size += sizeof(size_t)
        if prefix != NULL:
            put(&self.prefix, prefix, strlen(prefix))
        else:
            reserve(&self.prefix, width)
            memset(self.prefix.data + self.prefix.size, c' ', width)
            self.prefix.size += width
        self.is_fresh = True
        self.line_start = self.out.size
        return 0

    cdef int unnest(self) except -1:
        if not self.prefixes.size:
            raise AssertionError("a block ends that was not begun")
        self.prefixes.size -= sizeof(size_t)
        self.prefix.size = (<size_t*>(self.prefixes.data + self.prefixes.size))[0]
        if self.is_fresh:  # nothing came
            self.trim(0)
        self.is_fresh = False
        return 0

    cdef int start_leaf(self, int kind) except -1:
        self.leaf = kind
        if not self.in_cell:
            return self.start_block(2)
        if not self.cell_is_empty and self.last() != c' ':
            put_byte(&self.out, c' ')
        self.cell_is_empty = False
        return 0

    cdef int end_leaf(self) except -1:
        if self.leaf:
            self.leaf = NO_LEAF
            self.trim(self.line_start)
            self.check_note()
        return 0

    cdef int check_note(self) except -1:
        """Keep a footnote of one word from being an address to CommonMark, which knows no footnotes."""
        if self.note_start:
            line = self.out.data[self.note_start:self.out.size]
            found = _SCHEME.match(line.lstrip(b"\\"))
            if found and found[1].lower() not in (b"mailto", b"tel", b"doi", b"isbn"):
                at = line.index(b":") + 1
                self.out.size = self.note_start
                line = line[:at] + b" " + line[at:]
                put(&self.out, <const char*><bytes>line, len(line))
            self.note_start = 0
        return 0

    # --- Tokens -----------------------------------------------------------------------------------------------------------

    cdef int write(self) except -1:
        cdef size_t i
        cdef Token* t
        for i in range(self.n_tokens):
            t = self.tokens + i
            if t.kind == OPEN:
                self.open_inline(t) if is_inline(t.tag) else self.open_block(t, i)
            elif t.kind == CLOSE:
                self.close_inline(t) if is_inline(t.tag) else self.close_block(t)
            elif t.kind == CODE:
                self.write_code(t)
            elif t.kind == MATH and t.a and not self.in_cell:
                self.write_displayed_math(t)
            else:
                self.start_inline()
                self.write_inline(t, i)
        return self.end_leaf()

    cdef inline int start_inline(self) except -1:
        if self.leaf == NO_LEAF:
            self.start_leaf(IMPLICIT)
        return 0

    cdef bint ends_leaf(self, size_t i) noexcept:
        """Return whether nothing follows token `i` on its line."""
        cdef Token* t = self.tokens + i + 1
        if i + 1 >= self.n_tokens:
            return True
        return t.kind == BREAK or t.kind == CODE or ((t.kind == OPEN or t.kind == CLOSE) and not is_inline(t.tag))

    cdef int write_inline(self, Token* t, size_t i) except -1:
        if t.kind == TEXT:
            if self.code_depth:
                return put(&self.span, self.text + t.start, t.end - t.start)
            return self.write_text(<const uint8_t*>self.text + t.start, <const uint8_t*>self.text + t.end,
                                   self.ends_leaf(i))
        if t.kind == BREAK:
            if self.code_depth:
                return put_byte(&self.span, c' ')
            if self.in_cell:
                return put_byte(&self.out, c' ')
            self.trim(self.line_start)
            self.say("  ")
            return self.new_line()
        self.write_span()
        if t.kind == IMAGE or t.kind == EMBED:
            if t.kind == IMAGE:
                put_byte(&self.out, c'!')
            else:
                self.guard_bracket()
            put_byte(&self.out, c'[')
            self.n_links += 1
            if t.kind == EMBED and t.extra_end == t.extra_start:
                self.write_text(<const uint8_t*>self.text + t.start, <const uint8_t*>self.text + t.end, True)
            self.write_text(<const uint8_t*>self.text + t.extra_start, <const uint8_t*>self.text + t.extra_end, True)
            self.n_links -= 1
            return self.write_address(t)
        if t.kind == MATH:
            put_byte(&self.out, c'$')
            self.write_tex(self.text + t.start, self.text + t.end, False)
            return put_byte(&self.out, c'$')
        if t.kind == REFERENCE:
            return self.write_reference(t)
        return self.say("[x]" if t.a else "[ ]")

    cdef int write_reference(self, Token* t) except -1:
        cdef bytes sign
        if t.a in self.notes:
            sign = b"[^%d]" % t.a
            self.guard_bracket()
            return put(&self.out, sign, len(sign))
        put_byte(&self.out, c'^')
        self.write_text(<const uint8_t*>self.text + t.start, <const uint8_t*>self.text + t.end, False)
        return put_byte(&self.out, c'^')

    cdef int guard_bracket(self) except -1:
        """Escape an exclamation mark that would make a picture of the link that follows it."""
        if self.last() == c'!':
            self.out.size -= 1
            self.say("\\!")
        return 0

    cdef int write_address(self, Token* t) except -1:
        cdef size_t i
        cdef char c
        self.say("](")
        for i in range(t.start, t.end):
            c = self.text[i]
            if c == c'(':
                self.say("%28")
            elif c == c')':
                self.say("%29")
            elif c == c'|' and self.in_cell:
                self.say("%7C")
            elif c == c'&' and self.is_entity(
                <const uint8_t*>self.text + i, <const uint8_t*>self.text + t.end, True
            ):
                self.say("&amp;")
            else:
                put_byte(&self.out, c)
        return put_byte(&self.out, c')')

    cdef const char* sign_of(self, int tag) noexcept:
        if tag == T_B or tag == T_STRONG:
            return "**"
        if tag == T_I or tag == T_EM:
            return "*"
        if tag == T_S or tag == T_DEL:
            return "~~"
        if tag == T_SUP:
            return "^"
        if tag == T_SUB:
            return "~"
        return '"' if tag == T_Q else ""

    cdef int open_inline(self, Token* t) except -1:
        self.start_inline()
        if t.tag == T_A:
            self.write_span()
            self.guard_bracket()
            put_byte(&self.out, c'[')
            put(&self.links, <char*>t, sizeof(Token))
            self.n_links += 1
        elif t.tag == T_CODE or t.tag == T_KBD or t.tag == T_SAMP:
            self.code_depth += 1
        elif not self.code_depth:
            self.say(self.sign_of(t.tag))
        return 0

    cdef int close_inline(self, Token* t) except -1:
        if t.tag == T_A:
            self.write_span()
            self.links.size -= sizeof(Token)
            self.n_links -= 1
            self.write_address(<Token*>(self.links.data + self.links.size))
        elif t.tag == T_CODE or t.tag == T_KBD or t.tag == T_SAMP:
            self.write_span()
            self.code_depth -= 1
        elif not self.code_depth:
            self.say(self.sign_of(t.tag))
        return 0

    cdef int open_block(self, Token* t, size_t i) except -1:
        cdef List items
        cdef int level
        self.end_leaf()
        if self.in_callout and t.tag != T_TITLE:
            self.end_callout_title()
        if self.in_cell and t.tag != T_TABLE:
            self.inner_cells += is_cell(t.tag) and self.table_depth == 1
            return 0
        if t.tag == T_P:
            self.start_leaf(LEAF)
        elif is_heading(t.tag):
            self.start_leaf(LEAF)
            for level in range(t.tag - T_H1 + 1):
                put_byte(&self.out, c'#')
            put_byte(&self.out, c' ')
            self.in_heading = True
        elif t.tag == T_TITLE:
            if not self.in_callout:
                self.start_leaf(LEAF)
                self.say("**")
            self.leaf = LEAF
            self.line_start = self.out.size
        elif t.tag == T_UL or t.tag == T_OL:
            items.tag = t.tag
            items.gap = 1 if self.prefixes.size and self.lists.size else 2
            items.has_items = False
            put(&self.lists, <char*>&items, sizeof(List))
        elif t.tag == T_LI or t.tag == T_NOTE:
            self.open_item(t)
        elif t.tag == T_DD:
            # Right below an item or a quotation it would be a line of theirs.
            self.start_block(1 if self.ended in (0, T_DD) else 2)
            self.nest(":   ", NULL, 4)
            self.defines = True
        elif t.tag == T_BLOCKQUOTE:
            self.start_block(2)
            self.nest("> ", "> ", 2)
            if t.end > t.start:
                self.open_callout(t)
        elif t.tag == T_TABLE:
            self.table_depth += 1
            if self.table_depth == 1:
                self.measure_table(i)
        elif t.tag == T_TR and self.table_depth == 1:
            self.start_block(2 if self.table.rows == 0 else 1)
            put_byte(&self.out, c'|')
            self.table.column = 0
        elif is_cell(t.tag) and self.table_depth == 1:
            self.open_cell(t)
        return 0

    cdef int close_block(self, Token* t) except -1:
        self.end_leaf_of(t.tag)
        if t.tag == T_TABLE:
            self.table_depth -= 1
        elif self.in_cell and not (is_cell(t.tag) and self.table_depth == 1):
            return 0
        elif self.in_cell and self.inner_cells:
            self.inner_cells -= 1
        elif t.tag == T_UL or t.tag == T_OL:
            self.lists.size -= sizeof(List)
        elif t.tag == T_LI or t.tag == T_NOTE or t.tag == T_DD or t.tag == T_BLOCKQUOTE:
            if self.in_callout:
                self.end_callout_title()
            self.unnest()
            self.ended = t.tag
        elif is_cell(t.tag) and self.in_cell:
            self.close_cell()
        elif t.tag == T_TR and self.table_depth == 1:
            self.close_row()
        return 0

    cdef int end_leaf_of(self, int tag) except -1:
        cdef bint was_title = tag == T_TITLE and self.leaf != NO_LEAF
        if was_title and not self.in_callout:
            self.say("**")
        self.end_leaf()
        self.in_heading = False
        if was_title and self.in_callout:
            self.in_callout = False
            self.gap = 1
        return 0

    cdef int open_item(self, Token* t) except -1:
        cdef bytes marker
        cdef List* items = NULL
        if t.b:
            self.start_block(2)
            marker = b"[^%d]: " % t.b
            self.nest(marker, NULL, 4)
            self.note_start = self.out.size
            return 0
        if t.tag == T_LI and self.lists.size:
            items = <List*>(self.lists.data + self.lists.size) - 1
        if items == NULL:
            self.start_block(2)
            return self.nest("- ", NULL, 2)
        # A list whose first number is not 1 cannot interrupt a paragraph.
        self.start_block(2 if items.tag == T_OL and t.a != 1 and not items.has_items else items.gap)
        items.gap = 1
        items.has_items = True
        marker = b"%d. " % max(t.a, 0) if items.tag == T_OL else b"- "
        return self.nest(marker, NULL, len(marker))

    cdef int open_callout(self, Token* t) except -1:
        self.say("[!")
        put(&self.out, self.text + t.start, t.end - t.start)
        self.say("] ")
        self.in_callout = True
        self.is_fresh = False
        self.callout = t[0]
        return 0

    cdef int end_callout_title(self) except -1:
        """Write the type of a callout that says no title."""
        self.in_callout = False
        cdef size_t i
        for i in range(self.callout.start, self.callout.end):
            put_byte(&self.out, self.text[i] - 32 if i == self.callout.start and c'a' <= self.text[i] <= c'z' else self.text[i])
        self.gap = 1
        return 0

    # --- Tables -----------------------------------------------------------------------------------------------------------

    cdef int measure_table(self, size_t first) except -1:
        """Count the columns of the table that token `first` opens."""
        cdef size_t i = first + 1, cells = 0
        cdef int depth = 1
        cdef Token* t
        self.table.cells = self.table.columns = self.table.rows = 0
        while i < self.n_tokens and depth:
            t = self.tokens + i
            if t.tag == T_TABLE:
                depth += (t.kind == OPEN) - (t.kind == CLOSE)
            elif depth == 1 and t.kind == OPEN and t.tag == T_TR:
                cells = 0
            elif depth == 1 and t.kind == OPEN and (t.tag == T_TD or t.tag == T_TH):
                cells += 1
                self.table.cells = max(self.table.cells, min(cells, MAX_SPANNED))
            i += 1
        reserve(&self.table.spans, self.table.cells * sizeof(int32_t))
        memset(self.table.spans.data, 0, self.table.cells * sizeof(int32_t))
        self.table.column = 0
        self.table.columns = 0
        i = first + 1
        depth = 1
        while i < self.n_tokens and depth:
            t = self.tokens + i
            if t.tag == T_TABLE:
                depth += (t.kind == OPEN) - (t.kind == CLOSE)
            elif depth == 1 and t.tag == T_TR:
                if t.kind == CLOSE:
                    self.end_spans()
                self.table.column = 0
            elif depth == 1 and t.kind == OPEN and (t.tag == T_TD or t.tag == T_TH):
                self.skip_spanned(False)
                self.take_columns(t)
                self.table.columns = max(self.table.columns, self.table.column)
            i += 1
        memset(self.table.spans.data, 0, self.table.cells * sizeof(int32_t))
        return 0

    cdef int skip_spanned(self, bint written) except -1:
        """Go past the columns that cells of rows above take."""
        cdef int32_t* spans = <int32_t*>self.table.spans.data
        while self.table.column < self.table.cells and spans[self.table.column] > 0:
            spans[self.table.column] -= 1
            self.table.column += 1
            if written:
                self.say("  |")
        return 0

    cdef int take_columns(self, Token* t) except -1:
        """Take the columns of a cell, and those below it."""
        cdef int32_t* spans = <int32_t*>self.table.spans.data
        cdef int32_t taken = 0
        while taken == 0 or (taken < t.a and self.table.column < self.table.cells):
            if self.table.column < self.table.cells:
                spans[self.table.column] = t.b - 1
            self.table.column += 1
            taken += 1
        return taken

    cdef int end_spans(self) except -1:
        """Count down the spans in the columns after the last cell of a row."""
        cdef int32_t* spans = <int32_t*>self.table.spans.data
        while self.table.column < self.table.cells and spans[self.table.column] > 0:
            spans[self.table.column] -= 1
            self.table.column += 1
        return 0

    cdef int open_cell(self, Token* t) except -1:
        self.skip_spanned(True)
        self.extra_columns = self.take_columns(t) - 1
        put_byte(&self.out, c' ')
        self.in_cell = self.cell_is_empty = True
        self.line_start = self.out.size
        return 0

    cdef int close_cell(self) except -1:
        cdef int i
        self.in_cell = False
        self.say(" |")
        for i in range(self.extra_columns):
            self.say("  |")
        return 0

    cdef int close_row(self) except -1:
        cdef size_t i
        if self.table.rows == 0:
            for i in range(self.table.column, self.table.columns):
                self.say("  |")
            self.new_line()
            put_byte(&self.out, c'|')
            for i in range(max(self.table.columns, 1)):
                self.say(" --- |")
        self.end_spans()
        self.table.rows += 1
        return 0

    # --- Text -------------------------------------------------------------------------------------------------------------

    cdef bint is_entity(self, const uint8_t* s, const uint8_t* end, bint is_last) noexcept:
        """Return whether an ampersand begins what would be read as a character reference, or may do so."""
        cdef int n
        for n in range(1, ENTITY):
            if s + n >= end:
                return not is_last
            if s[n] == c';':
                return n > 1
            if not (is_letter(s[n]) or c'0' <= s[n] <= c'9' or (s[n] == c'#' and n == 1)):
                return False
        return False

    cdef bint needs_escape(self, const uint8_t* s, const uint8_t* end, bint is_last) noexcept:
        """Return whether the character at `s` would be taken for markup."""
        cdef uint8_t c = s[0]
        cdef uint8_t before = <uint8_t>self.last()
        cdef bint ends = s + 1 == end
        cdef uint8_t after = s[1] if not ends else (c' ' if is_last else 0)  # 0: not known
        if c == c'\\':
            return after == 0 or is_punctuation(after)
        if c == c'`':
            return True
        if c == c'*':
            return not (after == c' ' and before == c' ')
        if c == c'_':
            return not (is_alphanumeric(before) and is_alphanumeric(after))
        if c == c'[':
            return self.n_links > 0 or after == 0 or after == c'^'
        if c == c']':
            return self.n_links > 0 or after == 0 or after == c'(' or after == c':' or after == c'['
        if c == c'<':
            return after == 0 or is_letter(after) or after == c'/' or after == c'!' or after == c'?'
        if c == c'~':
            return after == 0 or after == c'~' or before == c'~'
        if c == c'|':
            return self.in_cell
        if c == c'&':
            return self.is_entity(s, end, is_last)
        if c == c'#':
            return self.in_heading and before == c' '
        return False

    cdef bint starts_block(self, const uint8_t* s, const uint8_t* end, bint is_last) noexcept:
        """Return whether the character at `s`, at the start of a line or after its number, would start a block."""
        cdef uint8_t c = s[0]
        cdef uint8_t after = s[1] if s + 1 < end else (c' ' if is_last else 0)
        cdef size_t i
        if self.in_cell or self.in_heading:
            return False
        if self.out.size > self.line_start:
            if (c != c'.' and c != c')') or not (after == 0 or after == c' ') or self.out.size - self.line_start > 9:
                return False
            for i in range(self.line_start, self.out.size):
                if not c'0' <= self.out.data[i] <= c'9':
                    return False
            return True
        if c == c'>' or c == c'=' or c == c'|':
            return True
        if c == c'-':
            return after == 0 or after == c' ' or after == c'-' or after == c'|' or after == c':'
        if c == c':':
            return after == 0 or after == c'-' or after == c' '
        if c == c'+':
            return after == 0 or after == c' '
        if c == c'#':
            for i in range(7):
                if s + i == end or s[i] == c' ':
                    return True
                if s[i] != c'#':
                    return False
        return False

    cdef int write_text(self, const uint8_t* s, const uint8_t* end, bint is_last) except -1:
        """Write text of the page; `is_last`: nothing follows it on its line."""
        cdef const uint8_t* plain
        cdef size_t n
        cdef bint has_closer[128]
        memset(has_closer, True, sizeof(has_closer))
        if s < end and self.last() == c']' and (s[0] == c'(' or s[0] == c':' or s[0] == c'['):
            put_byte(&self.out, c'\\')
        while s < end:
            plain = s
            while s < end and (is_alphanumeric(s[0]) or (s[0] == c' ' or s[0] == c',')):
                s += 1
            if s > plain:
                put(&self.out, <const char*>plain, s - plain)
                continue
            if (s[0] == c'\\' or s[0] == c'$') and s + 1 < end:
                n = self.write_formula(s, end, has_closer)
                if n:
                    s += n
                    continue
            if self.needs_escape(s, end, is_last) or self.starts_block(s, end, is_last):
                put_byte(&self.out, c'\\')
            put_byte(&self.out, <char>s[0])
            s += 1
        return 0

    cdef size_t write_formula(self, const uint8_t* s, const uint8_t* end, bint* has_closer) except? 0:
        """Write a formula that the text has between TeX's signs. Return its bytes, 0 where there is none at `s`."""
        cdef uint8_t opener = s[1]
        cdef uint8_t closer
        cdef const uint8_t* t = s + 2
        cdef const uint8_t* inside = s + 2
        cdef bint displayed, is_tex = False
        if s[0] == c'\\':
            if opener != c'(' and opener != c'[':
                return 0
            closer = c')' if opener == c'(' else c']'
            displayed = opener == c'['
        elif opener == c'$':
            closer = c'$'
            displayed = True
        else:
            return self.write_dollars(s, end)
        if not has_closer[closer]:
            return 0
        while t + 1 < end and not (t[0] == s[0] and t[1] == closer):
            t += 2 if t[0] == c'\\' and t + 2 < end and s[0] == c'\\' else 1
        if t + 1 >= end or t == inside:
            has_closer[closer] = t + 1 < end
            return 0
        displayed = displayed and self.out.size == self.line_start and t + 2 == end and not self.in_cell and not self.in_heading
        self.say("$$" if opener != c'(' else "$")
        if displayed:
            self.new_line()
        self.write_tex(<const char*>inside, <const char*>t, displayed)
        if displayed:
            self.new_line()
        self.say("$$" if opener != c'(' else "$")
        return t + 2 - s

    cdef size_t write_dollars(self, const uint8_t* s, const uint8_t* end) except? 0:
        """Write what is between single dollar signs, if it is a formula and not two prices."""
        cdef const uint8_t* t = s + 1
        cdef bint is_tex = False
        if is_space(t[0]) or t[0] == c'$':
            return 0
        while t < end and t[0] != c'$' and t < s + FORMULA:
            is_tex = is_tex or t[0] == c'\\' or t[0] == c'^' or t[0] == c'_' or t[0] == c'{' or t[0] == c'='
            t += 1
        if t >= end or t[0] != c'$' or is_space((t - 1)[0]) or (t + 1 < end and c'0' <= t[1] <= c'9') or not is_tex:
            return 0
        put_byte(&self.out, c'$')
        self.write_tex(<const char*>s + 1, <const char*>t, False)
        put_byte(&self.out, c'$')
        return t + 1 - s

    cdef int write_tex(self, const char* s, const char* end, bint displayed) except -1:
        """Write TeX as it is, but for what would be a tag, a link or code where formulas are not known."""
        cdef char c
        cdef bint line_is_empty = True
        while s < end and is_space(<uint8_t>s[0]):
            s += 1
        while end > s and is_space(<uint8_t>(end - 1)[0]):
            end -= 1
        while s < end:
            c = s[0]
            s += 1
            if c == c'\n' or c == c'\r':
                while s < end and is_space(<uint8_t>s[0]):
                    s += 1
                if displayed:
                    self.new_line()
                else:
                    put_byte(&self.out, c' ')
            elif c == c'`':
                self.say("\\lq ")
            elif c == c'|' and self.in_cell:
                self.say("\\|")
            elif c == c'~' and self.last() == c'~':
                self.say("{}~")
            elif <uint8_t>c >= 32:
                put_byte(&self.out, c)
                if (c == c'<' and s < end and not is_space(<uint8_t>s[0])) or (
                    c == c']' and s < end and (s[0] == c'(' or s[0] == c':' or s[0] == c'[')
                ):
                    put_byte(&self.out, c' ')
            elif c == c'\t':
                put_byte(&self.out, c' ')
        return 0

    cdef int write_displayed_math(self, Token* t) except -1:
        self.end_leaf()
        self.start_block(2)
        self.say("$$")
        self.new_line()
        self.write_tex(self.text + t.start, self.text + t.end, True)
        self.new_line()
        return self.say("$$")

    # --- Code -------------------------------------------------------------------------------------------------------------

    cdef int write_span(self) except -1:
        """Write the inline code that has come so far."""
        if self.span.size:
            self.write_code_span(self.span.data, self.span.size)
            self.span.size = 0
        return 0

    cdef int write_code_span(self, const char* s, size_t n) except -1:
        cdef size_t i, ticks = longest_run(s, n, c'`') + 1
        cdef bint padded = s[0] == c'`' or s[n - 1] == c'`'
        while n and s[n - 1] == c' ':
            n -= 1
        if n == 0:
            return put_byte(&self.out, c' ')
        if self.last() == c'`':
            put_byte(&self.out, c' ')
        for i in range(ticks):
            put_byte(&self.out, c'`')
        if padded:
            put_byte(&self.out, c' ')
        for i in range(n):
            if s[i] == c'|' and self.in_cell:
                put_byte(&self.out, c'\\')
            put_byte(&self.out, s[i])
        if padded:
            put_byte(&self.out, c' ')
        for i in range(ticks):
            put_byte(&self.out, c'`')
        return 0

    cdef int write_code(self, Token* t) except -1:
        """Write preformatted text between fences, or in a cell, where there are no lines, as inline code."""
        cdef const char* s = self.text + t.start
        cdef const char* end = self.text + t.end
        cdef const char* line_end
        cdef size_t i, ticks
        if self.in_cell:
            return self.write_code_in_cell(s, end)
        self.end_leaf()
        if self.defines and self.is_fresh:  # CommonMark, which knows no definitions, would take the fence for text
            self.is_fresh = False
            self.trim(0)
        self.start_block(2)
        ticks = max(3, longest_run(s, end - s, c'`') + 1)
        for i in range(ticks):
            put_byte(&self.out, c'`')
        put(&self.out, self.text + t.extra_start, t.extra_end - t.extra_start)
        while s <= end:
            line_end = <const char*>memchr(s, c'\n', end - s) if s < end else NULL
            if line_end == NULL:
                line_end = end
            self.new_line()
            if line_end == s:
                self.trim(0)
            put(&self.out, s, line_end - s)
            s = line_end + 1
        self.new_line()
        for i in range(ticks):
            put_byte(&self.out, c'`')
        return 0

    cdef int write_code_in_cell(self, const char* s, const char* end) except -1:
        cdef const char* line_end
        cdef bint is_first = True
        self.start_leaf(LEAF)
        while s < end:
            line_end = <const char*>memchr(s, c'\n', end - s)
            if line_end == NULL:
                line_end = end
            if not is_first:
                self.say("<br>")
            if line_end > s:
                self.write_code_span(s, line_end - s)
            is_first = False
            s = line_end + 1
        return self.end_leaf()


cdef size_t longest_run(const char* s, size_t n, char c) noexcept:
    cdef size_t i, run = 0, longest = 0
    for i in range(n):
        run = run + 1 if s[i] == c else 0
        longest = max(longest, run)
    return longest


def write_markdown(Clean clean not None):
    """Return a clean page as Markdown, "" for an empty page."""
    cdef MarkdownWriter w = MarkdownWriter()
    if not clean:
        return ""
    w.text = clean.text.data
    w.notes = clean.notes
    w.tokens = <Token*>clean.tokens.data
    w.n_tokens = clean.tokens.size // sizeof(Token)
    w.is_fresh = True
    reserve(&w.prefix, 1)
    w.write()
    return w.out.data[:w.out.size].decode("utf-8", "replace").strip("\n")
