"""The site that a page belongs to: its name, and whether a text is no more than that."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import cached_property
from urllib.parse import urlsplit

from boilerkit.metadata.declarations import Declarations
from boilerkit.metadata.json_ld import text_of, types_of

_NOT_ALPHANUMERIC = re.compile(r"[\W_]+")
#: Labels under a country's domain below which names are registered.
_SECOND_LEVEL = frozenset(("ac", "co", "com", "edu", "go", "gob", "gouv", "gov", "ne", "net", "or", "org"))
_ORGANISATIONS = ("Organization", "Corporation", "WebSite", "LocalBusiness", "Store")
_WITHOUT_NAME = re.compile(r"^https?:|^www\.|@", re.IGNORECASE)


def letters_of(text: str) -> str:
    """Return the letters and digits of a text without case and accents, to compare names."""
    return _NOT_ALPHANUMERIC.sub("", strip_accents(text.casefold()))


def strip_accents(text: str) -> str:
    """Return a text without accents and other marks on its letters."""
    if text.isascii():
        return text
    return "".join(sign for sign in unicodedata.normalize("NFKD", text) if not unicodedata.combining(sign))


class Site:
    """The names that a page's site goes by, from what its pages declare and its address."""

    def __init__(self, declared: Declarations, url: str) -> None:
        self._declared = declared
        self.host = host_of(url) or host_of(declared.canonical) or host_of(declared.first("og:url"))

    @cached_property
    def name(self) -> str | None:
        """The name that the page declares."""
        return next((name for name in self._declared_names() if name and not _WITHOUT_NAME.search(name)), None)

    def _declared_names(self) -> Iterable[str]:
        yield self._declared.first("og:site_name")
        for node in self._declared.nodes:
            if "WebSite" in types_of(node):
                yield text_of(node.get("name"))
        for node in self._declared.nodes:
            publisher = node.get("publisher")
            yield text_of(publisher.get("name")) if isinstance(publisher, dict) else ""
        yield self._declared.first(
            "application-name", "apple-mobile-web-app-title", "dc.publisher", "citation_publisher"
        )

    @cached_property
    def _names(self) -> frozenset[str]:
        names = {letters_of(name) for name in self._declared_names()}
        for node in self._declared.nodes:
            if any(its.endswith(_ORGANISATIONS) for its in types_of(node)):
                names.add(letters_of(text_of(node.get("name"))))
        names.add(letters_of(self._declared.first("twitter:site").lstrip("@")))
        return frozenset(names - {""})

    @cached_property
    def domain(self) -> str:
        """The part of the host that names the site, "example" of "www.example.co.uk"; "" if none is known."""
        return letters_of(registered_domain(self.host).partition(".")[0])

    def is_named_by(self, text: str) -> bool:
        """Return whether a text is no more than a name of the site."""
        letters = letters_of(text)
        if not letters:
            return False
        return letters in self._names or letters == self.domain or letters == letters_of(self.host.removeprefix("www."))

    def is_like(self, text: str) -> bool:
        """Return whether a text that is part of a longer title names the site, perhaps with a slogan or section."""
        if self.is_named_by(text):
            return True
        letters = letters_of(text)
        domain = self.domain
        if len(domain) >= 3 and domain in letters:
            return True
        if len(letters) >= 4 and domain and letters in domain:
            return True
        initials = "".join(word[0] for word in re.findall(r"\w+", strip_accents(text.casefold())))
        is_abbreviated = len(initials) >= 3 and initials == domain
        return is_abbreviated or any(len(name) >= 4 and name in letters for name in self._names)


def registered_domain(host: str) -> str:
    """Return the part of a host that is registered, such as "example.co.uk" of "www.example.co.uk", without a list of
    all suffixes: close enough to compare sites; "" for a host of one label.
    """
    labels = host.split(".")
    size = 3 if len(labels) > 2 and labels[-2] in _SECOND_LEVEL and len(labels[-1]) == 2 else 2
    return ".".join(labels[-size:]) if len(labels) > 1 else ""


def host_of(url: str) -> str:
    """Return the host of an address, "" if there is none."""
    try:
        return (urlsplit(url).hostname or "").lower()
    except ValueError:
        return ""
