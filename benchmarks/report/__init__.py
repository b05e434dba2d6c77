"""`report`: all results of a folder as one HTML file, and its plots as pictures."""

from __future__ import annotations

from pathlib import Path

import click

from benchmarks.errors import BenchmarkError
from benchmarks.results import CACHE, REPOSITORY, RESULTS
from boilerkit.cli.common import reason


@click.command("report", short_help="Put all results into one page, with pictures.")
@click.option(
    "--results",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    default=RESULTS,
    metavar="DIR",
    help="Folder that accuracy, speed, curves and learning-curve wrote to. Default: benchmarks/results.",
)
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    default=CACHE / "report.html",
    metavar="FILE",
    help="The HTML file. Default: .cache/benchmarks/report.html.",
)
@click.option(
    "--pictures",
    type=click.Path(file_okay=False, path_type=Path),
    default=REPOSITORY / "docs" / "pictures",
    metavar="DIR",
    help="Folder for the plots as PNG. Default: docs/pictures.",
)
def command(results: Path, out: Path, pictures: Path) -> None:
    """Write a report on all results: one HTML file that needs nothing else, and its plots as PNG.

    What was not measured is left out, and the report says which command measures it. The same results give the same
    files.

    \b
    Example:
      python -m benchmarks report --out report.html --pictures pictures/
    """
    try:
        from benchmarks.plots import png_of
        from benchmarks.report.found import read_found
        from benchmarks.report.html import render
        from benchmarks.report.sections import sections_of
    except ImportError as error:
        raise BenchmarkError(f"the report needs {error.name}: pip install 'boilerkit[bench]'") from None
    sections = sections_of(read_found(results))
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        out.write_text(render(sections), encoding="utf-8")
        pictures.mkdir(parents=True, exist_ok=True)
        for section in sections:
            for picture in section.pictures:
                (pictures / f"{picture.name}.png").write_bytes(png_of(picture.figure))
    except OSError as error:
        raise BenchmarkError(f"{error.filename} cannot be written: {reason(error)}") from None
    click.echo(f"Written: {out}, and {sum(len(section.pictures) for section in sections)} pictures to {pictures}")
