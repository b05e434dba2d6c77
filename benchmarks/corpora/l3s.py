"""L3S-GN1: English news pages of 2008 with a label on every piece of text, from a clone of page-signal.

The pages are in L3S-GN1-20100130203947-00001 there:

    original/<id>.html     the page as it was fetched
    annotated/<id>.html    the page with <span class="x-nc-sel2"> and the like around text
    url-mapping.txt        "<urn:uuid:ID>", a tab and the address in each line
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

from lxml import etree
from lxml import html as lxml_html

from benchmarks.corpora.files import Corpus, match_ids, read_bytes, read_text, require_files
from boilerkit.gold.pages import GoldPage, Span, domain_of
from boilerkit.labels import Label

NAME = "l3s-gn1"
CLONE = "https://github.com/geodrome/page-signal"
DATA = "L3S-GN1-20100130203947-00001"

#: What their classes mean. Supplemental text, x-nc-sel3, is of no one label: captions, dates, names and more.
SUPPLEMENTAL = "3"
LABELS = {
    "0": Label.BOILERPLATE,
    "1": Label.TITLE,
    "2": Label.BODY,
    "4": Label.RELATED,
    "5": Label.COMMENTS,
}

_SELECTED = re.compile(r"\bx-nc-sel([0-5])\b")
_ADDRESS = re.compile(r"<urn:uuid:([^>]+)>\s+(\S+)")


def read(folder: Path) -> Iterator[GoldPage]:
    """Yield the pages. `folder` is the root of a clone of page-signal, or the folder of the data set in it."""
    expected = f"the root of a clone of {CLONE}, or its {DATA}"
    if (folder / DATA).is_dir():
        folder = folder / DATA
    require_files(folder, ["original", "annotated", "url-mapping.txt"], expected)
    urls = dict(_ADDRESS.findall(read_text(folder / "url-mapping.txt")))
    annotated, original = ({file.stem for file in (folder / name).glob("*.html")} for name in ("annotated", "original"))
    for page_id in match_ids(NAME, annotated, original, expected):
        labelled = list(_labelled(read_text(folder / "annotated" / f"{page_id}.html")))
        url = urls.get(page_id, "")
        yield GoldPage(
            id=page_id,
            source=read_bytes(folder / "original" / f"{page_id}.html"),
            gold="\n".join(text for kind, text in labelled if kind in "12"),
            url=url,
            group=domain_of(url),
            corpus=NAME,
            spans=[Span(LABELS[kind], text) for kind, text in labelled if kind != SUPPLEMENTAL],
            language="en",
            comments=tuple(text for kind, text in labelled if kind == "5"),
        )


def _labelled(page: str) -> Iterator[tuple[str, str]]:
    """Yield runs of text of one class and the number of the class; what is in no such element is boilerplate, too."""
    tree = lxml_html.document_fromstring(page, parser=lxml_html.HTMLParser(encoding="utf-8", huge_tree=True))
    body = tree.find("body")
    pieces = () if body is None else _pieces(body)
    for kind, run in groupby(pieces, lambda piece: piece[0]):
        yield kind, " ".join(text for _, text in run)


def _pieces(body: etree._Element) -> Iterator[tuple[str, str]]:
    around = ["0"]
    for event, element in etree.iterwalk(body, events=("start", "end", "comment", "pi")):
        if event == "start":
            selected = _SELECTED.search(element.get("class", ""))
            unseen = element.tag in ("script", "style", "noscript") or "x-nc-invisible" in element.get("class", "")
            around.append("" if unseen or not around[-1] else selected[1] if selected else around[-1])
            text = element.text
        else:
            if event == "end":
                around.pop()
            text = element.tail if element is not body else None
        if around[-1] and text and not text.isspace():
            yield around[-1], " ".join(text.split())


CORPUS = Corpus(
    name=NAME,
    source=CLONE,
    paper="Kohlschütter et al. 2010, Boilerplate Detection using Shallow Text Features",
    licence="for research only (L3S; the pages belong to their publishers)",
    gold=(
        "The headline and the full text, without supplemental text such as captions. Every piece of text has a label: "
        "headline, full text, related content, reader comments, boilerplate."
    ),
    read=read,
    clone=CLONE,
)
