# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True, initializedcheck=False
"""Tokens of names and addresses, as attributes contain them: classes, ids, roles, links."""

from libc.stdint cimport int32_t, uint8_t, uint32_t
from libc.string cimport strncmp

from boilerkit.blocks._buffers cimport Buffer, add_token, reserve
from boilerkit.blocks._hashing cimport SEED_LINK, finish, mix
from boilerkit.html.segmentation._tables cimport *

cdef enum:
    LINK_TOKENS = 8  # tokens of an address that are taken


cdef inline int32_t* write_token(int32_t* row, int32_t owner, uint32_t token) noexcept nogil:
    """Write to a buffer of tokens, which must have room. Return where the next one goes."""
    row[0] = owner
    row[1] = <int32_t>token
    return row + 2


cdef int add_name_tokens(Buffer* tokens, int32_t owner, const char* name, uint32_t seed, uint32_t whole_seed,
                         int max_tokens) except -1 nogil:
    """Add the tokens of an attribute: its parts (letters between other characters or at a change of case), and its
    whole names, which end at white space, if `whole_seed` is not 0."""
    cdef const uint8_t* s = <const uint8_t*>name
    cdef const uint8_t* start
    cdef const uint8_t* classes = char_class
    cdef uint32_t part = seed, whole = whole_seed
    cdef int length = 0, whole_length = 0, kind, previous = C_SPACE, found = 0
    cdef bint letter
    reserve(tokens, (max_tokens + 1) * 2 * sizeof(int32_t))  # one character may end a part and a name
    cdef int32_t* row = <int32_t*>(tokens.data + tokens.size)
    while found < max_tokens:
        start = s
        while classes[s[0]] == C_LETTER:  # most characters are small letters in a row
            part = mix(part, s[0])
            whole = mix(whole, s[0])
            s += 1
        if s > start:
            length += <int>(s - start)
            whole_length += <int>(s - start)
            previous = C_LETTER
        kind = classes[s[0]] if s[0] else C_SPACE
        letter = kind == C_LETTER or kind == C_CAPITAL or kind == C_HIGH
        if length and (not letter or (kind == C_CAPITAL and previous == C_LETTER)):
            if length > 1:
                row = write_token(row, owner, finish(part))
                found += 1
            part = seed
            length = 0
        if kind == C_SPACE:
            if whole_seed and whole_length > 1:
                row = write_token(row, owner, finish(whole))
                found += 1
            whole = whole_seed
            whole_length = 0
            if s[0] == 0:
                break
        elif kind != C_DIGIT:
            whole = mix(whole, lower[s[0]])
            whole_length += 1
        if letter:
            part = mix(part, lower[s[0]])
            length += 1
        previous = kind
        s += 1
    tokens.size = <char*>row - tokens.data
    return 0


cdef int add_link_tokens(Buffer* tokens, int32_t owner, const char* address) except -1 nogil:
    """Add the tokens of a link's address: the first parts of its host and path; of other schemes, of the whole."""
    if address[0] == c'#':
        return add_token(tokens, owner, finish(mix(SEED_LINK, c'#')))
    if strncmp(address, "http://", 7) == 0:
        address += 7
    elif strncmp(address, "https://", 8) == 0:
        address += 8
    elif address[0] == c'/':
        add_token(tokens, owner, finish(mix(SEED_LINK, c'/')))
    if strncmp(address, "www.", 4) == 0:
        address += 4
    return add_name_tokens(tokens, owner, address, SEED_LINK, 0, LINK_TOKENS)
