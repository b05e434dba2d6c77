"""The evaluation pages of trafilatura: snippets that texts must and must not contain, metadata, and bits of comments.

A clone has

    tests/evaldata.json    tests/eval/<file>  or  tests/cache/<file>
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from benchmarks.corpora.files import Corpus, match_ids, read_bytes, read_json, report_skipped, require_files
from boilerkit.gold.pages import GoldPage, domain_of

NAME = "trafilatura"
SOURCE = "https://github.com/adbar/trafilatura"

#: What the fields of metadata are called there.
_METADATA = {"title": "title", "author": "author", "publish_date": "date"}


def read(folder: Path) -> Iterator[GoldPage]:
    """Yield the pages that have snippets or metadata; their gold is None and their ids are the names of their files.

    Two entries of a file give one page with the snippets of the last; keys that are no address leave the url empty.
    """
    expected = f"the root of a clone of {SOURCE}"
    require_files(folder, ["tests/evaldata.json", "tests/eval"], expected)
    entries = read_json(folder / "tests" / "evaldata.json")
    by_file = {record.text("file"): (key, record) for key in entries.values for record in [entries.record(key)]}
    files = {file.name: file for place in ("cache", "eval") for file in (folder / "tests" / place).glob("*")}
    # The folders hold pages of other tests, too; they are not missed.
    for name in match_ids(NAME, by_file, files.keys() & by_file.keys(), expected):
        key, record = by_file[name]
        must_have, must_not_have = record.texts("with", optional=True), record.texts("without", optional=True)
        comments = record.texts("comments", optional=True)
        metadata = {key: record.text(its) for key, its in _METADATA.items() if its in record.values}
        if not (must_have or must_not_have or comments or metadata):
            report_skipped(NAME, [name], "no snippets")
            continue
        domain = domain_of(key)
        yield GoldPage(
            id=name,
            source=read_bytes(files[name]),
            gold=None,
            url=key if domain else "",
            group=domain,
            corpus=NAME,
            must_have=must_have,
            must_not_have=must_not_have,
            comments=tuple(filter(None, comments)),
            metadata=metadata,
        )


CORPUS = Corpus(
    name=NAME,
    source=SOURCE,
    paper="Barbaresi 2021, Trafilatura: A Web Scraping Library and Command-Line Tool for Text Discovery and Extraction",
    licence="Apache-2.0 (the repository; the pages belong to their publishers)",
    gold=(
        "Snippets only: some that the main text must contain and some that it must not. Reader comments count as "
        "neither; of some pages there are snippets of them. Titles, authors and dates of many pages."
    ),
    read=read,
    clone=SOURCE,
)
