"""What the commands share: options, reading pages, consoles and tables."""

from __future__ import annotations

import json
import math
import os
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any, TypeVar

import click
from rich import box
from rich.console import Console, RenderableType
from rich.table import Table
from rich.text import Text

from boilerkit.decoding.encoding import MAX_BYTES
from boilerkit.errors import BoilerkitError, InputError
from boilerkit.labels import Label, parse_labels
from boilerkit.decoding.input_format import INPUTS

#: Files that hold many pages.
ARCHIVES = (".warc", ".wet", ".warc.gz", ".wet.gz")
JSON_LINES = (".jsonl", ".ndjson", ".jsonl.gz", ".ndjson.gz")
HTML_SUFFIXES = (".html", ".htm", ".xhtml", ".shtml")
TEXT_SUFFIXES = (".txt",)

F = TypeVar("F", bound=Callable[..., Any])

# --- Options ----------------------------------------------------------------------------------------------------------


def _a_number(ctx: click.Context, param: click.Parameter, value: float | None) -> float | None:
    if value is not None and math.isnan(value):  # which no range keeps out
        raise click.BadParameter("nan is no probability.")
    return value


def _known_charset(ctx: click.Context, param: click.Parameter, value: str | None) -> str | None:
    """Whoever names an encoding wants to know that it is misspelt; the library passes over names it does not know."""
    try:
        "".encode(value or "utf-8")
    except (LookupError, ValueError):
        raise click.BadParameter(f"there is no encoding named {value!r}.") from None
    return value


threshold_option = click.option(
    "--threshold",
    type=click.FloatRange(0, 1),
    callback=_a_number,
    metavar="P",
    help="Probability, 0 to 1, over which a block is content. Higher keeps less. Default: the model's.",
)
model_option = click.option(
    "--model",
    "model_folder",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help='A folder that "boilerkit train" wrote. Default: the model that comes with boilerkit.',
)
input_option = click.option(
    "--input",
    type=click.Choice(INPUTS),
    default="auto",
    show_default=True,
    help="What the pages are: HTML, or pages that were turned into plain text.",
)
charset_option = click.option(
    "--charset", callback=_known_charset, metavar="NAME", help="Encoding of the bytes. Default: found out by itself."
)
gold_argument = click.argument("gold", nargs=-1, required=True, type=click.Path(path_type=Path))
cache_option = click.option(
    "--cache",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    help="Where prepared pages are kept for the next run; safe to delete. Default: boilerkit in your cache folder.",
)
jobs_option = click.option(
    "--jobs", type=click.IntRange(min=1), metavar="N", help="Processes that prepare pages. Default: one a core."
)


def labels_option(name: str, what: str) -> Callable[[F], F]:
    """An option that takes labels, given more than once or with commas; None where it is not given."""
    return click.option(name, multiple=True, callback=_labels, metavar="LABEL,...", help=what)


def _labels(ctx: click.Context, param: click.Parameter, values: Sequence[str]) -> frozenset[Label] | None:
    if not values:
        return None
    try:
        return frozenset(parse_labels([name.strip() for value in values for name in value.split(",")]))
    except ValueError as error:
        raise click.BadParameter(f"{error}.") from None


def cache_folder() -> Path:
    """Where prepared pages are kept unless somebody says otherwise."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "boilerkit"


def need_training() -> None:
    """Raise BoilerkitError where what only training and evaluating need is not installed."""
    missing = [name for name in ("sklearn", "datasets", "rapidfuzz") if find_spec(name) is None]
    if missing:
        raise BoilerkitError(f"this command needs more packages ({', '.join(missing)}): pip install 'boilerkit[train]'")


# --- Pages ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class PageFile:
    """A page to read: `path` is its file, or "-" for standard input; `place` is where it stood in its folder."""

    path: Path
    place: Path

    @property
    def name(self) -> str:
        """The page's name in messages."""
        return "standard input" if self.path == Path("-") else str(self.path)

    def read(self) -> bytes:
        """The page's bytes; of what is too large for a page, no more than shows it."""
        if self.path == Path("-"):
            return sys.stdin.buffer.read(MAX_BYTES + 1)
        if self.path.is_dir():
            raise InputError(f"no {', '.join(HTML_SUFFIXES)} file is in this folder")
        with self.path.open("rb") as file:
            return file.read(MAX_BYTES + 1)


def reason(error: Exception) -> str:
    """What an error says to somebody who does not know the code."""
    if isinstance(error, BoilerkitError):
        return str(error)
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return f"unexpected {type(error).__name__}: {error}"


# --- Consoles and tables ----------------------------------------------------------------------------------------------


def console(stderr: bool = False) -> Console:
    """A console that cuts lines to the width of a terminal but leaves them whole in pipes and files."""
    made = Console(stderr=stderr, highlight=False, soft_wrap=False)
    if not made.is_terminal:
        made.width = 1000
    return made


def show(*parts: RenderableType, piped_width: int | None = None) -> None:
    """Print on stdout; in pipes and files without blanks at the ends of lines, and `piped_width` wide at most."""
    out = console()
    if out.is_terminal:
        for part in parts:
            out.print(part)
        return
    out.width = piped_width or out.width
    with out.capture() as captured:
        for part in parts:
            out.print(part)
    click.echo("\n".join(line.rstrip() for line in captured.get().split("\n")), nl=False)


def complain(name: str, why: str) -> None:
    """One line on stderr about one page."""
    print(f"{name}: {why}", file=sys.stderr)


def printable(text: str) -> str:
    """A text as one line without control characters, which could do things to a terminal."""
    return "".join(char if char.isprintable() else " " for char in text)


def cut(text: str, length: int) -> str:
    """The beginning of a text as one line, with "…" where there is more of it."""
    return printable(text) if len(text) <= length else printable(text[:length]).rstrip() + "…"


def table(title: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> Table:
    """A table; columns of which each cell is a number are set to the right."""
    cells = list(rows)
    made = Table(
        title=Text(printable(title), "bold") if title else None,
        title_justify="left",
        box=box.SIMPLE_HEAD,
        show_header=any(columns),
        pad_edge=False,
    )
    for number, column in enumerate(columns):
        numbers = bool(cells) and all(isinstance(row[number], int | float | None) for row in cells)
        made.add_column(
            Text(printable(column)), justify="right" if numbers else "left", no_wrap=numbers, overflow="fold"
        )
    for row in cells:
        made.add_row(*[cell if isinstance(cell, Text) else Text(said(cell)) for cell in row])
    return made


def said(value: object) -> str:
    """A value as people read it."""
    if value is None:
        return "–"
    if isinstance(value, float):
        return f"{value:.3f}"
    if isinstance(value, bool | str):
        return printable(str(value))
    if isinstance(value, int):
        return f"{value:,}"
    return ", ".join(said(item) for item in value) if isinstance(value, list) else printable(str(value))


def to_json(values: Mapping[str, Any], indent: int | None = None) -> str:
    """Values as JSON, letters of all alphabets as they are."""
    return json.dumps(values, ensure_ascii=False, indent=indent)
