"""What is known of a public corpus."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from boilerkit.gold.pages import GoldPage


@dataclass(frozen=True)
class Corpus:
    """A public corpus: where it comes from, what its gold is, and how to read it.

    `read` takes the root of a clone of the repository at `clone` (or, where `clone` is empty because no repository has
    the corpus as such, the folder that `source` leads to). It gives one page at a time, its html as bytes, and raises
    BenchmarkError for a folder that is not as expected. `gold` says what the gold includes and what it leaves out.
    """

    name: str
    source: str
    paper: str
    licence: str
    gold: str
    read: Callable[[Path], Iterator[GoldPage]]
    clone: str
