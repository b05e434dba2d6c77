"""JSON-LD: what a page says about itself as linked data (https://json-ld.org, https://schema.org)."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from html import unescape
from typing import Any

Node = dict[str, Any]

#: More nodes than this are not read: pages have a few dozen.
MAX_NODES = 5_000

_WRAPPING = re.compile(
    r"\A\s*(?:<!--|/\*\s{0,9}<!\[CDATA\[\s{0,9}\*/|(?://\s{0,9})?<!\[CDATA\[)"
    r"|(?:-->|/\*\s{0,9}\]\]>\s{0,9}\*/|(?://\s{0,9})?\]\]>|;)\s*\Z"
)
_TRAILING_COMMA = re.compile(r",(?=\s*[}\]])")
# A literal is consumed whether or not it is closed, so that no text is scanned twice.
_FIELD = re.compile(r'"(headline|datePublished|dateModified|inLanguage)"\s{0,9}:\s{0,9}"((?:[^"\\]|\\.)*+)"', re.DOTALL)
_DECODER = json.JSONDecoder(strict=False)

#: Where the things that a node describes are; what else is nested (related articles, reviews, items of lists) is not
#: about the page.
_NESTED = ("@graph", "mainEntity", "mainEntityOfPage")


def read_nodes(scripts: Iterable[str]) -> list[Node]:
    """Return the nodes of a page's JSON-LD scripts that may be about the page, in their order.

    Texts are as they came: `text_of` decodes their entities. Where a script is broken, its readable fields are returned
    as a node without type.
    """
    roots: list[Any] = []
    for script in scripts:
        roots.extend(_parse(script))
    nodes: list[Node] = []
    named: dict[str, Node] = {}
    stack = roots[::-1]
    while stack and len(nodes) < MAX_NODES:
        value = stack.pop()
        if isinstance(value, list):
            stack.extend(reversed(value[:MAX_NODES]))
        elif isinstance(value, dict):
            nodes.append(value)
            nested = ("@graph",) if "FAQPage" in types_of(value) else _NESTED  # whose entities are questions
            stack.extend(value[key] for key in reversed(nested) if key in value)
    for node in nodes:
        if isinstance(name := node.get("@id"), str) and len(node) > 1:
            named.setdefault(name, node)
    for node in nodes:
        for key in ("author", "creator", "publisher", "isPartOf"):
            if key in node:
                node[key] = _resolved(node[key], named)
    return nodes


def _resolved(value: Any, named: dict[str, Node]) -> Any:
    """Return a value with references to other nodes replaced by these, one level deep."""
    if isinstance(value, list):
        return [_resolved(item, named) for item in value[:100] if not isinstance(item, list)]
    if isinstance(value, dict) and isinstance(name := value.get("@id"), str) and "name" not in value:
        return named.get(name, value)
    return value


def _parse(script: str) -> Iterator[Any]:
    """Yield the values of a script; most have one, some have several in a row, some are broken."""
    text = _WRAPPING.sub("", script).strip()
    if "&quot;" in text[:50]:
        text = unescape(text)
    for attempt in (text, _TRAILING_COMMA.sub("", text)):
        try:
            yield from _values(attempt)
            return
        except (ValueError, RecursionError):
            pass
    fields = {name: unescape_literal(literal) for name, literal in reversed(_FIELD.findall(text))}
    if fields:
        yield fields


def _values(text: str) -> list[Any]:
    values, position = [], 0
    while position < len(text):
        value, end = _DECODER.raw_decode(text, position)
        values.append(value)
        position = end
        while position < len(text) and text[position] in " \t\r\n,;":
            position += 1
    return values


def unescape_literal(literal: str) -> str:
    """Return the text of a JSON literal, given without its quotation marks; "" for one that is broken."""
    try:
        return str(json.loads(f'"{literal}"', strict=False))
    except ValueError:
        return ""


def text_of(value: Any) -> str:
    """Return a value of JSON-LD as text: of a list the first, of a node its name or value; "" where there is none."""
    for _ in range(3):
        if isinstance(value, list):
            value = value[0] if value else None
        elif isinstance(value, dict):
            value = value.get("@value") or value.get("name") or value.get("url")
    return " ".join(unescape(value).split()) if isinstance(value, str) else ""


def types_of(node: Node) -> tuple[str, ...]:
    """Return the schema.org types of a node, without the address of the vocabulary."""
    types = node.get("@type")
    return tuple(
        its.rstrip("/").rpartition("/")[2]
        for its in (types if isinstance(types, list) else [types])
        if isinstance(its, str)
    )
