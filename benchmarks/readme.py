"""`readme`: the README's examples, tables and figures, from the shipped model and from results."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from textwrap import shorten
from typing import Any

import click

import boilerkit
from benchmarks.measures import MEASURES
from benchmarks.results import REPOSITORY, RESULTS, read_json
from benchmarks.scores import ALL, Scores, all_scores
from benchmarks.systems import OURS, PEERS
from benchmarks.tables import said
from boilerkit.cli.card import markdown_table
from boilerkit.model.flat_store import load_flat_model
from boilerkit.model.labels_store import load_kinds_model

README = REPOSITORY / "README.md"
EXAMPLE = REPOSITORY / "examples" / "news-article.html"
SHOWN_BLOCKS = (1, 7, 16, 22, 24, 28, 32, 60, 68, 72)

#: A page with all twelve labels, and those that are shown of it.
LABELLED = REPOSITORY / "examples" / "science-story.html"
SHOWN_LABELS = ("ticker", "related", "promotion")

#: A page as plain text, and the blocks that are shown of it.
FLAT = REPOSITORY / "examples" / "harbour-news.txt"
SHOWN_LINES = (2, 9, 12, 13, 15, 18, 24, 28)

_BY = "written by python -m benchmarks readme"
SECTIONS = {  # of the README, between these lines
    "demo": (f"<!-- demo: {_BY} -->", "<!-- end of demo -->"),
    "labels": (f"<!-- labels: {_BY} -->", "<!-- end of labels -->"),
    "flat": (f"<!-- flat: {_BY} -->", "<!-- end of flat -->"),
    "results": (f"<!-- results: {_BY} -->", "<!-- end of results -->"),
}

WCXB, CLEANEVAL = "wcxb_dev", "cleaneval"
WORD_F1 = next(measure for measure in MEASURES if measure.name == "word F1")
SHINGLE_F1 = next(measure for measure in MEASURES if measure.name == "4-gram F1")

#: Systems of the table by page type.
SHOWN_TYPES = (OURS, "trafilatura", "resiliparse")

#: The corpora that the shipped model was trained on, and what they are.
TRAINED_ON = {
    "wcxb_dev": "WCXB, development pages of seven types",
    "fundus_train": "news of many countries (fundus)",
    "labelled": "pages of these and of news and blogs, every block labelled",
}


@click.command("readme", short_help="Write the README's tables and examples.")
def command() -> None:
    """Write the README's examples and tables from the shipped model and from benchmarks/results.

    Its pictures come from "python -m benchmarks report".
    """
    README.write_text(current(README.read_text(encoding="utf-8")), encoding="utf-8")


def current(readme: str) -> str:
    """The README with its written sections as they should be now."""
    for name, write in (("demo", demo), ("labels", labels), ("flat", flat), ("results", results)):
        begin, end = SECTIONS[name]
        readme = re.sub(f"{begin}.*{end}", _always(f"{begin}\n{write()}\n{end}"), readme, flags=re.DOTALL)
    return readme


def _always(text: str) -> Callable[[re.Match[str]], str]:
    return lambda match: text


def demo() -> str:
    """The README's first example, as the shipped model does it."""
    page = boilerkit.analyze(EXAMPLE.read_bytes())
    lines = ["```console", f"$ boilerkit extract examples/{EXAMPLE.name}"]
    lines += [shorten(paragraph, 108, placeholder=" …") for paragraph in page.text.split("\n\n")[:4]]
    lines += ["…", "", f"$ boilerkit blocks examples/{EXAMPLE.name}    # some of its {len(page.blocks)} lines"]
    lines += _lines(page.blocks[number] for number in SHOWN_BLOCKS)
    return "\n".join([*lines, "```"])


def _lines(blocks: Iterable[boilerkit.Block]) -> list[str]:
    return [
        f"{block.index:4}  {block.label:<11}  {block.probability:.3f}  {shorten(block.text, 78, placeholder=' …')}"
        for block in blocks
    ]


def labels() -> str:
    """The README's example of labels, and how good they are."""
    page = boilerkit.analyze(LABELLED.read_bytes())
    card = load_kinds_model().card
    scores = card["out of fold"]["likeliest label"]
    f1 = {row["label"]: row["f1"] for row in scores["labels"]}
    best, worst = sorted(f1, key=lambda label: -f1[label])[:4], sorted(f1, key=lambda label: f1[label])[:3]
    transcript = [
        "```console",
        f"$ boilerkit blocks examples/{LABELLED.name} --only {','.join(SHOWN_LABELS)}",
        *_lines(page.blocks_with_label(*SHOWN_LABELS)),
        "```",
    ]
    return "\n\n".join(
        [
            "\n".join(transcript),
            f"Out of fold, on {card['trained on']['blocks']:,} blocks of {card['trained on']['pages']} pages that were "
            f"read block by block: macro F1 {scores['macro F1']:.2f} over the labels; best are {_with(f1, best)}, "
            f"hardest are {_with(f1, worst)}. [docs/label-scores.md](docs/label-scores.md) has each label, the "
            "confusion matrix, and examples of where the gold itself is in doubt.",
        ]
    )


