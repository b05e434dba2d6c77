"""The metrics of WebMainBench over Markdown.

ROUGE-5 is that of its paper (Liu et al. 2025, arXiv:2511.23119). The similarities of text, code, formulas and tables
are those of webmainbench/metrics in https://github.com/opendatalab/WebMainBench, without a language model to tell
formulas from prices. One differs on purpose: there, table_TEDS hands both tables to apted as strings, which have no
nodes below them, so that a whole table costs 1 at most. Here, it is the distance of trees that is described there.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from importlib.util import find_spec
from itertools import chain, groupby, repeat

import numpy as np
from lxml import html as lxml_html
from numpy.typing import NDArray

from benchmarks.exceptions import BenchmarkError
from benchmarks.metrics import mean_of_present, value_and_count
from benchmarks.statistics import Interval, bootstrap
from benchmarks.tree_distance import tree_distance
from boilerkit.metrics import multiset_f1

ROUGE, TABLE_EDIT, TABLE_TEDS, OVERALL = "ROUGE-5", "table edit", "table TEDS", "overall"

_LIBRARIES = ("rapidfuzz", "rjieba")


def require_libraries() -> None:
    """Raise BenchmarkError if a library that the metrics need is not installed."""
    missing = [name for name in _LIBRARIES if find_spec(name) is None]
    if missing:
        raise BenchmarkError(f"WebMainBench's metrics need {', '.join(missing)}: pip install 'boilerkit[bench]'")


def page_scores(found: str, expected: str) -> dict[str, float]:
    """Return the scores of a page's Markdown: those of code, formulas and tables if it has any, or should have."""
    scores = {ROUGE: rouge_5(found, expected)}
    for name, part in _PARTS.items():
        ours, theirs = part(found), part(expected)
        if ours or theirs:
            scores[name] = _similarity(ours, theirs)
    if TABLE_EDIT in scores:
        scores[TABLE_TEDS] = table_similarity(as_html(tables(found)), as_html(tables(expected)))
    return scores


def overall(pages: Sequence[Mapping[str, float]]) -> Interval:
    """Return the mean of the five means of similarities, each over the pages that have one."""
    columns = [[value_and_count(page.get(name, np.nan)) for name in SIMILARITIES] for page in pages]
    return bootstrap(np.array(columns).reshape(len(pages), -1), _mean_of_means)


