"""The pages that are timed, each as a file, so that measuring processes hold one at a time."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.corpora import open_corpus
from benchmarks.errors import BenchmarkError
from boilerkit.gold.pages import html_bytes


@dataclass(frozen=True)
class SavedPage:
    """A page of a corpus: its name there, the file that holds its bytes, and their number."""

    corpus: str
    id: str
    file: Path
    size: int


def save_pages(corpora: Sequence[str], limit: int | None, folder: Path) -> list[SavedPage]:
    """Write pages of corpora, named as for `open_corpus`, to files in a folder.

    With `limit`, so many pages of each corpus, the same ones each time. Raises BenchmarkError and GoldError for corpora
    that cannot be read.
    """
    chosen: list[SavedPage] = []
    for number, argument in enumerate(corpora):
        pages = list(_saved(argument, folder / str(number)))
        if not pages:
            raise BenchmarkError(f"{argument} holds no page")
        chosen += pages if limit is None else random.Random(0).sample(pages, min(limit, len(pages)))
    return chosen


def _saved(argument: str, folder: Path) -> Iterator[SavedPage]:
    folder.mkdir()
    corpus, pages = open_corpus(argument)
    for number, page in enumerate(pages):
        html = html_bytes(page.html)
        file = folder / str(number)
        file.write_bytes(html)
        yield SavedPage(corpus, page.id, file, len(html))


def corpora_of(pages: Sequence[SavedPage]) -> list[dict[str, Any]]:
    """The corpora of pages: the number of pages of each and their mean size."""
    sizes: dict[str, list[int]] = {}
    for page in pages:
        sizes.setdefault(page.corpus, []).append(page.size)
    return [
        {"corpus": corpus, "pages": len(all_sizes), "mean_bytes": round(sum(all_sizes) / len(all_sizes))}
        for corpus, all_sizes in sizes.items()
    ]
