"""Dragnet: news and blogs of 2012; gold files have the content first, then a mark, then reader comments."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from benchmarks.corpora.chatnoir import COMBINED, SOURCE, decoded, read_pairs
from benchmarks.corpora.files import Corpus
from boilerkit.gold.pages import GoldPage

NAME = "dragnet"

_COMMENTS = re.compile(r"!@#\$%\^&\*\(\)\s*COMMENTS")


def read(folder: Path) -> Iterator[GoldPage]:
    """Yield the pages, of which no address is known. `folder` is the combined dataset or dragnet_data in it."""
    for page_id, html, gold in read_pairs(NAME, folder, "dragnet_data"):
        content, *comments = (part.strip() for part in _COMMENTS.split(decoded(gold), maxsplit=1))
        yield GoldPage(id=page_id, source=html, gold=content, corpus=NAME, comments=tuple(filter(None, comments)))


CORPUS = Corpus(
    name=NAME,
    source=SOURCE,
    paper=f"Peters & Lecocq 2013, Content Extraction Using Diverse Feature Sets; as in {COMBINED}",
    licence="none stated with the merged dataset (the pages belong to their publishers)",
    gold="The article with its headline, byline and date where it has them. Reader comments are apart from it.",
    read=read,
)