def _mean_of_means(means: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the mean over the similarities, by the columns of `value_and_count` for each."""
    each = mean_of_present(means.reshape(*means.shape[:-1], len(SIMILARITIES), 2))
    return np.asarray(each.mean(axis=-1))


def _similarity(ours: str, theirs: str) -> float:
    """Return 1 less the Levenshtein distance of two texts per character of the longer one."""
    from rapidfuzz.distance import Levenshtein

    return float(Levenshtein.normalized_similarity(ours, theirs))


def rouge_5(found: str, expected: str) -> float:
    """Return the F1 over runs of five tokens, as jieba splits text in any language; spaces are tokens too."""
    if not found.strip() and not expected.strip():
        return 1.0
    ours, theirs = _runs(found), _runs(expected)
    return multiset_f1(ours, theirs) if ours or theirs else 0.0


def _runs(text: str) -> list[tuple[str, ...]]:
    tokens = list(_tokens(text))
    return list(zip(*(tokens[start:] for start in range(5)), strict=False))


_LATIN_WORD = re.compile(r"([a-zA-Z0-9]+(?:\.\d+)?%?)")


def _tokens(text: str) -> Iterator[str]:
    """Yield the tokens as jieba 0.42 has them: rjieba keeps "np.array" whole, which its dictionary has not."""
    import rjieba

    for token in rjieba.cut(text):
        if token.isalnum() or rjieba.has_word(token):
            yield token
        else:
            yield from filter(None, _LATIN_WORD.split(token))


# --- Parts of Markdown ------------------------------------------------------------------------------------------------

_FENCED = re.compile("```.*?```", re.DOTALL)
_INLINE_CODE = re.compile("`[^`]*`")
_INDENTED = re.compile(r"\n\s*\n((?:(?: {4}|\t).*(?:\n|$)){2,})")
#: What is indented but no code: items of lists, and amounts of money.
_NO_CODE = re.compile(r"[-•*]\s|\d+\.\s|.*(?:\$[\d,]|\b(?:million|billion|thousand)\b)", re.IGNORECASE)

#: Displayed and inline, with dollars and with backslashes.
_FORMULAS = tuple(
    re.compile(rf"(?<!\\){begin}(.*?)(?<!\\){end}", re.DOTALL)
    for begin, end in ((r"\$\$", r"\$\$"), (r"\\\[", r"\\\]"), (r"\$", r"\$"), (r"\\\(", r"\\\)"))
)
_RULE = re.compile(":?-{3,}:?")


def code(markdown: str) -> str:
    """Return the code of fenced blocks, and then that of indented ones."""
    fenced = ("\n".join(block.split("\n")[1:-1]) for block in _FENCED.findall(markdown))
    return "\n".join(filter(None, (*fenced, *map(_unindented, _INDENTED.findall(markdown)))))


def _unindented(block: str) -> str:
    lines = [line for line in block.split("\n") if line.strip()]
    if len(lines) < 2 or any(_NO_CODE.match(line.strip()) for line in lines):
        return ""
    return "\n".join(line[1:] if line[0] == "\t" else line[4:] for line in lines)


def formulas(markdown: str) -> str:
    """Return the formulas outside of code: the displayed ones first, a line for each."""
    text = _without_code(markdown)
    found = (formula.strip() for pattern in _FORMULAS for formula in pattern.findall(text))
    return "\n".join(filter(None, found))


def _without_code(markdown: str) -> str:
    return _INLINE_CODE.sub("", _FENCED.sub("", markdown))


def tables(markdown: str) -> str:
    """Return the tables in HTML outside of code, and then those in Markdown, as they are."""
    outermost = _parsed(_without_code(markdown)).xpath("//table[not(ancestor::table)]")
    found = [lxml_html.tostring(table, encoding="unicode", with_tail=False) for table in outermost]
    for may_be_table, lines in groupby(markdown.split("\n"), key=lambda line: "|" in line):
        rows = list(lines)
        if may_be_table and len(rows) > 1 and all(_RULE.fullmatch(cell) for cell in _cells(rows[1])):
            found.append("\n".join(rows))
    return "\n".join(found)


def _cells(row: str) -> list[str]:
    """Return the cells of a row in Markdown that are not empty."""
    return [cell for cell in map(str.strip, row.split("|")) if cell]


def as_html(tables: str) -> str:
    """Return tables as HTML. Several in Markdown become one; where some are HTML, all stay as they are."""
    if not tables or "<table" in tables.lower():
        return tables
    rows = [_cells(row) for row in tables.split("\n") if not re.fullmatch(r"[\s|:-]+", row.strip())]
    tags = chain(["th"], repeat("td"))
    lines = ["".join(f"<{tag}>{cell}</{tag}>" for cell in row) for tag, row in zip(tags, rows, strict=False)]
    return f"<table>{''.join(f'<tr>{line}</tr>' for line in lines if line)}</table>"


def _parsed(html: str) -> lxml_html.HtmlElement:
    parser = lxml_html.HTMLParser(encoding="utf-8")
    return lxml_html.document_fromstring(f"<div>{html}</div>".encode("utf-8", "replace"), parser=parser)


#: The parts that are compared, as text: of tables, their HTML.
_PARTS: dict[str, Callable[[str], str]] = {
    "text edit": str,
    "code edit": code,
    "formula edit": formulas,
    TABLE_EDIT: lambda markdown: as_html(tables(markdown)),
}
SIMILARITIES = (*_PARTS, TABLE_TEDS)
OF_PAGES = (ROUGE, *SIMILARITIES)
METRICS = (OVERALL, *OF_PAGES)


# --- Trees of tables --------------------------------------------------------------------------------------------------

_SECTIONS = ("thead", "tbody", "tfoot")


def table_similarity(found: str, expected: str) -> float:
    """Return TEDS of the first tables of two texts in HTML: 1 less their tree edit distance per node of the larger one.

    Zhong et al. 2020, "Image-based table recognition: data, model, and evaluation". A node of another tag costs 1, one
    of another text as much as that differs. 0 if one text has no table, 1 if both have none.
    """
    from rapidfuzz.distance import Levenshtein
    from rapidfuzz.process import cdist

    (ours, tags, texts), (theirs, other_tags, other_texts) = _tree(found), _tree(expected)
    if not ours or not theirs:
        return float(ours == theirs)
    changes = cdist(texts, other_texts, scorer=Levenshtein.normalized_distance, dtype=np.float64)
    changes[np.array(tags)[:, None] != np.array(other_tags)] = 1
    return max(0.0, 1 - tree_distance(ours, theirs, changes.tolist()) / max(len(ours), len(theirs)))


def _tree(html: str) -> tuple[list[int], list[str], list[str]]:
    """Return the first table as a tree, with the tags and the texts of its nodes; nothing if there is no table."""
    tree: list[int] = []
    tags: list[str] = []
    texts: list[str] = []

    def add(element: lxml_html.HtmlElement) -> None:
        first_leaf = len(tree)
        for child in _children(element):
            add(child)
        tree.append(first_leaf)
        tags.append(element.tag)
        texts.append("".join(str(text).strip() for text in element.xpath(".//text()")))

    for table in _parsed(html).xpath("(//table)[1]"):
        add(table)
    return tree, tags, texts


def _children(element: lxml_html.HtmlElement) -> Iterator[lxml_html.HtmlElement]:
    """Yield the elements in another one; rows are those of the table, whatever section they are in."""
    for child in element.iterchildren("*"):
        if child.tag in _SECTIONS:
            yield from _children(child)
        else:
            yield child
