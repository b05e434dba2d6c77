"""`comments`: score the reader comments that Boilerkit and its peers find."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import click
import numpy as np

from benchmarks.corpora import open_corpus, sample
from benchmarks.exceptions import BenchmarkError
from benchmarks.finders import Finder, find_all, installed, name_and_version
from benchmarks.metrics import mean
from benchmarks.options import jobs_option, limit_option, model_option, out_option
from benchmarks.results import context, page_set, results_folder, safe_name, write_json
from benchmarks.statistics import bootstrap
from benchmarks.systems import find_model
from boilerkit.gold.pages import GoldPage
from boilerkit.metrics import comment_share, word_f1
from boilerkit.terminal.console import print_tables, table

FOLDER = "comments"


@click.command("comments", short_help="Score the reader comments that are found.")
@click.argument("corpus", metavar="CORPUS")
@model_option
@limit_option
@jobs_option
@out_option
def command(corpus: str, system_name: str, limit: int | None, jobs: int, out: Path | None) -> None:
    """Score the reader comments that Boilerkit and trafilatura find on the pages of a corpus that has them.

    "found" is the share of the runs of four words of the comments that are in what a system gives as comments, the mean
    over pages with comments. "word F1" compares the words of both; it says little where the gold is bits of comments
    only, as with trafilatura's pages. "found on others" counts the pages without comments on which a system finds some.
    How much of the comments is in the main text is among the scores of accuracy ("comments left out").

    \b
    Example:
      python -m benchmarks comments l3s-gn1
    """
    name, pages = open_corpus(corpus)
    chosen = sample(list(pages), limit)
    if not any(page.comments for page in chosen):
        raise BenchmarkError(f"no page of {name} has reader comments: choose another corpus; see docs/corpora.md")
    rows = [_row(system, chosen, jobs) for system in installed((system_name, *_PEERS), _finder)]
    values = {"context": context(), "corpus": name, "page_set": page_set(page.id for page in chosen), "rows": rows}
    write_json(results_folder(out, limit) / FOLDER / f"{safe_name(name)}.json", values)
    shown = [shown_row(row) for row in rows]
    print_tables(table(f"{name}, {len(chosen):,} pages", list(shown[0]), [list(row.values()) for row in shown]))


def shown_row(row: dict[str, Any]) -> dict[str, str]:
    """Return a row of results as the table shows it."""
    shown = {"system": row["system"], "version": row["version"], "pages with comments": f"{row['pages']:,}"}
    for measure in ("found", "word F1"):
        value, low, high = row[measure]
        shown[measure] = f"{value:.3f} [{low:.3f}, {high:.3f}]"
    return shown | {"found on others": f"{row['found on others']:,} of {row['other pages']:,}"}


def _row(system: str, pages: Sequence[GoldPage], jobs: int) -> dict[str, Any]:
    """Return the scores of a system over pages with comments, and how often it finds some on the others."""
    found = find_all(system, _finder, pages, jobs, "")
    with_comments = [(text, page) for text, page in zip(found, pages, strict=True) if page.comments]
    others = [text for text, page in zip(found, pages, strict=True) if not page.comments]
    scores = {
        "found": [np.nan_to_num(comment_share(text, page.comments, "")) for text, page in with_comments],
        "word F1": [word_f1(text, "\n".join(page.comments)) for text, page in with_comments],
    }
    sites = [page.group for _, page in with_comments]
    return {
        **name_and_version(system),
        "pages": len(with_comments),
        **{name: bootstrap(np.array(values)[:, None], mean, sites).rounded() for name, values in scores.items()},
        "other pages": len(others),
        "found on others": sum(bool(text.strip()) for text in others),
    }


# --- Systems ----------------------------------------------------------------------------------------------------------


@cache
def _finder(system: str) -> Finder[str]:
    return _PEERS[system]() if system in _PEERS else _boilerkit(system)


def _boilerkit(name: str) -> Finder[str]:
    _, extractor = find_model(name)

    def find(source: bytes, url: str) -> str:
        return "\n".join(comment.text for comment in extractor.analyze(source, url).comments)

    return find


def _trafilatura() -> Finder[str]:
    from trafilatura import bare_extraction

    def find(source: bytes, url: str) -> str:
        document = bare_extraction(source, include_comments=True)
        return getattr(document, "comments", None) or ""

    return find


_PEERS: dict[str, Callable[[], Finder[str]]] = {"trafilatura": _trafilatura}
