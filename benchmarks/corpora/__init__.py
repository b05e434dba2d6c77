"""The public corpora that Boilerkit is measured on, and opening them or a gold file by name."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

from benchmarks.corpora import (
    canola,
    cleaneval,
    daniel,
    dragnet,
    fundus,
    harvest,
    htmldate,
    l3s,
    labelled,
    magic_html,
    scrapinghub,
    trafilatura,
    wcxb,
    webmainbench,
)
from benchmarks.corpora.files import Corpus
from benchmarks.exceptions import BenchmarkError
from boilerkit.gold.pages import GoldPage
from boilerkit.gold.reader import read_gold
from boilerkit.terminal.cache import cache_folder

__all__ = ["CORPORA", "FETCH", "Corpus", "clone_folder", "find_corpus", "open_corpus", "sample"]

CORPORA: dict[str, Corpus] = {
    corpus.name: corpus
    for corpus in (
        wcxb.DEV,
        wcxb.TEST,
        scrapinghub.CORPUS,
        cleaneval.CORPUS,
        dragnet.CORPUS,
        trafilatura.CORPUS,
        fundus.CORPUS,
        webmainbench.SMALL,
        webmainbench.ALL,
        daniel.CORPUS,
        magic_html.ARTICLES,
        magic_html.FORUMS,
        harvest.CORPUS,
        canola.CORPUS,
        l3s.CORPUS,
        htmldate.CORPUS,
        labelled.CORPUS,
    )
}

#: The command that fetches a corpus, without the name of the corpus.
FETCH = "python -m benchmarks fetch"

_GOLD_FILES = (".jsonl", ".ndjson", ".json", ".parquet")


def find_corpus(name: str) -> Corpus:
    """Return the corpus of this name. Raises BenchmarkError, which lists the names."""
    if name not in CORPORA:
        raise BenchmarkError(
            f'there is no corpus "{name}". Use one of {", ".join(CORPORA)}, with the folder that it is in after a '
            "colon (NAME:FOLDER), or a gold file (.jsonl, .parquet)"
        )
    return CORPORA[name]


def clone_folder(name: str) -> Path:
    """Return the folder of a corpus that was fetched; two corpora of one repository share theirs."""
    corpus = CORPORA[name]
    first = next(its for its in CORPORA.values() if its.clone == corpus.clone) if corpus.clone else corpus
    return cache_folder() / "corpora" / first.name


def open_corpus(argument: str) -> tuple[str, Iterator[GoldPage]]:
    """Return the name of a corpus in results, and its pages, one at a time.

    `argument` is a corpus that was fetched, "NAME:FOLDER" for one that is in a folder, or a gold file, whose corpus is
    named as the file with hyphens: wcxb_dev.parquet holds wcxb-dev. Raises BenchmarkError for an unknown name and a
    corpus that was not fetched; while pages are read, the iterator raises BenchmarkError or GoldError for a folder or a
    file that is not as expected.
    """
    name, colon, folder = argument.partition(":")
    if name not in CORPORA and Path(argument).suffix in _GOLD_FILES:
        return Path(argument).stem.replace("_", "-"), read_gold(argument)
    corpus = find_corpus(name)
    if folder:
        return name, corpus.read(Path(folder).expanduser())
    if colon:
        raise BenchmarkError(f'there is no folder after the colon of "{argument}": write NAME:FOLDER')
    if not clone_folder(name).is_dir():
        fetch = (
            f"fetch it first ({FETCH} {name}), or give"
            if corpus.can_be_fetched
            else f"get it ({corpus.source}) and give"
        )
        raise BenchmarkError(f"{name} was not fetched: {fetch} the folder that it is in ({name}:FOLDER)")
    return name, corpus.read(clone_folder(name))


def sample(pages: list[GoldPage], limit: int | None) -> list[GoldPage]:
    """Return `limit` random pages, the same ones each time; all without a limit. Raises BenchmarkError for no pages."""
    if not pages:
        raise BenchmarkError("there is no page in this corpus")
    return pages if limit is None or limit >= len(pages) else random.Random(0).sample(pages, limit)
