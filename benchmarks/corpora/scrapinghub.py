"""The article extraction benchmark: news and blogs, one JSON file with the gold of all.

A clone has

    ground-truth.json    html/<id>.html.gz
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from benchmarks.corpora.files import Corpus, match_ids, read_bytes, read_json, require_files
from boilerkit.gold.pages import GoldPage, domain_of

NAME = "article-extraction-benchmark"
SOURCE = "https://github.com/scrapinghub/article-extraction-benchmark"


def read(folder: Path) -> Iterator[GoldPage]:
    """Yield the pages of the benchmark; their ids are the names of the HTML files."""
    expected = f"the root of a clone of {SOURCE}"
    require_files(folder, ["ground-truth.json", "html"], expected)
    gold, html = read_json(folder / "ground-truth.json"), folder / "html"
    with_html = (file.name.removesuffix(".html.gz") for file in html.glob("*.html.gz"))
    for page_id in match_ids(NAME, gold.values, with_html, expected):
        record = gold.record(page_id)
        url = record.text("url", optional=True)
        yield GoldPage(
            id=page_id,
            source=read_bytes(html / f"{page_id}.html.gz"),
            gold=record.text("articleBody"),
            url=url,
            group=domain_of(url),
            corpus=NAME,
        )


CORPUS = Corpus(
    name=NAME,
    source=SOURCE,
    paper="none; the repository describes it (Scrapinghub, now Zyte)",
    licence="MIT (the repository; the pages belong to their publishers)",
    gold="The body of the article as plain text. The headline, authors and dates are no part of it.",
    read=read,
    clone=SOURCE,
)
