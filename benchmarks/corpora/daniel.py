"""DAnIEL: press pages of 2011 and 2012 in Chinese, English, Greek, Polish and Russian, from a clone of waddle.

The pages are in corpora/Corpus_daniel_v2.1 there, a page and its gold under the same name without an ending:

    html/<date>_<host>_<hash>    reference/<date>_<host>_<hash>    doc_lg.json: the language of each
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from benchmarks.corpora.files import Corpus, match_ids, read_bytes, read_json, read_text, require_files, without_marks
from boilerkit.gold.pages import GoldPage

NAME = "daniel"
CLONE = "https://github.com/rundimeco/waddle"
DATA = "corpora/Corpus_daniel_v2.1"

_LANGUAGES = {"Chinese": "zh", "English": "en", "Greek": "el", "Polish": "pl", "Russian": "ru"}
_HOST = re.compile(r"\d{8}_(?:www\.)?(.+)_[0-9a-f]+")


def read(folder: Path) -> Iterator[GoldPage]:
    """Yield the pages, of which the hosts are known, but no addresses."""
    expected = f"the root of a clone of {CLONE}"
    require_files(folder, [f"{DATA}/html", f"{DATA}/reference", f"{DATA}/doc_lg.json"], expected)
    data = folder / DATA
    languages = read_json(data / "doc_lg.json")
    gold, html = ([file.name for file in (data / name).iterdir()] for name in ("reference", "html"))
    for page_id in match_ids(NAME, gold, html, expected):
        host = _HOST.fullmatch(page_id)
        yield GoldPage(
            id=page_id,
            source=read_bytes(data / "html" / page_id),
            gold=without_marks(read_text(data / "reference" / page_id)).strip(),
            group=host[1] if host else "",
            corpus=NAME,
            language=_LANGUAGES.get(languages.text(page_id, optional=True), ""),
        )


CORPUS = Corpus(
    name=NAME,
    source=CLONE,
    paper="Lejeune & Zhu 2018, A New Proposal for Evaluating Web Page Cleaning Tools",
    licence="GPL-3.0 (the repository; the pages belong to their publishers)",
    gold="The text of the article with its headline, in five languages.",
    read=read,
    clone=CLONE,
)
