"""The example pages, and what commands print for them."""

from __future__ import annotations

import shlex
from collections.abc import Iterable
from textwrap import shorten

from click.testing import CliRunner

import boilerkit
from benchmarks.results import REPOSITORY
from boilerkit.cli import main

NEWS = "examples/news-article.html"
#: A page with all twelve labels.
STORY = "examples/science-story.html"
PLAINTEXT = "examples/harbour-news.txt"


def analyze(place: str) -> boilerkit.Page:
    """Return an example page with the shipped model's predictions."""
    return boilerkit.analyze((REPOSITORY / place).read_bytes())


def console(*lines: str) -> str:
    """Return lines as a block of Markdown."""
    return "\n".join(["```console", *lines, "```"])


def transcript(command: str) -> str:
    """Return a command and what it prints; it is run in this process."""
    arguments = [str(REPOSITORY / word) if word.startswith("examples/") else word for word in shlex.split(command)[1:]]
    runner = CliRunner(env={"FORCE_COLOR": None, "TTY_COMPATIBLE": None})
    printed = runner.invoke(main, arguments, catch_exceptions=False)
    return console(f"$ {command}", printed.stdout.strip("\n"))


def block_lines(blocks: Iterable[boilerkit.Block]) -> list[str]:
    """Return a line for each block: number, label, probability and the beginning of the text."""
    return [
        f"{block.index:4}  {block.label:<11}  {block.probability:.3f}  {shorten(block.text, 78, placeholder=' …')}"
        for block in blocks
    ]
