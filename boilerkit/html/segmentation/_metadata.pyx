# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True, initializedcheck=False
"""What a page says about itself: its title, descriptions, address and types."""

import os

from libc.stdint cimport int32_t, uint8_t, uint32_t, uint64_t
from libc.stdlib cimport calloc
from libc.string cimport memcpy, strcmp, strlen, strncmp, strstr

from lxml.includes.tree cimport XML_ELEMENT_NODE, xmlNode

from boilerkit.blocks._buffers cimport Buffer, reserve
from boilerkit.blocks._characters cimport SPACED, ends_before, is_sentence_end, is_wide_comma, script_of
from boilerkit.blocks._hashing cimport SEED_PAGE, SEED_WORD, finish, mix
from boilerkit.html.segmentation._name_tokens cimport add_name_tokens
from boilerkit.html.segmentation._state cimport *
from boilerkit.html.segmentation._tables cimport *
from boilerkit.html.segmentation._utf8 cimport *

from boilerkit.html import tags

cdef enum:
    PAGE_TOKENS = 96  # tokens of the classes of html and body that are taken, of each

cdef int META_TAG = tags.TAG_IDS["meta"]
cdef int TITLE_TAG = tags.TAG_IDS["title"]
cdef int LINK_TAG = tags.TAG_IDS["link"]
cdef int SCRIPT_TAG = tags.TAG_IDS["script"]
for name in ("meta", "title", "link", "script", "body", "html"):
    describes_page[<int>tags.TAG_IDS[name]] = True


#: See `blocks._stats`: no page can make its words collide.
cdef uint64_t secret = int.from_bytes(os.urandom(8), "little") | 1


cdef inline uint32_t first_slot(uint32_t n_slots, uint32_t value) noexcept nogil:
    return <uint32_t>((value * secret) >> 32) & (n_slots - 1)


cdef inline void insert(uint32_t* slots, uint32_t n_slots, int* count, uint32_t value) noexcept nogil:
    """Add a hash to a set; a set that is half full takes no more."""
    cdef uint32_t slot = first_slot(n_slots, value)
    if 2 * <uint32_t>count[0] >= n_slots or value == 0:
        return
    while slots[slot]:
        if slots[slot] == value:
            return
        slot = (slot + 1) & (n_slots - 1)
    slots[slot] = value
    count[0] += 1


cdef inline bint contains(const uint32_t* slots, uint32_t n_slots, uint32_t value) noexcept nogil:
    cdef uint32_t slot = first_slot(n_slots, value)
    while slots[slot]:
        if slots[slot] == value:
            return True
        slot = (slot + 1) & (n_slots - 1)
    return False


cdef void collect_words(Walk* w, const char* text, bint is_title, bint is_json) noexcept nogil:
    """Collect the words of the page's title or the word pairs of its descriptions, hashed like those of blocks."""
    cdef const uint8_t* s = <const uint8_t*>text
    cdef uint32_t word = SEED_WORD, previous = 0, last = 0, c
    cdef int length = 0, kind, n, i
    cdef int script, word_script = SPACED
    while True:
        kind = char_class[s[0]]
        script = SPACED
        if s[0] == 0:
            kind = C_PUNCTUATION
        elif kind == C_HIGH:
            c = code_point(s)
            script = script_of(c)
            if is_symbol(c) or is_sentence_end(c) or is_wide_comma(c):
                kind = C_PUNCTUATION
        if length and (kind == C_PUNCTUATION or kind == C_SPACE or ends_before(word_script, length, script)):
            word = finish(word)
            if is_title:
                insert(w.title_words, TITLE_SLOTS, &w.n_title_words, word)
            else:
                insert(w.pairs, PAIR_SLOTS, &w.n_pairs, finish(mix(mix(SEED_WORD, previous), word)))
            previous = word
            word = SEED_WORD
            length = 0
        if s[0] == 0:
            return
        if kind == C_PUNCTUATION or kind == C_SPACE:
            if is_json and s[0] == 92 and s[1]:  # a backslash: the letter after it is not text
                s += 1
            last = 0
            n = sequence_length(s[0])
        else:
            n = sequence_length(s[0]) if kind == C_HIGH else 1
            for i in range(n):
                word = mix(word, fold(s[i], last))
                last = s[i]
            length += 1
            word_script = script
        for i in range(n):
            if s[0]:
                s += 1


cdef int append(Buffer* buffer, const char* text) except -1 nogil:
    """Append a line."""
    cdef size_t n = strlen(text)
    reserve(buffer, n + 2)
    if buffer.size:
        buffer.data[buffer.size] = c'\n'
        buffer.size += 1
    memcpy(buffer.data + buffer.size, text, n + 1)
    buffer.size += n
    return 0


