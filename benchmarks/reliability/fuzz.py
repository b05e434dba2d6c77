"""`fuzz`: damaged pages, and what does not hold of them."""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import count, islice
from pathlib import Path
from typing import Any

import click

from benchmarks.exceptions import BenchmarkError
from benchmarks.progress import progress
from benchmarks.reliability.generated import generated_page
from benchmarks.reliability.invariants import Checked, check_page
from benchmarks.reliability.mutations import mutated
from benchmarks.results import REPOSITORY
from benchmarks.speed.synthetic_pages import SHAPES, synthetic_page
from boilerkit.errors import BoilerkitError
from boilerkit.worker_pool import map_ordered

TIMEOUT = 60  # seconds, after which a page counts as one that hangs
_N_GENERATED = 50


@click.command("fuzz", short_help="Check what must hold of every page on damaged pages.")
@click.argument("folder", required=False, type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--minutes", type=click.FloatRange(min=0), default=2, show_default=True, help="Stop after this time.")
@click.option("--pages", type=click.IntRange(min=1), metavar="N", help="Stop after N pages.")
@click.option("--seed", type=int, default=0, show_default=True, help="Another seed gives other pages.")
@click.option("--jobs", type=click.IntRange(min=1), default=1, show_default=True, help="Processes.")
@click.option(
    "--keep", type=click.Path(file_okay=False, path_type=Path), help="Write the pages that fail into this folder."
)
def command(folder: Path | None, minutes: float, pages: int | None, seed: int, jobs: int, keep: Path | None) -> None:
    """Damage pages and check that they crash nothing, hang nothing, and keep what holds of every page.

    Checked are: offsets of blocks cover the text, XPaths resolve, all visible text is in blocks, HTML and Markdown hold
    nothing that runs. The pages are the example of the repository and generated ones, and the .html files of FOLDER.
    The same seed gives the same pages. Ends with status 1 if anything was found.

    \b
    Examples:
      python -m benchmarks fuzz --minutes 10 --jobs 2
      python -m benchmarks fuzz saved-pages/ --seed 7 --keep failures/
    """
    found = fuzz(read_pages(folder), minutes, pages, seed, jobs, keep)
    for name, value in found.items():
        click.echo(f"{name}: {value}")
    if found["failed"]:
        raise BenchmarkError(f"{found['failed']} pages failed; --keep FOLDER writes them")


def read_pages(folder: Path | None) -> list[bytes]:
    """Return the pages to damage."""
    rng = random.Random(0)
    files = sorted([*(REPOSITORY / "examples").glob("*.html"), *(folder.rglob("*.html") if folder else ())])
    return [
        *(file.read_bytes() for file in files),
        *(synthetic_page(10_000, shape) for shape in SHAPES),
        *(generated_page(rng) for _ in range(_N_GENERATED)),
    ]


def fuzz(
    pages: Sequence[bytes], minutes: float, most: int | None, seed: int, jobs: int, keep: Path | None = None
) -> dict[str, Any]:
    """Check damaged pages until the time is up, or there were enough of them; return the figures."""
    started = time.monotonic()
    kinds: Counter[str] = Counter()
    n_pages = n_bytes = refused = failed = 0
    seconds = slowest = 0.0
    shown = 0.0  # of what progress shows: pages, or seconds
    with progress("Checking damaged pages", most or round(minutes * 60)) as advance:
        for number, result in islice(_results(pages, seed, jobs, started + 60 * minutes), most):
            n_pages += 1
            while shown < (n_pages if most else time.monotonic() - started):
                shown += 1
                advance()
            problems = result.broken if isinstance(result, Checked) else (f"process: {result}",)
            kinds.update({problem.partition(":")[0] for problem in problems})
            if isinstance(result, Checked):
                n_bytes += result.n_bytes
                refused += result.refused
                seconds += result.seconds
                slowest = max(slowest, result.seconds / max(result.n_bytes, 10_000))
            if problems:
                failed += 1
                click.echo(f"page {number}: {'; '.join(problems)[:500]}", err=True)
                if keep:
                    keep.mkdir(parents=True, exist_ok=True)
                    (keep / f"{seed}-{number}.html").write_bytes(mutated(pages, seed, number))
    return {
        "sources": len(pages), "seed": seed, "pages": n_pages, "bytes": n_bytes, "refused": refused, "failed": failed,
        "failures": dict(kinds), "ms per MB": round(1e9 * seconds / max(n_bytes, 1)),
        "worst ms per MB": round(1e9 * slowest),
    }  # fmt: skip


def _results(
    pages: Sequence[bytes], seed: int, jobs: int, end: float
) -> Iterator[tuple[int, Checked | BoilerkitError]]:
    """Yield the number of each damaged page and what was found of it, until the time is up."""
    numbers = iter(count())

    def damaged() -> Iterator[bytes]:
        for number in count():
            if time.monotonic() > end:
                return
            yield mutated(pages, seed, number)

    yield from zip(numbers, map_ordered(damaged(), check_page, jobs, TIMEOUT), strict=False)
