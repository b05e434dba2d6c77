"""Options and arguments that several commands share."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any, TypeVar

import click

from boilerkit.decoding.labels import find_encoding
from boilerkit.documents import INPUT_FORMATS
from boilerkit.errors import BoilerkitError, OptionError
from boilerkit.labels import Label, parse_labels

F = TypeVar("F", bound=Callable[..., Any])


def _reject_nan(ctx: click.Context, param: click.Parameter, value: float | None) -> float | None:
    if value is not None and math.isnan(value):  # which ranges let through
        raise click.BadParameter("nan is not a probability.")
    return value


def _known_charset(ctx: click.Context, param: click.Parameter, value: str | None) -> str | None:
    """Reject unknown names, which are likely misspelt; the library ignores them."""
    if value is not None and find_encoding(value) is None:
        raise click.BadParameter(f"there is no encoding named {value!r}.")
    return value


threshold_option = click.option(
    "--threshold",
    type=click.FloatRange(0, 1),
    callback=_reject_nan,
    metavar="P",
    help="Probability, 0 to 1, over which a block is content. A higher one keeps less. Default: the model's.",
)
model_option = click.option(
    "--model",
    "model_folder",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help='Folder that "boilerkit train" wrote. Default: the model that comes with boilerkit.',
)
input_format_option = click.option(
    "--input-format",
    type=click.Choice(INPUT_FORMATS),
    default="auto",
    show_default=True,
    help="What the pages are: HTML, or plain text. auto: what they look like.",
)
charset_option = click.option(
    "--charset", callback=_known_charset, metavar="NAME", help="Encoding of the bytes. Default: detected."
)
gold_argument = click.argument("gold", nargs=-1, required=True, type=click.Path(path_type=Path))
cache_option = click.option(
    "--cache",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    help="Folder for prepared pages, reused by the next run; safe to delete. Default: boilerkit in your cache folder.",
)
jobs_option = click.option(
    "--jobs", type=click.IntRange(min=1), metavar="N", help="Processes that prepare pages. Default: one per core."
)


def labels_option(name: str, what: str) -> Callable[[F], F]:
    """Return an option that takes labels, several times or separated by commas; None if it is not given."""
    return click.option(name, multiple=True, callback=_labels, metavar="LABEL,...", help=what)


def _labels(ctx: click.Context, param: click.Parameter, values: Sequence[str]) -> frozenset[Label] | None:
    if not values:
        return None
    try:
        return parse_labels([name.strip() for value in values for name in value.split(",")])
    except OptionError as error:
        raise click.BadParameter(f"{error}.") from None


def require_train_extra() -> None:
    """Raise BoilerkitError if packages that only training and evaluation need are not installed."""
    missing = [name for name in ("sklearn", "datasets", "rapidfuzz") if find_spec(name) is None]
    if missing:
        raise BoilerkitError(f"this command needs more packages ({', '.join(missing)}): pip install 'boilerkit[train]'")
