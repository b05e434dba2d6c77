"""`metadata`: score the titles, authors and dates that Boilerkit and its peers find."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import click
import numpy as np

from benchmarks.corpora import open_corpus, sample
from benchmarks.exceptions import BenchmarkError
from benchmarks.finders import Finder, find_all, installed, name_and_version
from benchmarks.options import jobs_option, limit_option, model_option, out_option
from benchmarks.results import context, page_set, results_folder, safe_name, write_json
from benchmarks.statistics import bootstrap
from benchmarks.systems import find_model
from boilerkit.decoding.encoding import decode
from boilerkit.gold.pages import GoldPage
from boilerkit.json_lines import read_json_lines
from boilerkit.metadata.site import host_of, registered_domain
from boilerkit.metrics import multiset_f1, words_of
from boilerkit.terminal.console import print_tables, table

FOLDER = "metadata"

#: What is scored, with the field of the gold that has it.
FIELDS = {"title": "title", "author": "author", "date": "publish_date"}
FIELDS_SHOWN = {"title": "title F1", "author": "author F1", "date": "date right"}


@dataclass(frozen=True)
class Found:
    """What a system finds on a page: the title, the names of the authors in a row, and the day of publication."""

    title: str = ""
    author: str = ""
    date: str = ""


@click.command("metadata", short_help="Score titles, authors and dates.")
@click.argument("corpus", metavar="CORPUS")
@click.argument("gold", metavar="[GOLD]", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@model_option
@limit_option
@jobs_option
@out_option
def command(corpus: str, gold: Path | None, system_name: str, limit: int | None, jobs: int, out: Path | None) -> None:
    """Score the titles, authors and dates of Boilerkit and its peers on the pages of a corpus.

    GOLD is a JSONL file with the "id" of each page and its "title", "author" and "publish_date", null or missing where
    the page has none. Without it, the corpus itself must have them, as those of wcxb, trafilatura and htmldate do.
    Titles and authors are scored by F1 over their words, dates by the right day, each over the pages that have one.
    Sites are split into two halves: Boilerkit was developed on one; "held out" is the other. A system that fails on a
    page, or needs over 60 s for it, finds nothing there.

    \b
    Example:
      python -m benchmarks metadata wcxb_dev.parquet wcxb_dev_metadata.jsonl
      python -m benchmarks metadata htmldate
    """
    name, pages = open_corpus(corpus)
    sampled = sample(list(pages), limit)
    wanted = _read_gold(gold) if gold else _own_gold(sampled)
    chosen = [page for page in sampled if page.id in wanted]
    if not chosen:
        where = f"is in {gold}: their ids must be equal" if gold else "has metadata: give a file that has them"
        raise BenchmarkError(f"no page of {name} {where}")
    halves = {"held out": [is_held_out(page.url) for page in chosen], "all": [True] * len(chosen)}
    rows = []
    for system in installed((system_name, *_PEERS), _finder):
        found = find_all(system, _finder, chosen, jobs, Found())
        for half, is_in in halves.items():
            kept = [(its, wanted[page.id]) for its, page, take in zip(found, chosen, is_in, strict=True) if take]
            if kept:
                rows.append({**name_and_version(system), "sites": half, **_scores(kept)})
    values = {"context": context(), "corpus": name, "page_set": page_set(page.id for page in chosen), "rows": rows}
    write_json(results_folder(out, limit) / FOLDER / f"{safe_name(name)}.json", values)
    shown = [shown_row(row) for row in rows]
    print_tables(table(f"{name}, {len(chosen):,} pages", list(shown[0]), [list(row.values()) for row in shown]))


def is_held_out(url: str) -> bool:
    """Return whether the site of an address is in the half that Boilerkit was not developed on."""
    domain = registered_domain(host_of(url)) or url
    return hashlib.blake2b(domain.encode(), digest_size=1).digest()[0] % 2 == 1


def shown_row(row: dict[str, Any]) -> dict[str, str]:
    """Return a row of results as the table shows it."""
    counts = ", ".join(f"{row[field]['pages']:,}" for field in FIELDS)
    shown = {"system": row["system"], "version": row["version"], "sites": row["sites"]}
    shown[f"pages with {', '.join(FIELDS)}"] = counts
    for field, measure in FIELDS_SHOWN.items():
        value, low, high = row[field]["score"]
        shown[measure] = f"{value:.3f} [{low:.3f}, {high:.3f}]" if row[field]["pages"] else "–"
    for field in ("author", "date"):
        its = row[field]
        shown[f"{field} where gold has none"] = f"{its['found on these']:,} of {its['pages without']:,}"
    return shown


def _read_gold(file: Path) -> dict[str, dict[str, str]]:
    """Return what pages should have, by their ids."""
    gold = {}
    with file.open("rb") as lines:
        for number, row in read_json_lines(lines):
            if isinstance(row, str):
                raise BenchmarkError(f"{file}, line {number}: {row}")
            gold[str(row.get("id"))] = {field: str(row.get(name) or "") for field, name in FIELDS.items()}
    return gold


def _own_gold(pages: Sequence[GoldPage]) -> dict[str, dict[str, str]]:
    """Return what is known of the pages that have any metadata, by their ids."""
    return {
        page.id: {field: page.metadata[name] for field, name in FIELDS.items() if name in page.metadata}
        for page in pages
        if page.metadata
    }


def _scores(found: Sequence[tuple[Found, dict[str, str]]]) -> dict[str, Any]:
    """Return the scores of each field over the pages that have one, and how often others get one."""
    scores: dict[str, Any] = {"pages": len(found)}
    for field in FIELDS:
        pairs = [(getattr(its, field), gold[field]) for its, gold in found if field in gold]
        rows = [[_score(field, its, gold)] for its, gold in pairs if gold]
        interval = bootstrap(np.array(rows), lambda means: means[..., 0]) if rows else None
        without = [bool(its) for its, gold in pairs if not gold]
        scores[field] = {
            "pages": len(rows),
            "score": interval.rounded() if interval else [0.0, 0.0, 0.0],
            "pages without": len(without),
            "found on these": sum(without),
        }
    return scores


def _score(field: str, found: str, gold: str) -> float:
    if field == "date":
        return float(found[: len(gold)] == gold)
    return multiset_f1(words_of(found), words_of(gold))


# --- Systems ----------------------------------------------------------------------------------------------------------


@cache
def _finder(system: str) -> Finder[Found]:
    return _PEERS[system]() if system in _PEERS else _boilerkit(system)


def _boilerkit(name: str) -> Finder[Found]:
    """Find as `analyze` does, with out-of-fold predictions for pages that the content model was trained on."""
    _, extractor = find_model(name)

    def find(source: bytes, url: str) -> Found:
        page = extractor.analyze(source, url)
        return Found(page.title or "", ", ".join(page.authors), page.date or "")

    return find


def _trafilatura() -> Finder[Found]:
    from trafilatura import extract_metadata

    def find(source: bytes, url: str) -> Found:
        its = extract_metadata(source, default_url=url)
        return Found(its.title or "", its.author or "", its.date or "") if its else Found()

    return find


def _newspaper4k() -> Finder[Found]:
    """Pass the HTML, so that nothing is fetched, and no list of public suffixes either."""
    import os

    os.environ["TLDEXTRACT_PUBLIC_SUFFIX_LIST_URLS"] = ""  # read when tldextract is imported
    from newspaper import article

    def find(source: bytes, url: str) -> Found:
        its = article(url or "http://page.invalid/", input_html=decode(source), fetch_images=False)
        day = its.publish_date.date().isoformat() if its.publish_date else ""
        return Found(its.title or "", ", ".join(its.authors), day)

    return find


_PEERS: dict[str, Callable[[], Finder[Found]]] = {"trafilatura": _trafilatura, "newspaper4k": _newspaper4k}
