# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True, initializedcheck=False
"""Pruning: from a page's tree and its kept blocks to the tokens of a clean page.

One pass over the tree, which reads libxml2's structs as the walk of `segmentation` does and changes nothing. What is
visible and which text is in which block is not decided here: the rows of `HtmlBlocks` say it. Every look at what is
still to come (the text of a link, the numbers beside code) draws on a budget that grows with the page, so that the pass
takes linear time.
"""

from libc.stdint cimport int32_t, uint8_t
from libc.string cimport memcpy, memset, strcmp, strlen, strncmp, strstr

from lxml.includes.tree cimport XML_CDATA_SECTION_NODE, XML_ELEMENT_NODE, XML_TEXT_NODE, xmlAttr, xmlNode

import numpy as np

from boilerkit.blocks._buffers cimport Buffer, release, reserve
from boilerkit.html._tree cimport Tree
from boilerkit.html.rendering._clean cimport *
from boilerkit.html.rendering._elements cimport *
from boilerkit.html.rendering._lookahead cimport SHORT, Lookahead
from boilerkit.html.segmentation._columns cimport *
from boilerkit.html.segmentation._formulas cimport is_followed_by_script, tex_of_image, tex_of_math
from boilerkit.html.segmentation._metadata cimport attribute_of
from boilerkit.html.segmentation._state cimport Names, meaning_of
from boilerkit.html.segmentation._tables cimport BLOCK, BREAK as LINE_BREAK, PREFORMATTED, tag_flags, tag_number

from boilerkit.html.rendering import media, roles
from boilerkit.html.rendering._layout import layout_tables
from boilerkit.html.rendering.addresses import base_address, link_url
from boilerkit.html.rendering.mathml import to_tex

cdef enum:
    MAX_NESTING = 32         # containers nested deeper dissolve, and their text stays
    MAX_MARKS = 24           # inline elements around one text
    MAX_LEAD = 3             # blocks between the picture that a page opens with and the first kept block
    MAX_SPAN = 1000          # as in the HTML standard
    SPENT_PER_NODE = 8       # looks ahead that each node of the page pays for

cdef enum:  # elements that are not copied under their own name, after the tags of `_clean.pxd`
    X_IMAGE = N_TAGS
    X_SCRIPT, X_MEDIA, X_SOURCE, X_MATH, X_INPUT, X_RUBY_TEXT, X_NOSCRIPT, X_BUTTON, X_SECTION

# --- Names of elements --------------------------------------------------------------------------------------------------

cdef dict ELEMENTS = {
    b"p": T_P, b"textarea": T_P, b"h1": T_H1, b"h2": T_H2, b"h3": T_H3, b"h4": T_H4, b"h5": T_H5, b"h6": T_H6,
    b"pre": T_PRE, b"listing": T_PRE, b"xmp": T_PRE, b"plaintext": T_PRE,
    b"ul": T_UL, b"menu": T_UL, b"dir": T_UL, b"ol": T_OL, b"li": T_LI, b"dl": T_DL, b"dt": T_DT, b"dd": T_DD,
    b"table": T_TABLE, b"caption": T_CAPTION, b"thead": T_THEAD, b"tbody": T_TBODY, b"tfoot": T_TFOOT, b"tr": T_TR,
    b"td": T_TD, b"th": T_TH, b"blockquote": T_BLOCKQUOTE, b"figure": T_FIGURE, b"figcaption": T_FIGCAPTION,
    b"details": T_DETAILS, b"summary": T_SUMMARY,
    b"a": T_A, b"b": T_B, b"strong": T_STRONG, b"i": T_I, b"em": T_EM, b"s": T_S, b"strike": T_S, b"del": T_DEL,
    b"sub": T_SUB, b"sup": T_SUP, b"q": T_Q, b"code": T_CODE, b"tt": T_CODE, b"kbd": T_KBD, b"samp": T_SAMP, b"u": T_U,
    b"ins": T_INS, b"mark": T_MARK, b"small": T_SMALL, b"cite": T_CITE, b"var": T_VAR,
    b"img": X_IMAGE, b"amp-img": X_IMAGE, b"amp-anim": X_IMAGE, b"script": X_SCRIPT, b"iframe": X_MEDIA,
    b"amp-iframe": X_MEDIA, b"video": X_MEDIA, b"audio": X_MEDIA, b"embed": X_MEDIA, b"source": X_SOURCE, b"math": X_MATH,
    b"mjx-container": X_MATH, b"input": X_INPUT, b"rt": X_RUBY_TEXT, b"rp": X_RUBY_TEXT, b"noscript": X_NOSCRIPT,
    b"button": X_BUTTON, b"div": X_SECTION, b"section": X_SECTION, b"aside": X_SECTION,
}


cdef int element_number(const char* name) noexcept nogil:
    with gil:
        return ELEMENTS.get(<bytes>name, T_NONE)


cdef inline int wrapper_in(int parent) noexcept nogil:
    """Return the element that goes between a container and what may not be its child, T_NONE for none."""
    if parent == T_UL or parent == T_OL:
        return T_LI
    if parent == T_DL:
        return T_DD
    if parent == T_TR:
        return T_TD
    return T_TR if parent == T_TABLE or T_THEAD <= parent <= T_TBODY + 1 else T_NONE


cdef inline bint fits(int tag, int parent) noexcept nogil:
    """Return whether a container may be the child of another; only some are particular."""
    if tag == T_LI:
        return parent == T_UL or parent == T_OL
    if tag == T_DT or tag == T_DD:
        return parent == T_DL
    if tag == T_FIGCAPTION:
        return parent == T_FIGURE
    if tag == T_SUMMARY:
        return parent == T_DETAILS
    if tag == T_CAPTION or T_THEAD <= tag <= T_TFOOT:
        return parent == T_TABLE
    if tag == T_TR:
        return parent == T_TABLE or T_THEAD <= parent <= T_TFOOT
    if tag == T_TD or tag == T_TH:
        return parent == T_TR
    return True


cdef inline bint is_particular(int tag) noexcept nogil:
    """Return whether a container can only be in certain others."""
    return not fits(tag, T_NONE)


cdef inline bint is_container(int tag) noexcept nogil:
    return T_UL <= tag <= T_NOTE


