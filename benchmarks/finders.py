"""What finds something else than the main text, such as a title or comments, on pages in processes of their own."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from importlib import metadata
from typing import Generic, TypeVar

from benchmarks.progress import progress
from benchmarks.systems import BOILERKIT, is_boilerkit
from boilerkit.errors import BoilerkitError
from boilerkit.gold.pages import GoldPage, page_bytes
from boilerkit.terminal.console import warn
from boilerkit.worker_pool import map_ordered

#: Seconds that a system may take for a page.
LIMIT_SECONDS = 60

T = TypeVar("T")
#: From the bytes of a page and its address to what a system finds.
Finder = Callable[[bytes, str], T]
#: From the name of a system to its finder. Raises ModuleNotFoundError for what is not installed.
Load = Callable[[str], Finder[T]]


def installed(systems: Sequence[str], load: Load[T]) -> Iterator[str]:
    """Yield the systems that are installed; say which are not."""
    for system in systems:
        try:
            load(system)
            yield system
        except ModuleNotFoundError as error:
            warn("left out", f"{system} needs {error.name}: pip install -e '.[peers]'")


def find_all(system: str, load: Load[T], pages: Sequence[GoldPage], jobs: int, nothing: T) -> list[T]:
    """Return what a system finds on each page, `nothing` where it fails or takes too long."""
    sources = ((page_bytes(page.source), page.url) for page in pages)
    found = []
    with progress(system, len(pages)) as advance:
        results = map_ordered(sources, _Find(system, load), jobs, LIMIT_SECONDS)
        for page, result in zip(pages, results, strict=True):
            if isinstance(result, BoilerkitError):
                warn(f"{system}, {page.id}", str(result))
            found.append(nothing if isinstance(result, BoilerkitError) else result)
            advance()
    return found


@dataclass(frozen=True)
class _Find(Generic[T]):
    """Loads a system where it is called, in a worker process, and returns errors as values."""

    system: str
    load: Load[T]

    def __call__(self, page: tuple[bytes, str]) -> T | BoilerkitError:
        try:
            return self.load(self.system)(*page)
        except Exception as error:  # one page must not cost the others
            return BoilerkitError(f"{type(error).__name__}: {error}")


def name_and_version(system: str) -> dict[str, str]:
    """Return the name and the version of a system that is a package, without the folder of its model."""
    name = BOILERKIT if is_boilerkit(system) else system
    return {"system": name, "version": metadata.version(name)}
