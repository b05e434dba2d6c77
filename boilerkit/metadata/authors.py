"""The authors of a page: the people whom its markup names, or the line under its title."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import takewhile
from typing import Any

from boilerkit.metadata.declarations import Declarations, MarkedText
from boilerkit.metadata.json_ld import Node, text_of, types_of
from boilerkit.metadata.site import letters_of

#: Authors are named this near to the title, in elements; those before it count twice.
MAX_DISTANCE = 200
#: A page has no more authors than this, and a name no more words and characters.
MAX_AUTHORS = 30
MAX_WORDS = 6
MAX_CHARS = 80

#: Meta properties that name authors, the most exact first.
_META = (
    "author parsely-author sailthru.author article:author article:author_name og:article:author dc.creator "
    "dcterms.creator dc.contributor citation_author byl book:author creator authors twitter:data1"
)

#: What content systems write where nobody said who the author is.
_PLACEHOLDERS = (
    "admin administrator author authors autor auteur by editor user username root webmaster guest gast "
    "anonymous anonym unknown superuser wordpress default null undefined none na nan false true test demo "
    "staff team blog siteadmin webadmin sysadmin adminuser administrador administrateur beheerder"
)
_PLACEHOLDER_SET = frozenset(_PLACEHOLDERS.split())
#: What introduces a name, and the same in front of a line.
_BY = (
    r"(?:(?:originally\s|article\s|last\s|recipe\s)?(?:written|posted|published|created|authored|submitted|contributed|"
    r"reported|text|words|story|article|review|started|asked|blog|report|research|recipe|updated|insights)\s+(?:by|from)"
    r"|by|authors?|writers?|contributors?|thread\s+starter|text"
    r"|geschrieben\s+von|ver[öo]ffentlicht\s+von|von|autor(?:in|es)?"
    r"|(?:[ée]crit|publi[ée]|r[ée]dig[ée])\s+par|par|auteurs?|(?:escrito|publicado)\s+por|por"
    r"|(?:scritto|pubblicato)\s+da|autore|door|geschreven\s+door|av|af|skrevet\s+av|skriven\s+av|kirjoittanut"
    r"|autorka|tekst|napisa[łl]a?|автор|автори|текст|συντάκτης|από|yazar|yazan|penulis|oleh|tác\s+giả"
    r"|作者|文|記者|记者|撰文|著者|執筆|글|기자|الكاتب|بقلم|كتب|نویسنده|מאת|โดย)"
)
_PREFIX = re.compile(rf"^\W*{_BY}(?:\s*[:：|]\s*|\s+|$)", re.IGNORECASE)
_BYLINE = re.compile(rf"^\W{{0,3}}{_BY}(?:\s*[:：|]\s*|\s+)(?=\S)", re.IGNORECASE)
_INNER_BY = re.compile(r"(?<=\s)(?:(?:[Ww]ritten|[Pp]osted|[Pp]ublished)\s+[Bb]y:?|[Bb]y:?)\s+(?=\S)")
# What follows a name in the same field: a number, a function, a verb, a date.
_AFTER = re.compile(
    r"\s*(?:[([{<\n\t✓✔→]|\s*[@#]|(?:^|\s|,)\d"
    r"|\s(?:on|in|at|of|from|for|is|was|has|as|updated|published|posted|last|reviewed|edited|medically|about|read|min|"
    r"follow|view|says|wrote|member|moderator|discussion|am|vom|le|el|il|op)\s"
    r"|,?\s(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?\s\d).*",
    re.IGNORECASE | re.DOTALL,
)
_FIELDS = re.compile(r"[|•·●⋅»—–]|\s[-/]\s")
_LIST = re.compile(r"\s*(?:[;,|、，]|\s(?:and|und|et|y|e|en|och|og|ja|i|и|ve|dan|with|/|&)\s|&)\s*", re.IGNORECASE)
_CREDENTIAL = re.compile(r"(?:[A-Z][a-z]?\.?\s?){2,6}(?:-[A-Z]+)*|(?:Jr|Sr|Dr)\.?")
_NO_NAME = re.compile(
    r"https?:|www\.|@\w|\w@|\.(?:com|org|net|html?|php)\b|\w\.\w+\.\w|[<>{}\[\]=+%$#!?:]|\s\S*\d{3}|\d{3}\S*\s"
    r"|\b(?:minutes?|mins?|read|reading|ago|comments?|views?|updated|published|follow|share|subscribe|posts?|articles?|"
    r"home|about|contact|more|all|see|profile|bio|photo|image|avatar|your|our|this|the\s+author|category|tags?|today|"
    r"yesterday|joined|member|written\s+by|as|to)\b"
    r"|\b(?:january|february|march|april|may|june|july|august|september|october|november|december)\s\d",
    re.IGNORECASE,
)
# Two to four words with capital letters; initials and particles between them.
_CAPITALISED = r"[^\W\d_a-z][^\W\d_]*(?:['’-][^\W\d_]+)*"
_BETWEEN = r"(?:\s(?:(?:[^\W\d_a-z]\.){1,2}|de|van|von|der|da|di|del|la|el|al|bin|ter|le))*"
_BARE_NAME = re.compile(
    r"(?!(?:The|A|In|All|View|Read|No)\s)(?:(?:Dr|Prof)\.?\s)?"
    + rf"{_CAPITALISED}{_BETWEEN}(?:\s{_CAPITALISED}){{1,3}}"
)
_DATE_OR_TIME = re.compile(
    r"\b\d{1,2}\b.{1,12}\b(?:19|20)\d\d\b|\b(?:19|20)\d\d[-/.年]|\b\d+\s*-?min|\b(?:minutes?|hours?|days?|weeks?)\s(?:ago|read)\b",
    re.IGNORECASE,
)
_SIGNATURE = re.compile(
    r"\W{0,3}(?:(?:this\s)?(?:article|post|story|blog\spost|guide)?\s?(?:was|is)?\s?(?:written|authored)\sby|posted\sby"
    r"|words\sby|(?:geschrieben|verfasst)\svon|[ée]crit\spar|escrito\spor|scritto\sda)\s*:?\s+(?=\S)",
    re.IGNORECASE,
)
_MAX_SIGNATURE = 150
#: A line that names the author by an account, not by a name.
_MAX_ANNOUNCED = 60
_LEADING_DATE = re.compile(r"\A.{0,25}?(?:19|20)\d\d(?!\d)")
_ADDRESS = re.compile(r"https?:|www\.|@")
_WORD = re.compile(r"[^\W\d_]")

#: Says of a text that it is only the name of the site.
IsSite = Callable[[str], bool]


def nobody(text: str) -> bool:
    """Take no text for the name of the site."""
    return False


def declared_authors(declared: Declarations, nodes: Sequence[Node], is_site: IsSite) -> list[str]:
    """Return the authors whom JSON-LD (nodes about the page, the best first) or meta elements name."""
    for node in nodes:
        if found := _distinct(_from_json_ld(node), is_site):
            return found
    for name in _META.split():
        if name == "twitter:data1" and "written" not in declared.first("twitter:label1").lower():
            continue
        if found := _distinct((part for value in declared.all(name) for part in split_names(value)), is_site):
            return found
    return []


def _from_json_ld(node: Node) -> Iterator[str]:
    for key in ("author", "creator"):
        value = node.get(key)
        values: list[Any] = value if isinstance(value, list) else [value]
        for person in values[:MAX_AUTHORS]:
            if not (isinstance(person, dict) and _is_organisation(person)):
                yield from split_names(text_of(person))


def _is_organisation(node: Node) -> bool:
    return any("Organization" in its or its in ("WebSite", "Corporation", "Brand") for its in types_of(node))


def marked_authors(elements: Sequence[MarkedText], title_order: int, is_site: IsSite) -> list[str]:
    """Return the authors in elements that the markup names as such, nearest to the title.

    What comes before the title must be nearer than what comes after it. Comments, too, have authors; so do teasers of
    other pages.
    """

    def distance(element: MarkedText) -> int:
        steps = element.order - title_order
        return steps if steps >= 0 else -2 * steps

    usable = [
        its for its in elements if its.text and "comment" not in its.names.lower() and distance(its) <= MAX_DISTANCE
    ]
    for index in sorted(range(len(usable)), key=lambda index: distance(usable[index])):
        if names := _distinct(names_in(usable[index].text), is_site):
            return _with_neighbours(usable[index:], names, is_site)
    return []


def _with_neighbours(elements: Sequence[MarkedText], names: list[str], is_site: IsSite) -> list[str]:
    """Return the names, or more exact ones from elements inside, with those of like elements right after."""
    found, last = list(names), elements[0]
    for element in elements[1:8]:
        inner = _distinct(names_in(element.text), is_site)
        if not inner or element.order - last.order > 12:
            continue
        if len(element.text) < len(last.text) and element.text in last.text:
            if len(found) == 1 and len(inner) == 1 and inner[0] in found[0]:
                found, last = inner, element
        elif element.names == last.names and element.text != last.text:
            found += [name for name in inner if name not in found]
            last = element
    return found[:MAX_AUTHORS]


def byline_authors(lines: Iterable[str], is_site: IsSite) -> list[str]:
    """Return the authors in the first of these lines that begins like a byline ("By Ann Lee")."""
    for line in lines:
        if _BYLINE.match(line):
            names = _distinct(names_in(line), is_site)
            if names and (_is_capitalised(names[0]) or (len(line) <= _MAX_ANNOUNCED and " " not in names[0])):
                return names
    return []


def bare_authors(lines: Sequence[str], is_site: IsSite) -> list[str]:
    """Return the authors in the first of these lines that is nothing but names, next to a date or the reading time.

    The lines are those of metadata: among others, it would be a heading.
    """
    for number, line in enumerate(lines):
        around = lines[max(number - 2, 0) : number + 3]
        if any(map(_DATE_OR_TIME.search, around)) and (names := _distinct(_bare_names(line), is_site)):
            return names
    return []


def signed_authors(texts: Iterable[str], is_site: IsSite) -> list[str]:
    """Return the authors in the first of a page's blocks that says who wrote it ("Written by Ann Lee")."""
    for text in texts:
        found = _SIGNATURE.match(text) if len(text) <= _MAX_SIGNATURE else None
        if found and (names := _distinct(names_in(text[found.end() :]), is_site)):
            return names
    return []


