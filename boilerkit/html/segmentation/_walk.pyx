# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True, initializedcheck=False
"""The walk from an lxml tree to the columns of `HtmlBlocks`.

The walk reads libxml2's node structs through lxml's public C API and calls no function of libxml2, so the compiled
modules link against neither library. The tree must not change while the walk runs. The walk changes nothing itself,
takes time linear in the page's size, and runs without the GIL.
"""

from libc.stdint cimport int32_t, uint8_t, uint32_t
from libc.stdlib cimport calloc, free
from libc.string cimport memcpy, memset, strchr, strcmp, strncmp, strstr

from lxml.includes.tree cimport XML_CDATA_SECTION_NODE, XML_ELEMENT_NODE, XML_TEXT_NODE, xmlAttr, xmlNode

import numpy as np

from boilerkit.blocks._buffers cimport Buffer, add_row, as_matrix, release, reserve
from boilerkit.blocks._hashing cimport SEED_NAME, SEED_PATH, SEED_ROLE, SEED_WHOLE_NAME, SEED_WORD, finish, mix
from boilerkit.html._attributes cimport *
from boilerkit.html._tree cimport Tree, next_in
from boilerkit.html.segmentation._blocks cimport *
from boilerkit.html.segmentation._formulas cimport is_tex_script, tex_of_image, tex_of_math
from boilerkit.html.segmentation._generated cimport add_tex, is_beside_math, is_drawn, is_permalink
from boilerkit.html.segmentation._metadata cimport *
from boilerkit.html.segmentation._name_tokens cimport add_link_tokens, add_name_tokens
from boilerkit.html.segmentation._tables cimport *
from boilerkit.html.segmentation._text cimport add_closing_mark, add_text
from boilerkit.html.segmentation._utf8 cimport fold

from boilerkit.blocks.columns import check_columns
from boilerkit.html import tags
from boilerkit.html.segmentation.columns import BLOCK_COLUMNS, ELEMENT_COLUMNS

check_columns("columns of elements", ELEMENT_COLUMNS, ELEMENT_COLUMNS_CHECKSUM)
check_columns("columns of blocks", BLOCK_COLUMNS, BLOCK_COLUMNS_CHECKSUM)

cdef enum:
    BLOCK_LINKS = 3        # links of a block whose addresses are tokens
    MAX_BLANKS = 4         # nodes without text beside an element that are passed over
    LINE_DEPTH = 4         # how deep in a preformatted element its lines may be
    ELEMENT_TOKENS = 24    # tokens of one attribute that are taken

cdef int A_TAG = tags.TAG_IDS["a"]
cdef int DIALOG_TAG = tags.TAG_IDS["dialog"]
cdef int DIV_TAG = tags.TAG_IDS["div"]
cdef int IMG_TAG = tags.TAG_IDS["img"]
cdef int LI_TAG = tags.TAG_IDS["li"]
cdef int MATH_TAG = tags.TAG_IDS["math"]
cdef int NOSCRIPT_TAG = tags.TAG_IDS["noscript"]
cdef int OL_TAG = tags.TAG_IDS["ol"]
cdef int SCRIPT_TAG = tags.TAG_IDS["script"]
cdef int SPAN_TAG = tags.TAG_IDS["span"]
cdef int SUB_TAG = tags.TAG_IDS["sub"]
cdef int SUP_TAG = tags.TAG_IDS["sup"]
cdef int TEMPLATE_TAG = tags.TAG_IDS["template"]

cdef const char* opening_mark[MAX_TAGS]  # what stands for the start of an element in its text, by tag number
cdef const char* closing_mark[MAX_TAGS]
cdef bint in_line[MAX_TAGS]              # elements of which each is a line of preformatted text
cdef bint holds_runs[MAX_TAGS]           # blocks whose content is running text

opening_mark[tags.TAG_IDS["q"]] = "\xe2\x80\x9c"
closing_mark[tags.TAG_IDS["q"]] = "\xe2\x80\x9d"
for name in ("del", "s", "strike"):
    opening_mark[tags.TAG_IDS[name]] = closing_mark[tags.TAG_IDS[name]] = "~~"
for name in ("div", "li", "ol", "ul"):
    in_line[tags.TAG_IDS[name]] = True
for name in ("p", "h1", "h2", "h3", "h4", "h5", "h6", "dt", "summary", "caption", "figcaption"):
    holds_runs[tags.TAG_IDS[name]] = True

INT32, UINT8 = np.dtype(np.int32), np.dtype(np.uint8)

# --- Elements ---------------------------------------------------------------------------------------------------------

