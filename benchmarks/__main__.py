"""`python -m benchmarks`: how good and how fast Boilerkit, its peers, or an extractor of your own are."""

from __future__ import annotations

import click

from benchmarks import (
    accuracy,
    adaptation,
    archives,
    clusters,
    comments,
    compare,
    curves,
    docs,
    leaderboard,
    learning_curve,
    metadata,
    plaintext,
    report,
    speed,
    structure,
)
from benchmarks.corpora import fetch
from benchmarks.error_analysis import command as errors
from benchmarks.reliability import command as reliability
from benchmarks.reliability import fuzz, long_run
from boilerkit.terminal.click_group import CommandGroup


@click.group(
    "benchmarks", cls=CommandGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100}
)
def main() -> None:
    """Measure extractors on the public benchmarks of the field, or on labelled pages of your own.

    \b
    How good, next to the peers:     python -m benchmarks accuracy wcxb_dev.parquet --jobs 2
    How fast, and by step:           python -m benchmarks speed wcxb_dev.parquet --limit 300
    Two systems, page by page:       python -m benchmarks compare boilerkit trafilatura
    Where a model goes wrong:        python -m benchmarks errors wcxb_dev.parquet --html errors/
    All in one page, with plots:     python -m benchmarks report
    All systems on all corpora:      python -m benchmarks leaderboard

    CORPUS is a gold file (.jsonl, .parquet), the name of a public corpus that "fetch" has cloned, or NAME:FOLDER for
    one that you have; see docs/corpora.md. For details: python -m benchmarks COMMAND --help
    """


for _module in (
    accuracy,
    speed,
    archives,
    clusters,
    compare,
    curves,
    errors,
    learning_curve,
    adaptation,
    metadata,
    comments,
    plaintext,
    structure,
    report,
    fuzz,
    long_run,
    reliability,
    leaderboard,
    docs,
    fetch,
):
    main.add_command(_module.command)

if __name__ == "__main__":
    main(prog_name="python -m benchmarks")
