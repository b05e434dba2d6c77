"""The section on corpora of README.md and docs/many-pages.md, from the results of `corpora`."""

from __future__ import annotations

from benchmarks.archives import FILE, shown
from benchmarks.results import RESULTS, read_json
from boilerkit.model.card import markdown_table


def whole_commands() -> str:
    """Return the table of commands, and what it is about."""
    results = read_json(RESULTS / FILE)
    rows = next(iter(shown(results).values()))
    own = results["rows"][0]
    pages = sum(corpus["pages"] for corpus in results["corpora"])
    corpora = ", ".join(corpus["corpus"] for corpus in results["corpora"])
    reading = {row["reader"]: row["pages_per_second"] for row in results["reading"]}
    fast, slow = reading.values()
    return "\n".join(
        [
            f"Whole commands with {results['jobs']} processes each, their start included, on {pages:,} pages of "
            f"{corpora} ({own['pages']:,} records), taking turns. Seconds are those that all processes spent on cores:",
            "",
            markdown_table(rows),
            "",
            f"Start aside ({own['start_core_seconds']:.1f} s of cores), the command does "
            f"{own['of_loop_after_start']:.2f} times the pages a second of `extract` in memory, or "
            f"{own['of_loop_after_start_by_cores']:.2f} times in the same time of cores: a third process reads, sends "
            "and writes. "
            f"Reading a WARC with FastWARC is {fast / slow:.1f} times as fast as with warcio.",
        ]
    )


SECTIONS = {"archives": whole_commands}
