"""Make the data folder from public repositories and the published labels: `python -m training fetch`."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from benchmarks.corpora import fundus, harvest, magic_html, wcxb
from boilerkit.errors import BoilerkitError
from boilerkit.gold.pages import GoldPage, page_bytes
from training.corpora import LABELS_FILE
from training.labels import PAGE_IDS, RECORDS
from training.labels.records import LabelRecord, blob_of, join, read_records
from training.labels.sources import FUNDUS, HARVEST, MAGIC_HTML, SOURCES, WCXB, Source

Key = tuple[str, str]  # the corpus and the id of a page


class FetchError(BoilerkitError):
    """A repository cannot be fetched, or does not have a page; the message says which."""


def fetch(out: Path, repositories: Path) -> list[str]:
    """Fetch the repositories that are not there yet, and write the data folder; return what differs from ours.

    Raises FetchError if git fails or a page is missing.
    """
    folders = {source: fetch_repository(source, repositories) for source in SOURCES}
    out.mkdir(parents=True, exist_ok=True)
    records = read_records(RECORDS)
    pages = dict(_gold_pages(folders)) | dict(_labelled_pages(folders, records))
    for file, keys in json.loads(PAGE_IDS.read_text(encoding="utf-8")).items():
        write_pages(out / file, [_page(pages, (corpus, page_id)) for corpus, page_id in keys])
    return write_labels(out / LABELS_FILE, records, pages)


def fetch_repository(source: Source, repositories: Path) -> Path:
    """Return the folder of a repository with the files of its commit, which is fetched if it is not there."""
    folder = repositories / source.name
    if not (folder / ".git" / "fetched").exists():
        folder.mkdir(parents=True, exist_ok=True)
        git(folder, "init", "--quiet")
        git(folder, "fetch", "--quiet", "--depth", "1", source.repository, source.commit)
        git(folder, "-c", "advice.detachedHead=false", "checkout", "--quiet", "--force", "FETCH_HEAD")
        (folder / ".git" / "fetched").touch()
    return folder


def git(folder: Path, *arguments: str) -> bytes:
    """Return what a command of git prints. Raises FetchError if it fails."""
    try:
        done = subprocess.run(["git", "-C", str(folder), *arguments], capture_output=True, check=False)
    except OSError:
        raise FetchError("git is needed to fetch the training pages: install it") from None
    if done.returncode:
        raise FetchError(f"git {' '.join(arguments)} failed: {done.stderr.decode('utf-8', 'replace').strip()}")
    return done.stdout


# --- Pages ------------------------------------------------------------------------------------------------------------


def _gold_pages(folders: Mapping[Source, Path]) -> Iterator[tuple[Key, GoldPage]]:
    """Yield the pages that come with a gold text."""
    for name, source, corpus in (
        ("wcxb", WCXB, wcxb.DEV),
        ("fundus", FUNDUS, fundus.CORPUS),
        ("harvest", HARVEST, harvest.CORPUS),
        ("magic-html", MAGIC_HTML, magic_html.ARTICLES),
        ("magic-html", MAGIC_HTML, magic_html.FORUMS),
    ):
        yield from (((name, page.id), page) for page in corpus.read(folders[source]))


def _labelled_pages(folders: Mapping[Source, Path], records: Iterable[LabelRecord]) -> Iterator[tuple[Key, GoldPage]]:
    """Yield the pages whose gold is their labels alone, found by their bytes."""
    by_corpus = {corpus: folder for source, folder in folders.items() for corpus in source.corpora}
    for record in records:
        if record.corpus in by_corpus:
            source = git(by_corpus[record.corpus], "cat-file", "blob", record.blob)
            url = f"https://{record.site}/" if record.site else ""
            page = GoldPage(record.id, source, None, url=url, page_type="article", corpus=record.corpus)
            yield (record.corpus, record.id), page


def _page(pages: Mapping[Key, GoldPage], key: Key) -> tuple[Key, GoldPage]:
    if key not in pages:
        raise FetchError(f"{key[1]} of {key[0]} is not in its repository")
    return key, pages[key]


# --- Files ------------------------------------------------------------------------------------------------------------


def write_pages(file: Path, pages: Iterable[tuple[Key, GoldPage]]) -> None:
    """Write pages as Parquet, with the columns that training reads."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    rows = [
        {
            "id": page.id,
            "corpus": corpus,
            "url": page.url,
            "page_type": page.page_type,
            "html": page_bytes(page.source),
            "gold_text": page.gold or "",
            "must_have": list(page.must_have),
            "must_not_have": list(page.must_not_have),
        }
        for (corpus, _), page in pages
    ]
    texts = pa.list_(pa.string())
    types = {"html": pa.binary(), "must_have": texts, "must_not_have": texts}
    schema = pa.schema([(name, types.get(name, pa.string())) for name in rows[0]])
    pq.write_table(pa.Table.from_pylist(rows, schema), file)


def write_labels(file: Path, records: Iterable[LabelRecord], pages: Mapping[Key, GoldPage]) -> list[str]:
    """Write the labelled spans of all pages as JSON lines; return a line for each page that lacks some of ours."""
    notes = []
    with file.open("w", encoding="utf-8") as out:
        for record in records:
            _, page = _page(pages, (record.corpus, record.id))
            source = page_bytes(page.source)
            joined = join(record, source)
            if joined.missing or blob_of(source) != record.blob:
                other = "" if blob_of(source) == record.blob else "another version of the page, "
                notes.append(f"{record.corpus}, {record.id}: {other}{joined.missing} labelled blocks not found")
            spans = [{"label": str(span.label), "text": span.text} for span in joined.spans]
            row: dict[str, Any] = {"id": record.id, "corpus": record.corpus, "url": page.url, "spans": spans}
            out.write(json.dumps(row, ensure_ascii=False) + "\n")
    return notes
