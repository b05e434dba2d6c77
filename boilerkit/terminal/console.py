"""Consoles, tables and messages."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import click
from rich import box
from rich.console import Console, RenderableType
from rich.table import Table
from rich.text import Text

#: Characters that control terminals, but for line ends and tabs: C0 with escape, DEL, and C1.
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


def console(stderr: bool = False) -> Console:
    """Return a console that fits lines to the width of a terminal but leaves them whole in pipes and files."""
    made = Console(stderr=stderr, highlight=False, soft_wrap=False)
    if not made.is_terminal:
        made.width = 1000
    return made


def print_tables(*parts: RenderableType, piped_width: int | None = None) -> None:
    """Print on stdout; in pipes and files without trailing blanks, and at most `piped_width` characters wide."""
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


def warn(name: str, message: str) -> None:
    """Print one line about one page on stderr, without what could control a terminal."""
    print(printable(f"{name}: {message}"), file=sys.stderr)


def print_content(text: str) -> None:
    """Print a text of a page on stdout: as it is to pipes and files, without what could control it to a terminal."""
    print(_CONTROL.sub("\ufffd", text) if sys.stdout.isatty() else text)


def count(number: int, noun: str) -> str:
    """Return a number and what is counted."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def printable(text: str) -> str:
    """Return a text as one line without control characters, which could control a terminal."""
    return "".join(char if char.isprintable() else " " for char in text)


def truncate(text: str, length: int) -> str:
    """Return the beginning of a text as one line, with "…" if there is more."""
    return printable(text) if len(text) <= length else printable(text[:length]).rstrip() + "…"


def table(title: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> Table:
    """Return a table; columns of numbers are aligned to the right."""
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
        made.add_row(*[cell if isinstance(cell, Text) else Text(format_value(cell)) for cell in row])
    return made


def format_value(value: object) -> str:
    """Return a value as people read it."""
    if value is None:
        return "–"
    if isinstance(value, float):
        return f"{value:.3f}"
    if isinstance(value, bool | str):
        return printable(str(value))
    if isinstance(value, int):
        return f"{value:,}"
    return ", ".join(format_value(item) for item in value) if isinstance(value, list) else printable(str(value))


def to_json(values: Mapping[str, Any], indent: int | None = None) -> str:
    """Return values as JSON, with characters of all scripts as they are."""
    return json.dumps(values, ensure_ascii=False, indent=indent)
