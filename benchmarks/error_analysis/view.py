"""The report as HTML: an index, and a page for each page of the corpus that shows what was kept next to the gold.

The files need no network and no scripts. All that comes from pages is escaped, and control characters are dropped.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.error_analysis.losses import JudgedPage, PageLosses
from benchmarks.error_analysis.report import (
    BLOCK_COLUMNS,
    PAGE_COLUMNS,
    SUMS_NOTE,
    Report,
    block_row,
    page_row,
    sums_tables,
)
from boilerkit.cli.common import said

if TYPE_CHECKING:
    from jinja2 import Environment

#: So many boilerplate blocks in a row on which model and gold agree are folded away.
FOLDED = 4

INDEX = "index.html"

_TEMPLATES = Path(__file__).parent / "templates"


@dataclass(frozen=True)
class BlockView:
    """A block with what was decided of it.

    `decision` is "kept" or "left out". `gold` is "content", "boilerplate", or "unknown" where the gold does not say.
    `verdict` is "false content" or "lost content" where the two disagree, else "". `is_repeat` says that the block was
    left out because its text came before.
    """

    index: int
    text: str
    tag: str
    classes: str
    xpath: str
    link_density: float
    probability: float
    gold_share: float
    decision: str
    gold: str
    verdict: str
    is_repeat: bool

    @property
    def is_plain(self) -> bool:
        """Whether it is boilerplate, or nothing that the gold speaks of, and left out."""
        return self.decision == "left out" and self.gold != "content"


@dataclass(frozen=True)
class Run:
    """Blocks in a row, which are folded away or not."""

    is_folded: bool
    blocks: list[BlockView]


def block_views(judged: JudgedPage) -> list[BlockView]:
    """The blocks of a page in document order."""
    tags, density = judged.tags, judged.link_density
    views = []
    for index, text in enumerate(judged.table.block_texts()):
        kept, is_gold, probability = judged.kept[index], judged.is_gold[index], float(judged.probabilities[index])
        gold = "unknown" if not judged.words[index] else "content" if is_gold else "boilerplate"
        views.append(
            BlockView(
                index=index,
                text=text,
                tag=tags[index],
                classes=judged.classes(index),
                xpath=judged.xpath(index),
                link_density=float(density[index]),
                probability=probability,
                gold_share=float(judged.target.content[index]),
                decision="kept" if kept else "left out",
                gold=gold,
                verdict=_verdict(bool(kept), gold),
                is_repeat=bool(probability > judged.cut and not kept),
            )
        )
    return views


def _verdict(kept: bool, gold: str) -> str:
    if kept and gold == "boilerplate":
        return "false content"
    return "lost content" if not kept and gold == "content" else ""


def runs_of(blocks: Sequence[BlockView]) -> list[Run]:
    """The blocks parted into runs; those of boilerplate that is rightly left out are folded where they are long."""
    runs = []
    for is_plain, group in groupby(blocks, lambda block: block.is_plain):
        run = list(group)
        runs.append(Run(is_plain and len(run) >= FOLDED, run))
    return runs


def write_page(file: Path, judged: JudgedPage, losses: PageLosses) -> None:
    """Write the page that shows what was kept of a page next to its gold."""
    _write(
        file,
        "page.html.j2",
        page=judged.page,
        losses=losses,
        scores=dict(zip(PAGE_COLUMNS[2:], page_row(losses)[2:], strict=True)),
        cut=judged.cut,
        runs=runs_of(block_views(judged)),
        missing=judged.missing,
        index=INDEX,
    )


def write_index(folder: Path, report: Report, files: dict[tuple[str, str], str]) -> Path:
    """Write the index, and return its file; `files` names the file of each page that has one, by corpus and id."""
    shown = [page for page in report.pages if (page.corpus, page.id) in files]
    pages = [(files[page.corpus, page.id], page_row(page)) for page in shown]
    blocks = [(files.get((block.corpus, block.page_id)), block_row(block), block) for block in report.blocks]
    file = folder / INDEX
    _write(
        file,
        "index.html.j2",
        report=report,
        page_columns=PAGE_COLUMNS,
        pages=pages,
        block_columns=BLOCK_COLUMNS,
        blocks=blocks,
        sums_note=SUMS_NOTE,
        sums=sums_tables(report.sums),
    )
    return file


def _write(file: Path, template: str, **values: object) -> None:
    file.write_text(_environment().get_template(template).render(values), encoding="utf-8")


def _environment() -> Environment:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_without_controls,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["said"] = said
    return environment


def _without_controls(value: object) -> object:
    """What a template puts out; texts without characters that HTML does not allow or that no file can hold."""
    if type(value) is not str:  # numbers, and markup of the templates' own
        return value
    return "".join(char for char in value if char in "\n\t" or unicodedata.category(char) not in ("Cc", "Cs"))
