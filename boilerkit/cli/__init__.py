"""The command line. `main` is its entry point; each command has a module of its own."""

from __future__ import annotations

import errno
import io
import sys
from typing import Any

import click

import boilerkit
from boilerkit.cli import blocks, evaluate, extract, info, train
from boilerkit.cli.common import reason
from boilerkit.errors import BoilerkitError


class _Failure(click.ClickException):
    """What went wrong, as one line and without a traceback."""

    def show(self, file: Any = None) -> None:
        click.echo(f"boilerkit: {self.format_message()}", file=file, err=True)


class _Commands(click.Group):
    """The commands, with whatever pages, files and models can cause turned into one line."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """In the order in which people come to need them."""
        return list(self.commands)

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except BoilerkitError as error:
            raise _Failure(str(error)) from None
        except OSError as error:
            if error.errno == errno.EPIPE:  # the reader has gone, `head` for one: click ends quietly
                raise
            raise _Failure(": ".join(str(part) for part in (error.filename, reason(error)) if part)) from None


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(boilerkit.__version__, prog_name="boilerkit")
def main() -> None:
    """Take the main content out of web pages and leave menus, adverts and footers behind.

    \b
    Get a page's text:          boilerkit extract page.html
    Of a folder, as Markdown:   boilerkit extract site/ -f markdown -o texts/
    See what was kept and why:  boilerkit blocks page.html
    Learn from your own pages:  boilerkit train gold.jsonl -o my-model
    Measure a model:            boilerkit evaluate gold.jsonl --model my-model

    "boilerkit COMMAND --help" tells more of each command.
    """
    _write_all_of_unicode(sys.stdout)


def _write_all_of_unicode(stream: object) -> None:
    """Pipes and redirected files get UTF-8 on every system; a terminal gets "?" for what it cannot show."""
    if isinstance(stream, io.TextIOWrapper):
        stream.reconfigure(encoding=None if stream.isatty() else "utf-8", errors="replace")


for _module in (extract, blocks, train, evaluate, info):
    main.add_command(_module.command)
