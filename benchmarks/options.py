"""Options that several commands share."""

from __future__ import annotations

from pathlib import Path

import click

from benchmarks.systems import BOILERKIT

corpora_argument = click.argument("corpora", nargs=-1, required=True, metavar="CORPUS...")
systems_option = click.option(
    "--system",
    "names",
    multiple=True,
    metavar="NAME",
    help="A system; may be repeated. Default: boilerkit and all peers that are installed.",
)
model_option = click.option(
    "--system",
    "system_name",
    default=BOILERKIT,
    show_default=True,
    metavar="NAME",
    help="boilerkit, or boilerkit:DIR for the model in a folder; @T after either for another threshold.",
)
limit_option = click.option(
    "--limit", type=click.IntRange(min=1), metavar="N", help="Only N random pages per corpus, the same ones each time."
)
jobs_option = click.option(
    "--jobs", type=click.IntRange(min=1), default=1, show_default=True, metavar="N", help="Number of processes."
)
out_option = click.option(
    "-o",
    "--output",
    "out",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    help="Folder for results. Default: benchmarks/results; with --limit N .cache/benchmarks/limit-N.",
)
results_option = click.option(
    "--results",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    metavar="DIR",
    help="Folder with results. Default: where the last run wrote, benchmarks/results before the first run.",
)
