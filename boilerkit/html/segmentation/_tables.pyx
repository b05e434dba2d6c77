# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True, initializedcheck=False
"""Tables of bytes and of element names, filled at import."""

from libc.stdint cimport uint8_t, uint32_t
from libc.string cimport memcpy, strcmp

from boilerkit.blocks._hashing cimport SEED_WORD, finish, mix

from boilerkit.html import tags

cdef enum:
    NAME_SIZE = 24              # bytes of the longest element name, and more
    TAG_SLOTS = 1024

cdef char tag_names[MAX_TAGS][NAME_SIZE]
cdef int tag_slots[TAG_SLOTS]


cdef uint32_t hash_name(const char* name) noexcept nogil:
    cdef uint32_t h = SEED_WORD
    while name[0]:
        h = mix(h, <uint8_t>name[0])
        name += 1
    return finish(h)


cdef int tag_number(const char* name) noexcept nogil:
    """Return the tag's number in tags.TAGS, 0 for a name that is not there."""
    cdef uint32_t slot = hash_name(name) % TAG_SLOTS
    while tag_slots[slot]:
        if strcmp(tag_names[tag_slots[slot]], name) == 0:
            return tag_slots[slot]
        slot = (slot + 1) % TAG_SLOTS
    return 0


cdef void fill_bytes() noexcept:
    cdef int c
    for c in range(256):
        char_class[c] = C_HIGH if c >= 128 else C_PUNCTUATION
        lower[c] = c + 32 if 65 <= c <= 90 else c
        normalized[c] = 48 if 48 <= c <= 57 else lower[c]
    for c in range(1, 33):  # controls look like spaces, if like anything
        char_class[c] = C_SPACE
    for c in range(26):
        char_class[97 + c] = C_LETTER
        char_class[65 + c] = C_CAPITAL
    for c in range(10):
        char_class[48 + c] = C_DIGIT


cdef void fill_tags() except *:
    cdef int number
    cdef uint32_t slot
    cdef bytes name_bytes
    for number, name in enumerate(tags.TAGS):
        tag_flags[number] = tags.TAG_FLAGS.get(name, 0)
        tag_landmark[number] = next((i for i, group in enumerate(tags.LANDMARKS) if name in group), -1)
        if number == 0:
            continue
        name_bytes = name.encode()
        memcpy(tag_names[number], <const char*>name_bytes, len(name_bytes) + 1)
        slot = hash_name(tag_names[number]) % TAG_SLOTS
        while tag_slots[slot]:
            slot = (slot + 1) % TAG_SLOTS
        tag_slots[slot] = number


if len(tags.TAGS) > MAX_TAGS or len(tags.LANDMARKS) != N_LANDMARKS or max(map(len, tags.TAGS)) >= NAME_SIZE:
    raise AssertionError("the tables of html.tags do not fit the compiled ones")
if (BLOCK, INVISIBLE, PREFORMATTED, LINK, EMPHASIS, BREAK, PICTURE, FIELD, NOT_HIDEABLE) != (
    tags.BLOCK, tags.INVISIBLE, tags.PREFORMATTED, tags.LINK, tags.EMPHASIS, tags.BREAK, tags.PICTURE, tags.FIELD,
    tags.NOT_HIDEABLE,
):
    raise AssertionError("the flags of html.tags and of compiled code differ")
fill_bytes()
fill_tags()
