"""The example pages, and what commands print for them."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys

import boilerkit
from benchmarks.results import REPOSITORY

NEWS = "examples/news-article.html"
#: A page with all twelve labels.
STORY = "examples/science-story.html"
PLAINTEXT = "examples/harbour-news.txt"

#: Settings of a terminal that change what commands print.
_TERMINAL = ("COLUMNS", "FORCE_COLOR", "TTY_COMPATIBLE")


def analyze(place: str) -> boilerkit.Page:
    """Return an example page with the shipped model's predictions."""
    return boilerkit.analyze((REPOSITORY / place).read_bytes())


def console(*lines: str) -> str:
    """Return lines as a block of Markdown."""
    return "\n".join(["```console", *lines, "```"])


def printed(command: str) -> list[str]:
    """Return the lines that a command of `boilerkit` prints, run in the source tree; without blank lines around."""
    environment = {name: value for name, value in os.environ.items() if name not in _TERMINAL}
    done = subprocess.run(
        [sys.executable, "-m", *shlex.split(command)],
        cwd=REPOSITORY,
        env=environment | {"PYTHONIOENCODING": "utf-8"},
        stdout=subprocess.PIPE,
        encoding="utf-8",
        check=True,
    )
    return done.stdout.strip("\n").split("\n")


def transcript(command: str) -> str:
    """Return a command and what it prints."""
    return console(f"$ {command}", *printed(command))
