"""What a page declares about itself in its markup, collected in one pass over its tree as plain values."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import islice

from lxml import etree

from boilerkit.metadata._elements import declaring_elements
from boilerkit.metadata.json_ld import Node, read_nodes

#: Values that are kept of one property, elements of one sort, and characters of one text.
MAX_VALUES = 50
MAX_ELEMENTS = 500
MAX_CHARS = 5_000
MAX_NAME_CHARS = 300

_AUTHOR_CLASS = re.compile(
    r"(?:^|[-_\s])(?:authors?|byline|by-line|autor|auteur|writer|writtenby|username|contributor)(?:$|[-_\s])"
    r"|[a-z](?:Author|Byline|UserName|Username)(?:$|[-_\sA-Z])|(?:^|[-_\s])(?:author|byline)[A-Z]",
)
_DATE_CLASS = re.compile(
    r"(?:^|[-_\s])(?:dates?|datum|fecha|time|timestamp|published|publish|pubdate|posted|postdate|dateline|updated|modified)"
    r"(?:$|[-_\s])|[a-z](?:Date|Timestamp|Published|Updated)(?:$|[-_\sA-Z])"
)
#: Each name that the two find has one of these in it. Looking for them is faster.
_STEMS = ("aut", "by", "writ", "user", "contrib", "dat", "fecha", "time", "pub", "post", "modif")
_SKIPPED = frozenset({"script", "style", "template", "noscript", "svg"})


@dataclass(frozen=True, slots=True)
class MarkedText:
    """An element that its markup names as an author or a date: its text, and what the markup adds.

    `order` is its number among all elements of the tree, `value` its machine-readable attribute, `names` its tag,
    itemprop, rel and class.
    """

    order: int
    text: str
    value: str
    names: str


@dataclass(frozen=True, slots=True)
class Declarations:
    """What a page declares: meta elements by their lower-cased name, JSON-LD nodes, links, marked elements."""

    meta: dict[str, list[str]] = field(default_factory=dict)
    nodes: list[Node] = field(default_factory=list)
    canonical: str = ""
    language: str = ""
    authors: list[MarkedText] = field(default_factory=list)
    dates: list[MarkedText] = field(default_factory=list)

    def first(self, *names: str) -> str:
        """Return the first value of the first of these meta properties that has one; "" where none has."""
        return next((value for name in names for value in self.meta.get(name, ())), "")

    def all(self, *names: str) -> list[str]:
        """Return all values of the first of these meta properties that has any."""
        return next((values for name in names if (values := self.meta.get(name))), [])


def read_declarations(root: etree._Element | None) -> Declarations:
    """Collect what the page below `root` declares."""
    if root is None:
        return Declarations()
    meta: dict[str, list[str]] = defaultdict(list)
    scripts: list[str] = []
    authors: list[MarkedText] = []
    dates: list[MarkedText] = []
    canonical = ""
    for order, element in declaring_elements(root, _is_telling):
        tag, get = element.tag, element.get
        if tag == "meta":
            for name in (get("property") or get("name") or get("itemprop") or get("http-equiv") or "").lower().split():
                content = " ".join((get("content") or "")[:MAX_CHARS].split())
                if content and len(meta[name]) < MAX_VALUES:
                    meta[name].append(content)
        elif tag == "script":
            if "ld+json" in (get("type") or "").lower():
                scripts.append(element.text or "")
        elif tag == "link":
            if not canonical and "canonical" in (get("rel") or "").lower().split():
                canonical = (get("href") or "").strip()
        else:
            _add_marked(element, order, authors, dates)
    return Declarations(
        meta=dict(meta),
        nodes=read_nodes(scripts),
        canonical=canonical,
        language=root.get("lang")
        or root.get("{http://www.w3.org/XML/1998/namespace}lang")
        or root.get("xml:lang")
        or "",
        authors=authors,
        dates=dates,
    )


def _add_marked(element: etree._Element, order: int, authors: list[MarkedText], dates: list[MarkedText]) -> None:
    get = element.get
    classes, item, rel = get("class") or "", get("itemprop") or get("property") or "", get("rel") or ""
    is_time = element.tag == "time"
    of_author, of_date = _named_by_class(classes[:MAX_NAME_CHARS])
    names = f"{element.tag} {item} {rel} {classes}"[:MAX_NAME_CHARS]
    if (of_author or "author" in item or "author" in rel or item == "creator") and len(authors) < MAX_ELEMENTS:
        authors.append(MarkedText(order, _text_of(element), "", names))
    if (of_date or is_time or item.startswith("date")) and len(dates) < MAX_ELEMENTS:
        value = get("datetime") or get("content") or get("title") or get("data-time") or ""
        dates.append(MarkedText(order, _text_of(element), value[:MAX_NAME_CHARS].strip(), names))


def _is_telling(classes: str) -> bool:
    lower = classes[:MAX_NAME_CHARS].lower()
    return any(stem in lower for stem in _STEMS) and any(_named_by_class(classes[:MAX_NAME_CHARS]))


@lru_cache(maxsize=4096)
def _named_by_class(classes: str) -> tuple[bool, bool]:
    """Return whether classes name an author, and whether they name a date."""
    return _AUTHOR_CLASS.search(classes) is not None, _DATE_CLASS.search(classes) is not None


def _text_of(element: etree._Element) -> str:
    """Return the beginning of an element's text."""
    parts: list[str] = []
    length = 0
    for part in islice(_texts(element), MAX_NAME_CHARS):
        parts.append(part)
        length += len(part)
        if length > MAX_NAME_CHARS:
            break
    return " ".join(" ".join(parts).split())[:MAX_NAME_CHARS]


def _texts(element: etree._Element) -> Iterator[str]:
    for event, node in etree.iterwalk(element, events=("start", "end")):
        if event == "start" and node.tag not in _SKIPPED and isinstance(node.tag, str):
            yield node.text or ""
        elif event == "end" and node is not element:
            yield node.tail or ""
