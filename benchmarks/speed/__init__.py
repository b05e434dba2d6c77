"""`speed`: the time of systems for a page, its growth with the page's size, their memory, and how fast they start.

Needs Linux or macOS. `timing` says how single pages are timed, `growth` how larger and larger ones, `alone` how memory
and cold start are measured; each is done in a `process` of its own on one core.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import click

from benchmarks.results import CACHE, RESULTS, context, write_json
from benchmarks.speed.alone import memory_rows, start_rows
from benchmarks.speed.growth import SMALLEST, grow_systems, growth_rows, page_sizes
from benchmarks.speed.pages import corpora_of, save_pages
from benchmarks.speed.process import in_fresh_process
from benchmarks.speed.tables import speed_tables
from benchmarks.speed.timing import page_results, time_systems
from benchmarks.systems import System, find_systems
from boilerkit.cli.common import show


@click.command("speed", short_help="Time systems, and measure their memory.")
@click.argument("corpora", nargs=-1, required=True, metavar="CORPUS...")
@click.option(
    "--system",
    "names",
    multiple=True,
    metavar="NAME",
    help="A system; give it again for more. Default: boilerkit and all peers that are installed.",
)
@click.option(
    "--limit", type=click.IntRange(min=1), metavar="N", help="So many pages a corpus, by chance (always the same)."
)
@click.option(
    "--largest",
    type=click.FloatRange(min=SMALLEST / 1e6),
    default=20,
    show_default=True,
    metavar="MB",
    help="Size of the largest generated page.",
)
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    help="Folder for results. Default: benchmarks/results; with --limit .cache/benchmarks/results.",
)
def command(corpora: Sequence[str], names: Sequence[str], limit: int | None, largest: float, out: Path | None) -> None:
    """Time systems on the pages of a corpus: its name, NAME:FOLDER, or a gold file (.jsonl, .parquet).

    Each page goes through all systems before the next one comes. Measured on one core are: single pages, next to
    parsing them with lxml and nothing more; how the time grows with the size of generated pages; the peak of memory;
    and starting Python for a single page. All goes to speed.json.

    \b
    Examples:
      python -m benchmarks speed wcxb-dev cleaneval.parquet
      python -m benchmarks speed pages.jsonl --limit 100 --system boilerkit --system my_module:extract
    """
    out = out or (CACHE / "results" if limit else RESULTS)
    systems = find_systems(names)
    results = {"context": context()} | _measured(systems, corpora, limit, page_sizes(round(largest * 1e6)))
    write_json(out / "speed.json", results)
    show(*speed_tables(results))


def _measured(systems: Sequence[System], corpora: Sequence[str], limit: int | None, sizes: list[int]) -> dict[str, Any]:
    with TemporaryDirectory() as folder:
        pages = save_pages(corpora, limit, Path(folder))
        return {
            "corpora": corpora_of(pages),
            "pages": page_results(in_fresh_process(time_systems, systems, pages), pages),
            "memory": in_fresh_process(memory_rows, systems, pages),
            "start": in_fresh_process(start_rows, systems),
            "growth": growth_rows(in_fresh_process(grow_systems, systems, sizes)),
        }