def flat() -> str:
    """The README's example of flat text, and how good that is."""
    page = boilerkit.analyze(FLAT.read_bytes())
    rows = [row for row in load_flat_model().card["out of fold"] if row["corpus"] == "wcxb" and not row["page_type"]]
    scores, whole = ([row[name] for row in rows] for name in ("word_f1", "all_text"))
    transcript = [
        "```console",
        f"$ boilerkit blocks examples/{FLAT.name}    # some of its {len(page.blocks)} lines",
        *_lines(page.blocks[number] for number in SHOWN_LINES),
        "$ boilerkit extract --input text crawl/*.wet.gz --jobs 4 > texts.jsonl    # Common Crawl's WET files",
        "$ boilerkit extract --input text dump.jsonl.gz -o texts/    # lines of JSON with a field text",
        "```",
    ]
    return "\n\n".join(
        [
            "\n".join(transcript),
            f"Out of fold on the development pages of WCXB, turned into plain text in {len(rows)} ways, word F1 is "
            f"{min(scores):.2f} to {max(scores):.2f}; all their text has {min(whole):.2f} to {max(whole):.2f}.",
        ]
    )


def _with(values: dict[str, float], names: Iterable[str]) -> str:
    return ", ".join(f"{name} ({values[name]:.2f})" for name in names)


def results(folder: Path = RESULTS) -> str:
    """The README's section on results, from a folder of results."""
    wcxb, cleaneval = (
        [its for its in all_scores(folder, corpus) if its.system in (OURS, *PEERS)] for corpus in (WCXB, CLEANEVAL)
    )
    speed = read_json(folder / "speed.json")
    parts = [
        "## How good, how fast",
        "![Word F1 on WCXB's development pages against milliseconds a page](docs/pictures/quality-speed-wcxb_dev.png)",
        f"Word F1 with 95% intervals on the {len(wcxb[0].ids):,} development pages of WCXB (articles, products, "
        f"forums, listings, documentation …) and on the {len(cleaneval[0].ids)} pages of CleanEval, and the mean time "
        "of a page on one core, also as a multiple of what lxml takes to parse it. Boilerkit was trained on WCXB's "
        "development pages, so there each page was judged **out of fold**: by a model trained anew without that page "
        "and without all pages of its site. Features and rules were chosen by these scores too, so they are somewhat "
        "high. CleanEval took no part in anything.",
        markdown_table([_row(its, cleaneval, speed) for its in wcxb]),
        "To measure these again, with the corpora as gold files, or by their names from their public repositories "
        "(`python -m benchmarks fetch wcxb-dev`, see [docs/corpora.md](docs/corpora.md)):",
        "```console\n"
        f"$ python -m benchmarks accuracy {WCXB}.parquet {CLEANEVAL}.parquet --rouge --jobs 2     # the table\n"
        f"$ python -m benchmarks speed {WCXB}.parquet fundus_train.parquet --limit 300 --out benchmarks/results\n"
        "$ python -m benchmarks report                     # the picture, and much more\n"
        "```",
        "By page type of WCXB:",
        markdown_table(list(_by_type(wcxb))),
        "All corpora that the model was trained on, out of fold (five folds by site, everything trained anew for each, "
        "the default threshold):",
        markdown_table(list(_trained_on(folder))),
        "Word F1 is the measure of WCXB, 4-gram F1 that of the article extraction benchmark. "
        "[docs/performance.md](docs/performance.md) has the time of each step, memory, growth with page size, threads "
        "and processes. "
        "[docs/benchmarks.md](docs/benchmarks.md) tells how all is measured and how to put your own extractor or model "
        "into the table.",
    ]
    return "\n\n".join(parts)


def _row(its: Scores, cleaneval: list[Scores], speed: dict[str, Any]) -> dict[str, str]:
    other = next((scores for scores in cleaneval if scores.system == its.system), None)
    times = next((row for row in speed["pages"]["rows"] if row["system"] == its.system), None)
    name = f"**{its.system}**" if its.system == OURS else its.system
    return {
        "system": f"{name} {its.version.partition('+')[0]}",
        "WCXB dev": said(its.score(WORD_F1)),
        "CleanEval": said(other.score(WORD_F1)) if other else "–",
        "ms a page": f"{times['mean_ms']:.1f}" if times else "–",
        "× parsing": f"{times['times_parse']:.1f}" if times else "–",
    }


def _by_type(scores: list[Scores]) -> Iterator[dict[str, str]]:
    shown = {name: its for name in SHOWN_TYPES for its in scores if its.system == name}
    for page_type in scores[0].types:
        if page_type != ALL:
            pages = len(scores[0].of_measure(WORD_F1, page_type))
            yield {"page type": page_type, "pages": str(pages)} | {
                name: said(its.score(WORD_F1, page_type)) for name, its in shown.items()
            }


def _trained_on(folder: Path) -> Iterator[dict[str, str]]:
    for corpus, what in TRAINED_ON.items():
        its = next(scores for scores in all_scores(folder, corpus) if scores.system == OURS)
        yield {
            "corpus": what,
            "pages": f"{len(its.ids):,}",
            "word F1": said(its.score(WORD_F1)),
            "4-gram F1": said(its.score(SHINGLE_F1)),
        }