cdef inline bint holds_text(int tag) noexcept nogil:
    """Return whether the first text of a container needs no paragraph."""
    return (tag == T_LI or T_DT <= tag <= T_DD or T_TD <= tag <= T_TH or tag == T_CAPTION or tag == T_FIGCAPTION
            or tag == T_SUMMARY or tag == T_FIGURE or tag == T_NOTE)


cdef inline int meaning(int tag) noexcept nogil:
    """Return what inline elements of the same meaning share. Others mean what they are."""
    if tag == T_STRONG:
        return T_B
    if tag == T_EM:
        return T_I
    if tag == T_DEL:
        return T_S
    return T_CODE if tag == T_KBD or tag == T_SAMP else tag


cdef inline bint merges(int tag) noexcept nogil:
    """Return whether an inline element continues one of the same meaning directly before it."""
    return T_B <= tag <= T_SUP or T_CODE <= tag <= T_SAMP


# --- State --------------------------------------------------------------------------------------------------------------

cdef enum:  # of a mark
    UNKNOWN     # where the link leads is not looked up yet
    USED
    UNUSED      # it leads nowhere


cdef struct Mark:  # an inline element
    int tag, state
    int32_t id
    xmlNode* node
    size_t start, end       # its address in `addresses`, once that is looked up


cdef struct Container:  # an element that has a copy in the clean page if there is content in it
    int tag
    int32_t a, b, number, step
    bint is_open, has_kept, is_removed
    int outer               # open elements of the clean page around it, without its wrappers
    size_t start, end       # its string in `addresses`


cdef struct Outer:  # an open element of the clean page
    int tag
    bint has_content


cdef struct Frame:  # the context inside one element of the page
    int flags, container, leaf, leaf_frame, n_marks
    int32_t first, end                  # blocks in the nearest element around that has any
    int32_t figure_first, figure_end    # blocks in the nearest element around a figure that has more
    bint is_used                        # a heading that has its text
    bint is_line                        # a line of code
    size_t line_start                   # where in the code it starts
    bint in_noscript, in_note
    bint in_code_table                  # one column has the numbers of lines


cdef struct Object:  # a picture or the like that waits for the end of its run
    xmlNode* node
    int kind
    bint has_link, in_noscript, in_figure
    Mark link


