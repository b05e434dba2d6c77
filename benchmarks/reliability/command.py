"""`reliability`: damaged pages and hostile ones, into a file of results."""

from __future__ import annotations

from pathlib import Path

import click

from benchmarks.options import jobs_option, out_option
from benchmarks.reliability.fuzz import fuzz, read_pages
from benchmarks.reliability.growth import SIZES, grow, growth_of, worst_ms
from benchmarks.results import context, results_folder, write_json
from boilerkit.terminal.console import print_tables, table

FILE = "reliability.json"


@click.command("reliability", short_help="Damaged pages, and pages that were made to take long.")
@click.argument("folder", required=False, type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--pages", type=click.IntRange(min=1), default=10_000, show_default=True, help="Damaged pages.")
@click.option("--seed", type=int, default=0, show_default=True, help="Another seed gives other pages.")
@click.option("--largest", type=click.IntRange(min=10_000), default=SIZES[-1], show_default=True, help="In bytes.")
@jobs_option
@out_option
def command(folder: Path | None, pages: int, seed: int, largest: int, jobs: int, out: Path | None) -> None:
    """Check damaged pages as "fuzz" does, time pages that were made to take long, and write the figures.

    The pages that are damaged are generated ones, the example of the repository, and the .html files of FOLDER. Times
    are those of the processor; no page is tried that would take over 5 seconds by what a smaller one took.

    \b
    Example:
      python -m benchmarks reliability --pages 100000 --jobs 2
    """
    damaged = fuzz(read_pages(folder), float("inf"), pages, seed, jobs)
    shapes = grow([size for size in SIZES if size <= largest])
    write_json(results_folder(out, None) / FILE, {"context": context(), "damaged": damaged, "shapes": shapes})
    print_tables(
        table("Damaged pages", ["", ""], [(name, str(value)) for name, value in damaged.items()]),
        table(
            "Hostile pages",
            ["shape", "format", "largest, MB", "worst ms per MB", "exponent"],
            [(row["shape"], row["format"], max(row["bytes"]) / 1e6, worst_ms(row), growth_of(row)) for row in shapes],
        ),
    )
