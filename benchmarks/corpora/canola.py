"""Canola: English pages of the web of 2008 on which annotators marked every piece of text as good, uncertain or bad.

A clone has

    canola/merged.20100908.combined/685    a page, each piece of its text in <kw class="krdwrd-tag-N">
    canola/plan.canola                     the ids of the pages of the corpus, a line each
    canola/urls                            an id and an address in each line

where N is 3 for good, 2 for uncertain and 1 for bad, as most of the page's annotators voted.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path

from benchmarks.corpora.files import Corpus, match_ids, read_bytes, read_text, require_files
from boilerkit.gold.pages import GoldPage, Span, domain_of
from boilerkit.labels import Label

NAME = "canola"
SOURCE = "https://github.com/krdwrd/data"

_PIECE = re.compile(r'<kw class="krdwrd-tag-(\d)">(.*?)</kw>', re.DOTALL)
_KW = re.compile(rb"</?kw\b[^>]*>")
_LABELS = {"1": Label.BOILERPLATE, "3": Label.CONTENT}


def read(folder: Path) -> Iterator[GoldPage]:
    """Yield the pages of the corpus, without the elements that mark the text; uncertain pieces have no label."""
    expected = f"the root of a clone of {SOURCE}"
    require_files(folder, ["canola/plan.canola", "canola/urls", "canola/merged.20100908.combined"], expected)
    pages = folder / "canola" / "merged.20100908.combined"
    lines = read_text(folder / "canola" / "urls").splitlines()
    urls = {page_id: url.strip() for page_id, _, url in (line.partition(" ") for line in lines)}
    planned = read_text(folder / "canola" / "plan.canola").split()
    there = {file.name for file in pages.iterdir()}
    for page_id in match_ids(NAME, planned, there & set(planned), expected):
        page = read_bytes(pages / page_id)
        url = urls.get(page_id, "")
        yield GoldPage(
            id=page_id,
            source=_KW.sub(b"", page),
            gold=list(_spans(page.decode("utf-8", "replace"))),
            url=url,
            group=domain_of(url),
            corpus=NAME,
            language="en",
        )


def _spans(page: str) -> Iterator[Span]:
    for vote, text in _PIECE.findall(page):
        if vote in _LABELS:
            yield Span(_LABELS[vote], unescape(text))


CORPUS = Corpus(
    name=NAME,
    source=SOURCE,
    paper="Steger & Stemle 2009, KrdWrd: Architecture for Unified Processing of Web Content (Web as Corpus 5)",
    licence="CC-BY-SA-4.0",
    gold=(
        "Good or bad for every piece of text. Good is text in complete English sentences, in lists too; headings, "
        "captions and other text that is uncertain counts as neither."
    ),
    read=read,
    clone=SOURCE,
)
