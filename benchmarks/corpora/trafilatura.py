"""The evaluation pages of trafilatura: for each page, snippets that its text must and must not contain.

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


def read(folder: Path) -> Iterator[GoldPage]:
    """Yield the pages that have snippets; their gold is None and their ids are the names of their files.

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
        if not must_have and not must_not_have:
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
        )


CORPUS = Corpus(
    name=NAME,
    source=SOURCE,
    paper="Barbaresi 2021, Trafilatura: A Web Scraping Library and Command-Line Tool for Text Discovery and Extraction",
    licence="Apache-2.0 (the repository; the pages belong to their publishers)",
    gold=(
        "Snippets only: some that the main text must contain and some that it must not. Readers' comments count as "
        "neither."
    ),
    read=read,
    clone=SOURCE,
)
