"""From gold files to training pages, for the commands that train and evaluate."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from boilerkit.errors import GoldError
from boilerkit.gold.pages import GoldPage
from boilerkit.gold.reader import read_gold
from boilerkit.learning.training_pages import TrainingPage, prepare
from boilerkit.terminal.cache import cache_folder
from boilerkit.terminal.console import warn
from boilerkit.terminal.progress import progress_bar


@dataclass(frozen=True)
class GoldFile:
    """The usable pages of one gold file, and how many are not usable."""

    name: str
    pages: list[TrainingPage]
    unusable: int

    def to_dict(self) -> dict[str, str | int]:
        """Return what a model's card says about the file."""
        return {
            "file": self.name,
            "pages": len(self.pages),
            "groups": len({page.group for page in self.pages}),
            "unusable pages": self.unusable,
        }


def load_gold_files(files: Sequence[Path], cache: Path | None, jobs: int | None) -> list[GoldFile]:
    """Prepare the pages of gold files, and report on stderr which cannot be used.

    The files are read twice, so that an error in the last line of the last file is found before the work starts.
    """
    total = sum(1 for file in files for _ in read_gold(file))
    found = []
    with progress_bar("Preparing pages", total) as advance:
        for file in files:
            pages, failures = prepare(_pages(file), cache or cache_folder(), jobs or -1, advance)
            found.append(GoldFile(file.name, pages, len(failures)))
            for page, error in failures:
                warn(f"{file}, page {page}, left out", error)
    if not any(gold.pages for gold in found):
        raise GoldError("none of the gold pages can be used")
    return found


def _pages(file: Path) -> Iterator[GoldPage]:
    """Yield the pages of a file; the corpus of those that name none is the file's name."""
    for page in read_gold(file):
        yield replace(page, corpus=page.corpus or file.stem)
