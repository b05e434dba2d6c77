"""`boilerkit view`: the blocks of a page in a browser."""

from __future__ import annotations

import webbrowser
from pathlib import Path
from typing import cast

import click

import boilerkit
from boilerkit.archives.page_files import PageFile
from boilerkit.cli.options import charset_option, input_format_option, model_option, threshold_option
from boilerkit.documents import InputFormatOption
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
@click.option("--open", "open_browser", is_flag=True, help="Open it in the browser.")
@input_format_option
@threshold_option
@model_option
@click.option("--url", metavar="URL", help="Address of the page, to be shown.")
@charset_option
def command(
    page: Path,
    output: Path | None,
    open_browser: bool,
    input_format: str,
    threshold: float | None,
    model_folder: Path | None,
    url: str | None,
    charset: str | None,
) -> None:
    """Write a web page that shows the text of a page, its blocks tinted by label, and print where it is.

    Its legend switches labels on and off; pointing at a block shows the probabilities of all labels. The file needs no
    other file and no network.

    \b
    Examples:
      boilerkit view page.html --open
      curl -s https://example.org/ | boilerkit view - -o blocks.html --url https://example.org/
    """
    model = None if model_folder is None else boilerkit.load_model(model_folder)
    file = PageFile(page, Path("stdin" if page == Path("-") else page.name))
    output = output or Path(f"{file.relative_path.stem}.view.html")
    if output.resolve() == page.resolve():
        raise click.UsageError(f"{output} is itself the page and would be overwritten.")
    try:
        analyzed = boilerkit.analyze(
            file.read_page(),
            input_format=cast(InputFormatOption, input_format),
            threshold=threshold,
            url=url,
            charset=charset,
            model=model,
        )
    except InputError as error:
        raise InputError(f"{file.name}: {error}") from None
    output.write_text(analyzed.to_view_html(), encoding="utf-8", errors="replace")
    click.echo(output)
    if open_browser:
        webbrowser.open(output.resolve().as_uri())
