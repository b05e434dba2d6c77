"""The pages that the shipped models are trained on, as gold pages."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from boilerkit.gold.pages import GoldPage, Span, domain_of
from boilerkit.labels import Label


@dataclass(frozen=True)
class TrainingCorpus:
    """One file of the data folder."""

    file: str
    name: str
    weight: float  # of one of its pages, relative to the others
    licence: str
    gold: str


CORPORA = (
    TrainingCorpus(
        "wcxb_dev.parquet",
        "wcxb-dev",
        1.0,
        "CC-BY-4.0 (WCXB, M. Foley, 2026)",
        "full main text of pages of seven types",
    ),
    TrainingCorpus(
        "fundus_train.parquet",
        "fundus-train",
        2.0,
        "MIT repository (flairNLP/fundus); page text belongs to its publishers",
        "article text by hand-written parsers, one per publisher",
    ),
    TrainingCorpus(
        "labelled_extra.parquet",
        "labelled-extra",
        1.5,
        "Apache-2.0 or MIT repositories (readability, postlight and mercury parsers, newspaper3k, newspaper4k, goose3, "
        "htmldate, trafilatura); page text belongs to its publishers",
        "every text block labelled by reading",
    ),
    TrainingCorpus(
        "forum_posts.parquet",
        "forum-posts",
        1.2,
        "Apache-2.0 (fhgr/harvest); page text belongs to its authors",
        "the text of every post of a thread, and nothing else",
    ),
    TrainingCorpus(
        "world_pages.parquet",
        "world-pages",
        1.2,
        "Apache-2.0 (opendatalab/magic-html); page text belongs to its publishers",
        "main text of articles, forum threads and questions, half of them not in Latin script",
    ),
)
LABELS_FILE = "kinds_train.jsonl"


def training_pages(folder: Path) -> Iterator[GoldPage]:
    """Yield all pages of the training corpora, grouped by domain across corpora.

    Pages whose every block has a label carry these spans, beside their gold text if they have one.
    """
    spans_by_page = read_spans(folder / LABELS_FILE)
    publishers: dict[str, str] = {}
    for corpus in CORPORA:
        for row in read_rows(folder / corpus.file):
            spans = spans_by_page.get((row["corpus"], row["id"]), [])
            yield GoldPage(
                id=row["id"],
                source=row["html"],
                gold=spans if corpus.name == "labelled-extra" else row["gold_text"] or "",
                url=row["url"] or "",
                group=_group(corpus, row, publishers),
                page_type="" if corpus.name == "fundus-train" else row["page_type"],  # there it is the country
                corpus=corpus.name,
                spans=spans,
            )


def read_rows(file: Path) -> Iterator[dict[str, Any]]:
    """Yield the rows of a Parquet file."""
    from datasets import load_dataset

    yield from load_dataset("parquet", data_files=str(file), split="train", streaming=True)


def read_spans(file: Path) -> dict[tuple[str, str], list[Span]]:
    """Return the labelled spans by corpus and page id."""
    with file.open(encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    return {
        (row["corpus"], row["id"]): [Span(Label(span["label"]), span["text"]) for span in row["spans"]] for row in rows
    }


def _group(corpus: TrainingCorpus, row: dict[str, Any], publishers: dict[str, str]) -> str:
    """Return the page's domain; for a publisher with several domains, that of its first page."""
    domain = domain_of(row["url"] or "")
    if corpus.name == "fundus-train":
        return publishers.setdefault(re.sub(r"_\d{4}_\d\d_\d\d.*", "", row["id"]), domain)
    return domain
