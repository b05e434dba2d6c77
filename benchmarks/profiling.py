"""`profile`: where the time of `extract` goes, and what it keeps to as pages grow."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import click

from benchmarks.errors import BenchmarkError
from benchmarks.results import REPOSITORY, RESULTS, context, git_commit, read_json, write_json
from benchmarks.speed.alone import start_rows
from benchmarks.speed.growth import page_sizes
from benchmarks.speed.limits import growth_rows, load_ms, memory_by_shape, memory_of_largest
from benchmarks.speed.pages import SavedPage, corpora_of, save_pages
from benchmarks.speed.parallel import parallel_rows
from benchmarks.speed.process import in_fresh_process
from benchmarks.speed.profile import profile_results, run_steps
from benchmarks.systems import find_systems
from boilerkit.cli.common import show, table

FILE = "profile.json"
NOW = "now"

MEMORY_SIZES = (1_000_000, 10_000_000, 50_000_000)
GROWN = ("prose", "short blocks")  # shapes of pages that growth is fitted to
LARGEST = 20_000_000  # bytes of the largest of them


@click.command("profile", short_help="Time the steps of extract, and measure what it keeps to.")
@click.argument("corpora", nargs=-1, required=True, metavar="CORPUS...")
@click.option(
    "--limit", type=click.IntRange(min=1), default=300, show_default=True, help="So many pages a corpus, by chance."
)
@click.option("--label", default=NOW, show_default=True, help="Name of the run; runs of other names stay in the file.")
@click.option(
    "--code",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    default=REPOSITORY,
    metavar="DIR",
    help="Time the Boilerkit of another folder, compiled there: a git worktree of an older commit. Default: this one.",
)
@click.option("--steps-only", is_flag=True, help="Time the pages and no more.")
@click.option(
    "--parallel-only", is_flag=True, help="Measure threads and processes and no more; they need two free cores."
)
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    default=RESULTS / FILE,
    metavar="FILE",
    help="File for the results; runs of other labels in it stay. Default: benchmarks/results/profile.json.",
)
def command(
    corpora: Sequence[str], limit: int, label: str, code: Path, steps_only: bool, parallel_only: bool, out: Path
) -> None:
    """Time single pages and the steps of `extract` next to parsing with lxml and to resiliparse.

    All take turns on each page; the least of five times counts. Then, of this folder's code only: loading the model,
    cold start, memory and growth by size and shape of the page, and the pages a second of threads and processes.

    \b
    Examples:
      python -m benchmarks profile wcxb_dev.parquet fundus_train.parquet
      python -m benchmarks profile wcxb_dev.parquet --label before --code ../older-worktree
      python -m benchmarks performance      # writes docs/performance.md from it
    """
    is_here = code.resolve() == REPOSITORY.resolve()
    if label == NOW and not is_here:
        raise BenchmarkError(f"the run of other code needs a name of its own: --label NAME, not {NOW}")
    results = read_json(out) if out.exists() else {}
    with TemporaryDirectory() as folder:
        pages = save_pages(corpora, limit, Path(folder))
        if parallel_only:
            parallel = parallel_rows(pages)
            write_json(out, results | {"limits": results.get("limits", {}) | {"parallel": parallel}})
            show(table("Side by side", list(parallel[0]), [list(row.values()) for row in parallel]))
            return
        found = in_fresh_process(run_steps, code, [page.file for page in pages])
        run = {
            "context": context() | {"commit": git_commit(code)},
            "corpora": corpora_of(pages),
        } | profile_results(found, pages)
        limits = {"limits": {"context": context()} | _limits(pages)} if is_here and not steps_only else {}
    write_json(out, results | {"runs": results.get("runs", {}) | {label: run}} | limits)
    show(*(table(title, list(rows[0]), [list(row.values()) for row in rows]) for title, rows in _tables(label, run)))


def _limits(pages: Sequence[SavedPage]) -> dict[str, Any]:
    sizes = page_sizes(LARGEST)
    return {
        "load_ms": in_fresh_process(load_ms),
        "start": in_fresh_process(start_rows, find_systems(["boilerkit"])),
        "memory": [
            *in_fresh_process(memory_of_largest, pages),
            *in_fresh_process(memory_by_shape, MEMORY_SIZES),
        ],
        "growth": [row for shape in GROWN for row in in_fresh_process(growth_rows, shape, sizes)],
        "parallel": parallel_rows(pages),
    }


def _tables(label: str, run: dict[str, Any]) -> list[tuple[str, list[dict[str, Any]]]]:
    return [(f"Single pages, {label}", run["rows"]), (f"Steps of extract, {label}", run["steps"])]
