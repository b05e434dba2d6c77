"""When a page was published and changed: what its markup says, else the date near its title or in its address."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime
from email.utils import parsedate_to_datetime
from itertools import islice

from boilerkit.metadata.declarations import Declarations, MarkedText
from boilerkit.metadata.json_ld import Node, text_of

#: So much of a line is searched for dates.
MAX_LINE_CHARS = 300
#: Elements and lines that are searched for dates.
MAX_ELEMENTS = 50
#: So much text before a date says what date it is.
MAX_WORDS_CHARS = 60
#: Years outside of these are not those of web pages.
FIRST_YEAR, LAST_YEAR = 1990, 2100

_PUBLISHED_KEYS = ("datePublished", "uploadDate", "dateCreated", "datePosted")
_MODIFIED_KEYS = ("dateModified",)
_PUBLISHED_META = (
    "article:published_time article:published og:article:published_time og:published_time article:post_date "
    "article.published datepublished parsely-pub-date sailthru.date pubdate publishdate publish-date "
    "publish_date publication_date published_time published-date published citation_publication_date "
    "citation_online_date citation_date dcterms.issued dc.date.issued dcterms.created dc.date.created "
    "dcterms.date dc.date date article:create_time cxenseparse:recs:publishtime rnews:datepublished bt:pubdate "
    "displaydate originalpublicationdate article_date_original og:pubdate datecreated created"
)
_MODIFIED_META = (
    "article:modified_time og:updated_time article:modified datemodified dcterms.modified dc.date.modified "
    "last-modified lastmod modified_time og:modified_time article_date_updated revision_date"
)

_YEAR = re.compile(r"(?:19|20)\d\d")
_ISO = re.compile(r"(?<!\d)((?:19|20)\d\d)([-/.])(\d{1,2})\2(\d{1,2})(?!\d)")
_COMPACT = re.compile(r"\A((?:19|20)\d\d)([01]\d)([0-3]\d)(?:[T ]?\d{4,6}.*)?\Z")
_EAST_ASIAN = re.compile(r"((?:19|20)\d\d)\s{0,3}[年년]\s{0,3}(\d{1,2})\s{0,3}[月월]\s{0,3}(\d{1,2})\s{0,3}[日일]?")
_URL = re.compile(
    r"/((?:19|20)\d\d)[/-](\d{1,2})[/-](\d{1,2})(?=[/-]|\Z)|[/-]((?:19|20)\d\d)([01]\d)([0-3]\d)(?=[/.-]|\Z)"
)
_EPOCH = re.compile(r"\A1\d{9}(?:\d{3})?\Z")
# Shapes of dates in prose: what the words in them mean is dateparser's to say.
_SIGN = r"[^\W\d_]"
_WRITTEN = re.compile(
    rf"(?<![\d.:/-])(\d{{1,2}}(?:st|nd|rd|th|er|º|ª|\.|-)?,?\s{{0,3}}(?:de\s|of\s|ב)?{_SIGN}{{3,15}}\.?,?\s{{0,3}}(?:de\s|del\s)?(?:19|20)\d\d"
    rf"|{_SIGN}{{3,15}}\.?\s{{0,3}}\d{{1,2}}(?:st|nd|rd|th|\.)?,?\s{{1,3}}(?:19|20)\d\d"
    r"|\d{1,2}[/.-]\s?\d{1,2}[/.-]\s?(?:19|20)\d\d)(?![\d/])"
)
#: What stands before a date that is not when the page was published.
_MODIFIED_WORDS = re.compile(
    r"(?:updated?|modified|edited|revised|reviewed|aktualisiert|zuletzt|ge[äa]ndert|mis\s+à\s+jour|modifi[ée]|actualizado|atualizado|aggiornato|"
    r"bijgewerkt|zaktualizowano|обновлено|изменено|更新|güncelle\w*|diperbarui|oppdatert|uppdaterad|opdateret|päivitetty)\W*(?:\w+\W+){0,3}\Z",
    re.IGNORECASE,
)


#: What stands before a date that is not about the page.
_OTHER_WORDS = re.compile(
    r"(?:joined?|join\s+date|member\s+since|registered|since|inscrit|mitglied\s+seit|dabei\s+seit|registriert|регистрация|©|copyright)"
    r"\W*(?:\w+\W+){0,2}\Z",
    re.IGNORECASE,
)
_PUBLISHED_WORDS = re.compile(
    r"\b(?:published|posted|ver[öo]ffentlicht|publi[ée]e?|publicado|pubblicato|gepubliceerd|publicerad|publisert|opublikowano|"
    r"опубликовано|yayınlan\w+)\b|发布|發布|公開日|投稿日",
    re.IGNORECASE,
)
_MAX_ANNOUNCEMENT = 150


def parse_date(text: str) -> str | None:
    """Return the day that a machine-readable date names, as yyyy-mm-dd; the day where its author was."""
    text = text.strip()[:100]
    for pattern in (_ISO, _EAST_ASIAN, _COMPACT):
        if found := pattern.search(text):
            year, month, day = (int(group) for group in found.groups() if group.isdigit())
            return _day(year, month, day)
    if _EPOCH.match(text):
        return _checked(datetime.fromtimestamp(int(text[:10]), UTC).date())
    try:
        return _checked(parsedate_to_datetime(text).date())
    except (ValueError, OverflowError, IndexError, TypeError):
        return None


def find_dates(text: str, languages: Sequence[str]) -> Iterator[tuple[int, str]]:
    """Yield position and day of the dates in a text, in its order.

    `languages`, codes such as "de" or "en-GB", say what the names of months mean, and which of two numbers is a month.
    Dates in words need dateparser, of the extra `metadata`; without it, only those in digits, year first, are found.
    """
    if _YEAR.search(text) is None:  # all of them have one, and few texts do
        return
    found: dict[int, str] = {}
    for pattern in (_ISO, _EAST_ASIAN):
        for match in pattern.finditer(text):
            if day := parse_date(match[0]):
                found[match.start()] = day
    for match in _WRITTEN.finditer(text):
        if day := _parse_written(match[0], languages):
            found.setdefault(match.start(), day)
    yield from sorted(found.items())


def _parse_written(text: str, languages: Sequence[str]) -> str | None:
    try:
        import dateparser
    except ModuleNotFoundError:
        return None
    settings = {
        "REQUIRE_PARTS": ["day", "month", "year"],
        "PARSERS": ["absolute-time"],
        "RETURN_AS_TIMEZONE_AWARE": False,
    }
    for language in languages:
        try:
            which = {"locales" if "-" in language else "languages": [language]}
            found = dateparser.parse(text, settings=settings, **which)
        except Exception:  # a language that it does not know, or a bug of its: no date is worth a page
            continue
        if found:
            return _checked(found.date())
    return None


def declared_date(declared: Declarations, nodes: Sequence[Node], is_modified: bool = False) -> str | None:
    """Return the day of publication (or of the last change) that JSON-LD or meta elements declare."""
    for key in _MODIFIED_KEYS if is_modified else _PUBLISHED_KEYS:
        for node in nodes:
            if day := parse_date(text_of(node.get(key))):
                return day
    for name in (_MODIFIED_META if is_modified else _PUBLISHED_META).split():
        for value in declared.meta.get(name, ()):
            if day := parse_date(value):
                return day
    for element in declared.dates:
        wanted = "datemodified" if is_modified else "datepublished"
        if wanted in element.names.lower().split() and (day := parse_date(element.value)):
            return day
    return None


def marked_date(elements: Sequence[MarkedText], title_order: int, languages: Sequence[str]) -> str | None:
    """Return the day in the element, of those that the markup marks as a date, that is nearest to the title."""

    def distance(element: MarkedText) -> int:
        steps = element.order - title_order
        return steps if steps >= 0 else -2 * steps

    for element in sorted(elements, key=distance)[:MAX_ELEMENTS]:
        if "modified" in element.names.lower() or "updated" in element.names.lower():
            continue
        if day := parse_date(element.value):
            return day
        if day := date_in_line(element.text, languages):
            return day
    return None


def date_in_line(text: str, languages: Sequence[str], is_modified: bool = False) -> str | None:
    """Return the first date in a line that is not said to be one of a change, or the first that is."""
    for start, day in find_dates(text[:MAX_LINE_CHARS], languages):
        before = text[max(start - MAX_WORDS_CHARS, 0) : start]
        if bool(_MODIFIED_WORDS.search(before)) == is_modified and not _OTHER_WORDS.search(before):
            return day
    return None


def url_date(url: str) -> str | None:
    """Return the day that an address has in its path, such as /2021/02/27/."""
    found = _URL.search(url[:2000])
    if not found:
        return None
    year, month, day = (int(group) for group in found.groups() if group)
    return _day(year, month, day)


def is_next_day(first: str, second: str) -> bool:
    """Return whether two days are at most a day apart, as they are in different time zones."""
    return abs((date.fromisoformat(first) - date.fromisoformat(second)).days) <= 1


def first_date(lines: Iterable[str], languages: Sequence[str], is_modified: bool = False) -> str | None:
    """Return the first date of these lines that is not one of a change, or the first that is."""
    return next((day for line in lines if (day := date_in_line(line, languages, is_modified))), None)


def announced_date(texts: Iterable[str], languages: Sequence[str]) -> str | None:
    """Return the date in the first of a page's blocks that says when it was published ("Posted on 3 May 2024")."""
    announced = (text for text in texts if len(text) <= _MAX_ANNOUNCEMENT and _PUBLISHED_WORDS.search(text))
    return first_date(islice(announced, MAX_ELEMENTS), languages)


def _day(year: int, month: int, day: int) -> str | None:
    try:
        return _checked(date(year, month, day))
    except ValueError:
        return None


def _checked(day: date) -> str | None:
    return day.isoformat() if FIRST_YEAR <= day.year <= LAST_YEAR else None
