"""Fundus: news of many countries; the gold is what a parser that was written for the publisher finds.

    tests/resources/parser/test_data/<country>/<Publisher>.json               gold by version of the parser
                                               <Publisher>_<date>.html.gz     a page for each version
                                               meta.info                      addresses of the pages

A publisher that changes its pages gets a new version of its parser, with a page of that time. So the versions by number
(V1, V1_1, V2, …) go with the publisher's pages by date, one to one. meta.info names all pages, so this holds even if
a file is lost. If a publisher has not as many pages as versions, each page goes with the version of whose words the
page has the greatest share, if that is most of them: over 117 pages this share was at least 0.93 for a page's own gold
and at most 0.64 for another article's.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path

from benchmarks.corpora.files import Corpus, Record, read_bytes, read_json, report_skipped, require_files
from benchmarks.exceptions import BenchmarkError
from boilerkit.gold.pages import GoldPage, domain_of
from boilerkit.metrics import words_of

NAME = "fundus"
SOURCE = "https://github.com/flairNLP/fundus"
EXPECTED = f"the root of a clone of {SOURCE}"
DATA = "tests/resources/parser/test_data"

#: The least share of a gold text's distinct words that a page has of its own gold.
OWN_WORDS = 0.8

_PAGE = re.compile(r"(.+)_\d{4}_\d\d_\d\d\.html\.gz")


def read(folder: Path) -> Iterator[GoldPage]:
    """Yield the pages by country, which is their page type; an id is "<country>/<Publisher>_<date>"."""
    require_files(folder, [DATA], EXPECTED)
    countries = sorted({file.parent for file in (folder / DATA).glob("*/*.html.gz")})
    if not countries:
        raise BenchmarkError(f"there is no page in {folder / DATA}: give {EXPECTED}")
    for country in countries:
        yield from _country(country)


def _country(folder: Path) -> Iterator[GoldPage]:
    require_files(folder, ["meta.info"], EXPECTED)
    meta = read_json(folder / "meta.info")
    there = {file.name for file in folder.glob("*.html.gz")}
    pages: dict[str, list[str]] = {}
    for name in sorted(there | meta.values.keys()):  # a publisher's by date
        match = _PAGE.fullmatch(name)
        if match:
            pages.setdefault(match[1], []).append(name)
    for publisher, names in pages.items():
        file = folder / f"{publisher}.json"
        if file.is_file():
            yield from _publisher(read_json(file), names, folder, meta)
        else:
            report_skipped(f"{NAME}, {folder.name}", there.intersection(names), "a page but no gold")


def _publisher(gold: Record, names: list[str], folder: Path, meta: Record) -> Iterator[GoldPage]:
    """Yield the pages of a publisher; `names` are the files of all that it has or should have, by date."""
    versions = [body_text(gold.record(version)) for version in sorted(gold.values, key=_number)]
    corpus = f"{NAME}, {folder.name}"
    for index, name in enumerate(names):
        if not (folder / name).is_file():
            report_skipped(corpus, [name], "gold but no page")
            continue
        html = read_bytes(folder / name)
        text = versions[index] if len(names) == len(versions) else text_in(html, versions)
        if not text:
            report_skipped(corpus, [name], "a page but no gold text")
            continue
        url = meta.record(name, optional=True).text("url", optional=True)
        yield GoldPage(
            id=f"{folder.name}/{name.removesuffix('.html.gz')}",
            source=html,
            gold=text,
            url=url,
            group=domain_of(url),
            page_type=folder.name,
            corpus=NAME,
        )


def _number(version: str) -> list[int]:
    return [int(digits) for digits in re.findall(r"\d+", version)]


def body_text(version: Record) -> str:
    """Return the summary and the sections' headlines and paragraphs, in order; "" if a version has no body."""
    body = version.record("body", optional=True)
    if not body.values:
        return ""
    parts = list(body.texts("summary"))
    for section in body.records("sections"):
        parts += [*section.texts("headline"), *section.texts("paragraphs")]
    return "\n\n".join(parts)


def text_in(html: bytes, texts: list[str]) -> str:
    """Return the text of whose words the page has the greatest share; "" if it has too few of all."""
    page_words = set(words_of(unescape(html.decode("utf-8", "replace"))))

    def share(text: str) -> float:
        words = set(words_of(text))
        return len(words & page_words) / max(len(words), 1)

    best = max(texts, key=share, default="")
    return best if share(best) >= OWN_WORDS else ""


CORPUS = Corpus(
    name=NAME,
    source=SOURCE,
    paper="Dallabetta et al. 2024, Fundus: A Simple-to-Use News Scraper Optimized for High Quality Extractions",
    licence="MIT (the repository; the pages belong to their publishers)",
    gold=(
        "The article's summary, paragraphs and subheadings, as found by a parser written for each publisher. The "
        "headline, captions, authors and dates are no part of it. The page type is the country."
    ),
    read=read,
    clone=SOURCE,
)
