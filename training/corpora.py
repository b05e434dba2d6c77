"""The pages that the shipped model is trained on, as gold pages."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from boilerkit.gold.pages import Gold, GoldPage, Span, domain_of
from boilerkit.labels import Label


@dataclass(frozen=True)
class Corpus:
    """One file of the data folder."""

    file: str
    name: str
    weight: float  # of one of its pages, against one of the others
    licence: str
    gold: str


CORPORA = (
    Corpus(
        "wcxb_dev.parquet",
        "wcxb",
        1.0,
        "CC-BY-4.0 (WCXB, M. Foley, 2026)",
        "full main text of pages of seven types",
    ),
    Corpus(
        "fundus_train.parquet",
        "fundus",
        2.0,
        "MIT repository (flairNLP/fundus); page text belongs to its publishers",
        "article text by hand-written parsers, one a publisher",
    ),
    Corpus(
        "labelled_extra.parquet",
        "labelled_extra",
        2.0,
        "Apache-2.0 or MIT repositories (readability, postlight parser, newspaper4k, trafilatura); "
        "page text belongs to its publishers",
        "every text block labelled by reading",
    ),
)
SPANS = "kinds_train.jsonl"


def training_pages(folder: Path) -> Iterator[GoldPage]:
    """All pages of the training corpora, grouped by domain across corpora."""
    for page, _ in _pages(folder):
        yield page


def labelled_pages(folder: Path) -> Iterator[GoldPage]:
    """Those of the training pages whose every block has a label, with these labels as gold.

    Their page type is the corpus that they are from.
    """
    for page, spans in _pages(folder):
        if spans is not None:
            yield replace(page, gold=spans, page_type=page.corpus)


def _pages(folder: Path) -> Iterator[tuple[GoldPage, Gold | None]]:
    """Each page, and its labelled spans if it has any."""
    all_spans = _spans(folder / SPANS)
    publishers: dict[str, str] = {}
    for corpus in CORPORA:
        for row in _rows(folder / corpus.file):
            spans = all_spans.get((row["corpus"], row["id"]))
            page = GoldPage(
                id=row["id"],
                html=row["html"],
                gold=spans if corpus.name == "labelled_extra" else row["gold_text"] or "",
                url=row["url"] or "",
                group=_group(corpus, row, publishers),
                page_type="" if corpus.name == "fundus" else row["page_type"],  # of fundus it is the country
                corpus=corpus.name,
            )
            yield page, spans


def _rows(file: Path) -> Iterator[dict[str, Any]]:
    from datasets import load_dataset

    yield from load_dataset("parquet", data_files=str(file), split="train", streaming=True)


def _spans(file: Path) -> dict[tuple[str, str], Gold]:
    """The labelled spans by corpus and page id."""
    with file.open(encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    return {
        (row["corpus"], row["id"]): [Span(Label(span["label"]), span["text"]) for span in row["spans"]] for row in rows
    }


def _group(corpus: Corpus, row: dict[str, Any], publishers: dict[str, str]) -> str:
    """The page's domain. All pages of a publisher go by the domain of the first, which may have several."""
    domain = domain_of(row["url"] or "")
    if corpus.name == "fundus":
        return publishers.setdefault(re.sub(r"_\d{4}_\d\d_\d\d.*", "", row["id"]), domain)
    return domain
