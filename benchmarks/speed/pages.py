"""The pages that are timed, each in a file, so that measuring processes hold one at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.corpora import open_corpus, sample
from boilerkit.gold.pages import page_bytes


@dataclass(frozen=True)
class SavedPage:
    """A page of a corpus: its id, the file that holds its bytes, and their number."""

    corpus: str
    id: str
    file: Path
    size: int


def save_pages(corpora: Sequence[str], limit: int | None, folder: Path) -> list[SavedPage]:
    """Write pages of corpora, named as for `open_corpus`, to files in a folder; at most `limit` of each corpus.

    Raises BenchmarkError and GoldError for corpora that cannot be read.
    """
    saved: list[SavedPage] = []
    for argument in corpora:
        corpus, pages = open_corpus(argument)
        for page in sample(list(pages), limit):
            html = page_bytes(page.source)
            file = folder / str(len(saved))
            file.write_bytes(html)
            saved.append(SavedPage(corpus, page.id, file, len(html)))
    return saved


def corpora_of(pages: Sequence[SavedPage]) -> list[dict[str, Any]]:
    """Return the corpora of pages with the number of pages of each and their mean size."""
    sizes: dict[str, list[int]] = {}
    for page in pages:
        sizes.setdefault(page.corpus, []).append(page.size)
    return [
        {"corpus": corpus, "pages": len(all_sizes), "mean_bytes": round(sum(all_sizes) / len(all_sizes))}
        for corpus, all_sizes in sizes.items()
    ]
