"""`boilerkit label`: correct labels in the browser."""

from __future__ import annotations

import webbrowser
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, cast

import click

from boilerkit.cli.options import input_format_option, model_option
from boilerkit.documents import InputFormatOption, read_document
from boilerkit.errors import BoilerkitError
from boilerkit.terminal.console import to_json, warn
from boilerkit.terminal.progress import counted

if TYPE_CHECKING:
    from boilerkit.labeling.session import Order

ORDERS = ("gain", "file")


@click.command("label", short_help="Correct labels in the browser, and retrain.")
@click.argument("pages", nargs=-1, metavar="PAGES...", type=click.Path(exists=True, path_type=Path))
@click.option(
    "-o",
    "--output",
    required=True,
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="The gold file, JSONL. If it exists, labelling goes on where it ended.",
)
@click.option(
    "--order",
    type=click.Choice(ORDERS),
    default="gain",
    show_default=True,
    help="gain: pages first that teach the model most. file: as they come.",
)
@input_format_option
@model_option
@click.option("--port", type=click.IntRange(0, 65535), default=0, metavar="N", help="Default: a free one.")
@click.option("--no-open", is_flag=True, help="Print the address, and do not open it in the browser.")
@click.option(
    "--export",
    is_flag=True,
    help="Write the labels of PAGES, which are gold files, as text to the output, for other programs; label nothing.",
)
def command(
    pages: Sequence[Path],
    output: Path,
    order: str,
    input_format: str,
    model_folder: Path | None,
    port: int,
    no_open: bool,
    export: bool,
) -> None:
    """Label pages in the browser: see their blocks as the model labels them, and correct what is wrong.

    PAGES are files, folders, WARC archives, JSONL and Parquet, of HTML or plain text; labels that gold files among them
    have are taken over. Every action is saved at once. The button Retrain adapts the model to the pages that are done.
    Nothing is loaded from the network, and only this computer can open the address.

    \b
    Examples:
      boilerkit label saved-pages/ -o gold.jsonl
      boilerkit label -o gold.jsonl                       # go on
      boilerkit label gold.jsonl -o texts.jsonl --export
    """
    _require_label_extra()
    if export:
        _export(pages, output)
        return
    from boilerkit.labeling.retraining import Retraining
    from boilerkit.labeling.server import HOST, listen, make_app, new_token, serve
    from boilerkit.labeling.session import Session

    with counted("Reading pages") as on_page:
        session = Session(
            pages,
            output,
            model=model_folder,
            input_format=cast(InputFormatOption, input_format),
            order=cast("Order", order),
            on_failure=lambda failure: warn(f"{failure.name}, left out", failure.error),
            on_page=on_page,
        )
    if not session.pages:
        raise BoilerkitError("there is no page to label: name files, folders or archives")
    token = new_token()
    listening = listen(port)
    address = f"http://{HOST}:{listening.getsockname()[1]}/{token}/"
    click.echo(f"{session.n_done:,} of {len(session.pages):,} pages are labelled. Label the others at\n{address}")
    click.echo("Labels are saved at once. Stop with Ctrl+C.")
    if not no_open:
        webbrowser.open(address)
    serve(make_app(session, Retraining(session), token), listening)
    click.echo(f"{session.n_done:,} of {len(session.pages):,} pages are labelled; the labels are in {output}")


def _export(files: Sequence[Path], output: Path) -> None:
    """Write gold files anew, with their gold as text and pages in them."""
    from boilerkit.gold.reader import read_gold_rows
    from boilerkit.labeling.imported import exported

    if not files:
        raise click.UsageError("name the gold files to export.")
    if any(file.resolve() == output.resolve() for file in files):
        raise click.UsageError(f"{output} is itself a gold file and would be overwritten.")
    rows = (
        (row, page, read_document(page.source, page.input_format).blocks)
        for file in files
        for row, page in read_gold_rows(file)
        if row.get("done") is not False
    )
    with output.open("w", encoding="utf-8", newline="\n") as lines:
        written = sum(lines.write(to_json(row) + "\n") > 0 for row in exported(rows))
    click.echo(f"{written:,} pages are in {output}")


def _require_label_extra() -> None:
    missing = [name for name in ("starlette", "uvicorn", "sklearn", "rapidfuzz") if find_spec(name) is None]
    if missing:
        raise BoilerkitError(f"this command needs more packages ({', '.join(missing)}): pip install 'boilerkit[label]'")
