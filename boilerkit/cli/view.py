"""`boilerkit view`: the blocks of a page in a browser."""

from __future__ import annotations

import webbrowser
from pathlib import Path

import click

import boilerkit
from boilerkit.cli.common import PageFile, charset_option, model_option, threshold_option
from boilerkit.errors import InputError


@click.command("view", short_help="Show the blocks of a page in a browser.")
@click.argument("page", metavar="FILE|-", type=click.Path(path_type=Path))
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="The file to write. Default: in this folder, named after the page.",
)
@click.option("--open", "is_opened", is_flag=True, help="Open it in the browser.")
@threshold_option
@model_option
@click.option("--url", metavar="URL", help="Address of the page, to be shown.")
@charset_option
def command(
    page: Path,
    output: Path | None,
    is_opened: bool,
    threshold: float | None,
    model_folder: Path | None,
    url: str | None,
    charset: str | None,
) -> None:
    """Write a web page that shows the text of a page, its blocks tinted by label, and say where it is.

    Its legend switches labels on and off; pointing at a block shows the probabilities of all labels. The file stands
    for itself and needs no network.

    \b
    Examples:
      boilerkit view page.html --open
      curl -s https://example.org/ | boilerkit view - -o blocks.html --url https://example.org/
    """
    model = boilerkit.load_model(model_folder)
    file = PageFile(page, Path("stdin" if page == Path("-") else page.name))
    output = output or Path(f"{file.place.stem}.view.html")
    if output.resolve() == page.resolve():
        raise click.UsageError(f"{output} is itself the page and would be overwritten.")
    try:
        found = boilerkit.analyze(file.read(), threshold=threshold, url=url, charset=charset, model=model)
    except InputError as error:
        raise InputError(f"{file.name}: {error}") from None
    output.write_text(found.view, encoding="utf-8", errors="replace")
    click.echo(output)
    if is_opened:
        webbrowser.open(output.resolve().as_uri())
