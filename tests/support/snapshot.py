"""Compare what two versions of Boilerkit make of many pages, to the bit.

    python tests/support/snapshot.py write DATA before.jsonl    # with one version
    python tests/support/snapshot.py write DATA after.jsonl     # with another
    python tests/support/snapshot.py compare before.jsonl after.jsonl

A snapshot has one line per page and input format with a hash of everything that a user can read from the page. HTML
comes from the Parquet files below DATA; plain text is the same pages through every renderer that
`training.renderers` knows, and the .txt files below DATA. `--every 20` takes only each twentieth page.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from joblib import Parallel, delayed

sys.path.insert(0, str(Path.cwd()))

import boilerkit
from boilerkit.gold.pages import GoldPage
from training.renderers import render_pages

Job = tuple[str, str, Any]


def digest(value: object) -> str:
    data = value if isinstance(value, bytes) else repr(value).encode("utf-8", "surrogatepass")
    return hashlib.blake2b(data, digest_size=10).hexdigest()


def observe(name: str, input_format: str, source: str | bytes) -> dict[str, str]:
    """One line of a snapshot."""
    row = {"page": name, "input": input_format}
    try:
        page = boilerkit.analyze(source, input_format=input_format, url="https://example.org/a/b.html")
        blocks = page.blocks
        row |= {
            "places": digest([(block.start, block.end) for block in blocks]),
            "probabilities": digest(np.array([block.probability for block in blocks]).tobytes()),
            "kept": digest([block.is_kept for block in blocks]),
            "labels": digest([str(block.label) for block in blocks]),
            "label_probabilities": digest(np.array([[*block.probabilities.values()] for block in blocks]).tobytes()),
            "xpaths": digest([block.xpath for block in blocks]),
            "title": digest(page.title),
            "text": digest(page.text),
            "markdown": digest(page.markdown),
            "html": digest(page.html),
            "labelled_text": digest(page.with_labels({"title", "body", "caption"}).text),
        }
    except boilerkit.BoilerkitError as error:
        row["error"] = type(error).__name__
    return row


def html_pages(data: Path, every: int) -> Iterator[GoldPage]:
    """The pages of all Parquet files, in order."""
    from pyarrow.parquet import ParquetFile

    for file in sorted(data.rglob("*.parquet")):
        number = 0
        for batch in ParquetFile(file).iter_batches(batch_size=64, columns=["id", "html"]):
            for row in batch.to_pylist():
                if number % every == 0:
                    yield GoldPage(f"{file.stem}/{row['id']}", row["html"], "")
                number += 1


def jobs(data: Path, every: int, cache: Path) -> Iterator[Job]:
    for file in sorted(data.rglob("flat_pages/*.txt")):
        yield f"flat_pages/{file.name}", "text", file.read_text(encoding="utf-8")
    for page, texts in render_pages(html_pages(data, every), cache, n_jobs=2):
        yield page.id, "html", page.source
        for renderer, text in texts.items():
            yield f"{page.id} ({renderer})", "text", text


def write(data: Path, out: Path, every: int, cache: Path) -> None:
    rows = Parallel(n_jobs=2, return_as="generator", pre_dispatch="4*n_jobs", batch_size=16)(
        delayed(observe)(*job) for job in jobs(data, every, cache)
    )
    with out.open("w", encoding="utf-8") as lines:
        for row in rows:
            lines.write(json.dumps(row) + "\n")


def compare(before: Path, after: Path) -> int:
    """Print what differs; returns the number of pages that do."""
    ours, theirs = (
        {(row["page"], row["input"]): row for row in map(json.loads, file.open(encoding="utf-8"))}
        for file in (before, after)
    )
    both = ours.keys() & theirs.keys()
    n_different = 0
    for key in sorted(both):
        different = [name for name in ours[key] | theirs[key] if ours[key].get(name) != theirs[key].get(name)]
        if different:
            n_different += 1
            print(*key, "differs in", ", ".join(different))
    print(f"{len(both)} pages in both, {n_different} differ, {len(ours.keys() ^ theirs.keys())} only in one")
    return n_different


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    writer = commands.add_parser("write")
    writer.add_argument("data", type=Path)
    writer.add_argument("out", type=Path)
    writer.add_argument("--every", type=int, default=1)
    writer.add_argument("--cache", type=Path, default=Path(".cache/renderings"))
    comparer = commands.add_parser("compare")
    comparer.add_argument("before", type=Path)
    comparer.add_argument("after", type=Path)
    options = parser.parse_args()
    if options.command == "write":
        write(options.data, options.out, options.every, options.cache)
    else:
        sys.exit(compare(options.before, options.after) > 0)


if __name__ == "__main__":
    main()
