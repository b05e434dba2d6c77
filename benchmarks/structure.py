"""`structure`: score code, headings, lists, tables, links and the like in the Markdown of Boilerkit and its peers."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import numpy as np

from benchmarks import webmainbench
from benchmarks.corpora import open_corpus, sample
from benchmarks.exceptions import BenchmarkError
from benchmarks.finders import name_and_version
from benchmarks.markdown import parse
from benchmarks.metrics import mean
from benchmarks.options import limit_option, model_option, out_option
from benchmarks.progress import progress
from benchmarks.results import context, page_set, results_folder, safe_name, write_json
from benchmarks.statistics import bootstrap
from benchmarks.systems import BOILERKIT, find_model
from boilerkit.decoding.encoding import decode
from boilerkit.extraction import extract
from boilerkit.gold.pages import page_bytes
from boilerkit.metrics import multiset_f1, words_of
from boilerkit.terminal.console import print_tables, table, warn

if TYPE_CHECKING:
    from markdown_it.token import Token

#: The results on defuddle's pages; those on a corpus are in structure-CORPUS.json.
FILE = "structure.json"

#: What is scored: the words of the whole text, and then each kind of structure by the pieces that are listed here.
WORDS = "words"
KINDS = {
    "code": "lines of code",
    "headings": "texts",
    "lists": "texts of items",
    "tables": "rows",
    "links": "addresses",
    "images": "addresses",
    "formulas": "TeX without spaces",
    "quotations": "paragraphs",
}

#: From markup and an address to Markdown.
Converter = Callable[[str, str], str]


@dataclass(frozen=True)
class Page:
    """A page with the Markdown that it should become."""

    id: str
    html: str
    url: str
    expected: str


@click.command("structure", short_help="Score code, lists, tables, links, formulas in Markdown.")
@click.argument("place", metavar="FOLDER|CORPUS")
@model_option
@limit_option
@out_option
def command(place: str, system_name: str, limit: int | None, out: Path | None) -> None:
    """Score the structure of Markdown on pages for which the right Markdown is known.

    FOLDER has pages in "fixtures" and their Markdown in "expected", as the folder "tests" of defuddle's repository
    (https://github.com/kepano/defuddle, MIT licence) does: small pages, most of them made of a bug report each. What
    is expected there is what defuddle writes, conventions of its own included, so no other system reaches 1. CORPUS is
    one whose gold is Markdown, as that of webmainbench-545.

    Each kind of structure is scored by the F1 over its pieces: lines of code, texts of headings and of items, rows of
    tables, addresses of links and images, formulas, paragraphs in quotations. The table has means over the pages where
    the expected Markdown has any. Of a corpus, a second table has the metrics of WebMainBench.

    \b
    Example:
      git clone --depth 1 https://github.com/kepano/defuddle && python -m benchmarks structure defuddle/tests
    """
    is_folder = Path(place).is_dir()
    name, pages = ("structure", list(_read_pages(Path(place)))[:limit]) if is_folder else _corpus_pages(place, limit)
    if not pages:
        expected = "page in fixtures with Markdown in expected" if is_folder else "page whose gold is Markdown"
        raise BenchmarkError(f"{place} has no {expected}")
    if not is_folder:
        webmainbench.require_libraries()
    rows = [_row(system, convert, pages, not is_folder) for system, convert in _converters(system_name)]
    values = {"context": context(), "page_set": page_set(page.id for page in pages), "rows": rows}
    write_json(results_folder(out, limit) / f"{name}.json", values)
    tables = {f"{len(pages):,} pages": (WORDS, *KINDS)} | ({} if is_folder else {"WebMainBench": webmainbench.METRICS})
    for title, names in tables.items():
        shown = [shown_row(row, names) for row in rows]
        print_tables(table(title, list(shown[0]), [list(row.values()) for row in shown]))


def shown_row(row: Mapping[str, Any], names: Sequence[str] = (WORDS, *KINDS)) -> dict[str, str]:
    """Return a row of results as a table of these scores shows it."""
    shown = {"system": row["system"], "version": row["version"]}
    for name in names:
        value, low, high = row[name]["score"]
        shown[f"{name} ({row[name]['pages']})"] = f"{value:.3f} [{low:.3f}, {high:.3f}]"
    return shown


def _read_pages(folder: Path) -> Iterator[Page]:
    for file in sorted((folder / "fixtures").glob("*.html")):
        expected = folder / "expected" / f"{file.stem}.md"
        if expected.exists():
            html = file.read_text(encoding="utf-8")
            named = re.search(r'<!--\s*(\{"url":.*?\})\s*-->', html)
            url = json.loads(named[1])["url"] if named else "https://" + re.sub("^[a-z]+--", "", file.stem)
            # Metadata are in a block before the Markdown.
            markdown = re.sub(r"\A```json\n.*?\n```\n", "", expected.read_text(encoding="utf-8"), flags=re.DOTALL)
            yield Page(file.stem, html, url, markdown)


def _corpus_pages(corpus: str, limit: int | None) -> tuple[str, list[Page]]:
    """Return the name of the file for the results on a corpus, and its pages that have Markdown."""
    name, pages = open_corpus(corpus)
    with_markdown = [page for page in sample(list(pages), limit) if page.markdown]
    found = [Page(page.id, decode(page_bytes(page.source)), page.url, page.markdown) for page in with_markdown]
    return f"structure-{safe_name(name)}", found


def _row(name: str, convert: Converter, pages: Sequence[Page], as_webmainbench: bool) -> dict[str, Any]:
    """Return the scores of a system: for each kind, the number of pages, the mean and its interval.

    Those of WebMainBench's metrics come with them if they are wanted.
    """
    scored: list[dict[str, float]] = []
    with progress(name, len(pages)) as advance:
        for page in pages:
            try:
                found = convert(page.html, page.url)
            except Exception as error:  # one page must not cost the others
                warn(f"{name}, {page.id}", f"{type(error).__name__}: {error}")
                found = ""
            others = webmainbench.page_scores(found, page.expected) if as_webmainbench else {}
            scored.append(score_page(found, page.expected) | others)
            advance()
    row: dict[str, Any] = {**name_and_version(name)}
    for kind in (WORDS, *KINDS, *(webmainbench.OF_PAGES if as_webmainbench else ())):
        values = [scores[kind] for scores in scored if kind in scores]
        interval = bootstrap(np.array(values)[:, None], mean).rounded() if values else [0.0] * 3
        row[kind] = {"pages": len(values), "score": interval}
    if as_webmainbench:
        row[webmainbench.OVERALL] = {"pages": len(scored), "score": webmainbench.overall(scored).rounded()}
    return row


def score_page(found: str, expected: str) -> dict[str, float]:
    """Return the F1 of each kind of structure that the expected Markdown has, and of the words."""
    ours, theirs = pieces(found), pieces(expected)
    return {kind: multiset_f1(ours[kind], theirs[kind]) for kind in (WORDS, *KINDS) if theirs[kind]}


# --- Markdown to pieces -----------------------------------------------------------------------------------------------


def pieces(markdown: str) -> dict[str, list[str]]:
    """Return the pieces of each kind of structure in a text in Markdown, and all its words."""
    found: dict[str, list[str]] = defaultdict(list)
    around: list[str] = []
    for token in parse(markdown):
        if token.type.endswith("_open"):
            around.append(token.type.removesuffix("_open"))
            if token.type == "tr_open":
                found["tables"].append("")
        elif token.type.endswith("_close"):
            around.pop()
        elif token.type in ("fence", "code_block"):
            found["code"] += [line.rstrip() for line in token.content.splitlines() if line.strip()]
            found[WORDS] += words_of(token.content)
        elif token.type == "math_block":
            found["formulas"].append(_without_spaces(token.content))
        elif token.type == "inline":
            _add_inline(found, token.children or [], around)
    return found


def _add_inline(found: dict[str, list[str]], children: Sequence[Token], around: Sequence[str]) -> None:
    """Add the pieces of a paragraph, heading or cell; `around` names the elements that it is in, outermost first."""
    text = ""
    for child in children:
        if child.type in ("text", "code_inline"):
            text += child.content
        elif child.type in ("softbreak", "hardbreak"):
            text += " "
        elif child.type in ("math_inline", "math_inline_double"):
            found["formulas"].append(_without_spaces(child.content))
        elif child.type == "link_open":
            found["links"].append(_address(child.attrGet("href")))
        elif child.type == "image":
            found["images"].append(_address(child.attrGet("src")))
    text = " ".join(text.split())
    found[WORDS] += words_of(text)
    if not text:
        return
    if around[-1] in ("th", "td"):
        found["tables"][-1] += f"{text} | "
    elif around[-1] == "heading":
        found["headings"].append(text)
    elif "list_item" in around:
        found["lists"].append(text)
    if "blockquote" in around:
        found["quotations"].append(text)


def _without_spaces(text: str) -> str:
    return "".join(text.split())


def _address(value: str | int | float | None) -> str:
    return str(value or "").rstrip("/")


# --- Systems ----------------------------------------------------------------------------------------------------------


def _converters(system_name: str) -> Iterator[tuple[str, Converter]]:
    """Yield Boilerkit and the peers that write Markdown, by name."""
    _, extractor = find_model(system_name)
    model, threshold = extractor.model, extractor.given_threshold

    def boilerkit(html: str, url: str) -> str:
        return extract(html, output_format="markdown", url=url, model=model, threshold=threshold)

    yield BOILERKIT, boilerkit
    try:
        yield "trafilatura", _trafilatura()
    except ModuleNotFoundError as error:
        warn("left out", f"trafilatura needs {error.name}: pip install -e '.[peers]'")


def _trafilatura() -> Converter:
    import trafilatura

    def convert(html: str, url: str) -> str:
        markdown = trafilatura.extract(
            html,
            url=url,
            output_format="markdown",
            include_links=True,
            include_images=True,
            include_formatting=True,
            include_comments=False,
        )
        return markdown or ""

    return convert
