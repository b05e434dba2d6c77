"""The title of a page: what its markup, its headings and its blocks agree on, without the site's name."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from boilerkit.metadata.site import Site, letters_of
from boilerkit.metrics import multiset_f1, words_of

#: Between the title proper and the names of site and section.
_SEPARATOR = re.compile(r"\s*[|·•»«‹›]\s*|\s+(?:[-–—~/:]|::|--|\\)\s+")
#: Longer texts are no titles.
MAX_CHARS = 500


# How far the sources of a title are to be trusted. An h1 gains with the share of its words that the title element and
# og:title also have, and where the page says that it is an article: on others it is often a slogan.
_ONLY_H1, _FIRST_H1, _LATER_H1 = 0.5, 0.3, -0.3
_DECLARED_WORDS, _H1_OF_ARTICLE = 1.5, 1.0
_OG_TITLE, _TITLE_ELEMENT, _HEADLINE = 1.0, 0.8, 0.3
MAX_H1 = 20


@dataclass(frozen=True, slots=True)
class Titles:
    """The texts that may be the title of a page: its element and declarations, and headings of the first level."""

    element: str = ""
    og_title: str = ""
    headline: str = ""
    h1: Sequence[str] = ()
    is_article: bool = False


def choose_title(titles: Titles, site: Site) -> str | None:
    """Return the text that agrees best with all, each with the weight of its source; None if there is none.

    Two texts agree as far as they have the same words (F1). Headings that only name the site do not count.
    """
    candidates = [its for its in _candidates(titles, site) if its[0]]
    candidates = [its for its in candidates if not site.is_named_by(its[0])] or candidates
    bags = [words_of(text) for text, _ in candidates]

    def support(index: int) -> float:
        agreement = (multiset_f1(bags[index], bag) for bag in bags)
        return sum(weight * its for (_, weight), its in zip(candidates, agreement, strict=True))

    return candidates[max(range(len(candidates)), key=support)][0] if candidates else None


def _candidates(titles: Titles, site: Site) -> Iterator[tuple[str, float]]:
    """Yield texts without the site's name, and their weights."""
    declared = {*words_of(titles.element), *words_of(titles.og_title)}
    parts = [letters_of(part) for part in _SEPARATOR.split(titles.element)]
    h1 = dict.fromkeys(" ".join(text.split()) for text in titles.h1 if len(text) <= MAX_CHARS)
    # The last part of a longer title element is the name of the site.
    named = [text for text in h1 if letters_of(text) and (len(parts) < 2 or letters_of(text) != parts[-1])]
    shown = [text for text in named if not site.is_named_by(text)][:MAX_H1]
    for number, text in enumerate(shown):
        words = words_of(text)
        weight = _LATER_H1 if number else _ONLY_H1 if len(shown) == 1 else _FIRST_H1
        weight += _DECLARED_WORDS * sum(word in declared for word in words) / max(len(words), 1)
        yield text, weight + (_H1_OF_ARTICLE if titles.is_article and len(shown) == 1 else 0)
    yield without_site(titles.og_title, site), _OG_TITLE
    yield without_site(titles.element, site), _TITLE_ELEMENT
    yield without_site(titles.headline, site), _HEADLINE


def without_site(title: str, site: Site) -> str:
    """Return a title without the names of the site at its ends."""
    title = " ".join(title[:MAX_CHARS].split())
    while True:
        separators = list(_SEPARATOR.finditer(title))
        for found, is_last in ((separators[-1:], True), (separators[:1], False)):
            if not found:
                return title
            before, after = title[: found[0].start()].strip(), title[found[0].end() :].strip()
            rest, part = (before, after) if is_last else (after, before)
            if rest and (not part or site.is_like(part)):
                title = rest
                break
        else:
            return title
