"""The encoding that a page declares in its markup, as browsers look for it.

The algorithm is "prescan a byte stream to determine its encoding" of the HTML Standard
(https://html.spec.whatwg.org/multipage/parsing.html), with two liberties that browsers take too: what stands in scripts
and other elements whose content is text is no markup, and the head is read on after the first 1,024 bytes.
"""

from __future__ import annotations

import re

from boilerkit.decoding.labels import standard_encoding

#: Bytes that are searched whatever they are, and bytes that are searched if they are in the head.
_ALWAYS_SEARCHED = 1024
_HEAD_SEARCHED = 1 << 16

_SPACE = rb"[\t\n\f\r ]"
_ATTRIBUTE = rb"""[\t\n\f\r /]*+([^\t\n\f\r />][^\t\n\f\r />=]*+)
    (?: %(space)s*+ = %(space)s*+ (?: "([^"]*+)"? | '([^']*+)'? | ([^\t\n\f\r >"'][^\t\n\f\r >]*+)? ) )?+""" % {
    b"space": _SPACE
}
# Each alternative takes what it began to its end or to the end of the page, so that the time is linear.
_MARKUP = re.compile(
    rb"""<(?: !-- (?: -?> | .*?--!?> | .* )
            | (?P<name> /?[a-zA-Z][^\t\n\f\r />]*+ ) (?P<attributes> (?: %(attribute)s )*+ ) [^>]*+
            | [!/?][^>]*+ )"""
    % {b"attribute": re.sub(rb"\((?!\?)", rb"(?:", _ATTRIBUTE)},
    re.DOTALL | re.VERBOSE,
)
_META_ATTRIBUTE = re.compile(_ATTRIBUTE, re.VERBOSE)
_CONTENT_CHARSET = re.compile(
    rb"""charset %(space)s*+ = %(space)s*+ (?: "([^"]*)" | '([^']*)' | ([^\t\n\f\r ;"'][^\t\n\f\r ;]*) )"""
    % {b"space": _SPACE},
    re.VERBOSE,
)
_XML_ENCODING = re.compile(
    rb"""[\t\n\f\r ]*+ <\?xml [^>]*? encoding [\x00-\x20]* = [\x00-\x20]* (?: "([^">]*)" | '([^'>]*)' )""", re.VERBOSE
)
#: Elements whose content is text to the tokenizer. None of it is markup, up to the end tag.
_TEXT_ELEMENTS = {b"script", b"style", b"title", b"textarea", b"xmp", b"iframe", b"noembed", b"noframes"}


def declared_encoding(page: bytes) -> str | None:
    """Return the standard's name of the encoding that a page declares, None if it declares none that is known."""
    head = page[:_HEAD_SEARCHED]
    return _meta_encoding(head) or _xml_encoding(head)


def _meta_encoding(head: bytes) -> str | None:
    at = 0
    while markup := _MARKUP.search(head, at):
        at = markup.end()
        name = (markup["name"] or b"").lower()
        if name == b"meta" and head[at : at + 1] == b">":
            encoding = _encoding_of_meta(markup["attributes"])
            if encoding:
                return encoding
        elif name in _TEXT_ELEMENTS:
            end = re.compile(rb"</" + name, re.IGNORECASE).search(head, at)
            at = end.start() if end else len(head)
        elif name == b"body" and at > _ALWAYS_SEARCHED:
            break
    return None


def _encoding_of_meta(attributes: bytes) -> str | None:
    values: dict[bytes, bytes] = {}
    for attribute in _META_ATTRIBUTE.finditer(attributes):
        name, double_quoted, single_quoted, unquoted = attribute.groups(b"")
        values.setdefault(name.lower(), double_quoted or single_quoted or unquoted)  # the first of a name counts
    if b"charset" in values:
        return _readable(values[b"charset"])
    if values.get(b"http-equiv", b"").lower() == b"content-type":
        charset = _CONTENT_CHARSET.search(values.get(b"content", b"").lower())
        return _readable(charset[charset.lastindex or 0]) if charset else None
    return None


def _xml_encoding(head: bytes) -> str | None:
    declaration = _XML_ENCODING.match(head)
    return _readable(declaration[declaration.lastindex or 0]) if declaration else None


def _readable(label: bytes) -> str | None:
    """Return the encoding of a label that could be read as ASCII, which excludes UTF-16, for one."""
    encoding = standard_encoding(label.decode("latin-1"))
    if encoding in ("utf-16le", "utf-16be"):
        return "utf-8"
    return "windows-1252" if encoding == "x-user-defined" else encoding
