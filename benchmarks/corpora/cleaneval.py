"""CleanEval: mixed pages of 2007, each wrapped in a `text` element; gold with marks of paragraphs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path

from benchmarks.corpora.chatnoir import COMBINED, SOURCE, decoded, read_pairs
from benchmarks.corpora.files import Corpus, without_marks
from boilerkit.gold.pages import GoldPage, domain_of

NAME = "cleaneval"

_WRAPPER = re.compile(rb'\A\s*<text\s+id="([^"]*)".*?\sencoding="([^"]*)"\s*>\s*(.*?)\s*(?:</text>\s*)?\Z', re.DOTALL)
_DECLARED = re.compile(rb"<meta[^>]+charset|<\?xml[^>]+encoding", re.IGNORECASE)
_URL = re.compile(r"\A\s*URL:[ \t]*(\S*).*\n?")


def read(folder: Path) -> Iterator[GoldPage]:
    """Yield the pages that have gold, which may be empty. `folder` is the combined dataset or cleaneval-final in it."""
    for page_id, page, gold in read_pairs(NAME, folder, "cleaneval-final"):
        html, url = unwrapped(page)
        named, text = gold_text(decoded(gold))
        url = url or named
        yield GoldPage(id=page_id, source=html, gold=text, url=url, group=domain_of(url), corpus=NAME)


def unwrapped(page: bytes) -> tuple[bytes, str]:
    """Return the page without the element that CleanEval put around it, and the address in that element.

    The element also has the encoding of the HTTP header. If the page itself declares none and is not UTF-8, it is put
    in front of the page as a meta tag, as extractors get nothing but the bytes.
    """
    match = _WRAPPER.match(page)
    if not match:
        return page, ""
    address, encoding, html = match.groups()
    if not _DECLARED.search(html) and not _is(html, "utf-8") and _is(html, encoding.decode("ascii", "replace")):
        html = b'<meta charset="' + encoding + b'">\n' + html
    return html, unescape(address.decode("utf-8", "replace"))


def _is(html: bytes, encoding: str) -> bool:
    try:
        html.decode(encoding)
    except (LookupError, ValueError):  # no such encoding ("unset"), or not this one
        return False
    return True


def gold_text(text: str) -> tuple[str, str]:
    """Return the address in the first line of a gold file, and its text without this line and without marks."""
    match = _URL.match(text)
    return (match[1] if match else ""), without_marks(_URL.sub("", text))


CORPUS = Corpus(
    name=NAME,
    source=SOURCE,
    paper=f"Baroni et al. 2008, CleanEval: a Competition for Cleaning Web Pages; as in {COMBINED}",
    licence="none stated (shared task; the pages belong to their publishers)",
    gold="The page's text, headlines included, without navigation, advertisements, forms and the like.",
    read=read,
)
