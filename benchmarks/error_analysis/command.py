"""`errors`: show which decisions of a model are wrong, and what they cost."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import IO

import click
from rich.text import Text

from benchmarks.corpora import open_corpus
from benchmarks.error_analysis.losses import PageLosses, losses_of, predict_page
from benchmarks.error_analysis.report import (
    BLOCK_COLUMNS,
    PAGE_COLUMNS,
    SUMS_NOTE,
    Report,
    block_row,
    costliest_blocks,
    page_row,
    sums_tables,
)
from benchmarks.error_analysis.sums import sums_of
from benchmarks.exceptions import BenchmarkError
from benchmarks.options import model_option
from benchmarks.progress import progress
from benchmarks.systems import BoilerkitExtractor, System, find_model
from boilerkit.errors import GoldError, InputError, error_message
from boilerkit.gold.pages import GoldPage
from boilerkit.terminal.console import print_tables, table, to_json, warn


@click.command("errors", short_help="Show where Boilerkit goes wrong, and what that costs.")
@click.argument("corpus")
@model_option
@click.option(
    "--worst",
    type=click.IntRange(min=1),
    default=50,
    show_default=True,
    metavar="N",
    help="Number of pages, and of blocks, to show: those that cost most.",
)
@click.option("--page", "page_ids", multiple=True, metavar="ID", help="Only this page; may be repeated.")
@click.option("--page-type", metavar="TYPE", help="Only pages of this type.")
@click.option("--limit", type=click.IntRange(min=1), metavar="N", help="Only the first N pages.")
@click.option(
    "--html",
    "html_folder",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Write the pages that cost most, predicted text next to gold, and an index.html here.",
)
@click.option(
    "--json",
    "json_file",
    type=click.File("w", encoding="utf-8"),
    metavar="FILE",
    help="Write the figures of all pages to this file, without any of their text.",
)
def command(
    corpus: str,
    system_name: str,
    worst: int,
    page_ids: tuple[str, ...],
    page_type: str | None,
    limit: int | None,
    html_folder: Path | None,
    json_file: IO[str] | None,
) -> None:
    """Show which decisions on blocks cost most on the pages of CORPUS, a corpus or a gold file.

    Pages are sorted by oracle - word F1, where the oracle chooses blocks by the gold itself: what a better model could
    gain. Blocks are sorted by their wrong words times the probability that the model gave to its wrong decision. Pages
    that the model was trained on get out-of-fold predictions.

    \b
    Examples:
      python -m benchmarks errors wcxb-dev --html errors/
      python -m benchmarks errors gold.jsonl --system boilerkit:my-model@0.6 --page-type forum --worst 10
    """
    system, extractor = find_model(system_name)
    name, pages = open_corpus(corpus)
    chosen = list(_chosen(name, pages, page_ids, page_type, limit))
    report, worst_pages = _measure(name, system, extractor, chosen, worst)
    _show(report, worst)
    if json_file:
        json_file.write(to_json(report.to_dict(), indent=1) + "\n")
    if html_folder:
        click.echo(f"Written: {_write_html(html_folder, report, extractor, worst_pages)}", err=True)


def _chosen(
    corpus: str, pages: Iterator[GoldPage], ids: Sequence[str], page_type: str | None, limit: int | None
) -> Iterator[GoldPage]:
    """Yield the pages that were asked for and have gold text or spans.

    Raises BenchmarkError at the end if there was none, or if one of `ids` was not among them.
    """
    of_type = "" if page_type is None else f" of the type {page_type}"
    found = set()
    wanted = (
        page
        for page in pages
        if page.gold is not None and (not ids or page.id in ids) and page_type in (None, page.page_type)
    )
    for page in islice(wanted, limit):
        found.add(page.id)
        yield page
    lacking = [page_id for page_id in ids if page_id not in found]
    if lacking and len(found) != limit:
        raise BenchmarkError(f"{corpus} has no page{of_type} with gold text or spans and the id {', '.join(lacking)}")
    if not found:
        raise BenchmarkError(
            f"{corpus} has no page{of_type} with gold text or spans, without which words cannot be right or wrong"
        )


def _measure(
    corpus: str, system: System, extractor: BoilerkitExtractor, pages: Sequence[GoldPage], worst: int
) -> tuple[Report, list[GoldPage]]:
    """Return the report on all pages, and the `worst` pages that cost most."""
    measured: list[tuple[PageLosses, GoldPage]] = []
    failures: list[tuple[str, str]] = []
    with progress(f"{corpus}, {system.name}", len(pages)) as advance:
        for page in pages:
            try:
                measured.append((losses_of(predict_page(page, extractor)), page))
            except (InputError, GoldError) as error:
                warn(page.id, str(error))
                failures.append((page.id, str(error)))
            advance()
    if not measured:
        raise BenchmarkError(f"none of the {len(failures)} pages of {corpus} could be read")
    measured.sort(key=lambda pair: -pair[0].cost)
    losses = [its for its, _ in measured]
    report = Report(
        corpus=corpus,
        system=system.name,
        version=system.version,
        threshold=extractor.threshold,
        pages=losses,
        blocks=costliest_blocks(losses, worst),
        failures=failures,
        sums=sums_of(losses),
    )
    return report, [page for _, page in measured[:worst]]


def _show(report: Report, worst: int) -> None:
    block_rows = [
        (*block_row(block), Text(block.snippet, no_wrap=True, overflow="ellipsis"), block.xpath)
        for block in report.blocks
    ]
    print_tables(
        table("Pages that cost most", PAGE_COLUMNS, [page_row(page) for page in report.pages[:worst]]),
        table("Blocks that cost most", (*BLOCK_COLUMNS, "text", "xpath"), block_rows),
        SUMS_NOTE + "\n",
        *(table(sums.title, sums.columns, sums.rows) for sums in sums_tables(report.sums)),
    )


def _write_html(folder: Path, report: Report, extractor: BoilerkitExtractor, pages: Sequence[GoldPage]) -> Path:
    """Write the index and a page for each of `pages`; return the file of the index."""
    from benchmarks.error_analysis.view import write_index, write_page

    files: dict[tuple[str, str], str] = {}
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with progress("Writing pages", len(pages)) as advance:
            for number, page in enumerate(pages, 1):
                name = files[page.corpus, page.id] = f"page-{number:03}.html"
                predicted = predict_page(page, extractor)
                write_page(folder / name, predicted, losses_of(predicted))
                advance()
        return write_index(folder, report, files)
    except OSError as error:
        raise BenchmarkError(f"{folder} cannot be written to: {error_message(error)}") from None
