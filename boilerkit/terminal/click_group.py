"""A click group that reports errors in one line."""

from __future__ import annotations

import errno
from typing import Any

import click

from boilerkit.errors import BoilerkitError, OptionError, error_message


class CommandError(click.ClickException):
    """An error that is reported in one line, without a traceback."""

    def __init__(self, program: str, message: str) -> None:
        super().__init__(message)
        self.program = program

    def show(self, file: Any = None) -> None:
        click.echo(f"{self.program}: {self.format_message()}", file=file, err=True)


class CommandGroup(click.Group):
    """A group of commands; errors that pages, files and models cause are reported in one line."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the commands in the order in which people need them."""
        return list(self.commands)

    def invoke(self, ctx: click.Context) -> Any:
        program = self.name or ""
        try:
            return super().invoke(ctx)
        except OptionError as error:
            raise click.UsageError(f"{error}.", ctx) from None
        except BoilerkitError as error:
            raise CommandError(program, str(error)) from None
        except OSError as error:
            if error.errno == errno.EPIPE:  # the reader has gone, such as `head`: click exits quietly
                raise
            raise CommandError(
                program, ": ".join(str(part) for part in (error.filename, error_message(error)) if part)
            ) from None
