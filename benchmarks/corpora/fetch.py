"""`fetch`: clone the repository of a corpus, or download its files, into the cache folder."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Sequence
from http.client import HTTPException
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.error import URLError
from urllib.request import urlopen

import click

from benchmarks.corpora import CORPORA, clone_folder, find_corpus
from benchmarks.exceptions import BenchmarkError
from boilerkit.errors import error_message
from boilerkit.terminal.console import warn


@click.command("fetch", short_help="Get a public corpus.")
@click.argument("name", type=click.Choice([name for name, corpus in CORPORA.items() if corpus.can_be_fetched]))
def command(name: str) -> None:
    """Get a public corpus from its own place into your cache folder, so that its name alone is enough.

    \b
    Example:
      python -m benchmarks fetch wcxb-test
      python -m benchmarks accuracy wcxb-test
    """
    click.echo(fetch(name))


def fetch(name: str) -> Path:
    """Clone the repository of a corpus or download its files, and return its folder; one that is there is left alone.

    Raises BenchmarkError for an unknown name, a corpus that cannot be fetched, and if git or the network fails.
    """
    corpus, folder = find_corpus(name), clone_folder(name)
    if folder.is_dir():
        warn(name, f"is there already, in {folder}; delete this folder to fetch it again")
        return folder
    if not corpus.can_be_fetched:
        raise BenchmarkError(
            f"{name} cannot be fetched. Get the combined dataset that {corpus.source} describes, and "
            f"give its folder: {name}:FOLDER"
        )
    if corpus.clone and not shutil.which("git"):
        raise BenchmarkError(f"git is needed to fetch {name}: install it, or give a folder that has it: {name}:FOLDER")
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        # Into a folder of its own, so that an interrupted clone is never taken for the corpus.
        with TemporaryDirectory(dir=folder.parent, prefix=f".{name}-") as temporary:
            whole = Path(temporary) / "whole"
            click.echo(f"Fetching {name} from {corpus.clone or corpus.source}", err=True)
            if corpus.clone:
                _clone(name, corpus.clone, whole)
            else:
                _download(name, corpus.downloads, whole)
            whole.rename(folder)
    except OSError as error:
        raise BenchmarkError(f"{name} cannot be kept in {folder}: {error_message(error)}") from None
    return folder


def _download(name: str, addresses: Sequence[str], folder: Path) -> None:
    folder.mkdir()
    for address in addresses:
        try:
            with urlopen(address, timeout=60) as source, (folder / address.rpartition("/")[2]).open("wb") as file:
                shutil.copyfileobj(source, file)
        except (URLError, HTTPException, TimeoutError) as error:
            raise BenchmarkError(
                f"{address} cannot be downloaded ({error}). Is there a network? You can also give a folder that has "
                f"it: {name}:FOLDER"
            ) from None


def _clone(name: str, address: str, folder: Path) -> None:
    command = ["git", "clone", "--quiet", "--depth", "1", "--", address, str(folder)]
    # A repository that is gone must not make git ask for a password.
    done = subprocess.run(command, capture_output=True, env=os.environ | {"GIT_TERMINAL_PROMPT": "0"}, check=False)
    if done.returncode:
        said = done.stderr.decode("utf-8", "replace").strip().splitlines()
        why = said[-1] if said else f"it ended with {done.returncode}"
        raise BenchmarkError(
            f"git cannot fetch {name} from {address} ({why}). Is there a network? You can also give a folder that has "
            f"it: {name}:FOLDER"
        )
