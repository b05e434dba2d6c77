# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True, initializedcheck=False
"""Looks at what is still to come in a tree, within a budget that grows with the page: all together take linear time."""

from libc.stdint cimport uint8_t
from libc.string cimport strlen

from lxml.includes.tree cimport XML_ELEMENT_NODE, xmlNode

from boilerkit.html._tree cimport next_in
from boilerkit.html.rendering._elements cimport *
from boilerkit.html.segmentation._metadata cimport attribute_of

from boilerkit.html.rendering import roles

if (MATH_ROLE, DISPLAYED, RENDERED_MATH, CALLOUT, CALLOUT_TITLE, TOOL, PERMALINK, GUTTER, CODE_LINE, CODE_TABLE, NOTE_LINK,
        BACK_LINK, EMOJI, LEAD) != (
    roles.MATH, roles.DISPLAYED, roles.RENDERED_MATH, roles.CALLOUT, roles.CALLOUT_TITLE, roles.TOOL, roles.PERMALINK,
    roles.GUTTER, roles.CODE_LINE, roles.CODE_TABLE, roles.NOTE_LINK, roles.BACK_LINK, roles.EMOJI, roles.LEAD,
):
    raise AssertionError("the roles of roles.py and of compiled code differ")


cdef class Lookahead:
    """Reads ahead until its budget, in nodes and bytes, is spent; then every answer is no."""

    cdef int text_of(self, xmlNode* top, char* text, int size) noexcept:
        """Copy the text of an element without white space. Return its length; -1 where it is longer or was not read."""
        cdef xmlNode* node = top
        cdef const uint8_t* s
        cdef int n = 0, skip
        while node != NULL:
            self.budget -= 1
            if self.budget < 0:
                return -1
            if is_text(node):
                s = <const uint8_t*>node.content
                while s[0]:
                    skip = space_at(s)
                    if skip == 0:
                        skip = nothing_at(s)
                    if skip:
                        self.budget -= 1
                        s += skip
                        continue
                    if n == size - 1:
                        return -1
                    text[n] = <char>s[0]
                    n += 1
                    s += 1
            node = next_in(top, node)
        text[n] = 0
        return n

    cdef bint counts_lines(self, xmlNode* top, int at_least) noexcept:
        """Return whether an element's text is numbers that count up by one, at least so many."""
        cdef xmlNode* node = top
        cdef const uint8_t* s
        cdef long long number = -1, last = -1  # -1: none
        cdef int numbers = 0
        while node != NULL:
            self.budget -= 1
            if self.budget < 0:
                return False
            if is_text(node):
                s = <const uint8_t*>node.content
                while True:
                    self.budget -= 1
                    if c'0' <= s[0] <= c'9':
                        number = 10 * max(number, 0) + s[0] - c'0'
                        if number > MAX_LINES:
                            return False
                    elif s[0] == 0 or space_at(s):
                        if number >= 0:
                            if numbers and number != last + 1:
                                return False
                            last = number
                            number = -1
                            numbers += 1
                        if s[0] == 0:
                            break
                        s += space_at(s) - 1
                    else:
                        return False
                    s += 1
            node = next_in(top, node)
        return numbers >= at_least

    cdef xmlNode* find_element(self, xmlNode* top, int (*matches)(xmlNode*) noexcept) noexcept:
        """Return the first element in `top` that matches, NULL for none."""
        cdef xmlNode* node = top
        while node != NULL:
            self.budget -= 1
            if self.budget < 0:
                return NULL
            if node.type == XML_ELEMENT_NODE and matches(node):
                return node
            node = next_in(top, node)
        return NULL

    cdef int role_of(self, xmlNode* node) except -1:
        cdef const char* classes = attribute_of(node, "class")
        if classes == NULL or classes[0] == 0 or strlen(classes) > MAX_CLASSES:
            return 0
        return <int>roles.role(as_str(classes))

    cdef bytes language_of(self, xmlNode* node):
        """Return the language of preformatted text, from its own element, those in it, and those around it."""
        cdef xmlNode* inner = first_child(node)
        cdef xmlNode* outer = node
        cdef int steps
        for steps in range(2):
            if inner == NULL:
                break
            found = self.language_at(inner)
            if found:
                return found
            inner = first_child(inner)
        for steps in range(8):
            if outer == NULL or outer.type != XML_ELEMENT_NODE:
                break
            found = self.language_at(outer)
            if found:
                return found
            outer = outer.parent
        return b""

    cdef bytes language_at(self, xmlNode* node):
        cdef const char* value
        for name in (b"data-lang", b"data-language", b"data-code-language"):
            value = attribute_of(node, name)
            if value != NULL and value[0] and strlen(value) < SHORT:
                return roles.language("language-" + as_str(value)).encode()
        value = attribute_of(node, "class")
        if value == NULL or value[0] == 0 or strlen(value) > MAX_CLASSES:
            return b""
        return roles.language(as_str(value)).encode()
