"""`corpora`: from a WARC to a file of texts, next to trafilatura's command line and to resiliparse."""

from __future__ import annotations

import gzip
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from math import inf
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import click

import boilerkit
from benchmarks.exceptions import BenchmarkError
from benchmarks.options import corpora_argument, limit_option, out_option
from benchmarks.results import context, results_folder, write_json
from benchmarks.speed.pages import SavedPage, corpora_of, save_pages
from boilerkit.archives import read_records
from boilerkit.terminal.console import print_tables, table

FILE = "archives.json"

BOILERKIT, LOOP, FEWER = "boilerkit", "boilerkit.extract in memory", "boilerkit on fewer pages"


@dataclass(frozen=True)
class Job:
    """A command that extracts `n_pages` pages, and what it reads and writes."""

    system: str
    what: str
    n_pages: int
    command: Sequence[str]


@dataclass(frozen=True)
class Times:
    """Seconds by the clock on the wall, and those that all processes spent on cores together.

    The latter depend little on what else runs on the machine.
    """

    seconds: float
    core_seconds: float

    def best(self, other: Times) -> Times:
        """Return the smaller of each."""
        return Times(min(self.seconds, other.seconds), min(self.core_seconds, other.core_seconds))


@click.command("corpora", short_help="Time the way from a WARC to a file of texts.")
@corpora_argument
@limit_option
@click.option(
    "--jobs", type=click.IntRange(min=1), default=2, show_default=True, metavar="N", help="Processes of each."
)
@click.option("--rounds", type=click.IntRange(min=1), default=3, show_default=True, metavar="N", help="Times of each.")
@click.option(
    "--repeat",
    type=click.IntRange(min=2),
    default=6,
    show_default=True,
    metavar="N",
    help="Times that the pages are in the WARC; trafilatura gets them once.",
)
@out_option
def command(corpora: Sequence[str], limit: int | None, jobs: int, rounds: int, repeat: int, out: Path | None) -> None:
    """Time whole commands on a WARC of the pages of each CORPUS, their start included; all take turns.

    Boilerkit goes from WARC to Parquet by `boilerkit extract`. Resiliparse goes from WARC to JSON lines in a pool of
    processes, as it has no command of its own. Trafilatura's command reads no WARC: it gets a folder of pages, whose
    unpacking is not timed. For comparison, as many processes extract pages that are in their memory, without reading or
    writing. Results go to archives.json.

    \b
    Examples:
      python -m benchmarks corpora wcxb_dev.parquet --limit 300
    """
    with TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "pages").mkdir()
        pages = save_pages(corpora, limit, folder / "pages")
        _name_as_html(pages)
        files = sorted((folder / "pages").iterdir())
        warc, once = folder / "crawl.warc.gz", folder / "once.warc.gz"
        write_warc(warc, files * repeat)
        write_warc(once, files)
        results = {
            "context": context(),
            "corpora": corpora_of(pages),
            "jobs": jobs,
            "rows": _measure(_jobs(folder, warc, once, len(files), repeat, jobs), warc, jobs, rounds),
            "reading": _reading_rows(warc, rounds),
        }
    write_json(results_folder(out, limit) / FILE, results)
    print_tables(*(_table(title, rows) for title, rows in shown(results).items()))


def write_warc(file: Path, pages: Iterable[Path]) -> None:
    """Write pages as the responses of a WARC, each in a member of gzip."""
    with file.open("wb") as out:
        for number, page in enumerate(pages):
            body = page.read_bytes()
            http = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: %d\r\n\r\n%b" % (len(body), body)
            head = (
                f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: https://example.org/{number}\r\n"
                f"WARC-Date: 2024-01-01T00:00:00Z\r\nWARC-Record-ID: <urn:uuid:{number:032}>\r\n"
                f"Content-Type: application/http; msgtype=response\r\nContent-Length: {len(http)}\r\n\r\n"
            )
            out.write(gzip.compress(head.encode() + http + b"\r\n\r\n", 6))


def _name_as_html(pages: Sequence[SavedPage]) -> None:
    for page in pages:
        page.file.rename(page.file.with_name(f"{page.file.name}.html"))


# --- Whole commands ---------------------------------------------------------------------------------------------------


def _jobs(folder: Path, warc: Path, once: Path, n_files: int, repeat: int, n: int) -> dict[str, Job]:
    """Return the commands by name; `FEWER` is Boilerkit's on each page once, so that the two differ in pages alone."""
    python, output = (sys.executable, "-m"), str(folder / "out")
    extract = [*python, "boilerkit", "extract", "--overwrite", "-j", str(n), "-o", f"{output}.parquet"]
    pages, texts = str(folder / "pages"), f"{output}-trafilatura"
    return {
        BOILERKIT: Job(BOILERKIT, "WARC to Parquet", n_files * repeat, [*extract, str(warc)]),
        FEWER: Job(FEWER, "", n_files, [*extract, str(once)]),
        "resiliparse": Job(
            "resiliparse",
            "WARC to JSON lines",
            n_files * repeat,
            [*python, "benchmarks.resiliparse_job", str(warc), f"{output}.jsonl", str(n)],
        ),
        "trafilatura": Job(
            "trafilatura",
            "folder to folder",
            n_files,
            [*python, "trafilatura.cli", "--input-dir", pages, "-o", texts, "--parallel", str(n)],
        ),
    }


