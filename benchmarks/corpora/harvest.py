"""Harvest: threads of web forums, with the text, the author and the day of every post.

A clone has a file of JSON for each thread, corpus/goldDocuments/<id>.json.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from benchmarks.corpora.files import Corpus, read_json, require_files
from benchmarks.exceptions import BenchmarkError
from boilerkit.gold.pages import GoldPage, domain_of

NAME = "harvest"
SOURCE = "https://github.com/fhgr/harvest"
DOCUMENTS = "corpus/goldDocuments"


def read(folder: Path) -> Iterator[GoldPage]:
    """Yield the threads; their ids are the names of their files."""
    expected = f"the root of a clone of {SOURCE}"
    require_files(folder, [DOCUMENTS], expected)
    files = sorted((folder / DOCUMENTS).glob("*.json"))
    if not files:
        raise BenchmarkError(f"there is no thread in {folder / DOCUMENTS}: give {expected}")
    for file in files:
        thread = read_json(file)
        posts = [post.record("post_text", optional=True) for post in thread.records("gold_standard_annotation")]
        url = thread.text("url", optional=True)
        yield GoldPage(
            id=file.name.removesuffix(".json"),
            source=thread.text("html").encode("utf-8", "surrogatepass"),
            gold="\n\n".join(post.text("surface_form") for post in posts if post.values),
            url=url,
            group=domain_of(url),
            page_type="forum",
            corpus=NAME,
        )


CORPUS = Corpus(
    name=NAME,
    source=SOURCE,
    paper=(
        "Weichselbraun et al. 2020, Harvest - An Open Source Toolkit for Extracting Posts and Post Metadata from Web "
        "Forums"
    ),
    licence="Apache-2.0 (the repository; the posts belong to their authors)",
    gold="The text of every post of a thread, and nothing else: no title, no names, no dates.",
    read=read,
    clone=SOURCE,
)
