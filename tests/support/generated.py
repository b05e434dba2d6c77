"""Small labelled pages made from a seed: different sites, each with its own names, menus and footers."""

from __future__ import annotations

import json
import random
from dataclasses import dataclass
from pathlib import Path

_NOUNS = "river harbour teacher market engine garden letter winter window council museum orchard bridge song lantern"
_VERBS = "opened crossed painted measured forgot repaired followed described carried counted"


@dataclass(frozen=True)
class LabelledPage:
    """A page, its main text, and the number of its site."""

    html: str
    text: str
    site: int


def sentence(rng: random.Random) -> str:
    nouns = [rng.choice(_NOUNS.split()) for _ in range(3)]
    return f"The {nouns[0]} {rng.choice(_VERBS.split())} the {nouns[1]}, and nobody asked the {nouns[2]} why."


def labelled_page(rng: random.Random, site: int) -> LabelledPage:
    """A page and its main text; sites differ in their classes, menus and footers."""
    paragraphs = [" ".join(sentence(rng) for _ in range(rng.randint(2, 5))) for _ in range(rng.randint(3, 7))]
    menu = "".join(f'<li><a href="/{word}">{word.title()}</a></li>' for word in _NOUNS.split()[: 4 + site])
    links = "".join(f'<li><a href="/n/{n}">{sentence(rng)[:40]}</a></li>' for n in range(rng.randint(2, 6)))
    body = "".join(f"<p>{text}</p>" for text in paragraphs)
    html = (
        f"<html><head><title>Page of site {site}</title></head><body><nav class='menu-{site}'><ul>{menu}</ul></nav>"
        f"<div class='story-{site}'>{body}</div><div class='more'><h3>Read more</h3><ul>{links}</ul></div>"
        f"<footer><p>Copyright {site}. All rights reserved.</p><a href='/privacy'>Privacy</a></footer></body></html>"
    )
    return LabelledPage(html, "\n\n".join(paragraphs), site)


def labelled_pages(n_sites: int = 8, pages_a_site: int = 3, seed: int = 1) -> list[LabelledPage]:
    """So many pages of each of so many sites, the sites by turns."""
    rng = random.Random(seed)
    return [labelled_page(rng, number % n_sites) for number in range(n_sites * pages_a_site)]


def write_gold(file: Path, n_sites: int = 8, pages_a_site: int = 3) -> Path:
    """A gold file of small generated pages."""
    rows = []
    for number, page in enumerate(labelled_pages(n_sites, pages_a_site)):
        kind = "listing" if number % 3 == 0 else "article"
        url = f"https://site{page.site}.example/{number}"
        rows.append({"id": f"p{number}", "html": page.html, "gold_text": page.text, "url": url, "page_type": kind})
    file.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return file
