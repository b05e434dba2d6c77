"""Validation: pages of other kinds than the training pages, which no model sees in training."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from joblib import Parallel, delayed

from boilerkit.errors import BoilerkitError
from boilerkit.extraction import extract
from boilerkit.learning.evaluation import PageScore, score_rows
from boilerkit.metrics import shingle_scores, word_f1
from boilerkit.model.content import ContentModel
from training.corpora import read_rows


@dataclass(frozen=True)
class ValidationCorpus:
    """One file of the data folder that is only measured on."""

    file: str
    name: str
    has_page_types: bool = False


VALIDATION = (
    ValidationCorpus("validation/world_press.parquet", "world-press", has_page_types=True),
    ValidationCorpus("validation/blogs_2012.parquet", "blogs-2012"),
    ValidationCorpus("validation/news_2008.parquet", "news-2008"),
    ValidationCorpus("cleaneval.parquet", "cleaneval"),
)


def score_validation(data: Path, model: ContentModel) -> list[dict[str, Any]]:
    """Return the scores of a model for HTML on the validation corpora that the data folder has."""
    workers = Parallel(n_jobs=-1, return_as="generator", batch_size=16)
    scores = workers(delayed(_score)(corpus, row, model) for corpus, row in _rows(data))
    return score_rows(list(scores))


def _rows(data: Path) -> Iterator[tuple[ValidationCorpus, dict[str, Any]]]:
    for corpus in VALIDATION:
        if (data / corpus.file).is_file():
            yield from ((corpus, row) for row in read_rows(data / corpus.file))


def _score(corpus: ValidationCorpus, row: dict[str, Any], model: ContentModel) -> PageScore:
    try:
        text = extract(row["html"], input_format="html", model=model)
    except BoilerkitError:  # counts as an empty result
        text = ""
    gold = row["gold_text"] or ""
    page_type = row["page_type"] if corpus.has_page_types else ""
    return PageScore(row["id"], corpus.name, page_type, word_f1(text, gold), shingle_scores(text, gold))