cdef bint style_hides(const char* style) noexcept nogil:
    """Return whether an inline style contains display:none or visibility:hidden, however it is spaced."""
    cdef char packed[20]
    cdef int n = 0, i
    cdef char c
    memset(packed, 0, sizeof(packed))
    while True:
        c = style[0]
        if c == 0 or c == c';':
            if strncmp(packed, "display:none", 12) == 0 or strncmp(packed, "visibility:hidden", 17) == 0:
                return True
            memset(packed, 0, sizeof(packed))
            n = 0
            if c == 0:
                return False
        elif char_class[<uint8_t>c] != C_SPACE and n < 19:
            packed[n] = <char>fold(<uint8_t>c, 0)
            n += 1
        style += 1


cdef inline void mix_class(uint32_t* path, const uint8_t* name) noexcept nogil:
    """Fold a class into a path; numbered classes belong to one path."""
    cdef uint32_t h = path[0]
    while name[0]:
        if char_class[name[0]] != C_DIGIT:
            h = mix(h, name[0])
        name += 1
    path[0] = h


cdef int read_attributes(Walk* w, xmlNode* node, int32_t element, int flags, uint32_t* path) except -1 nogil:
    """Add the tokens of an element's attributes and fold its class into its path. Return whether it is hidden."""
    cdef xmlAttr* attribute = node.properties
    cdef const char* name
    cdef const char* value
    cdef int hidden = 0, kind
    while attribute != NULL:
        name = <const char*>attribute.name
        value = value_of(attribute)
        kind = meaning_of(&w.attributes, name, attribute_kind)
        if kind == A_CLASS:
            mix_class(path, <const uint8_t*>value)
        if kind == A_CLASS or kind == A_ID:
            add_name_tokens(&w.element_tokens, element, value, SEED_NAME, SEED_WHOLE_NAME, ELEMENT_TOKENS)
        elif kind == A_ROLE:
            add_name_tokens(&w.element_tokens, element, value, SEED_ROLE, 0, ELEMENT_TOKENS)
        elif kind == A_HREF:
            if flags & LINK and w.link_count < BLOCK_LINKS:
                w.link_count += 1
                add_link_tokens(&w.block_tokens, w.n_blocks, value)
        elif kind == A_STYLE:
            hidden |= style_hides(value)
        elif kind == A_HIDDEN:
            hidden |= strcmp(value, "until-found") != 0 and not is_streamed(node)
        attribute = attribute.next
    return hidden


cdef bint is_streamed(xmlNode* node) noexcept nogil:
    """Return whether a hidden element is a part of the page that React sent after the rest and a script will show."""
    cdef const char* name = attribute_of(node, "id")
    return name != NULL and strncmp(name, "S:", 2) == 0


cdef inline bint is_blank(xmlNode* node) noexcept nogil:
    """Return whether a node is a comment, or text of white space alone."""
    cdef const uint8_t* s = <const uint8_t*>node.content
    if node.type == XML_ELEMENT_NODE:
        return False
    if node.type == XML_TEXT_NODE and s != NULL:
        while char_class[s[0]] == C_SPACE:
            s += 1
        return s[0] == 0
    return True


cdef bint stands_apart(Walk* w, xmlNode* node) noexcept nogil:
    """Return whether an element of the page's own making is a part of the page, and not of a text that it stands in.

    Browsers show such elements as inline unless a style says otherwise, and nearly always one does.
    """
    cdef int32_t* parent = element_row(w, w.current)
    if not tag_flags[parent[E_TAG]] & BLOCK or holds_runs[parent[E_TAG]] or parent[E_CONTEXT] & IN_PREFORMATTED:
        return False
    return not is_running_text(w, beside(node, False)) and not is_running_text(w, beside(node, True))


cdef inline xmlNode* beside(xmlNode* node, bint after) noexcept nogil:
    """Return the node before or after one, some blank ones passed over; NULL where there is none."""
    cdef int i
    node = node.next if after else node.prev
    for i in range(MAX_BLANKS):
        if node == NULL or not is_blank(node):
            break
        node = node.next if after else node.prev
    return node


cdef bint is_running_text(Walk* w, xmlNode* node) noexcept nogil:
    """Return whether a node is text or a known inline element."""
    cdef int tag
    if node == NULL:
        return False
    if node.type != XML_ELEMENT_NODE:
        return True
    tag = meaning_of(&w.tags, <const char*>node.name, tag_number)
    return tag != 0 and not tag_flags[tag] & (BLOCK | INVISIBLE | PICTURE)


