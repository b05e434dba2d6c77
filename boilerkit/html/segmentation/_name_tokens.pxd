# cython: language_level=3
from libc.stdint cimport int32_t, uint32_t

from boilerkit.blocks._buffers cimport Buffer

cdef int add_name_tokens(Buffer* tokens, int32_t owner, const char* name, uint32_t seed, uint32_t whole_seed,
                         int max_tokens) except -1 nogil
cdef int add_link_tokens(Buffer* tokens, int32_t owner, const char* address) except -1 nogil
