"""WCXB: pages of seven types, a JSON file of gold and a packed HTML file each.

A clone has

    dev/ground-truth/0001.json    dev/html/0001.html.gz    and the same in test/
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path

from benchmarks.corpora.files import METADATA, Corpus, match_ids, read_bytes, read_json, require_files
from boilerkit.gold.pages import GoldPage, domain_of

SOURCE = "https://github.com/Murrough-Foley/web-content-extraction-benchmark"


def read(folder: Path, split: str) -> Iterator[GoldPage]:
    """Yield the pages of a split, "dev" or "test"; 21 development pages have no main text, so their gold is empty."""
    name, expected = f"wcxb-{split}", f"the root of a clone of {SOURCE}"
    require_files(folder, [f"{split}/ground-truth", f"{split}/html"], expected)
    gold, html = folder / split / "ground-truth", folder / split / "html"
    with_gold = (file.stem for file in gold.glob("*.json"))
    with_html = (file.name.removesuffix(".html.gz") for file in html.glob("*.html.gz"))
    for page_id in match_ids(name, with_gold, with_html, expected):
        record = read_json(gold / f"{page_id}.json")
        truth = record.record("ground_truth")
        url = record.text("url", optional=True)
        yield GoldPage(
            id=page_id,
            source=read_bytes(html / f"{page_id}.html.gz"),
            gold=truth.text("main_content", optional=True),
            url=url,
            group=domain_of(url),
            page_type=record.record("_internal", True).record("page_type", True).text("primary", True),
            corpus=name,
            must_have=truth.texts("with", optional=True),
            must_not_have=truth.texts("without", optional=True),
            metadata={name: truth.text(name) for name in METADATA if name in truth.values},
        )


def _corpus(split: str) -> Corpus:
    return Corpus(
        name=f"wcxb-{split}",
        source=SOURCE,
        paper="M. Foley 2026, WCXB",
        licence="CC-BY-4.0",
        gold=(
            "The main text of articles, products, forum threads, listings, collections, documentation and service "
            "pages, mostly without the headline; snippets that it must and must not contain. Some pages have no "
            "main text. Titles, authors and dates, where a page has them."
        ),
        read=partial(read, split=split),
        clone=SOURCE,
    )


DEV, TEST = _corpus("dev"), _corpus("test")
