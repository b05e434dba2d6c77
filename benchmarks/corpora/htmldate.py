"""The evaluation pages of htmldate: pages of news and blogs with the day of their publication, and nothing else.

A clone has

    tests/eval_default.json, tests/eval_mediacloud_2020.json    the file and the day of each address
    tests/test_set/<file>, tests/cache/<file> or tests/eval/<file>
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from benchmarks.corpora.files import Corpus, match_ids, read_bytes, read_json, report_skipped, require_files
from boilerkit.gold.pages import GoldPage, domain_of

NAME = "htmldate"
SOURCE = "https://github.com/adbar/htmldate"
GOLD = ("tests/eval_mediacloud_2020.json", "tests/eval_default.json")


def read(folder: Path) -> Iterator[GoldPage]:
    """Yield the pages, which have no gold but a date; their ids are the names of their files."""
    expected = f"the root of a clone of {SOURCE}"
    require_files(folder, GOLD, expected)
    dates, without_date = {}, []
    for name in GOLD:
        gold = read_json(folder / name)
        for url in gold.values:
            record = gold.record(url)
            if isinstance(record.values.get("date"), float):  # not a number
                without_date.append(record.text("file"))
            else:
                dates[record.text("file")] = (url, record.text("date"))
    report_skipped(NAME, without_date, "no date")
    files = {
        file.name: file for place in ("eval", "cache", "test_set") for file in (folder / "tests" / place).glob("*")
    }
    for name in match_ids(NAME, dates, files.keys() & dates.keys(), expected):
        url, date = dates[name]
        yield GoldPage(
            id=name,
            source=read_bytes(files[name]),
            gold=None,
            url=url,
            group=domain_of(url),
            corpus=NAME,
            metadata={"publish_date": date},
        )


CORPUS = Corpus(
    name=NAME,
    source=SOURCE,
    paper="Barbaresi 2020, htmldate: A Python package to extract publication dates from web pages",
    licence="Apache-2.0 (the repository; the pages belong to their publishers)",
    gold="The day of publication. No main text: for `python -m benchmarks metadata`.",
    read=read,
    clone=SOURCE,
)