cdef int skip_invisible(Walk* w, xmlNode* top) except -1 nogil:
    """Count the elements in an invisible one, itself included, and read those that describe the page."""
    cdef xmlNode* node = top
    cdef int tag
    while node != NULL:
        if node.type == XML_ELEMENT_NODE:
            w.order += 1
            tag = meaning_of(&w.tags, <const char*>node.name, tag_number)
            if describes_page[tag]:
                read_metadata(w, node, tag)
        node = next_in(top, node)
    return 0


cdef inline void set_landmarks(const uint8_t* above, uint8_t* near) noexcept nogil:
    """Set the distances to landmarks from those of the parent. The copies let compilers vectorise the loop."""
    cdef uint8_t[N_LANDMARKS] steps
    cdef int i
    memcpy(steps, above, N_LANDMARKS)
    for i in range(N_LANDMARKS):
        steps[i] += steps[i] < FAR - 1
    memcpy(near, steps, N_LANDMARKS)


cdef inline int tag_of(Walk* w, xmlNode* node) noexcept nogil:
    """Return an element's tag number: that of `div` for what a browser or a script would make a part of the page."""
    cdef int tag = meaning_of(&w.tags, <const char*>node.name, tag_number)
    if tag == 0 and w.current >= 0 and strchr(<const char*>node.name, c'-') != NULL and stands_apart(w, node):
        return DIV_TAG
    if tag == TEMPLATE_TAG and attribute_of(node, "shadowrootmode") != NULL:
        return DIV_TAG
    return tag


cdef bint is_line(Walk* w, int32_t element, int tag) noexcept nogil:
    """Return whether an element of this tag, below `element`, is a line of preformatted text."""
    cdef int i
    if not in_line[tag]:
        return False
    for i in range(LINE_DEPTH):
        if element < 0 or not element_row(w, element)[E_CONTEXT] & IN_PREFORMATTED:
            return False
        if tag_flags[element_row(w, element)[E_TAG]] & PREFORMATTED:
            return True
        element = element_row(w, element)[E_PARENT]
    return False


cdef inline int end_line(Walk* w) except -1 nogil:
    """End a line of preformatted text unless it has ended."""
    if w.is_open and not (w.space.size and w.space.data[w.space.size - 1] == c'\n'):
        add_space(w, c'\n', True)
    return 0


cdef inline void add_script_mark(Walk* w, int tag) noexcept nogil:
    """Note that a number that comes next is an exponent or an index, if it would run into what is before it.

    An index after a letter is left as it is: most are formulas of chemistry.
    """
    cdef int before
    if w.is_open and not w.pending_space and not w.breaks and w.text.size:
        before = char_class[<uint8_t>w.text.data[w.text.size - 1]]
        if before == C_DIGIT or (tag == SUP_TAG and (before == C_LETTER or before == C_CAPITAL)):
            w.script_mark = c'^' if tag == SUP_TAG else c'_'


cdef inline int item_number(Walk* w, xmlNode* node, int tag, int32_t parent) noexcept nogil:
    """Return the number of an item of a numbered list, and for the list the number of the item before its first."""
    cdef const char* value
    if tag == OL_TAG:
        value = attribute_of(node, "start")
        return parse_number(value, 1) - 1 if value != NULL else 0
    if parent < 0 or element_row(w, parent)[E_TAG] != OL_TAG:
        return 0
    value = attribute_of(node, "value")
    element_row(w, parent)[E_NUMBER] = parse_number(value, 0) if value != NULL else element_row(w, parent)[E_NUMBER] + 1
    return element_row(w, parent)[E_NUMBER]


cdef inline int parse_number(const char* s, int otherwise) noexcept nogil:
    """Return a number of at most six digits."""
    cdef int number = 0, i
    for i in range(7):
        if s[i] == 0 and i:
            return number
        if not c'0' <= s[i] <= c'9':
            break
        number = 10 * number + s[i] - c'0'
    return otherwise


cdef bint stand_in(Walk* w, xmlNode* node, int tag) except -1 nogil:
    """Take in the text that stands for an element; return whether it stands for all of it."""
    cdef const char* tex
    cdef const char* display
    if tag == SPAN_TAG or tag == DIV_TAG:
        return is_drawn(node)
    if tag == A_TAG:
        return is_permalink(node)
    if tag == SCRIPT_TAG and is_tex_script(node):
        if node.children != NULL and node.children.content != NULL:
            add_tex(w, <const char*>node.children.content, strstr(attribute_of(node, "type"), "display") != NULL)
        return True
    if tag == MATH_TAG:
        tex, display = tex_of_math(node), attribute_of(node, "display")
        if tex == NULL:
            return False
        add_tex(w, tex, display != NULL and strcmp(display, "block") == 0)
        return True
    if tag == IMG_TAG and not is_beside_math(node):
        tex = tex_of_image(node)
        if tex != NULL:
            add_tex(w, tex, False)
    return False