cdef class Pruner(Lookahead):
    cdef Clean clean
    cdef Tree tree
    cdef const int32_t[:, ::1] elements
    cdef const int32_t[:, ::1] blocks
    cdef const uint8_t[::1] keep
    cdef const int32_t[::1] kept_before
    cdef const uint8_t[::1] layout
    cdef int32_t first_kept, last_kept, n_blocks
    cdef object base
    cdef bint with_links, with_images
    cdef dict notes          # numbers of footnotes by the id of their text
    cdef set note_signs

    cdef Names names, tags
    cdef Buffer frames, containers, outers, marks, opened, objects
    cdef Buffer addresses, code
    cdef int32_t order, row, node, block, mark_ids

    # The run of text since the last boundary
    cdef int32_t run         # its block, -1 for none yet
    cdef bint is_open, has_space, leaf_is_empty
    cdef int breaks, leaf_outer
    cdef int code_frame      # the frame of the preformatted element that the pass is in, -1 for none
    cdef bint line_ended, line_is_dropped
    cdef bytes code_language
    cdef bytes last_image
    cdef bint last_in_noscript
    cdef bint after_title    # a first heading has come
    cdef bint note           # a footnote has begun, and its own sign may come

    def __cinit__(self):
        self.block = 0
        self.run = self.code_frame = -1
        self.notes = {}
        self.note_signs = set()

    def __dealloc__(self):
        for buffer in (<size_t>&self.frames, <size_t>&self.containers, <size_t>&self.outers, <size_t>&self.marks,
                       <size_t>&self.opened, <size_t>&self.objects, <size_t>&self.addresses, <size_t>&self.code):
            release(<Buffer*><size_t>buffer)

    cdef inline Frame* frame(self) noexcept:
        return <Frame*>(self.frames.data + self.frames.size) - 1

    cdef inline Container* container(self, int index) noexcept:
        return <Container*>self.containers.data + index

    cdef inline int n_outer(self) noexcept:
        return <int>(self.outers.size // sizeof(Outer))

    cdef inline int outer_tag(self) noexcept:
        return (<Outer*>(self.outers.data + self.outers.size) - 1).tag

    # --- The page -------------------------------------------------------------------------------------------------------

    cdef int run_over(self, xmlNode* top) except -1:
        cdef xmlNode* node = top
        cdef bint entered
        while True:
            entered = False
            if node.type == XML_ELEMENT_NODE:
                entered = self.enter(node)
                if entered and node.children != NULL:
                    node = node.children
                    continue
            elif is_text(node) and self.frames.size:
                self.node += 1
                self.add_text(<const char*>node.content)
            if entered:
                self.leave()
            while node != top and node.next == NULL:
                node = node.parent
                self.leave()
            if node == top:
                return 0
            node = node.next

    cdef inline bint is_visible(self) noexcept:
        """Return whether the walk has entered the element that comes next."""
        return self.row < self.elements.shape[0] - 1 and self.elements[self.row, E_ORDER] == self.order

    cdef int pass_over(self, xmlNode* top) noexcept:
        """Count the elements and texts in an element, itself included, without looking at them."""
        cdef xmlNode* node = top
        cdef xmlNode* hidden = NULL
        while True:
            if node.type == XML_ELEMENT_NODE:
                if hidden == NULL and self.is_visible():
                    self.row += 1
                    self.node += 1
                elif hidden == NULL:
                    hidden = node
                self.order += 1
                if node.children != NULL:
                    node = node.children
                    continue
                if hidden == node:
                    hidden = NULL
            elif hidden == NULL and is_text(node) and node != top:
                self.node += 1
            while node != top and node.next == NULL:
                node = node.parent
                if hidden == node:
                    hidden = NULL
            if node == top:
                return 0
            node = node.next

    cdef int32_t block_until(self, int32_t before) noexcept:
        """Return the kept block with text after the node `before` and up to the current one, -1 for none."""
        cdef int32_t block = self.block_at(before)
        if block < self.n_blocks and self.blocks[block, B_FIRST_NODE] <= self.node and self.keep[block]:
            return block
        return -1

    cdef inline int32_t block_at(self, int32_t node) noexcept:
        """Return the block that a node is in, or the next one."""
        while self.block < self.n_blocks and self.blocks[self.block, B_LAST_NODE] < node:
            self.block += 1
        return self.block

    cdef bint enter(self, xmlNode* node) except -1:
        """Take in an element's start. Return whether to go on to its children."""
        cdef const char* name = <const char*>node.name
        cdef int flags = tag_flags[meaning_of(&self.tags, name, tag_number)]
        cdef int tag = meaning_of(&self.names, name, element_number)
        cdef Frame* above
        cdef Frame frame
        cdef int role
        cdef bint has_kept
        if flags & BLOCK and self.code_frame < 0:
            self.end_run()
        if not self.is_visible():
            if self.frames.size:
                self.add_hidden(node, tag)
            self.pass_over(node)
            return False
        memset(&frame, 0, sizeof(Frame))
        if self.frames.size:
            frame = self.frame()[0]
        frame.is_used = frame.is_line = False
        frame.flags = flags
        cdef int32_t first = self.elements[self.row, E_FIRST_BLOCK], end = self.elements[self.row, E_END_BLOCK]
        cdef int32_t wider
        if end > first:
            frame.first, frame.end = first, end
        has_kept = self.kept_before[end] > self.kept_before[first]
        if tag == T_FIGURE and frame.figure_end == 0:
            wider = self.elements[self.row, E_WIDER_ANCESTOR]
            if wider >= 0:
                frame.figure_first = self.elements[wider, E_FIRST_BLOCK]
                frame.figure_end = self.elements[wider, E_END_BLOCK]
        if tag == X_NOSCRIPT:
            frame.in_noscript = True
        role = self.role_of(node) if has_kept or tag == X_IMAGE else 0
        if has_kept and self.replace(node, tag, role):
            return False
        if tag == X_IMAGE:
            self.add_image(node, role, &frame)
        cdef int32_t row = self.row
        self.row += 1
        self.node += 1
        self.order += 1
        self.after_title = self.after_title or tag == T_H1
        if flags & LINE_BREAK:
            self.add_break()
        elif tag == X_INPUT and strcmp(as_c(attribute_of(node, "type")), "checkbox") == 0 and self.frames.size:
            self.add_object(node, CHECKBOX)
        if self.code_frame >= 0:
            frame.is_line = (flags & BLOCK and tag != T_TD and tag != T_TH) or role & CODE_LINE or (
                attribute_of(node, "data-line") != NULL)
            if frame.is_line and (self.line_ended or not self.ends_with_newline(0)):
                self.end_line()
            elif (tag == T_TD or tag == T_TH) and self.code.size and not self.ends_with_newline(0):
                put_byte(&self.code, c' ')  # a cell is not one word with the cell before it
            frame.line_start = self.code.size
        else:
            self.set_structure(node, tag, role, has_kept, row, &frame)
        reserve(&self.frames, sizeof(Frame))
        memcpy(self.frames.data + self.frames.size, &frame, sizeof(Frame))
        self.frames.size += sizeof(Frame)
        if frame.leaf == T_PRE and self.code_frame < 0 and frame.leaf_frame == <int>(self.frames.size // sizeof(Frame)) - 1:
            self.begin_code(node)
        elif T_TD <= tag <= T_TH and self.code_frame < 0 and self.container(frame.container).tag == tag:
            self.keep_column(frame.container)
        return True

    cdef int set_structure(self, xmlNode* node, int tag, int role, bint has_kept, int32_t row, Frame* frame) except -1:
        """Find out what an element is in the clean page: a container, a leaf, an inline element or nothing."""
        cdef Frame* above = self.frame() if self.frames.size else NULL
        cdef int depth = <int>(self.frames.size // sizeof(Frame)), parent
        cdef bint in_unused_heading = is_heading(frame.leaf) and not (<Frame*>self.frames.data + frame.leaf_frame).is_used
        cdef object label
        if tag == T_PRE:
            frame.leaf, frame.leaf_frame = T_PRE, depth
            return 0
        if has_kept:
            label = self.note_of(node, tag)
            if label is not None:
                self.end_run()
                self.add_container(T_LI if tag == T_LI and self.container(frame.container).tag in (T_UL, T_OL) else T_NOTE,
                                   node, True, frame)
                self.container(frame.container).b = label
                self.note = frame.in_note = True
                frame.leaf = T_NONE
                return 0
            if role & CALLOUT and frame.leaf == T_NONE and tag in (X_SECTION, T_TABLE, T_BLOCKQUOTE, T_P, T_DETAILS):
                self.add_container(T_BLOCKQUOTE, node, True, frame)
                self.say_address(self.container(frame.container), roles.callout_type(as_str(attribute_of(node, "class"))))
                frame.leaf = T_P if tag == T_P else T_NONE
                return 0
            if role & CALLOUT_TITLE and self.container(frame.container).tag == T_BLOCKQUOTE:
                frame.leaf, frame.leaf_frame = T_TITLE, depth
                return 0
        if is_heading(tag) or (tag == T_P and not in_unused_heading and frame.leaf != T_TITLE):
            frame.leaf, frame.leaf_frame = tag, depth
        elif is_container(tag) and self.container_depth(frame) < MAX_NESTING and fits(tag, self.container(frame.container).tag):
            if tag == T_TABLE:
                frame.in_code_table = self.is_code_table(node, role)
                if frame.in_code_table or self.layout[row] or is_presentation(node):
                    return 0
            self.add_container(tag, node, has_kept, frame)
            frame.leaf = T_NONE
        elif is_inline(tag) and (has_kept or tag == T_A):
            self.add_mark(node, tag, frame)
        return 0

    cdef inline int container_depth(self, Frame* frame) noexcept:
        return frame.container

    cdef int add_container(self, int tag, xmlNode* node, bint has_kept, Frame* frame) except -1:
        cdef Container container
        cdef Container* parent = self.container(frame.container)
        cdef xmlNode* child
        memset(&container, 0, sizeof(Container))
        container.tag = tag
        container.has_kept = has_kept
        container.number = container.step = 1
        if tag == T_OL:
            if attribute_of(node, "reversed") != NULL:
                container.step = -1
                container.number = 0
                child = node.children
                while child != NULL:
                    container.number += child.type == XML_ELEMENT_NODE and strcmp(<const char*>child.name, "li") == 0
                    child = child.next
            container.number = number_of(attribute_of(node, "start"), container.number, 999_999_999)
        elif tag == T_LI:
            container.a = number_of(attribute_of(node, "value"), parent.number, 999_999_999)
            parent.number = container.a + parent.step
        elif tag == T_TD or tag == T_TH:
            container.a = max(1, number_of(attribute_of(node, "colspan"), 1, MAX_SPAN))
            container.b = max(1, number_of(attribute_of(node, "rowspan"), 1, 65534))
        self.containers.size = (frame.container + 1) * sizeof(Container)
        put(&self.containers, <char*>&container, sizeof(Container))
        frame.container += 1
        return 0

    cdef int say_address(self, Container* container, str value) except -1:
        cdef bytes data = value.encode()
        container.start = self.addresses.size
        put(&self.addresses, data, len(data))
        container.end = self.addresses.size
        return 0

    cdef int add_mark(self, xmlNode* node, int tag, Frame* frame) except -1:
        """Add an inline element around the text in `node`; one inside another of the same meaning adds nothing."""
        cdef Mark* marks = <Mark*>self.marks.data
        cdef Mark mark
        cdef int i
        if frame.n_marks >= MAX_MARKS or (tag == T_A and not self.with_links):
            return 0
        for i in range(frame.n_marks):
            if meaning(marks[i].tag) == meaning(tag):
                return 0
        memset(&mark, 0, sizeof(Mark))
        mark.tag = tag
        mark.node = node
        mark.state = UNKNOWN if tag == T_A else USED
        self.mark_ids += 1
        mark.id = self.mark_ids
        self.marks.size = frame.n_marks * sizeof(Mark)
        put(&self.marks, <char*>&mark, sizeof(Mark))
        frame.n_marks += 1
        return 0

    cdef bint is_used(self, Mark* mark) except -1:
        """Return whether an inline element shows; look up where a link leads."""
        cdef bytes address
        cdef bint in_heading = is_heading(self.frame().leaf) or self.frame().leaf == T_TITLE
        if in_heading and meaning(mark.tag) == T_B:  # headings are bold anyway
            return False
        if mark.state == UNKNOWN:
            mark.state = UNUSED
            url = link_url(as_str(attribute_of(mark.node, "href")), self.base)
            if url is not None and not (in_heading and as_c(attribute_of(mark.node, "href"))[0] == c'#'):
                address = url.encode()
                mark.start = self.addresses.size
                put(&self.addresses, address, len(address))
                mark.end = self.addresses.size
                mark.state = USED
        return mark.state == USED

    cdef int leave(self) except -1:
        """Take in the end of the current element."""
        cdef Frame* frame = self.frame()
        cdef int depth = <int>(self.frames.size // sizeof(Frame)) - 1
        cdef int above = (frame - 1).container if depth else 0
        if self.code_frame == depth:
            self.end_code()
        elif self.code_frame >= 0:
            if frame.is_line:
                self.line_ended = not self.line_is_dropped and (
                    self.code.size == frame.line_start or not self.ends_with_newline(frame.line_start))
                self.line_is_dropped = False
        elif frame.flags & BLOCK or frame.container > above:  # inline elements may be footnotes
            self.end_run()
        if frame.container > above and self.code_frame < 0:
            self.close_containers(above)
        self.frames.size -= sizeof(Frame)
        return 0

    # --- Elements that something else stands for ------------------------------------------------------------------------

    cdef bint replace(self, xmlNode* node, int tag, int role) except -1:
        """Write what stands for an element with kept text, if that is not its content; return whether it was written."""
        cdef char text[SHORT]
        cdef int n
        cdef const char* href
        cdef bint in_heading
        cdef Frame* frame = self.frame() if self.frames.size else NULL
        if frame == NULL:
            return False
        if tag == X_RUBY_TEXT or role & (TOOL | BACK_LINK):
            return self.drop(node)
        if role & GUTTER and (self.code_frame >= 0 or frame.in_code_table) and self.counts_lines(node, 0):
            return self.drop(node)
        if tag == X_BUTTON and self.code_frame >= 0:
            return self.drop(node)
        if self.code_frame >= 0:
            return False
        if tag == T_PRE and self.counts_lines(node, 2):
            return self.drop(node)
        if tag == X_MATH or role & (MATH_ROLE | RENDERED_MATH):
            return self.replace_math(node, tag, role)
        if tag == T_A or tag == T_SUP:
            n = self.text_of(node, text, SHORT)
            if n <= 0:
                return False
            if (role & PERMALINK or is_heading(frame.leaf) or frame.in_note) and roles.is_permalink(as_str(text)):
                return self.drop(node)
            if self.note and not self.is_open and roles.note_sign(as_str(text)):
                return self.drop(node)
            return self.replace_reference(node, tag, role, as_str(text))
        return False

    cdef bint drop(self, xmlNode* node) except -1:
        self.pass_over(node)
        return True

    cdef bint replace_reference(self, xmlNode* node, int tag, int role, str text) except -1:
        """Write a reference to a footnote if a link, or a superscript with only one link in it, is one."""
        cdef xmlNode* link = node
        cdef const char* href
        cdef bytes sign = roles.note_sign(text).encode()
        cdef int n, i
        cdef bint raised = tag == T_SUP
        cdef Mark* marks = <Mark*>self.marks.data
        cdef int n_marks = self.frame().n_marks
        if sign and tag == T_SUP:
            link = self.find_element(node, is_link)
        if not sign or link == NULL:
            return False
        href = fragment_of(attribute_of(link, "href"))
        if href == NULL:
            return False
        for i in range(n_marks):
            raised = raised or marks[i].tag == T_SUP
        role |= self.role_of(link)
        if not (raised or role & NOTE_LINK or names_note(link) or (text[0] == "[" and looks_like_note(href))):
            return False
        cdef bytes key = href[1:strlen(href)]
        label = self.notes.get(key)
        if label is None:
            label = self.notes[key] = len(self.notes) + 1
        cdef int32_t before = self.node
        self.pass_over(node)
        if self.block_until(before) < 0:
            return True
        self.begin_text(self.block)
        n = 0
        while n < n_marks and marks[n].tag != T_SUP and marks[n].tag != T_A:
            n += 1
        self.sync_marks(n)
        cdef Token* token = self.clean.add(REFERENCE, T_NONE)
        token.a = label
        self.clean.say(token, sign, len(sign))
        return True

    cdef object note_of(self, xmlNode* node, int tag):
        """Return the number of the footnote whose text an element is, None if it is no footnote."""
        cdef xmlNode* inner = node
        cdef int depth = 0
        if not self.notes or tag == T_A or is_inline(tag):
            return None
        while True:
            for name in (b"id", b"name"):
                label = self.notes.get(<bytes>as_c(attribute_of(inner, name)))
                if label is not None and label not in self.clean.notes:
                    self.clean.notes.add(label)
                    return label
            depth += 1
            if depth > 3 or not (tag == T_LI or tag == T_P or T_DT <= tag <= T_DD):
                return None
            inner = first_child(inner)
            if inner == NULL:
                return None

    cdef bint replace_math(self, xmlNode* node, int tag, int role) except -1:
        """Write a formula's TeX; False where the element has none."""
        cdef xmlNode* script
        cdef bytes tex
        cdef int32_t before
        if role & RENDERED_MATH and is_followed_by_script(node):
            self.pass_over(node)  # the script has the source
            return True
        tex = self.tex_of(node)
        if not tex:
            return False
        before = self.node
        self.pass_over(node)
        if self.block_until(before) >= 0:
            if self.block != self.run and self.run >= 0:
                self.end_run()
            self.run = self.block
            self.write_math(tex, is_displayed(node, role))
        return True

    cdef bytes tex_of(self, xmlNode* node):
        """Return the TeX that an element carries, or MathML as TeX, b"" where there is neither."""
        cdef xmlNode* found
        cdef const char* value
        for name in (b"data-latex", b"data-tex", b"data-math", b"alttext", b"data-original-tex", b"data-expr"):
            value = attribute_of(node, name)
            if value != NULL and not is_blank(value):
                return (<bytes>value).strip()
        found = self.find_element(node, is_math_element)
        if found == NULL:
            found = self.find_element(node, is_math_image)
            return (<bytes>tex_of_image(found)).strip() if found != NULL else b""
        value = tex_of_math(found)
        if value != NULL:
            return (<bytes>value).strip()
        return to_tex(self.tree.element(found)).encode()

    cdef int write_math(self, bytes tex, bint displayed) except -1:
        """Write a formula in the run that is open; one that stands on its own ends the paragraph before it."""
        cdef Token* token
        cdef Frame* frame = self.frame()
        cdef int32_t run = self.run
        if displayed and not is_heading(frame.leaf) and self.container(frame.container).tag not in (T_TD, T_TH, T_CAPTION):
            self.close_leaf()
            self.open_containers(frame.container)
            token = self.clean.add(MATH, T_NONE)
            token.a = True
            self.clean.say(token, tex, len(tex))
            (<Outer*>(self.outers.data + self.outers.size) - 1).has_content = True
            self.has_space = False
            self.breaks = 0
            return 0
        if not self.is_open:
            self.open_leaf(True)
            self.write_objects()
        self.sync_marks(frame.n_marks)
        token = self.clean.add(MATH, T_NONE)
        self.clean.say(token, tex, len(tex))
        return 0

    # --- Text -----------------------------------------------------------------------------------------------------------

    cdef int add_text(self, const char* content) except -1:
        """Take in one text node of the current element."""
        cdef int32_t block = self.block_at(self.node)
        cdef bint in_block = block < self.n_blocks and self.blocks[block, B_FIRST_NODE] <= self.node
        if self.code_frame >= 0:
            if not in_block or self.keep[block]:
                self.add_code(content)
            else:
                self.line_is_dropped = True
            return 0
        if not in_block or is_blank(content):
            self.has_space = self.has_space or (self.is_open and content[0] and (in_block or self.run >= 0) and has_space(content))
            return 0
        if block != self.run and self.run >= 0:
            self.end_run()
        self.run = block
        if not self.keep[block]:
            return 0
        self.begin_text(block)
        self.write_text(content)
        self.note = False
        return 0

    cdef int begin_text(self, int32_t block) except -1:
        """Open the paragraph of a kept block if it is not open, with the pictures that come before its text."""
        if block != self.run and self.run >= 0:
            self.end_run()
        self.run = block
        if not self.is_open:
            self.open_leaf(True)
            self.write_objects()
        return 0

    cdef int write_text(self, const char* content) except -1:
        """Write text, white space normalised."""
        cdef const uint8_t* s = <const uint8_t*>content
        cdef const uint8_t* start
        cdef Token* token
        cdef int n
        cdef bint is_synced = False
        while s[0]:
            n = space_at(s)
            if n:
                self.has_space = True
                s += n
                continue
            n = nothing_at(s)
            if n:
                s += n
                continue
            if not is_synced or self.has_space:
                self.sync_marks(self.frame().n_marks)
                is_synced = True
            start = s
            while s[0] and space_at(s) == 0 and nothing_at(s) == 0:
                s += 1
            self.append_text(<const char*>start, s - start)
        return 0

    cdef int append_text(self, const char* s, size_t n) except -1:
        """Append to the last token if it is text, or else write a new one."""
        cdef Clean clean = self.clean
        cdef Token* last = <Token*>(clean.tokens.data + clean.tokens.size) - 1
        if clean.tokens.size and last.kind == TEXT and last.end == clean.text.size:
            put(&clean.text, s, n)
            last.end = clean.text.size
        else:
            last = clean.add(TEXT, T_NONE)
            clean.say(last, s, n)
        return 0

    cdef int sync_marks(self, int n_marks) except -1:
        """Close the inline elements that end here, write the white space between, and open those that begin."""
        cdef Mark[MAX_MARKS] wanted
        cdef Mark* opened = <Mark*>self.opened.data
        cdef int shared = 0, i, n_wanted = 0, n_opened = <int>(self.opened.size // sizeof(Mark))
        cdef bint is_adjacent = not self.has_space and not self.breaks
        cdef Token* token
        for i in range(n_marks):
            if self.is_used(<Mark*>self.marks.data + i):
                wanted[n_wanted] = (<Mark*>self.marks.data)[i]
                n_wanted += 1
        while shared < min(n_opened, n_wanted) and (
            opened[shared].id == wanted[shared].id
            or (is_adjacent and merges(wanted[shared].tag)
                and meaning(opened[shared].tag) == meaning(wanted[shared].tag))
        ):
            opened[shared].id = wanted[shared].id
            shared += 1
        self.close_marks(shared)
        if self.breaks and not self.leaf_is_empty and not is_heading(self.frame().leaf):
            self.clean.add(BREAK, T_NONE)
        elif (self.breaks or self.has_space) and not self.leaf_is_empty:
            self.append_text(" ", 1)
        self.breaks = 0
        self.has_space = self.leaf_is_empty = False
        for i in range(shared, n_wanted):
            token = self.clean.add(OPEN, wanted[i].tag)
            if wanted[i].tag == T_A:
                self.clean.say(token, self.addresses.data + wanted[i].start, wanted[i].end - wanted[i].start)
            put(&self.opened, <char*>&wanted[i], sizeof(Mark))
        return 0

    cdef int close_marks(self, int remaining) except -1:
        cdef Mark* opened = <Mark*>self.opened.data
        cdef int i = <int>(self.opened.size // sizeof(Mark))
        while i > remaining:
            i -= 1
            self.clean.add(CLOSE, opened[i].tag)
        self.opened.size = remaining * sizeof(Mark)
        return 0

    cdef int add_break(self) except -1:
        if self.code_frame >= 0:
            put_byte(&self.code, c'\n')
            self.line_ended = False
        elif self.is_open or self.run >= 0:
            self.breaks += 1
            self.has_space = False
            if self.breaks > 1:
                self.end_run()
        return 0

    # --- The clean page -------------------------------------------------------------------------------------------------

    cdef int open_leaf(self, bint has_text) except -1:
        """Open the element for a run of text in the current frame; one that holds no text but pictures is no heading."""
        cdef Frame* frame = self.frame()
        cdef Container* container = self.container(frame.container)
        cdef Frame* leaf
        cdef Outer* outer
        self.open_containers(frame.container)
        self.leaf_outer = self.n_outer()
        self.is_open = self.leaf_is_empty = True
        self.has_space = False
        self.breaks = 0
        outer = <Outer*>(self.outers.data + self.outers.size) - 1
        if has_text and (is_heading(frame.leaf) or frame.leaf == T_TITLE):
            leaf = <Frame*>self.frames.data + frame.leaf_frame
            if not leaf.is_used:
                leaf.is_used = True
                self.open_element(frame.leaf, NULL)
                return 0
        if frame.leaf == T_NONE and holds_text(container.tag) and not outer.has_content and outer.tag == container.tag:
            outer.has_content = True
            return 0
        self.open_element(T_P, NULL)
        return 0

    cdef int close_leaf(self) except -1:
        if self.is_open:
            self.close_marks(0)
            self.close_elements(self.leaf_outer)
            self.is_open = False
        self.has_space = False
        self.breaks = 0
        return 0

    cdef int open_element(self, int tag, Container* container) except -1:
        """Open an element in the innermost open one, with the wrappers that it needs."""
        cdef int parent = self.outer_tag(), wrapper
        cdef Outer outer
        cdef Token* token
        while not (wrapper_in(parent) == T_NONE or (is_container(tag) and fits(tag, parent) and is_particular(tag))):
            wrapper = wrapper_in(parent)
            if not ((tag == T_UL or tag == T_OL) and wrapper == T_LI and self.reopen_item()):
                self.open_one(wrapper, NULL)
            parent = self.outer_tag()
        return self.open_one(tag, container)

    cdef bint reopen_item(self) except -1:
        """Undo the end of a list item, for a list that follows it: pages put nested lists beside their items."""
        cdef Clean clean = self.clean
        cdef Token* last = <Token*>(clean.tokens.data + clean.tokens.size) - 1
        cdef Outer item
        if clean.tokens.size == 0 or last.kind != CLOSE or last.tag != T_LI:
            return False
        clean.tokens.size -= sizeof(Token)
        item.tag = T_LI
        item.has_content = True
        put(&self.outers, <char*>&item, sizeof(Outer))
        return True

    cdef int open_one(self, int tag, Container* container) except -1:
        cdef Outer outer
        cdef Token* token
        (<Outer*>(self.outers.data + self.outers.size) - 1).has_content = True
        outer.tag = tag
        outer.has_content = False
        put(&self.outers, <char*>&outer, sizeof(Outer))
        token = self.clean.add(OPEN, tag)
        if container != NULL:
            token.a, token.b = container.a, container.b
            if tag == T_OL:
                token.a, token.b = container.number - container.step, container.step
            self.clean.say(token, self.addresses.data + container.start, container.end - container.start)
        return 0

    cdef int close_elements(self, int remaining) except -1:
        cdef Outer* outers = <Outer*>self.outers.data
        cdef int i = self.n_outer()
        while i > remaining:
            i -= 1
            self.clean.add(CLOSE, outers[i].tag)
        self.outers.size = remaining * sizeof(Outer)
        return 0

    cdef int open_containers(self, int innermost) except -1:
        """Open the containers around a frame that are not open yet."""
        cdef int i
        cdef Container* container
        for i in range(1, innermost + 1):
            container = self.container(i)
            if not container.is_open:
                container.is_open = True
                container.outer = self.n_outer()
                self.open_element(container.tag, container)
        return 0

    cdef int close_containers(self, int remaining) except -1:
        cdef int n = <int>(self.containers.size // sizeof(Container))
        cdef Container* container
        while n > remaining + 1:
            n -= 1
            container = self.container(n)
            if container.is_open:
                self.close_elements(container.outer)
        self.containers.size = n * sizeof(Container)
        return 0

    cdef int keep_column(self, int cell) except -1:
        """Open a cell of a kept row even if nothing in it is kept, so that later cells stay in their columns."""
        if cell and self.container(cell - 1).has_kept:
            self.open_containers(cell)
        return 0

    cdef int end_run(self) except -1:
        """End the run of text, if there is one."""
        cdef bint with_text = self.is_open
        self.close_leaf()
        if self.objects.size:
            if not with_text:
                self.write_lone_objects()
            self.objects.size = 0
        self.run = -1
        return 0

    # --- Pictures and the like ------------------------------------------------------------------------------------------

    cdef int add_hidden(self, xmlNode* node, int tag) except -1:
        """Take in an element that a reader sees nothing of as text, but may see as something else."""
        cdef const char* kind
        if self.code_frame >= 0:
            return 0
        if tag == X_MEDIA and self.with_links:
            self.add_object(node, EMBED)
        elif tag == X_SCRIPT:
            kind = attribute_of(node, "type")
            if kind != NULL and strncmp(kind, "math/tex", 8) == 0:
                self.add_object(node, MATH)
        elif tag == X_MATH:
            self.add_object(node, MATH)
        elif tag == X_SOURCE:  # libxml2 takes what follows it for its content
            node = self.find_element(node, is_image)
            if node != NULL:
                self.add_image(node, self.role_of(node), self.frame())
        return 0

    cdef int add_image(self, xmlNode* node, int role, Frame* frame) except -1:
        if self.code_frame >= 0 or not self.frames.size:
            return 0
        if role & MATH_ROLE and as_c(attribute_of(node, "alt"))[0] or is_math_image(node):
            return self.add_object(node, MATH)
        if role & EMOJI:
            return self.add_object(node, TEXT)
        return self.add_object(node, IMAGE) if self.with_images else 0

    cdef int add_object(self, xmlNode* node, int kind) except -1:
        """Write a picture in its paragraph, or let it wait until it is known whether there is one."""
        cdef Object waiting
        cdef Frame* frame = self.frame()
        cdef int i
        memset(&waiting, 0, sizeof(Object))
        waiting.node = node
        waiting.kind = kind
        waiting.in_noscript = frame.in_noscript
        for i in range(frame.n_marks):
            if (<Mark*>self.marks.data)[i].tag == T_A:
                waiting.link = (<Mark*>self.marks.data)[i]
                waiting.has_link = True
        if self.is_open:
            self.write_object(&waiting, True)
        elif self.run < 0 or frame.figure_end or kind == MATH or kind == EMBED:
            put(&self.objects, <char*>&waiting, sizeof(Object))
        return 0

    cdef int write_objects(self) except -1:
        """Write what waits at the start of a paragraph that has just been opened."""
        cdef size_t i
        cdef Object waiting
        for i in range(self.objects.size // sizeof(Object)):
            waiting = (<Object*>self.objects.data)[i]
            self.write_object(&waiting, False)
            self.has_space = True
        self.objects.size = 0
        return 0

    cdef int write_lone_objects(self) except -1:
        """Write what waits where no kept text is in its run, if it belongs to the kept text around."""
        cdef size_t i
        cdef Object waiting
        for i in range(self.objects.size // sizeof(Object)):
            waiting = (<Object*>self.objects.data)[i]
            if waiting.kind != CHECKBOX and waiting.kind != TEXT and self.belongs(&waiting):
                self.write_object(&waiting, False)
                self.has_space = True
        self.close_leaf()
        return 0

    cdef bint belongs(self, Object* waiting) except -1:
        """Return whether something without its own text stays.

        It stays between the first and the last kept block if the nearest element with text around it, or around its
        figure, contains a kept block; elsewhere if that element is wholly between them and it, and a block next to it
        is kept. A picture with which the page opens stays too.
        """
        cdef Frame* frame = self.frame()
        cdef int32_t at = self.run if self.run >= 0 else self.block_at(self.node + 1)
        cdef int32_t before, after
        if self.last_kept < 0:
            return False
        if self.first_kept < at <= self.last_kept:
            if self.kept_before[frame.end] > self.kept_before[frame.first]:
                return True
            if frame.figure_end and self.kept_before[frame.figure_end] > self.kept_before[frame.figure_first]:
                return True
        if at <= self.first_kept and waiting.kind == IMAGE and self.first_kept - at <= MAX_LEAD:
            if self.after_title or self.role_of(waiting.node) & LEAD or self.role_of(waiting.node.parent) & LEAD:
                return True
        before, after = max(frame.first, at - 1), min(frame.end, at + 1)
        return (self.first_kept <= frame.first and frame.end <= self.last_kept + 1 and after > before
                and self.kept_before[after] > self.kept_before[before])

    cdef int write_object(self, Object* waiting, bint in_text) except -1:
        cdef bytes url, alt
        cdef Token* token
        cdef dict attributes
        if waiting.kind == MATH:
            url = self.tex_in(waiting.node)
            if url:
                self.write_math(url, is_displayed(waiting.node, self.role_of(waiting.node)))
            return 0
        if waiting.kind == TEXT:
            if not self.is_open:
                self.open_leaf(True)
            self.write_text(as_c(attribute_of(waiting.node, "alt")))
            return 0
        attributes = attributes_of(waiting.node)
        if waiting.kind == CHECKBOX:
            if not in_text and self.is_open and self.container(self.frame().container).tag == T_LI:
                self.leaf_is_empty = False
                token = self.clean.add(CHECKBOX, T_NONE)
                token.a = "checked" in attributes
            return 0
        if waiting.kind == IMAGE:
            found = media.image_source(attributes, picture_sources(waiting.node), self.base)
            alt = attributes.get("alt", "").encode()
        else:
            found = media.media_source(
                as_str(<const char*>waiting.node.name), attributes, child_sources(waiting.node), self.base
            )
            alt = (attributes.get("title") or attributes.get("aria-label") or "").encode()
        if found is None:
            return 0
        url = found.encode()
        if waiting.in_noscript and self.last_image is not None and not self.last_in_noscript or url == self.last_image:
            self.last_in_noscript = False  # pages repeat a lazily loaded picture in a noscript element after it
            return 0
        self.last_image = url
        self.last_in_noscript = waiting.in_noscript
        if waiting.kind == EMBED:
            return self.write_embed(url, alt)
        if not self.is_open:
            self.open_leaf(False)
        self.sync_link(waiting, url)
        token = self.clean.add(IMAGE, T_NONE)
        self.clean.say(token, url, len(url))
        alt = b" ".join(alt.split())
        self.clean.say_extra(token, alt, len(alt))
        return 0

    cdef int write_embed(self, bytes url, bytes title) except -1:
        cdef Token* token
        self.close_leaf()
        self.open_leaf(False)
        token = self.clean.add(EMBED, T_NONE)
        self.clean.say(token, url, len(url))
        title = b" ".join(title.split())
        self.clean.say_extra(token, title, len(title))
        self.close_leaf()
        return 0

    cdef int sync_link(self, Object* waiting, bytes url) except -1:
        """Open the link around a picture, but for a link to the picture itself."""
        cdef Mark saved
        if not waiting.has_link or not self.is_used(&waiting.link) or is_picture_address(
            self.addresses.data[waiting.link.start:waiting.link.end]
        ):
            return self.sync_marks(0)
        reserve(&self.marks, sizeof(Mark))
        saved = (<Mark*>self.marks.data)[0]
        (<Mark*>self.marks.data)[0] = waiting.link
        self.sync_marks(1)
        (<Mark*>self.marks.data)[0] = saved
        return 0

    cdef bytes tex_in(self, xmlNode* node):
        """Return the TeX of a script, a picture or a formula."""
        if strcmp(<const char*>node.name, "script") == 0:
            if node.children != NULL and node.children.content != NULL:
                return (<bytes><const char*>node.children.content).strip()
            return b""
        return (<bytes>as_c(attribute_of(node, "alt"))).strip() or self.tex_of(node)

    # --- Code -----------------------------------------------------------------------------------------------------------

    cdef bint is_code_table(self, xmlNode* table, int role) except -1:
        """Return whether a table puts code beside the numbers of its lines."""
        cdef xmlNode* cell = self.find_element(table, is_cell)
        cdef xmlNode* pre
        if role & CODE_TABLE or cell == NULL:
            return role & CODE_TABLE != 0
        pre = first_child(cell)
        while pre != NULL and strcmp(<const char*>pre.name, "div") == 0:
            pre = first_child(pre)
        if pre != NULL and is_pre(pre) and self.counts_lines(pre, 2):
            return True
        return self.role_of(cell) & GUTTER and self.counts_lines(cell, 1) and (
            self.find_element(table, is_pre) != NULL)

    cdef int begin_code(self, xmlNode* node) except -1:
        cdef bytes language = self.language_of(node)
        self.end_run()
        self.code_frame = <int>(self.frames.size // sizeof(Frame)) - 1
        self.code.size = 0
        self.line_ended = False
        self.containers.size = (self.frame().container + 1) * sizeof(Container)
        self.code_language = language
        return 0

    cdef inline bint ends_with_newline(self, size_t start) noexcept:
        """Return whether the code from `start` on ends a line, or is nothing."""
        return self.code.size <= start or self.code.data[self.code.size - 1] == c'\n'

    cdef int end_line(self) except -1:
        put_byte(&self.code, c'\n')
        self.line_ended = False
        return 0

    cdef int add_code(self, const char* content) except -1:
        """Append to the code of the preformatted element."""
        cdef const uint8_t* s = <const uint8_t*>content
        cdef int n
        if self.line_ended and is_blank(content):  # white space of the markup between the elements of two lines
            while s[0]:
                if s[0] == c'\n':
                    self.end_line()
                s += 1
            return 0
        if self.line_ended:
            if s[0] != c'\n':
                self.end_line()
            self.line_ended = False
        reserve(&self.code, strlen(content))
        while s[0]:
            n = space_at(s)
            if n == 2:
                put_byte(&self.code, c' ')
            elif s[0] == c'\r':
                n = 1
                if s[1] != c'\n':
                    put_byte(&self.code, c'\n')
            elif s[0] == 11 or s[0] == 12:
                put_byte(&self.code, c' ')
            elif n == 0 and nothing_at(s):
                n = nothing_at(s)
            else:
                n = 1
                put_byte(&self.code, <char>s[0])
            s += n
        return 0

    cdef int end_code(self) except -1:
        """Write the code of the preformatted element that ends."""
        cdef const char* data = self.code.data
        cdef size_t start = 0, end = self.code.size, i = 0
        cdef Token* token
        self.code_frame = -1
        self.block_at(self.node + 1)
        while end and (data[end - 1] == c' ' or data[end - 1] == c'\n' or data[end - 1] == c'\t'):
            end -= 1
        while i < end and (data[i] == c' ' or data[i] == c'\n' or data[i] == c'\t'):
            i += 1
            if data[i - 1] == c'\n':
                start = i
        if end > start:
            self.open_containers(self.frame().container)
            self.leaf_outer = self.n_outer()
            self.open_element(T_PRE, NULL)
            token = self.clean.add(CODE, T_NONE)
            self.clean.say(token, data + start, end - start)
            self.clean.say_extra(token, <const char*>self.code_language, len(self.code_language))
            self.close_elements(self.leaf_outer)
        self.run = -1
        return 0


def prune(root, blocks not None, keep not None, str url=None, str title="", bint with_links=True,
          bint with_images=True):
    """Return the tokens of a clean page with the blocks that `keep` (bool [n_blocks]) selects.

    Headings, paragraphs, lists, tables, quotations, figures, code, formulas and footnotes keep their structure, and text
    its inline markup. All other elements dissolve. `url` is the page's own address, `title` a heading to begin with.
    """
    cdef Pruner p = Pruner()
    cdef Container page
    cdef Outer article
    cdef xmlNode* base
    cdef bytes heading = title.encode()
    kept = np.flatnonzero(keep)
    p.clean = Clean()
    if not len(kept):
        return p.clean
    p.tree = Tree(root)
    p.elements = blocks.elements
    p.blocks = blocks.blocks
    p.keep = np.ascontiguousarray(keep).view(np.uint8)
    p.kept_before = np.concatenate(([0], np.cumsum(keep))).astype(np.int32)
    p.layout = layout_tables(blocks.elements).view(np.uint8)
    p.first_kept, p.last_kept = kept.min(), kept.max()
    p.n_blocks = len(keep)
    p.with_links, p.with_images = with_links, with_images
    p.budget = SPENT_PER_NODE * (p.elements.shape[0] + p.n_blocks) + 10_000 + len(blocks.text)
    memset(&page, 0, sizeof(Container))
    page.is_open = page.has_kept = True
    put(&p.containers, <char*>&page, sizeof(Container))
    article.tag = T_NONE
    article.has_content = False
    put(&p.outers, <char*>&article, sizeof(Outer))
    base = p.find_element(p.tree.top, is_base)
    p.base = base_address(as_str(attribute_of(base, "href")) if base != NULL else None, url)
    if heading:
        p.open_element(T_H1, NULL)
        p.append_text(heading, len(heading))
        p.close_elements(1)
    p.run_over(p.tree.top)
    p.end_run()
    p.close_containers(0)
    p.close_elements(1)
    return p.clean