cdef int describe(Walk* w, const char* text, bint is_json) except -1 nogil:
    """Take in a description of the page."""
    if w.pairs == NULL:
        w.pairs = <uint32_t*>calloc(PAIR_SLOTS, sizeof(uint32_t))
        if w.pairs == NULL:
            with gil:
                raise MemoryError("no memory for the descriptions of this page")
    collect_words(w, text, False, is_json)
    return 0


cdef int add_json_types(Walk* w, const char* json) except -1 nogil:
    """Add page tokens of the schema.org types that a JSON-LD script names."""
    cdef int found = 0
    cdef char name[32]
    cdef int n
    json = strstr(json, "\"@type\"")
    while json != NULL and found < 16:
        json += 7
        while json[0] == c' ' or json[0] == c':' or json[0] == c'"' or json[0] == c'[' or json[0] == c'\n':
            json += 1
        n = 0
        while n < 31 and char_class[<uint8_t>json[0]] in (C_LETTER, C_CAPITAL):
            name[n] = json[0]
            n += 1
            json += 1
        name[n] = 0
        add_name_tokens(&w.page_tokens, 0, name, SEED_PAGE, SEED_PAGE, 2)
        found += 1
        json = strstr(json, "\"@type\"")
    return 0


cdef int read_meta(Walk* w, xmlNode* node) except -1 nogil:
    """Take in a meta element."""
    cdef const char* content = attribute_of(node, "content")
    cdef const char* name = attribute_of(node, "property")
    if name == NULL:
        name = attribute_of(node, "name")
    if content == NULL or name == NULL:
        return 0
    if strstr(name, "description") != NULL:
        describe(w, content, False)
        if w.description.size == 0:
            append(&w.description, content)
    elif strcmp(name, "og:title") == 0:
        collect_words(w, content, True, False)
    elif strcmp(name, "og:type") == 0:
        add_name_tokens(&w.page_tokens, 0, content, SEED_PAGE, SEED_PAGE, 4)
    elif strcmp(name, "og:url") == 0:
        if w.address.size == 0:
            append(&w.address, content)
    elif strncmp(name, "article:", 8) == 0 or strncmp(name, "product:", 8) == 0:
        add_name_tokens(&w.page_tokens, 0, name, SEED_PAGE, 0, 4)
    return 0


cdef int read_metadata(Walk* w, xmlNode* node, int tag) except -1 nogil:
    """Take in one element of those that describe the page, wherever in the tree it is."""
    cdef const char* value
    cdef const char* text = ""
    cdef bint in_svg  # the root's parent is the document, which is not an element
    if node.children != NULL and node.children.content != NULL:
        text = <const char*>node.children.content
    if tag == META_TAG:
        read_meta(w, node)
    elif tag == TITLE_TAG:
        in_svg = node.parent.type == XML_ELEMENT_NODE and strcmp(<const char*>node.parent.name, "svg") == 0
        if w.title.size == 0 and not in_svg:
            append(&w.title, text)
            collect_words(w, text, True, False)
    elif tag == LINK_TAG:
        value = attribute_of(node, "rel")
        if value != NULL and strcmp(value, "canonical") == 0:
            value = attribute_of(node, "href")
            w.address.size = 0
            if value != NULL:
                append(&w.address, value)
    elif tag == SCRIPT_TAG:
        value = attribute_of(node, "type")
        if value != NULL and strcmp(value, "application/ld+json") == 0:
            describe(w, text, True)
            add_json_types(w, text)
    else:  # body or html
        value = attribute_of(node, "class")
        if value != NULL:
            add_name_tokens(&w.page_tokens, 0, value, SEED_PAGE, 0, PAGE_TOKENS)
    return 0


cdef void count_described_words(Walk* w) noexcept nogil:
    """Count in each block the words of the page's title and the pairs of its descriptions, after the walk."""
    cdef const uint32_t* word = <const uint32_t*>w.words.data
    cdef uint32_t previous
    cdef int32_t block, i
    cdef int32_t* row
    if w.n_title_words == 0 and w.pairs == NULL:
        return
    for block in range(w.n_blocks):
        row = <int32_t*>w.blocks.data + block * N_BLOCK_COLUMNS
        previous = 0
        for i in range(row[B_WORDS]):
            row[B_TITLE_WORDS] += contains(w.title_words, TITLE_SLOTS, word[i])
            if w.pairs != NULL:
                row[B_DESCRIBED_PAIRS] += contains(w.pairs, PAIR_SLOTS, finish(mix(mix(SEED_WORD, previous), word[i])))
            previous = word[i]
        word += row[B_WORDS]
