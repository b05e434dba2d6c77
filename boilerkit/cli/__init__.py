"""The command line. `main` is its entry point; each command has a module of its own."""

from __future__ import annotations

import io
import sys

import click

import boilerkit
from boilerkit.cli import blocks, evaluate, extract, info, train, view
from boilerkit.cli.group import Commands


@click.group(
    "boilerkit", cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100}
)
@click.version_option(boilerkit.__version__, prog_name="boilerkit")
def main() -> None:
    """Take the main content out of web pages and leave menus, adverts and footers behind.

    \b
    Get a page's text:          boilerkit extract page.html
    Of a folder, as Markdown:   boilerkit extract site/ -f markdown -o texts/
    See what was kept and why:  boilerkit blocks page.html
    The same in a browser:      boilerkit view page.html --open
    Learn from your own pages:  boilerkit train gold.jsonl -o my-model
    Measure a model:            boilerkit evaluate gold.jsonl --model my-model

    "boilerkit COMMAND --help" tells more of each command.
    """
    _write_all_of_unicode(sys.stdout)


def _write_all_of_unicode(stream: object) -> None:
    """Pipes and redirected files get UTF-8 on every system; a terminal gets "?" for what it cannot show."""
    if isinstance(stream, io.TextIOWrapper):
        stream.reconfigure(encoding=None if stream.isatty() else "utf-8", errors="replace")


for _module in (extract, blocks, view, train, evaluate, info):
    main.add_command(_module.command)
