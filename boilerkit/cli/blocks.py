"""`boilerkit blocks`: what the model thinks of each block of a page."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import cast

import click
from rich.table import Table
from rich.text import Text

import boilerkit
from boilerkit.cli.colours import coloured, counted
from boilerkit.cli.common import (
    PageFile,
    charset_option,
    cut,
    input_option,
    labels_option,
    model_option,
    show,
    table,
    threshold_option,
    to_json,
)
from boilerkit.errors import InputError
from boilerkit.labels import Label
from boilerkit.page import Block, Page
from boilerkit.decoding.input_format import Input

_SHOWN = 100  # characters of a block's text


@click.command("blocks", short_help="Show every block of a page with its probability.")
@click.argument("page", metavar="FILE|-", type=click.Path(path_type=Path))
@click.option(
    "--json", "as_json", is_flag=True, help="Print JSON, with the page's whole text that the blocks point into."
)
@click.option(
    "--explain",
    type=int,
    metavar="N",
    help="Show instead the features of block N that need no model: all but those of vocabulary and neighbourhood.",
)
@input_option
@labels_option("--only", "Show only the blocks of these labels, for instance ticker,related.")
@threshold_option
@model_option
@charset_option
def command(
    page: Path,
    as_json: bool,
    explain: int | None,
    input: str,
    only: frozenset[Label] | None,
    threshold: float | None,
    model_folder: Path | None,
    charset: str | None,
) -> None:
    """Show the blocks of a page: label, the probability that it is content, and how its text begins.

    Labels are title, body and caption, which are content, and navigation, ticker, related, metadata, share, comments,
    promotion, notice and footer.

    \b
    Examples:
      boilerkit blocks page.html
      boilerkit blocks page.html --only ticker,related
      boilerkit blocks page.html --explain 12
      boilerkit blocks page.html --json | jq '.blocks[] | select(.is_content) | .text'
    """
    model = boilerkit.load_model(model_folder)
    file = PageFile(page, Path(page.name))
    try:
        found = boilerkit.analyze(
            file.read(), input=cast(Input, input), threshold=threshold, charset=charset, model=model
        )
    except InputError as error:
        raise InputError(f"{file.name}: {error}") from None
    if explain is not None:
        block = _block(found, explain)
        if as_json:
            click.echo(to_json(block.to_dict() | {"features": block.features}, indent=1))
        else:
            show(_features(block))
    elif as_json:
        whole = found.to_dict()
        del whole["blocks"]
        blocks = [block.to_dict() for block in _shown(found, only)]
        click.echo(to_json(whole | {"full_text": found.full_text, "blocks": blocks}, indent=1))
    elif found.blocks:
        show(
            _blocks(_shown(found, only)),
            Text(f"{len(found.blocks):,} blocks: ") + counted([block.label for block in found.blocks]),
            f"The text is what is over {found.cut:.2f} on this page (threshold {found.threshold:g}).",
        )
    else:
        click.echo("The page has no visible text.")


def _block(page: Page, number: int) -> Block:
    if not page.blocks:
        raise click.BadParameter("the page has no blocks.", param_hint="'--explain'")
    if not 0 <= number < len(page.blocks):
        raise click.BadParameter(
            f"there is no block {number}: the page's are 0 to {len(page.blocks) - 1}.", param_hint="'--explain'"
        )
    return page.blocks[number]


def _shown(page: Page, only: frozenset[Label] | None) -> list[Block]:
    return page.blocks if only is None else page.blocks_with_label(*only)


def _blocks(blocks: Sequence[Block]) -> Table:
    return table(
        "",
        ("block", "label", "probability", "text"),
        ((block.index, coloured(block.label), block.probability, _beginning(block)) for block in blocks),
    )


def _beginning(block: Block) -> Text:
    return Text(cut(block.text, _SHOWN), no_wrap=True, overflow="ellipsis")


def _features(block: Block) -> Table:
    values = block.features
    return table(
        f"Block {block.index}, {block.label}, {block.probability:.3f}: {cut(block.text, _SHOWN)}",
        ("family", "feature", "value", "what it is"),
        (
            (family, name, values[name], what)
            for family, columns in block.page.families.items()
            for name, what in columns.items()
            if name in values
        ),
    )
