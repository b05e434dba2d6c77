"""The command line. `main` is its entry point; each command has its own module."""

from __future__ import annotations

import io
import sys

import click

import boilerkit
from boilerkit.cli import blocks, evaluate, extract, info, label, train, view
from boilerkit.terminal.click_group import CommandGroup


@click.group(
    "boilerkit", cls=CommandGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100}
)
@click.version_option(boilerkit.__version__, prog_name="boilerkit")
def main() -> None:
    """Extract the main content of web pages, without menus, adverts and footers.

    \b
    The text of a page:          boilerkit extract page.html
    Of a folder, as Markdown:    boilerkit extract site/ -f markdown -o texts/
    What was kept, and why:      boilerkit blocks page.html
    The same in a browser:       boilerkit view page.html --open
    Correct labels, and retrain: boilerkit label pages/ -o gold.jsonl
    Train on your own pages:     boilerkit train gold.jsonl -o my-model
    Score a model:               boilerkit evaluate gold.jsonl --model my-model

    "boilerkit COMMAND --help" explains each command.
    """
    _write_all_of_unicode(sys.stdout)


def _write_all_of_unicode(stream: object) -> None:
    """Write UTF-8 to pipes and files on every system, and "?" for what a terminal cannot show."""
    if isinstance(stream, io.TextIOWrapper):
        stream.reconfigure(encoding=None if stream.isatty() else "utf-8", errors="replace")


for _module in (extract, blocks, view, label, train, evaluate, info):
    main.add_command(_module.command)
