"""The pages that magic-html is measured on: articles, and threads of forums and question pages, of 2024.

A clone has, and the same in forum/,

    benchmark/data/article/base.json    benchmark/data/article/htmls/<id>.html
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path

from benchmarks.corpora.files import Corpus, match_ids, read_bytes, read_json, require_files
from boilerkit.gold.pages import GoldPage, domain_of

SOURCE = "https://github.com/opendatalab/magic-html"


def read(folder: Path, kind: str) -> Iterator[GoldPage]:
    """Yield the pages of a kind, "article" or "forum", which is their page type."""
    name, expected = f"magic-html-{kind}s", f"the root of a clone of {SOURCE}"
    data = f"benchmark/data/{kind}"
    require_files(folder, [f"{data}/base.json", f"{data}/htmls"], expected)
    gold, html = read_json(folder / data / "base.json"), folder / data / "htmls"
    for page_id in match_ids(name, gold.values, (file.stem for file in html.glob("*.html")), expected):
        record = gold.record(page_id)
        url = record.text("url", optional=True)
        yield GoldPage(
            id=page_id,
            source=read_bytes(html / f"{page_id}.html"),
            gold=record.text("content"),
            url=url,
            group=domain_of(url),
            page_type=kind,
            corpus=name,
        )


def _corpus(kind: str, gold: str) -> Corpus:
    return Corpus(
        name=f"magic-html-{kind}s",
        source=SOURCE,
        paper="none; the repository describes it (OpenDataLab)",
        licence="Apache-2.0 (the repository; the pages belong to their publishers)",
        gold=gold,
        read=partial(read, kind=kind),
        clone=SOURCE,
    )


ARTICLES = _corpus("article", "The article with its headline, mostly with date and byline, in many languages.")
FORUMS = _corpus("forum", "The text of posts, questions and answers, in many languages.")
