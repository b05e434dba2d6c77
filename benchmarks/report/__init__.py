"""`report`: all results of a folder as one HTML file."""

from __future__ import annotations

from pathlib import Path

import click

from benchmarks.exceptions import BenchmarkError
from benchmarks.options import results_option
from benchmarks.results import CACHE, latest_folder
from boilerkit.errors import error_message


@click.command("report", short_help="Write all results to one HTML page with plots.")
@results_option
@click.option(
    "-o",
    "--output",
    "out",
    type=click.Path(dir_okay=False, path_type=Path),
    default=CACHE / "report.html",
    metavar="FILE",
    help="The HTML file. Default: .cache/benchmarks/report.html.",
)
def command(results: Path | None, out: Path) -> None:
    """Write a report on all results: one HTML file with plots that needs no other file and no network.

    Runs over different pages of a corpus are reported apart. The report names the commands for what was not measured.
    The same results give the same file.

    \b
    Example:
      python -m benchmarks report -o report.html
    """
    try:
        from benchmarks.report.html import render
        from benchmarks.report.loader import load_results
        from benchmarks.report.sections import sections_of
    except ImportError as error:
        raise BenchmarkError(f"the report needs {error.name}: pip install 'boilerkit[bench]'") from None
    folder = results or latest_folder()
    html = render(sections_of(load_results(folder)))
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        out.write_text(html, encoding="utf-8")
    except OSError as error:
        raise BenchmarkError(f"{error.filename} cannot be written: {error_message(error)}") from None
    click.echo(f"Results of {folder}\nWritten: {out}")
