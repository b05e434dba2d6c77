# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True, initializedcheck=False
"""A clean page as HTML."""

from libc.stdint cimport int32_t
from libc.string cimport memset, strlen

from boilerkit.blocks._buffers cimport Buffer, release, reserve
from boilerkit.html.rendering._clean cimport *

from boilerkit.html.rendering.tags import CLEAN_TAGS

cdef enum:
    MAX_LISTS = 64  # lists inside each other, more than pruning opens

if len(CLEAN_TAGS) != N_TAGS:
    raise AssertionError("the elements of tags.py and of compiled code differ")

cdef tuple TAGS = tuple(name.encode() for name in CLEAN_TAGS)
cdef const char* tag_names[N_TAGS]
cdef int i
for i in range(N_TAGS):
    tag_names[i] = <const char*>(<bytes>TAGS[i])
tag_names[T_NOTE] = "aside"


cdef struct Writer:
    Buffer out
    const char* text
    int n_lists
    int32_t[MAX_LISTS] number  # that the next item of each open list has by itself, -1 in lists without numbers
    int32_t[MAX_LISTS] step


cdef inline int say(Writer* w, const char* s) except -1:
    return put(&w.out, s, strlen(s))


cdef int escape(Writer* w, size_t start, size_t end, bint in_attribute) except -1:
    """Write text of the page."""
    cdef size_t at
    cdef char c
    for at in range(start, end):
        c = w.text[at]
        if c == c'<':
            say(w, "&lt;")
        elif c == c'>':
            say(w, "&gt;")
        elif c == c'&':
            say(w, "&amp;")
        elif c == c'"' and in_attribute:
            say(w, "&quot;")
        else:
            put_byte(&w.out, c)
    return 0


cdef int attribute(Writer* w, const char* before, size_t start, size_t end) except -1:
    """Write an attribute: what comes before the text, the text, and the quotation mark after it."""
    say(w, before)
    escape(w, start, end, True)
    return put_byte(&w.out, c'"')


cdef int number_attribute(Writer* w, const char* before, int32_t value) except -1:
    cdef bytes digits = b'%d"' % value
    say(w, before)
    return put(&w.out, digits, len(digits))


cdef inline bint has_lines(int tag) noexcept:
    """Return whether an element holds no text of its own, so that white space in it says nothing."""
    return (tag == T_BLOCKQUOTE or tag == T_UL or tag == T_OL or tag == T_DL or tag == T_TABLE or tag == T_DETAILS
            or T_THEAD <= tag <= T_TR)


cdef int open_list(Writer* w, Token* t) except -1:
    if w.n_lists < MAX_LISTS:
        w.number[w.n_lists] = t.a if t.tag == T_OL else -1
        w.step[w.n_lists] = t.b
    w.n_lists += 1
    if t.tag == T_OL and t.a != 1:
        number_attribute(w, ' start="', t.a)
    if t.tag == T_OL and t.b < 0:
        say(w, " reversed")
    return 0


cdef int open_item(Writer* w, Token* t) except -1:
    """Write the number of a list item where it is not the one after that of the item before."""
    cdef int last = min(w.n_lists, MAX_LISTS) - 1
    if last < 0 or w.number[last] < 0:
        return 0
    if t.a and t.a != w.number[last]:
        number_attribute(w, ' value="', t.a)
        w.number[last] = t.a
    w.number[last] += w.step[last]
    return 0


cdef int open_tag(Writer* w, Token* t) except -1:
    if not is_inline(t.tag):
        put_byte(&w.out, c'\n')
    if t.tag == T_TITLE:
        return say(w, "<p><strong>")
    put_byte(&w.out, c'<')
    say(w, tag_names[t.tag])
    if t.tag == T_A:
        attribute(w, ' href="', t.start, t.end)
    elif t.tag == T_BLOCKQUOTE and t.end > t.start:
        attribute(w, ' class="callout ', t.start, t.end)
    elif t.tag == T_TD or t.tag == T_TH:
        if t.a > 1:
            number_attribute(w, ' colspan="', t.a)
        if t.b > 1:
            number_attribute(w, ' rowspan="', t.b)
    elif t.tag == T_UL or t.tag == T_OL:
        open_list(w, t)
    elif t.tag == T_LI or t.tag == T_NOTE:
        if t.tag == T_LI:
            open_item(w, t)
        if t.b:
            number_attribute(w, ' id="fn-', t.b)
    return put_byte(&w.out, c'>')


cdef int close_tag(Writer* w, Token* t) except -1:
    if t.tag == T_UL or t.tag == T_OL:
        w.n_lists -= 1
    if has_lines(t.tag):
        put_byte(&w.out, c'\n')
    if t.tag == T_TITLE:
        return say(w, "</strong></p>")
    say(w, "</")
    say(w, tag_names[t.tag])
    return put_byte(&w.out, c'>')


cdef int write_reference(Writer* w, Token* t, set notes) except -1:
    say(w, "<sup>")
    if t.a in notes:
        number_attribute(w, '<a href="#fn-', t.a)
        put_byte(&w.out, c'>')
    escape(w, t.start, t.end, False)
    return say(w, "</a></sup>" if t.a in notes else "</sup>")


cdef int write_token(Writer* w, Token* t, set notes) except -1:
    if t.kind == OPEN:
        return open_tag(w, t)
    if t.kind == CLOSE:
        return close_tag(w, t)
    if t.kind == TEXT:
        return escape(w, t.start, t.end, False)
    if t.kind == BREAK:
        return say(w, "<br>")
    if t.kind == CODE:
        say(w, "<code")
        if t.extra_end > t.extra_start:
            attribute(w, ' class="language-', t.extra_start, t.extra_end)
        put_byte(&w.out, c'>')
        escape(w, t.start, t.end, False)
        return say(w, "</code>")
    if t.kind == IMAGE:
        attribute(w, '<img src="', t.start, t.end)
        attribute(w, ' alt="', t.extra_start, t.extra_end)
        return put_byte(&w.out, c'>')
    if t.kind == EMBED:
        attribute(w, '<a href="', t.start, t.end)
        put_byte(&w.out, c'>')
        if t.extra_end > t.extra_start:
            escape(w, t.extra_start, t.extra_end, False)
        else:
            escape(w, t.start, t.end, False)
        return say(w, "</a>")
    if t.kind == MATH:
        say(w, '\n<p class="math display">\\[' if t.a else '<span class="math inline">\\(')
        escape(w, t.start, t.end, False)
        return say(w, "\\]</p>" if t.a else "\\)</span>")
    if t.kind == REFERENCE:
        return write_reference(w, t, notes)
    return say(w, '<input type="checkbox" disabled checked>' if t.a else '<input type="checkbox" disabled>')


def write_html(Clean clean not None):
    """Return a clean page as an `article` element, "" for an empty page."""
    cdef Writer w
    cdef Token* tokens = <Token*>clean.tokens.data
    cdef size_t at
    if not clean:
        return ""
    memset(&w, 0, sizeof(Writer))
    w.text = clean.text.data
    try:
        say(&w, "<article>")
        for at in range(clean.tokens.size // sizeof(Token)):
            write_token(&w, tokens + at, clean.notes)
        say(&w, "\n</article>")
        return w.out.data[:w.out.size].decode("utf-8", "replace")
    finally:
        release(&w.out)
