"""`speed`: time per page and its growth, memory and cold start of systems. Needs Linux or macOS."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import click

from benchmarks.exceptions import BenchmarkError
from benchmarks.options import corpora_argument, limit_option, out_option, systems_option
from benchmarks.results import context, results_folder, write_json
from benchmarks.speed import tables
from benchmarks.speed.figures import page_results
from benchmarks.speed.growth import SMALLEST, growth_results, page_sizes
from benchmarks.speed.memory import memory_rows, shape_rows
from benchmarks.speed.pages import SavedPage, corpora_of, save_pages
from benchmarks.speed.parallel import parallel_rows
from benchmarks.speed.process import in_fresh_process
from benchmarks.speed.start import load_ms, start_rows
from benchmarks.speed.steps import BY_STEP, STEPS, StepTimer
from benchmarks.speed.synthetic_pages import PROSE, SHORT_BLOCKS
from benchmarks.speed.timing import time_pages, timed_systems
from benchmarks.systems import BOILERKIT, System, find_systems
from boilerkit.terminal.console import print_tables, table, warn

FILE = "speed.json"

MEMORY_SIZES = (1_000_000, 10_000_000, 50_000_000)  # bytes of synthetic pages


@click.command("speed", short_help="Time systems and measure their memory.")
@corpora_argument
@systems_option
@limit_option
@click.option(
    "--largest",
    type=click.FloatRange(min=SMALLEST / 1e6),
    default=20,
    show_default=True,
    metavar="MB",
    help="Size of the largest synthetic page that is timed.",
)
@out_option
def command(corpora: Sequence[str], names: Sequence[str], limit: int | None, largest: float, out: Path | None) -> None:
    """Time systems on the pages of each CORPUS, next to parsing with lxml alone.

    Measures single pages and the steps of Boilerkit's extract; how the time grows with the size of synthetic pages; the
    peak of memory; cold start; and, of Boilerkit, threads and processes. Results go to speed.json. docs/benchmarks.md
    says how pages are timed.

    \b
    Examples:
      python -m benchmarks speed wcxb-dev cleaneval.parquet
      python -m benchmarks speed pages.jsonl --limit 100 --system boilerkit --system my_module:extract
    """
    systems = _measurable(find_systems(names))
    with TemporaryDirectory() as folder:
        pages = save_pages(corpora, limit, Path(folder))
        results = {"context": context()} | _measure(systems, pages, page_sizes(round(largest * 1e6)))
    write_json(results_folder(out, limit) / FILE, results)
    _show(results)


def _measurable(systems: Sequence[System]) -> list[System]:
    for system in systems:
        if not system.code:
            warn("left out", f"{system.name} is a program of its own, so its time and memory are not this process'")
    measurable = [system for system in systems if system.code]
    if not measurable:
        raise BenchmarkError("none of these systems can be timed")
    return measurable


def _measure(systems: Sequence[System], pages: Sequence[SavedPage], sizes: Sequence[int]) -> dict[str, Any]:
    boilerkit = [system for system in systems if system.name == BOILERKIT]
    return {
        "corpora": corpora_of(pages),
        "pages": in_fresh_process(_page_results, systems, pages),
        "growth": [
            in_fresh_process(growth_results, systems, PROSE, sizes),
            *(in_fresh_process(growth_results, boilerkit, SHORT_BLOCKS, sizes) for _ in boilerkit),
        ],
        "memory": in_fresh_process(memory_rows, systems, pages),
        "memory_by_shape": [
            row for system in boilerkit for row in in_fresh_process(shape_rows, system, pages, MEMORY_SIZES)
        ],
        "start": in_fresh_process(start_rows, systems),
        "load_ms": in_fresh_process(load_ms) if boilerkit else None,
        "parallel": parallel_rows(pages) if boilerkit else [],
    }


def _page_results(systems: Sequence[System], pages: Sequence[SavedPage]) -> dict[str, Any]:
    timed = timed_systems(systems)
    if not any(system.name == BOILERKIT for system in systems):
        return page_results(time_pages(timed, pages), {}, pages)
    timer = StepTimer()
    steps: dict[str, list[float]] = {step: [] for step in STEPS}

    def on_page() -> None:
        for step, ms in timer.take_best().items():
            steps[step].append(ms)

    times = time_pages([*timed, timer.system], pages, on_page=on_page)
    return page_results([own for own in times if own.name != BY_STEP], steps, pages)


def _show(results: Mapping[str, Any]) -> None:
    titled = {
        f"Single pages, one core: {tables.page_names(results)}": tables.system_rows(results),
        "Steps of extract": tables.step_rows(results),
        "Time by the size of the page: time ~ size ** exponent": tables.growth_rows(results),
        "Peak of memory for one page, in MB": tables.shape_rows(results),
        "Threads and processes": tables.parallel_rows(results),
    }
    for title, rows in titled.items():
        if rows:
            print_tables(table(title, list(rows[0]), [list(row.values()) for row in rows]))
