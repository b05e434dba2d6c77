"""The pages that were labelled for Boilerkit, block by block, from the folder of its training data."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from benchmarks.corpora.files import Corpus
from benchmarks.exceptions import BenchmarkError
from boilerkit.gold.pages import GoldPage
from boilerkit.labels import Label
from training.corpora import LABELS_FILE, training_pages


def read(folder: Path) -> Iterator[GoldPage]:
    """Yield the pages whose every block has a label; their page type is the corpus that they are from.

    Raises BenchmarkError if the folder lacks a file.
    """
    try:
        for page in training_pages(folder):
            if page.labelled_spans:
                comments = tuple(
                    span.text for span in page.labelled_spans if span.label is Label.COMMENTS and span.text
                )
                yield replace(page, gold=page.labelled_spans, page_type=page.corpus, comments=comments)
    except FileNotFoundError as error:
        raise BenchmarkError(
            f"{folder} is not the folder of the training data: {error.filename or error} is not there"
        ) from None


CORPUS = Corpus(
    name="labelled",
    source="the folder of Boilerkit's training data",
    paper="none",
    licence="Apache-2.0 or MIT (the repositories that the pages are from; their text belongs to its publishers)",
    gold=f"A label for every block, in {LABELS_FILE}; the main text is that of the blocks labelled as body.",
    read=read,
)
