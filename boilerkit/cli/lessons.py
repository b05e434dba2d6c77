"""Gold files to prepared pages, for the commands that train and evaluate."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from boilerkit.cli.common import cache_folder, complain
from boilerkit.cli.progress import bar
from boilerkit.errors import GoldError
from boilerkit.gold.pages import GoldPage
from boilerkit.gold.reader import read_gold
from boilerkit.learning.training_pages import TrainingPage, prepare


@dataclass(frozen=True)
class GoldLessons:
    """The pages of one gold file that can be used, and how many cannot."""

    name: str
    lessons: list[TrainingPage]
    unusable: int

    def to_dict(self) -> dict[str, str | int]:
        """What a model's card says of the file."""
        return {
            "file": self.name,
            "pages": len(self.lessons),
            "groups": len({lesson.group for lesson in self.lessons}),
            "unusable pages": self.unusable,
        }


def lessons_of(files: Sequence[Path], cache: Path | None, jobs: int | None) -> list[GoldLessons]:
    """Prepare the pages of gold files, and say on stderr which cannot be used.

    The files are read twice: what is wrong in the last line of the last file shall not come out after hours of work.
    """
    total = sum(1 for file in files for _ in read_gold(file))
    found = []
    with bar("Preparing pages", total) as advance:
        for file in files:
            lessons, failures = prepare(_pages(file), cache or cache_folder(), jobs or -1, advance)
            found.append(GoldLessons(file.name, lessons, len(failures)))
            for page, why in failures:
                complain(f"{file}, page {page}, left out", why)
    if not any(gold.lessons for gold in found):
        raise GoldError("none of the gold pages can be used")
    return found


def _pages(file: Path) -> Iterator[GoldPage]:
    """The pages of a file; those that name no corpus are of one named as the file."""
    for page in read_gold(file):
        yield replace(page, corpus=page.corpus or file.stem)
