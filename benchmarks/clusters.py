"""`clusters`: time a WARC archive from its file to Arrow batches on one core, and what a Common Crawl month takes."""

from __future__ import annotations

import io
import tempfile
from collections.abc import Callable, Iterable, Iterator
from importlib import metadata
from pathlib import Path
from typing import Any

import click
import pyarrow as pa

from benchmarks.corpora import open_corpus, sample
from benchmarks.options import limit_option, out_option
from benchmarks.results import context, page_set, results_folder, write_json
from benchmarks.speed.timing import cpu_seconds
from benchmarks.systems import BOILERKIT
from boilerkit.gold.pages import GoldPage, page_bytes
from boilerkit.integrations.arrow import ExtractBatch
from boilerkit.integrations.warc import read_warc
from boilerkit.terminal.console import print_tables, table

FILE = "clusters.json"
ROUNDS = 3

#: Pages of a month of Common Crawl, about.
MONTH_PAGES = 3_000_000_000
#: A price of one core for one hour in US dollars, to compute with.
CORE_HOUR = 0.04

#: What runs over the batches of an archive.
Job = Callable[[Iterable[pa.RecordBatch]], None]


@click.command("clusters", short_help="Time WARC archives; compute a Common Crawl month.")
@click.argument("corpus", metavar="CORPUS")
@limit_option
@out_option
def command(corpus: str, limit: int | None, out: Path | None) -> None:
    """Time Boilerkit and trafilatura on a WARC archive of the pages of a corpus, with one core.

    Reading the archive is part of the time, which is that of the processor; the best of some rounds counts.

    \b
    Example:
      python -m benchmarks clusters wcxb_dev.parquet --limit 300 -o benchmarks/results
    """
    name, pages = open_corpus(corpus)
    chosen = sample(list(pages), limit)
    with tempfile.TemporaryDirectory() as folder:
        archive = _write_archive(Path(folder) / "pages.warc.gz", chosen)
        rows = [_measured(job, archive, len(chosen)) for job in _JOBS]
    n_bytes = sum(len(page_bytes(page.source)) for page in chosen)
    values = {"context": context(), "corpus": name, "page_set": page_set(page.id for page in chosen)}
    write_json(
        results_folder(out, limit) / FILE,
        {**values, "pages": len(chosen), "mean_bytes": round(n_bytes / len(chosen)), "rows": rows},
    )
    shown = shown_rows(rows)
    print_tables(table(f"{name}, {len(chosen):,} pages", list(shown[0]), [list(row.values()) for row in shown]))


def shown_rows(rows: Iterable[dict[str, Any]]) -> list[dict[str, str]]:
    """Return what was measured, and what follows for a month, as the table shows it."""
    shown = []
    for row in rows:
        hours = MONTH_PAGES / row["pages_per_second"] / 3600
        shown.append(
            {
                "system": f"{row['system']} {row['version']}",
                "result": row["result"],
                "measured: pages a second and core": f"{row['pages_per_second']:,.0f}",
                "computed: core hours a month": f"{hours:,.0f}",
                "computed: price": f"{hours * CORE_HOUR:,.0f} USD",
            }
        )
    return shown


def _write_archive(file: Path, pages: Iterable[GoldPage]) -> Path:
    """Write pages as responses, a gzip member each, as Common Crawl does; return the file."""
    from warcio.statusandheaders import StatusAndHeaders
    from warcio.warcwriter import WARCWriter

    with file.open("wb") as stream:
        writer = WARCWriter(stream, gzip=True)
        for page in pages:
            head = StatusAndHeaders("200 OK", [("Content-Type", "text/html")], protocol="HTTP/1.1")
            payload = io.BytesIO(page_bytes(page.source))
            writer.write_record(
                writer.create_warc_record(page.url or "https://example.org/", "response", payload, http_headers=head)
            )
    return file


def _measured(job: tuple[str, str, Callable[[], Job]], archive: Path, n_pages: int) -> dict[str, Any]:
    system, result, load = job
    run = load()
    best = min(_seconds(run, archive) for _ in range(ROUNDS))
    values = {"system": system, "version": metadata.version(system), "result": result}
    return {**values, "seconds": round(best, 3), "pages_per_second": round(n_pages / best, 2)}


def _seconds(run: Job, archive: Path) -> float:
    start = cpu_seconds()
    run(read_warc(str(archive)))
    return cpu_seconds() - start


# --- Jobs -------------------------------------------------------------------------------------------------------------


def _boilerkit(**options: Any) -> Job:
    extract_batch = ExtractBatch(**options)

    def run(batches: Iterable[pa.RecordBatch]) -> None:
        for batch in batches:
            extract_batch(batch)

    return run


def _trafilatura(with_metadata: bool) -> Job:
    from trafilatura import bare_extraction

    def run(batches: Iterable[pa.RecordBatch]) -> None:
        for page, url in _pages(batches):
            bare_extraction(page, url=url, include_comments=False, with_metadata=with_metadata)

    return run


def _pages(batches: Iterable[pa.RecordBatch]) -> Iterator[tuple[bytes, str]]:
    for batch in batches:
        for page, url in zip(batch.column("html"), batch.column("url"), strict=True):
            yield page.as_py(), url.as_py()


_JOBS: tuple[tuple[str, str, Callable[[], Job]], ...] = (
    (BOILERKIT, "text", lambda: _boilerkit(fields=())),
    (BOILERKIT, "text, title, authors, date, language, confidence", _boilerkit),
    ("trafilatura", "text", lambda: _trafilatura(with_metadata=False)),
    ("trafilatura", "text and metadata", lambda: _trafilatura(with_metadata=True)),
)
