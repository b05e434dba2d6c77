# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True, initializedcheck=False
from libc.string cimport memset

from boilerkit.blocks._buffers cimport release, reserve


cdef class Clean:
    def __cinit__(self):
        self.notes = set()

    def __dealloc__(self):
        release(&self.tokens)
        release(&self.text)

    def __bool__(self):
        return self.tokens.size > 0

    cdef Token* add(self, int kind, int tag) except NULL:
        """Append a token without a string. The pointer is valid until the next one is added."""
        reserve(&self.tokens, sizeof(Token))
        cdef Token* token = <Token*>(self.tokens.data + self.tokens.size)
        memset(token, 0, sizeof(Token))
        token.kind = kind
        token.tag = tag
        token.start = token.end = token.extra_start = token.extra_end = self.text.size
        self.tokens.size += sizeof(Token)
        return token

    cdef int say(self, Token* token, const char* s, size_t n) except -1:
        """Give the last token its string."""
        token.start = self.text.size
        put(&self.text, s, n)
        token.end = self.text.size
        return 0

    cdef int say_extra(self, Token* token, const char* s, size_t n) except -1:
        """Give the last token its second string."""
        token.extra_start = self.text.size
        put(&self.text, s, n)
        token.extra_end = self.text.size
        return 0
