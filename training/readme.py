"""Puts the shipped model's work and its figures into the README: `python -m training.readme`."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from textwrap import shorten
from typing import Any

import boilerkit
from boilerkit.model.store import read_config

REPOSITORY = Path(__file__).parent.parent
README = REPOSITORY / "README.md"
EXAMPLE = REPOSITORY / "examples" / "news-article.html"
SHOWN_BLOCKS = (1, 7, 16, 22, 24, 28, 32, 60, 68, 72)

_BY = "written by python -m training.readme"
SECTIONS = {  # of the README, between these lines
    "demo": (f"<!-- demo: {_BY} -->", "<!-- end of demo -->"),
    "results": (f"<!-- results: {_BY} -->", "<!-- end of results -->"),
}

CORPUS_NAMES = {
    "wcxb": "WCXB, development pages",
    "fundus": "news of many countries (fundus)",
    "labelled_extra": "news and blogs (test pages of other extractors)",
}


def demo() -> str:
    """The README's first example, as the shipped model does it."""
    page = boilerkit.analyze(EXAMPLE.read_bytes())
    lines = ["```console", f"$ boilerkit extract examples/{EXAMPLE.name}"]
    lines += [shorten(paragraph, 108, placeholder=" …") for paragraph in page.text.split("\n\n")[:4]]
    lines += ["…", "", f"$ boilerkit blocks examples/{EXAMPLE.name}    # some of its {len(page.blocks)} lines"]
    lines += [
        f"{block.index:4}  {block.label:<11}  {block.probability:.3f}  {shorten(block.text, 78, placeholder=' …')}"
        for block in (page.blocks[number] for number in SHOWN_BLOCKS)
    ]
    return "\n".join([*lines, "```"])


def results(repository: Path = REPOSITORY) -> str:
    """The README's section on results, from the model's card and from benchmarks/results."""
    out_of_fold = read_config(repository / "models" / "content")["card"]["out of fold"]
    lines = [
        "## How good, how fast",
        "",
        "On pages of sites that it was not trained on (five folds by domain, everything trained anew for each,",
        "the default threshold):",
        "",
        "| corpus | pages | word F1 | 4-gram F1 |",
        "| --- | --- | --- | --- |",
    ]
    for row in out_of_fold["scores"]:
        name = CORPUS_NAMES[row["corpus"]] if not row["page_type"] else f"– {row['page_type']}"
        if not row["page_type"] or row["corpus"] == "wcxb":
            lines.append(f"| {name} | {row['pages']} | {row['word_f1']:.3f} | {row['shingle_f1']:.3f} |")
    lines += [
        "",
        "Word F1 is the measure of WCXB, 4-gram F1 that of the article extraction benchmark. `make model DATA=...`",
        "measures these anew; the [model card](models/content/README.md) has more.",
    ]
    lines += _held_out(repository / "benchmarks" / "results" / "cleaneval.json")
    lines += _speed(json.loads((repository / "benchmarks" / "results" / "speed.json").read_text(encoding="utf-8")))
    return "\n".join(lines)


def _held_out(file: Path) -> list[str]:
    scores = json.loads(file.read_text(encoding="utf-8"))["scores"]
    row = next(row for row in scores if not row["page_type"])
    return [
        "",
        f"CleanEval, {row['pages']} pages of 2007 that the model never saw: word F1 {row['word_f1']:.3f} "
        "(`boilerkit evaluate cleaneval.parquet --json benchmarks/results/cleaneval.json`).",
    ]


def _speed(speed: dict[str, Any]) -> list[str]:
    rows = [
        f"| {row['system']} | {row['mean ms']} | {row['95th percentile ms']} | {row[_TIMES]} |"
        for row in speed["systems"]
    ]
    return [
        "",
        f"One core, whole way from bytes to text, {speed['pages']} pages, pages interleaved between systems "
        f"(`{speed['command']}`):",
        "",
        "| system | mean, ms a page | 95th percentile | mean, against Boilerkit's |",
        "| --- | --- | --- | --- |",
        *rows,
    ]


_TIMES = "mean, times boilerkit's"


def main() -> None:
    README.write_text(current(README.read_text(encoding="utf-8")), encoding="utf-8")


def _always(text: str) -> Callable[[re.Match[str]], str]:
    return lambda match: text


def current(readme: str) -> str:
    """The README with its written sections as they should be now."""
    for name, write in (("demo", demo), ("results", results)):
        begin, end = SECTIONS[name]
        section = f"{begin}\n{write()}\n{end}"
        readme = re.sub(f"{begin}.*{end}", _always(section), readme, flags=re.DOTALL)
    return readme


if __name__ == "__main__":
    main()
