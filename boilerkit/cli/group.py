"""A group of commands that says in one line what went wrong."""

from __future__ import annotations

import errno
from typing import Any

import click

from boilerkit.cli.common import reason
from boilerkit.errors import BoilerkitError


class Failure(click.ClickException):
    """What went wrong, as one line and without a traceback."""

    def __init__(self, program: str, message: str) -> None:
        super().__init__(message)
        self.program = program

    def show(self, file: Any = None) -> None:
        click.echo(f"{self.program}: {self.format_message()}", file=file, err=True)


class Commands(click.Group):
    """Commands, with whatever pages, files and models can cause turned into one line."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """In the order in which people come to need them."""
        return list(self.commands)

    def invoke(self, ctx: click.Context) -> Any:
        program = self.name or ""
        try:
            return super().invoke(ctx)
        except BoilerkitError as error:
            raise Failure(program, str(error)) from None
        except OSError as error:
            if error.errno == errno.EPIPE:  # the reader has gone, `head` for one: click ends quietly
                raise
            raise Failure(program, ": ".join(str(part) for part in (error.filename, reason(error)) if part)) from None
