"""Synthetic pages of any size, made of invented words: the same ones each time."""

from __future__ import annotations

import random
from collections.abc import Callable

# Between the invented words, so that systems that look for stop words find them as often as on real pages.
_STOP_WORDS = "the of and to a in is that it was for on with as by at from he she they this not but have"
_ONSETS = "b br d dr f g gl h k kl l m n p pr r s st t tr v w"
_VOWELS = "a e i o u ai ea ou é ö"
_CODAS = "l n r s t nd"

_ARTICLE_SHARE, _COMMENTS_SHARE = 0.75, 0.95  # of the page, up to the end of each
_DEPTH = 200  # of nested elements; libxml2 reads no deeper than 2,048

PROSE, SHORT_BLOCKS = "prose", "short blocks"


def synthetic_page(size: int, shape: str = PROSE) -> bytes:
    """Return a page of about `size` bytes (10,000 or more) in UTF-8, in one of SHAPES."""
    return SHAPES[shape](size)


def _prose(size: int) -> bytes:
    """Write an article with comments and teasers, between a menu and a footer.

    All parts but the menu and the footer grow with the page, and nothing is nested deeper in larger pages.
    """
    writer = _Writer()
    end = writer.footer()
    page = bytearray(writer.top())
    for share, start, piece, close in (
        (_ARTICLE_SHARE, "<article><section>", writer.piece, "</section></article>"),
        (_COMMENTS_SHARE, '<div id="comments" class="comments"><h3>Comments</h3>', writer.comment, "</div>"),
        (1.0, '<aside class="related">', writer.teaser, "</aside>"),
    ):
        page += start.encode()
        while len(page) < share * (size - len(end)) - len(close):
            page += piece().encode()
        page += close.encode()
    return bytes(page + end)


class _Writer:
    """Writes the parts of a page; what comes next depends only on what was written before."""

    def __init__(self) -> None:
        self.rng = random.Random(0)
        self.stop_words = _STOP_WORDS.split()
        self.words = [self.word() for _ in range(3000)]
        self.pieces = 0

    def word(self) -> str:
        parts = [_ONSETS, _VOWELS] * self.rng.randint(1, 4) + [_CODAS]
        return "".join(self.rng.choice(part.split()) for part in parts)

    def phrase(self, n_words: int) -> str:
        """Return words of which two in five are stop words, the first with a capital."""
        rng = self.rng
        words = [rng.choice(self.stop_words) if rng.random() < 0.4 else rng.choice(self.words) for _ in range(n_words)]
        return " ".join(words).capitalize()

    def link(self, n_words: int) -> str:
        return f'<a href="/{self.rng.choice(self.words)}/{self.rng.randrange(10_000)}">{self.phrase(n_words)}</a>'

    def sentences(self, most: int) -> str:
        return " ".join(self.phrase(self.rng.randint(6, 18)) + "." for _ in range(self.rng.randint(1, most)))

    def items(self) -> str:
        return "".join(f"<li>{self.sentences(1)}</li>\n" for _ in range(self.rng.randint(3, 6)))

    def top(self) -> bytes:
        title = self.phrase(6)
        menu = "".join(f'<li class="menu-item">{self.link(2)}</li>\n' for _ in range(10))
        return (
            f'<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8"><title>{title}</title>\n'
            f'<meta name="description" content="{self.phrase(15)}"></head>\n'
            f'<body><header class="site-header"><nav><ul class="menu">{menu}</ul></nav></header>\n'
            f'<main><h1>{title}</h1><p class="byline">{self.phrase(4)}</p>\n'
        ).encode()

    def piece(self) -> str:
        """Return the next piece of the article, mostly a paragraph."""
        self.pieces += 1
        if self.pieces % 8 == 0:
            return f"</section>\n<section><h2>{self.phrase(5)}</h2>\n"
        if self.pieces % 8 == 5:
            return f"<ul>{self.items()}</ul>\n"
        return f"<p>{self.sentences(5)} {self.link(3)} {self.sentences(3)}</p>\n"

    def comment(self) -> str:
        name = self.rng.choice(self.words).capitalize()
        return f'<div class="comment"><span class="author">{name}</span><p>{self.sentences(3)}</p></div>\n'

    def teaser(self) -> str:
        return f'<div class="teaser"><h4>{self.link(6)}</h4><p>{self.sentences(1)}</p></div>\n'

    def footer(self) -> bytes:
        links = " ".join(self.link(2) for _ in range(5))
        return f'</main><footer class="site-footer">{links} <p>{self.phrase(8)}</p></footer></body></html>\n'.encode()


# --- Pages that need memory in different ways -------------------------------------------------------------------------


def _repeated(piece: Callable[[int], str]) -> Callable[[int], bytes]:
    """Return a function that fills a page with numbered pieces."""

    def page_of(size: int) -> bytes:
        start, end = b"<!DOCTYPE html><html><body>\n", b"</body></html>\n"
        page, number = bytearray(start), 0
        while len(page) < size - len(end):
            page += piece(number).encode()
            number += 1
        return bytes(page + end)

    return page_of


def _one_text(size: int) -> bytes:
    return b"<html><body><p>" + b"The tide came in and went out. " * (size // 31) + b"</p></body></html>"


_ATTRIBUTES = " ".join(f'data-tide-{letter}="high water"' for letter in "abcdefghij")

#: By name, what makes a page of a size in bytes. Short blocks are 25 bytes each: as many blocks as a page may have.
SHAPES: dict[str, Callable[[int], bytes]] = {
    PROSE: _prose,
    SHORT_BLOCKS: _repeated(lambda number: f"<p>Tide {number:07}.</p>\n"),
    "nested elements": _repeated(lambda number: f"<div class=a{number}>Tide " * _DEPTH + "</div>" * _DEPTH),
    "links": _repeated(lambda number: f'<li><a href="/harbour/{number}">Tide of day {number}</a></li>\n'),
    "one text": _one_text,
    "attributes": _repeated(lambda number: f'<div id="d{number}" class="one two-{number}" {_ATTRIBUTES}>Tide</div>\n'),
}
