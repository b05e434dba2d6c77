# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True, initializedcheck=False
"""The kept content of a page as a flat list of tokens: what pruning writes, and HTML and Markdown are written from."""

from libc.stdint cimport int32_t
from libc.string cimport memcpy

from boilerkit.blocks._buffers cimport Buffer, reserve

cdef enum:  # kinds of tokens
    OPEN        # start of an element; what `a`, `b` and the string mean depends on the tag
    CLOSE       # its end
    TEXT        # running text, white space normalised
    BREAK       # a line break
    CODE        # preformatted text; `extra` is its language
    IMAGE       # its address; `extra` is its description
    EMBED       # the address of a video or a sound; `extra` is its title
    MATH        # TeX; `a`: it stands on its own
    REFERENCE   # to footnote `a`; the string is its sign
    CHECKBOX    # of a task; `a`: it is done

cdef enum:  # tags of the clean page; the order is that of tags.CLEAN_TAGS
    T_NONE
    T_P, T_H1, T_H2, T_H3, T_H4, T_H5, T_H6, T_TITLE, T_PRE
    T_UL, T_OL, T_LI, T_DL, T_DT, T_DD
    T_TABLE, T_CAPTION, T_THEAD, T_TBODY, T_TFOOT, T_TR, T_TD, T_TH
    T_BLOCKQUOTE, T_FIGURE, T_FIGCAPTION, T_DETAILS, T_SUMMARY, T_NOTE
    T_A, T_B, T_STRONG, T_I, T_EM, T_S, T_DEL, T_SUB, T_SUP, T_Q, T_CODE, T_KBD, T_SAMP
    T_U, T_INS, T_MARK, T_SMALL, T_CITE, T_VAR
    N_TAGS


cdef struct Token:
    int32_t kind, tag, a, b
    size_t start, end                # its string in `text`
    size_t extra_start, extra_end    # its second string


cdef inline bint is_inline(int tag) noexcept nogil:
    return T_A <= tag < N_TAGS


cdef inline bint is_heading(int tag) noexcept nogil:
    return T_H1 <= tag <= T_H6


cdef inline int put(Buffer* buffer, const char* s, size_t n) except -1 nogil:
    """Append bytes."""
    reserve(buffer, n)
    memcpy(buffer.data + buffer.size, s, n)
    buffer.size += n
    return 0


cdef inline int put_byte(Buffer* buffer, char c) except -1 nogil:
    reserve(buffer, 1)
    buffer.data[buffer.size] = c
    buffer.size += 1
    return 0


cdef class Clean:
    """The tokens of a page, the text that they refer to, and which footnotes have their text in it."""

    cdef Buffer tokens
    cdef Buffer text
    cdef readonly set notes

    cdef Token* add(self, int kind, int tag) except NULL
    cdef int say(self, Token* token, const char* s, size_t n) except -1
    cdef int say_extra(self, Token* token, const char* s, size_t n) except -1