cdef bint enter(Walk* w, xmlNode* node) except -1 nogil:
    """Take in an element's start. Return whether to go on to its children."""
    cdef const char* name = <const char*>node.name
    cdef int tag = tag_of(w, node)
    cdef int flags = tag_flags[tag]
    cdef int32_t element = w.n_elements
    cdef int32_t parent = w.current
    cdef int32_t* row
    cdef uint8_t* near
    cdef uint32_t path
    cdef int context, hidden
    if flags & BLOCK:
        if is_line(w, parent, tag):
            end_line(w)
        else:
            close_block(w)
    if flags & PICTURE:
        w.images += 1
    if flags & FIELD:
        w.fields += 1
    if flags & BREAK and w.is_open:
        add_space(w, c'\n', element_row(w, parent)[E_CONTEXT] & IN_PREFORMATTED)
        w.breaks += 1
        if w.breaks > 1:
            close_block(w)
    elif flags & BREAK:
        w.space.size = 0  # white space before the first line's text
    if w.current >= 0 and stand_in(w, node, tag) or flags & INVISIBLE:
        skip_invisible(w, node)
        return False
    if describes_page[tag]:
        read_metadata(w, node, tag)

    if opening_mark[tag] != NULL:
        if w.n_marks < MAX_PENDING_MARKS:
            w.marks[w.n_marks] = opening_mark[tag]
            w.n_marks += 1
    elif tag == SUP_TAG or tag == SUB_TAG:
        add_script_mark(w, tag)

    path = <uint32_t>element_row(w, parent)[E_PATH] if parent >= 0 else SEED_PATH
    path = mix(path, tag if tag and (tag != DIV_TAG or strcmp(name, "div") == 0) else hash_name(name))
    hidden = read_attributes(w, node, element, flags, &path)
    if tag == DIALOG_TAG and attribute_of(node, "open") == NULL:
        hidden = 1
    context = element_row(w, parent)[E_CONTEXT] if parent >= 0 else 0
    if flags & LINK:
        context |= IN_LINK
    if flags & EMPHASIS:
        context |= IN_EMPHASIS
    if flags & PREFORMATTED:
        context |= IN_PREFORMATTED
    if hidden and not flags & NOT_HIDEABLE:
        context |= IN_HIDDEN
    if tag == NOSCRIPT_TAG:
        context |= IN_NOSCRIPT

    row = add_row(&w.elements, N_ELEMENT_COLUMNS)
    row[E_PARENT] = parent
    row[E_TAG] = tag
    row[E_DEPTH] = element_row(w, parent)[E_DEPTH] + 1 if parent >= 0 else 0
    row[E_ORDER] = w.order
    row[E_FIRST_BLOCK] = w.n_blocks
    row[E_PATH] = <int32_t>finish(path)
    row[E_CONTEXT] = context
    row[E_IMAGES] = w.images
    row[E_FIELDS] = w.fields
    if tag == OL_TAG or tag == LI_TAG:
        row[E_NUMBER] = item_number(w, node, tag, parent)

    reserve(&w.landmarks, N_LANDMARKS)
    near = <uint8_t*>w.landmarks.data + w.landmarks.size
    w.landmarks.size += N_LANDMARKS
    if parent >= 0:
        set_landmarks(near - N_LANDMARKS * (element - parent), near)
    else:
        memset(near, FAR, N_LANDMARKS)
    if tag_landmark[tag] >= 0:
        near[tag_landmark[tag]] = 0

    w.n_elements += 1
    w.n_nodes += 1
    w.order += 1
    w.current = element
    if flags & LINK and w.is_open:
        w.block[B_LINKS] += 1  # a block that opens inside a link counts that link when it opens
    return True


cdef int leave(Walk* w) except -1 nogil:
    """Take in the end of the current element."""
    cdef int32_t* row = element_row(w, w.current)
    cdef int32_t parent = row[E_PARENT]
    if tag_flags[row[E_TAG]] & BLOCK:
        if is_line(w, parent, row[E_TAG]):
            end_line(w)
        else:
            close_block(w)
    elif closing_mark[row[E_TAG]] != NULL:
        if w.n_marks:  # no text came
            w.n_marks -= 1
        elif w.is_open:
            add_closing_mark(w, closing_mark[row[E_TAG]], row[E_CONTEXT])
    w.script_mark = 0
    row[E_END_BLOCK] = w.n_blocks + w.is_open
    row[E_IMAGES] = w.images - row[E_IMAGES]
    row[E_FIELDS] = w.fields - row[E_FIELDS]
    w.current = parent
    if w.is_open and parent >= 0 and row[E_DEPTH] - 1 < element_row(w, w.highest)[E_DEPTH]:
        w.highest = parent
        w.moved = True
    return 0