def _measure(jobs: Mapping[str, Job], warc: Path, n: int, rounds: int) -> list[dict[str, Any]]:
    """Return the best times of each command and of loops in memory."""
    best = dict.fromkeys((*jobs, LOOP), Times(inf, inf))
    for _ in range(rounds):
        for name, job in jobs.items():
            best[name] = best[name].best(_times(job))
        best[LOOP] = best[LOOP].best(_loop_times(warc, n))
    n_pages = jobs[BOILERKIT].n_pages
    rows = [_row(job.system, job.what, job.n_pages, best[name]) for name, job in jobs.items() if name != FEWER]
    rows.append(_row(LOOP, "", n_pages * n, best[LOOP]))
    rows[0] |= _without_start(best, n_pages, jobs[FEWER].n_pages, n_pages * n)
    return rows


def _without_start(best: Mapping[str, Times], n_pages: int, n_fewer: int, n_loop: int) -> dict[str, float]:
    """Return what starting costs, and the share of the loop's speed that a long run has, by clock and by cores."""
    loop, whole, fewer = best[LOOP], best[BOILERKIT], best[FEWER]

    def of_loop(in_loop: float, in_whole: float, in_fewer: float) -> float:
        return round(in_loop / n_loop / max((in_whole - in_fewer) / (n_pages - n_fewer), 1e-6), 3)

    cores_per_page = (whole.core_seconds - fewer.core_seconds) / (n_pages - n_fewer)
    return {
        "start_core_seconds": round(fewer.core_seconds - n_fewer * cores_per_page, 2),
        "of_loop_after_start": of_loop(loop.seconds, whole.seconds, fewer.seconds),
        "of_loop_after_start_by_cores": of_loop(loop.core_seconds, whole.core_seconds, fewer.core_seconds),
    }


def _row(system: str, what: str, n_pages: int, times: Times) -> dict[str, Any]:
    return {
        "system": system,
        "what": what,
        "pages": n_pages,
        "seconds": round(times.seconds, 2),
        "core_seconds": round(times.core_seconds, 2),
        "pages_per_core_second": round(n_pages / times.core_seconds, 1),
    }


def _times(job: Job) -> Times:
    """Return the times that a command takes. Raises BenchmarkError if it fails."""
    before, start = _children_seconds(), time.perf_counter()
    done = subprocess.run(job.command, capture_output=True, text=True)
    seconds = time.perf_counter() - start
    if done.returncode not in (0, 1) or "Traceback" in done.stderr:
        raise BenchmarkError(f"{job.system} fails: {done.stderr[-500:]}")
    return Times(seconds, _children_seconds() - before)


def _children_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _loop_times(warc: Path, n: int) -> Times:
    """Return the times that `n` processes take together, each for all pages, which it has in memory."""
    spawn = get_context("spawn")
    barrier, queue = spawn.Barrier(n), spawn.Queue()
    processes = [spawn.Process(target=_loop, args=(warc, barrier, queue)) for _ in range(n)]
    for process in processes:
        process.start()
    times = [queue.get() for _ in processes]
    for process in processes:
        process.join()
    return Times(max(its.seconds for its in times), sum(its.core_seconds for its in times))


def _loop(warc: Path, barrier: Any, queue: Any) -> None:
    pages = [record.content for record in read_records(warc) if isinstance(record.content, bytes)]
    boilerkit.extract(pages[0])
    barrier.wait()
    start, core_start = time.perf_counter(), time.process_time()
    for page in pages:
        with suppress(boilerkit.BoilerkitError):
            boilerkit.extract(page)
    queue.put(Times(time.perf_counter() - start, time.process_time() - core_start))


# --- Reading alone ----------------------------------------------------------------------------------------------------


def _reading_rows(warc: Path, rounds: int) -> list[dict[str, Any]]:
    """Return the pages a second of readers of WARC, in one process."""
    readers: dict[str, Callable[[Path], int]] = {"read_records (FastWARC)": _read, "warcio": _read_warcio}
    best = dict.fromkeys(readers, float("inf"))
    n_pages = 0
    for _ in range(rounds):
        for name, read in readers.items():
            start = time.process_time()
            n_pages = read(warc)
            best[name] = min(best[name], time.process_time() - start)
    return [{"reader": name, "pages_per_second": round(n_pages / seconds, 1)} for name, seconds in best.items()]


def _read(warc: Path) -> int:
    return sum(1 for _ in read_records(warc))


def _read_warcio(warc: Path) -> int:
    from warcio.archiveiterator import ArchiveIterator

    with warc.open("rb") as file:
        return sum(len(record.content_stream().read()) > 0 for record in ArchiveIterator(file))


# --- Tables -----------------------------------------------------------------------------------------------------------


def shown(results: Mapping[str, Any]) -> dict[str, list[dict[str, str]]]:
    """Return the tables of results by their titles."""
    own = results["rows"][0]["pages_per_core_second"]
    return {
        f"Whole commands, {results['jobs']} processes": [
            {
                "system": f"**{row['system']}**" if row["system"] == BOILERKIT else row["system"],
                "from, to": row["what"] or "no reading, no writing",
                "pages per second and core": f"{row['pages_per_core_second']:.0f}",
                "boilerkit's / its": f"{own / row['pages_per_core_second']:.1f}",
            }
            for row in results["rows"]
        ],
        "Reading a WARC, one process": [
            {"reader": row["reader"], "pages/s": f"{row['pages_per_second']:,.0f}"} for row in results["reading"]
        ],
    }


def _table(title: str, rows: Sequence[Mapping[str, str]]) -> Any:
    return table(title, list(rows[0]), [list(row.values()) for row in rows])
