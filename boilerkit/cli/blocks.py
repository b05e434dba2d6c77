"""`boilerkit blocks`: what the model predicts for each block of a page."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import cast

import click
from rich.table import Table
from rich.text import Text

import boilerkit
from boilerkit.archives.page_files import PageFile
from boilerkit.cli.colors import colored, label_counts
from boilerkit.cli.options import (
    charset_option,
    input_format_option,
    labels_option,
    model_option,
    threshold_option,
)
from boilerkit.documents import InputFormatOption
from boilerkit.errors import InputError
from boilerkit.labels import Label
from boilerkit.page import Block, Page
from boilerkit.terminal.console import print_tables, table, to_json, truncate

_MAX_CHARS = 100  # characters of a block's text


@click.command("blocks", short_help="Show every block of a page with its label.")
@click.argument("page", metavar="FILE|-", type=click.Path(path_type=Path))
@click.option(
    "--json", "as_json", is_flag=True, help="Print JSON, with the page's full text, which start and end index."
)
@click.option(
    "--explain",
    type=int,
    metavar="N",
    help="Show the static features of block N instead: all but those of the groups vocabulary and context.",
)
@input_format_option
@labels_option("--only", "Show only the blocks with these labels, such as ticker,related.")
@threshold_option
@model_option
@charset_option
def command(
    page: Path,
    as_json: bool,
    explain: int | None,
    input_format: str,
    only: frozenset[Label] | None,
    threshold: float | None,
    model_folder: Path | None,
    charset: str | None,
) -> None:
    """Show the blocks of a page: label, its probability, the probability of content, and how the text begins.

    A block is kept if its probability of content is over the threshold. The labels title, body and caption are
    content; navigation, ticker, related, metadata, share, comments, promotion, notice and footer are boilerplate.

    \b
    Examples:
      boilerkit blocks page.html
      boilerkit blocks page.html --only ticker,related
      boilerkit blocks page.html --explain 12
      boilerkit blocks page.html --json | jq '.blocks[] | select(.is_content) | .text'
    """
    model = None if model_folder is None else boilerkit.load_model(model_folder)
    file = PageFile(page, Path(page.name))
    try:
        analyzed = boilerkit.analyze(
            file.read_page(),
            input_format=cast(InputFormatOption, input_format),
            threshold=threshold,
            charset=charset,
            model=model,
        )
    except InputError as error:
        raise InputError(f"{file.name}: {error}") from None
    if explain is not None:
        if only is not None:
            raise click.UsageError("--explain shows one block, and --only selects some: give one of the two.")
        block = _block(analyzed, explain)
        if as_json:
            click.echo(to_json(block.to_dict() | {"features": block.features}, indent=1))
        else:
            print_tables(_features(block))
    elif as_json:
        blocks = [block.to_dict() for block in _shown(analyzed, only)]
        click.echo(to_json(analyzed.to_dict() | {"full_text": analyzed.full_text, "blocks": blocks}, indent=1))
    elif analyzed.blocks:
        print_tables(
            _blocks(_shown(analyzed, only)),
            Text(f"{len(analyzed.blocks):,} blocks: ") + label_counts([block.label for block in analyzed.blocks]),
            f"Kept: content over the threshold of {analyzed.threshold:g}.",
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
        ("block", "label", "probability", "content", "text"),
        (
            (block.index, colored(block.label), block.probabilities[block.label], block.probability, _beginning(block))
            for block in blocks
        ),
    )


def _beginning(block: Block) -> Text:
    return Text(truncate(block.text, _MAX_CHARS), no_wrap=True, overflow="ellipsis")


def _features(block: Block) -> Table:
    values = block.features
    return table(
        f"Block {block.index}, {block.label}, {block.probability:.3f}: {truncate(block.text, _MAX_CHARS)}",
        ("group", "feature", "value", "what it is"),
        (
            (group, name, values[name], what)
            for group, columns in block.page.feature_groups.items()
            for name, what in columns.items()
            if name in values
        ),
    )
