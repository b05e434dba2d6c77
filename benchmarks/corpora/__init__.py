"""The public corpora that Boilerkit is measured on, and opening them or a gold file by name."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from benchmarks.corpora import articles, cleaneval, dragnet, fundus, own, trafilatura, wcxb
from benchmarks.corpora.corpus import Corpus
from benchmarks.errors import BenchmarkError
from boilerkit.cli.common import cache_folder
from boilerkit.gold.pages import GoldPage
from boilerkit.gold.reader import read_gold

__all__ = ["CORPORA", "FETCH", "Corpus", "clone_folder", "find_corpus", "open_corpus"]

CORPORA: dict[str, Corpus] = {
    corpus.name: corpus
    for corpus in (
        wcxb.DEV,
        wcxb.TEST,
        articles.CORPUS,
        cleaneval.CORPUS,
        dragnet.CORPUS,
        trafilatura.CORPUS,
        fundus.CORPUS,
        own.CORPUS,
    )
}

#: The command that fetches a corpus, without the corpus' name.
FETCH = "python -m benchmarks fetch"

_GOLD_FILES = (".jsonl", ".ndjson", ".json", ".parquet")


def find_corpus(name: str) -> Corpus:
    """The corpus of this name. Raises BenchmarkError, which lists the names."""
    if name not in CORPORA:
        raise BenchmarkError(
            f'there is no corpus "{name}". Give one of {", ".join(CORPORA)}, with the folder that it is in after a '
            "colon (NAME:FOLDER), or a gold file that is named .jsonl or .parquet"
        )
    return CORPORA[name]


def clone_folder(name: str) -> Path:
    """Where a corpus is kept once it was fetched."""
    return cache_folder() / "corpora" / name


def open_corpus(argument: str) -> tuple[str, Iterator[GoldPage]]:
    """The name for result files and the pages, one at a time, of what a user named.

    `argument` is a corpus that was fetched, "NAME:FOLDER" for one that is in a folder, or a gold file. Raises
    BenchmarkError for an unknown name and a corpus that was not fetched; while pages are read, the iterator raises
    BenchmarkError or GoldError for a folder or a file that is not as expected.
    """
    name, colon, folder = argument.partition(":")
    if name not in CORPORA and Path(argument).suffix in _GOLD_FILES:
        return Path(argument).stem, read_gold(argument)
    corpus = find_corpus(name)
    if folder:
        return name, corpus.read(Path(folder).expanduser())
    if colon:
        raise BenchmarkError(f'there is no folder after the colon of "{argument}": give NAME:FOLDER')
    if not clone_folder(name).is_dir():
        fetch = f"fetch it first ({FETCH} {name}), or give" if corpus.clone else f"get it ({corpus.source}) and give"
        raise BenchmarkError(f"{name} was not fetched: {fetch} the folder that it is in ({name}:FOLDER)")
    return name, corpus.read(clone_folder(name))