cdef void find_wider_ancestors(Walk* w) noexcept nogil:
    """Find the nearest ancestor with more blocks of each element. Parents precede their children."""
    cdef int32_t element
    cdef int32_t* row
    cdef int32_t* parent
    for element in range(w.n_elements):
        row = element_row(w, element)
        row[E_WIDER_ANCESTOR] = row[E_PARENT]
        if row[E_PARENT] >= 0:
            parent = element_row(w, row[E_PARENT])
            if row[E_FIRST_BLOCK] == parent[E_FIRST_BLOCK] and row[E_END_BLOCK] == parent[E_END_BLOCK]:
                row[E_WIDER_ANCESTOR] = parent[E_WIDER_ANCESTOR]


cdef int walk_body(Walk* w, xmlNode* top) except -1 nogil:
    """Walk the tree in document order and fill all columns."""
    cdef xmlNode* node = top
    cdef bint entered
    w.current = -1
    while True:
        entered = False
        if node.type == XML_ELEMENT_NODE:
            entered = enter(w, node)
            if entered and node.children != NULL:
                node = node.children
                continue
        elif (
            (node.type == XML_TEXT_NODE or node.type == XML_CDATA_SECTION_NODE)
            and node.content != NULL and w.current >= 0
        ):
            add_text(w, <const char*>node.content)
        if entered:
            leave(w)
        while node != top and node.next == NULL:
            node = node.parent
            leave(w)
        if node == top:
            break
        node = node.next
    close_block(w)
    find_wider_ancestors(w)
    cdef size_t pair = 2 * sizeof(int32_t)
    while w.block_tokens.size and (<int32_t*>(w.block_tokens.data + w.block_tokens.size - pair))[0] >= w.n_blocks:
        w.block_tokens.size -= pair  # links after the last text belong to no block
    return 0


# --- The Python side --------------------------------------------------------------------------------------------------

cdef int add_nothing(Walk* w) except -1 nogil:
    """Add the row that means "no element"."""
    cdef int32_t* row = add_row(&w.elements, N_ELEMENT_COLUMNS)
    row[E_PARENT] = row[E_WIDER_ANCESTOR] = -1
    reserve(&w.landmarks, N_LANDMARKS)
    memset(w.landmarks.data + w.landmarks.size, FAR, N_LANDMARKS)
    w.landmarks.size += N_LANDMARKS
    return 0


cdef str as_text(Buffer* buffer):
    return buffer.data[:buffer.size].decode("utf-8", "replace") if buffer.size else ""


def walk(root):
    """Walk the tree below `root`. Return the fields of `HtmlBlocks` by name."""
    cdef Tree tree = Tree(root)
    cdef Walk* w = <Walk*>calloc(1, sizeof(Walk))
    if w == NULL:
        raise MemoryError("no memory for the walk")
    try:
        with nogil:
            walk_body(w, tree.top)
            count_described_words(w)
            release(&w.words)
            add_nothing(w)
            if w.address.size:
                add_link_tokens(&w.page_tokens, 1, w.address.data)
            if w.text.size:
                w.text.size -= 1  # the separator after the last block
        text = as_text(&w.text)
        release(&w.text)
        return {
            "text": text,
            "title": as_text(&w.title),
            "description": as_text(&w.description),
            "address": as_text(&w.address),
            "elements": as_matrix(&w.elements, N_ELEMENT_COLUMNS, INT32),
            "blocks": as_matrix(&w.blocks, N_BLOCK_COLUMNS, INT32),
            "landmarks": as_matrix(&w.landmarks, N_LANDMARKS, UINT8),
            "element_tokens": as_matrix(&w.element_tokens, 2, INT32),
            "block_tokens": as_matrix(&w.block_tokens, 2, INT32),
            "page_tokens": as_matrix(&w.page_tokens, 2, INT32),
        }
    finally:
        for buffer in (<size_t>w.elements.data, <size_t>w.blocks.data, <size_t>w.landmarks.data,
                       <size_t>w.element_tokens.data, <size_t>w.block_tokens.data, <size_t>w.page_tokens.data,
                       <size_t>w.text.data, <size_t>w.words.data, <size_t>w.space.data, <size_t>w.title.data,
                       <size_t>w.description.data, <size_t>w.address.data, <size_t>w.pairs):
            free(<void*><size_t>buffer)
        free(w)