def _bare_names(line: str) -> list[str]:
    """Return the names of a line, or of a field of it, that is nothing but names: words with capitals, no others."""
    for part in _FIELDS.split(line):
        part = _LEADING_DATE.sub("", part)
        names = split_names(part.strip()) if len(part) <= MAX_CHARS else []
        if names and all(_BARE_NAME.fullmatch(name) and is_name(name) for name in names):
            return names
    return []


def names_in(text: str) -> list[str]:
    """Return the names in a line under a title, without what introduces and what follows them."""
    inner = _INNER_BY.search(text)
    fields = _FIELDS.split(text[inner.end() :] if inner else text)
    for part in fields[:10]:
        part = _PREFIX.sub("", _PREFIX.sub("", part.strip(), count=1), count=1)
        part = _AFTER.sub("", " " + part).strip()
        names = split_names(part) if len(part) <= 3 * MAX_CHARS else []
        if len(names) > 1 or part != text.strip():
            names = list(takewhile(_is_capitalised, names)) or names[:1] * (" " not in part)
        if any(map(is_name, names)):
            return names
    return []


def _is_capitalised(name: str) -> bool:
    words = name.split()
    return is_name(name) and not words[0][:1].islower() and not words[-1][:1].islower()


def split_names(text: str) -> list[str]:
    """Return the names of a list such as "Ann Lee, Bo Ray and Cy Dee", without degrees and addresses."""
    if _ADDRESS.search(text):
        text = " ".join(word for word in text.split() if not _ADDRESS.search(word))
    text = _PREFIX.sub("", " ".join(text.split())[: 50 * MAX_CHARS])
    parts = [part.strip(" .,:-–—~\"'“”()") if not part.endswith("Jr.") else part.strip() for part in _LIST.split(text)]
    names = [_once(part) for number, part in enumerate(parts) if part and not (number and _CREDENTIAL.fullmatch(part))]
    if len(names) == 2 and all(len(name.split()) == 1 for name in names) and re.fullmatch(r"[^,]+,[^,]+", text):
        names = [f"{names[1]} {names[0]}"]  # "Lee, Ann"
    return names


def _once(name: str) -> str:
    """Return a name that is there twice, such as that of a picture and its caption, once."""
    words = name.split()
    half = len(words) // 2
    return " ".join(words[:half]) if half and words[:half] == words[half:] else name


def _distinct(names: Iterable[str], is_site: IsSite) -> list[str]:
    """Return what can be a name, each once."""
    found: dict[str, str] = {}
    for name in names:
        if is_name(name) and not is_site(name):
            found.setdefault(letters_of(name), name)
    return list(found.values())[:MAX_AUTHORS]


def is_login(name: str) -> bool:
    """Return whether a name looks like that of an account: one word in lower case."""
    return " " not in name and name == name.lower() and name.isascii()


def is_name(text: str) -> bool:
    """Return whether a text can be an author's name: short, with letters, and no placeholder, address or phrase."""
    return (
        1 < len(text) <= MAX_CHARS
        and len(text.split()) <= MAX_WORDS
        and _WORD.search(text) is not None
        and _NO_NAME.search(text) is None
        and not (len(text) == 2 and text.isupper())  # initials in place of a picture
        and letters_of(text) not in _PLACEHOLDER_SET
    )
