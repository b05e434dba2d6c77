"""`long-run`: very many pages through one command, which is killed now and then and goes on each time."""

from __future__ import annotations

import json
import random
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from itertools import count, islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import click

from benchmarks.exceptions import BenchmarkError
from benchmarks.options import out_option
from benchmarks.progress import progress
from benchmarks.reliability.generated import generated_page
from benchmarks.results import context, results_folder, write_json
from boilerkit.archives.outputs import errors_file
from boilerkit.terminal.console import print_tables, table

FILE = "long-run.json"

#: Short pages of which all others are made, each with its number in the text.
N_TEMPLATES, MAX_BYTES = 200, 4000
#: One record in so many is not JSON, and one holds no page.
BROKEN_EVERY = 1000
SAMPLE_SECONDS = 2.0
#: The first run is killed after so many seconds, the second after twice as many, and so on.
KILL_SECONDS = 20
#: Memory is told in the middle of so many equal parts of the samples.
N_PARTS = 10


@click.command("long-run", short_help="A million pages through one command, killed now and then.")
@click.option("--pages", type=click.IntRange(min=100), default=1_000_000, show_default=True, metavar="N", help="Pages.")
@click.option("--kills", type=click.IntRange(min=0), default=3, show_default=True, metavar="N", help="SIGKILLs.")
@click.option("--jobs", type=click.IntRange(min=1), default=2, show_default=True, metavar="N", help="Processes.")
@out_option
def command(pages: int, kills: int, jobs: int, out: Path | None) -> None:
    """Extract generated pages from JSON lines into Parquet, and check that each is there once.

    The command is killed with SIGKILL some times, and started again each time. One record in a thousand is not JSON,
    and one has no page. Memory is that of the command and its workers together, by Linux's /proc. Takes about 4 GB of
    disk for a million pages. Results go to long-run.json.

    \b
    Example:
      python -m benchmarks long-run --pages 100000
    """
    with TemporaryDirectory() as name:
        folder = Path(name)
        source, output = folder / "pages.jsonl", folder / "texts.parquet"
        write_pages(source, pages)
        started = time.monotonic()
        memory, seconds_by_run = _run_to_end(source, output, kills, jobs)
        results = {
            "context": context(),
            "pages": pages,
            "megabytes": round(source.stat().st_size / 1e6),
            "kills": len(seconds_by_run) - 1,
            "jobs": jobs,
            "seconds": round(time.monotonic() - started),
            "seconds_by_run": seconds_by_run,
            "memory": memory,
            **check_output(output, pages),
        }
    write_json(results_folder(out, None) / FILE, results)
    shown = [(name, str(value)) for name, value in results.items() if name != "context"]
    print_tables(table("A long run", ["", ""], shown))


def write_pages(file: Path, n_pages: int) -> None:
    """Write records with their numbers, and here and there one that is broken."""
    rng = random.Random(0)
    short = (its for _ in count() if len(its := generated_page(rng)) <= MAX_BYTES)
    templates = [its.decode() for its in islice(short, N_TEMPLATES)]
    with file.open("w", encoding="utf-8") as lines, progress("Writing pages", n_pages) as advance:
        for number in range(n_pages):
            page = f"{templates[number % N_TEMPLATES]}<p>This is page number {number} of very many.</p>"
            record: dict[str, Any] = {"id": str(number), "url": f"https://example.org/{number}", "html": page}
            if is_broken(number):
                record["html"] = None
            line = json.dumps(record)
            lines.write(("{" if is_broken(number) and number % 2 else line) + "\n")
            advance()


def is_broken(number: int) -> bool:
    """Return whether a record holds no page that can be read."""
    return number % BROKEN_EVERY in (0, 1)


def _run_to_end(source: Path, output: Path, kills: int, jobs: int) -> tuple[list[int], list[int]]:
    """Run the command until it ends by itself, killing it after growing times.

    Returns the memory in MB, in the middle of N_PARTS equal parts of all samples, and the seconds of each run.
    """
    arguments = ["extract", str(source), "-o", str(output), "-j", str(jobs), "--fields", "id,url,text"]
    memory: list[float] = []
    seconds: list[int] = []
    is_killed = True
    while is_killed:
        started = time.monotonic()
        limit = KILL_SECONDS * (len(seconds) + 1) if len(seconds) < kills else float("inf")
        with (output.parent / "stderr").open("w+") as errors:
            command = [sys.executable, "-m", "boilerkit", *arguments]
            process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=errors)
            while process.poll() is None and time.monotonic() - started < limit:
                time.sleep(SAMPLE_SECONDS)
                memory.append(_memory_of_tree(process.pid))
            is_killed = process.poll() is None
            process.kill()
            status = process.wait()
            errors.seek(0)
            said = errors.read()[-500:]
        seconds.append(round(time.monotonic() - started))
        if not is_killed and status not in (0, 1):
            raise BenchmarkError(f"the command ended with status {status}: {said}")
    return _middles(memory), seconds


def _middles(values: list[float]) -> list[int]:
    """Return the values in the middle of N_PARTS equal parts of a list; 0 is no value."""
    known = [value for value in values if value]
    return [round(known[(2 * part + 1) * len(known) // (2 * N_PARTS)]) for part in range(N_PARTS)] if known else []


def _memory_of_tree(pid: int) -> float:
    """Return the memory of a process and its children that no other process shares, in MB; 0 if it has ended."""
    return sum(map(_private_megabytes, [pid, *_children(pid)]))


def _children(pid: int) -> Iterator[int]:
    for file in Path(f"/proc/{pid}/task").glob("*/children"):
        with suppress(OSError):  # it has ended
            for child in map(int, file.read_text().split()):
                yield child
                yield from _children(child)


def _private_megabytes(pid: int) -> float:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return sum(int(line.split()[1]) for line in lines if line.startswith("Private")) / 1e3


def check_output(output: Path, n_pages: int) -> dict[str, int]:
    """Return how many pages are in the output, there twice, missing or mixed up, and how many errors are beside it."""
    import pyarrow.parquet as pq

    seen = bytearray(n_pages)
    rows = twice = wrong = 0
    for batch in pq.ParquetFile(output).iter_batches(columns=["id", "text"]):
        for row in batch.to_pylist():
            number = int(row["id"])
            rows += 1
            twice += seen[number]
            seen[number] = 1
            shown = re.search(r"page number (\d+) of", row["text"])
            wrong += shown is not None and int(shown[1]) != number
    missing = sum(not seen[number] and not is_broken(number) for number in range(n_pages))
    with errors_file(output).open(encoding="utf-8") as lines:
        errors = sum(1 for _ in lines)
    return {"rows": rows, "twice": twice, "missing": missing, "text of another page": wrong, "errors": errors}
