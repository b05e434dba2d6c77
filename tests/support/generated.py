"""Small labelled pages made from a seed, each as HTML and as plain text; every site has its own menu and footer."""

from __future__ import annotations

import json
import random
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from boilerkit.blocks.columns import InputFormat
from boilerkit.gold.pages import GoldPage, Span
from boilerkit.labels import Label

_NOUNS = "river harbour teacher market engine garden letter winter window council museum orchard bridge song lantern"
_VERBS = "opened crossed painted measured forgot repaired followed described carried counted"


@dataclass(frozen=True)
class LabelledPage:
    """A page in both input formats, its main text, the labels of its blocks, and the number of its site."""

    html: str
    plain_text: str
    text: str
    spans: tuple[Span, ...]
    site: int

    def source(self, input_format: InputFormat) -> str:
        """Return the page in one input format."""
        return self.html if input_format == "html" else self.plain_text

    @property
    def text_with_links(self) -> str:
        """The main text by another convention, in which links to related pages belong to it."""
        return "\n\n".join([self.text, *(span.text or "" for span in self.spans if span.label is Label.RELATED)])


def sentence(rng: random.Random) -> str:
    """Return a sentence of random nouns and verbs."""
    nouns = [rng.choice(_NOUNS.split()) for _ in range(3)]
    return f"The {nouns[0]} {rng.choice(_VERBS.split())} the {nouns[1]}, and nobody asked the {nouns[2]} why."


def labelled_page(rng: random.Random, site: int) -> LabelledPage:
    """Return a page of a site; sites differ in their classes, menus and footers."""
    paragraphs = [" ".join(sentence(rng) for _ in range(rng.randint(2, 5))) for _ in range(rng.randint(3, 7))]
    menu = [word.title() for word in _NOUNS.split()[: 4 + site]]
    links = [sentence(rng)[:40] for _ in range(rng.randint(2, 6))]
    copyright_line = f"Copyright {site}. All rights reserved."
    items = "".join(f'<li><a href="/{word.lower()}">{word}</a></li>' for word in menu)
    more = "".join(f'<li><a href="/n/{number}">{text}</a></li>' for number, text in enumerate(links))
    body = "".join(f"<p>{text}</p>" for text in paragraphs)
    html = (
        f"<html><head><title>Page of site {site}</title></head><body><nav class='menu-{site}'><ul>{items}</ul></nav>"
        f"<div class='story-{site}'>{body}</div><div class='more'><h3>Read more</h3><ul>{more}</ul></div>"
        f"<footer><p>{copyright_line}</p><a href='/privacy'>Privacy</a></footer></body></html>"
    )
    sections = [
        "\n".join(f"  * {word}" for word in menu),
        *paragraphs,
        "Read more",
        "\n".join(f"  * {text}" for text in links),
        f"{copyright_line}\nPrivacy",
    ]
    spans = [
        *(Span(Label.NAVIGATION, word) for word in menu),
        *(Span(Label.BODY, text) for text in paragraphs),
        *(Span(Label.RELATED, text) for text in ("Read more", *links)),
        *(Span(Label.FOOTER, text) for text in (copyright_line, "Privacy")),
    ]
    return LabelledPage(html, "\n\n".join(sections) + "\n", "\n\n".join(paragraphs), tuple(spans), site)


def labelled_pages(n_sites: int = 8, pages_a_site: int = 3, seed: int = 1) -> list[LabelledPage]:
    """Return pages of several sites, one page of each site after the other."""
    rng = random.Random(seed)
    return [labelled_page(rng, number % n_sites) for number in range(n_sites * pages_a_site)]


def write_gold(
    file: Path,
    n_sites: int = 8,
    pages_a_site: int = 3,
    input_format: InputFormat = "html",
    with_spans: bool = False,
    with_links: bool = False,
) -> Path:
    """Write a gold file of generated pages, with spans or with gold text; return the file.

    `with_links`: the gold text is `text_with_links`.
    """
    rows = []
    for number, page in enumerate(labelled_pages(n_sites, pages_a_site)):
        gold: dict[str, Any] = {"gold_text": page.text_with_links if with_links else page.text}
        if with_spans:
            gold = {"spans": [{"label": str(span.label), "text": span.text} for span in page.spans]}
        page_type = "listing" if number % 3 == 0 else "article"
        url = f"https://site{page.site}.example/{number}"
        row = {"id": f"p{number}", input_format: page.source(input_format), "url": url, "page_type": page_type}
        rows.append(row | gold)
    file.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return file


# --- Pages with blocks of every label ---------------------------------------------------------------------------------

#: What each label looks like: its HTML and its first words.
SHAPES = {
    Label.NAVIGATION: ("<nav class='menu'><a href='/m'>{}</a></nav>", "Go to"),
    Label.TICKER: ("<div class='strip'>{}</div>", "Breaking:"),
    Label.TITLE: ("<h1>{}</h1>", "How"),
    Label.METADATA: ("<p class='byline'>{}</p>", "Written by Ann,"),
    Label.SHARE: ("<div class='sharing'><a href='/s'>{}</a></div>", "Share"),
    Label.BODY: ("<div class='story'><p>{}</p></div>", "Then"),
    Label.CAPTION: ("<figure><figcaption>{}</figcaption></figure>", "Photo:"),
    Label.PROMOTION: ("<aside class='offer'>{}</aside>", "Subscribe now!"),
    Label.RELATED: ("<div class='more'><a href='/r'>{}</a></div>", "Read more:"),
    Label.COMMENTS: ("<div class='replies'><p>{}</p></div>", "Bob wrote:"),
    Label.NOTICE: ("<div class='consent'>{}</div>", "Cookies help us."),
    Label.FOOTER: ("<footer><p>{}</p></footer>", "Copyright 2024."),
}
#: Blocks of a page with every label.
N_BLOCKS = 3 * len(SHAPES)


def fully_labelled_page(rng: random.Random, number: int, site: int, input_format: InputFormat = "html") -> GoldPage:
    """Return a page with three blocks of each label; its gold is their spans."""
    texts = [
        (label, f"{start} {sentence(rng)} {rng.random():.9f}") for label, (_, start) in SHAPES.items() for _ in range(3)
    ]
    if input_format == "html":
        blocks = "".join(SHAPES[label][0].format(text) for label, text in texts)
        source = f"<html><body>{blocks}</body></html>"
    else:
        source = "\n\n".join(text for _, text in texts)
    gold = [Span(label, text) for label, text in texts]
    return GoldPage(f"p{number}", source, gold, input_format, group=f"site {site}")


def fully_labelled_pages(input_format: InputFormat = "html", n_sites: int = 6, pages_a_site: int = 3) -> list[GoldPage]:
    """Return pages with blocks of every label of several sites, one page of each site after the other."""
    rng = random.Random(3)
    numbers = range(n_sites * pages_a_site)
    return [fully_labelled_page(rng, number, number % n_sites, input_format) for number in numbers]
