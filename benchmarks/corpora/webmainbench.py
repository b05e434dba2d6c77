"""WebMainBench: pages of many kinds and languages, a page in each line of a JSONL file, its main content as Markdown.

A line has "track_id", "url", "html" and "meta" with "language", "style" and "level". The Markdown is in
"groundtruth_content", which people corrected (545 pages), or in "convert_main_content", which was converted from the
elements that people chose (all pages).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from benchmarks.corpora.files import Corpus, read_json_records, report_skipped
from benchmarks.exceptions import BenchmarkError
from benchmarks.markdown import plain_text
from boilerkit.gold.pages import GoldPage, domain_of

SOURCE = "https://huggingface.co/datasets/opendatalab/WebMainBench"

#: What the annotators' tool left in the pages; the first two say which elements were chosen.
_MARKS = re.compile(
    r'\s(?:cc-select|data-anno-uid)="[^"]*"|\bmark-selected\b|<style id="cc-extraStyle".*?</style>', re.DOTALL
)


def read(path: Path, name: str, file_name: str) -> Iterator[GoldPage]:
    """Yield the pages without the annotators' marks. `path` is the file, or the folder that has it."""
    file = path / file_name if path.is_dir() else path
    if not file.is_file():
        raise BenchmarkError(f"there is no {file}: give {file_name}, or the folder that has it")
    without_gold = []
    for record in read_json_records(file):
        page_id = record.text("track_id")
        markdown = record.text("groundtruth_content", optional=True) or record.text("convert_main_content", True)
        if not markdown:
            without_gold.append(page_id)
            continue
        meta = record.record("meta", optional=True)
        url = record.text("url", optional=True)
        yield GoldPage(
            id=page_id,
            source=_MARKS.sub("", record.text("html")).encode("utf-8", "surrogatepass"),
            gold=plain_text(markdown),
            url=url,
            group=domain_of(url),
            page_type=meta.text("level", optional=True),
            corpus=name,
            language=meta.text("language", optional=True),
            markdown=markdown,
        )
    report_skipped(name, without_gold, "a page but no gold")


def _corpus(name: str, file_name: str, pages: str) -> Corpus:
    return Corpus(
        name=name,
        source=SOURCE,
        paper="Liu et al. 2025, Dripper: Token-Efficient Main HTML Extraction with a Lightweight LM (arXiv:2511.23119)",
        licence="Apache-2.0 (the pages belong to their publishers)",
        gold=f"The main content as Markdown, headings included, {pages}. The page type is the level of difficulty.",
        read=partial(read, name=name, file_name=file_name),
        downloads=(f"{SOURCE}/resolve/main/{file_name}",),
    )


SMALL = _corpus("webmainbench-545", "WebMainBench_545.jsonl", "corrected by people, of 545 pages")
ALL = _corpus("webmainbench", "webmainbench.jsonl", "converted from elements that people chose, of 7,809 pages")
