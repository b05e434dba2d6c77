"""The report as HTML: an index, and for each page of the corpus what was kept next to the gold.

The files need no network and no scripts. All that comes from pages is escaped, and control characters are dropped.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.error_analysis.losses import PageLosses, PredictedPage
from benchmarks.error_analysis.report import (
    BLOCK_COLUMNS,
    PAGE_COLUMNS,
    SUMS_NOTE,
    Report,
    block_row,
    page_row,
    sums_tables,
)
from boilerkit.terminal.console import format_value

if TYPE_CHECKING:
    from jinja2 import Environment

#: Boilerplate blocks in a row, on which model and gold agree, from which on they are folded away.
FOLDED = 4

INDEX = "index.html"

_TEMPLATES = Path(__file__).parent / "templates"


@dataclass(frozen=True)
class BlockView:
    """A block with the decision on it.

    `decision` is "kept" or "left out". `gold` is "content", "boilerplate", or "unknown" if no gold covers it.
    `verdict` is "false content" or "lost content" if the two disagree, else "". `is_repeat` says that the block was
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
        """Whether it is boilerplate, or not covered by the gold, and left out."""
        return self.decision == "left out" and self.gold != "content"


@dataclass(frozen=True)
class Run:
    """Consecutive blocks, which are folded away or not."""

    is_folded: bool
    blocks: list[BlockView]


def block_views(predicted: PredictedPage) -> list[BlockView]:
    """Return the blocks of a page in document order."""
    tags, density = predicted.tags, predicted.link_density
    views = []
    for index, text in enumerate(predicted.table.block_texts()):
        kept, is_gold, probability = (
            predicted.kept[index],
            predicted.is_gold[index],
            float(predicted.probabilities[index]),
        )
        gold = "unknown" if not predicted.words[index] else "content" if is_gold else "boilerplate"
        views.append(
            BlockView(
                index=index,
                text=text,
                tag=tags[index],
                classes=predicted.classes(index),
                xpath=predicted.xpath(index),
                link_density=float(density[index]),
                probability=probability,
                gold_share=float(predicted.target.content_share[index]),
                decision="kept" if kept else "left out",
                gold=gold,
                verdict=_verdict(bool(kept), gold),
                is_repeat=bool(probability > predicted.threshold and not kept),
            )
        )
    return views


def _verdict(kept: bool, gold: str) -> str:
    if kept and gold == "boilerplate":
        return "false content"
    return "lost content" if not kept and gold == "content" else ""


def runs_of(blocks: Sequence[BlockView]) -> list[Run]:
    """Split the blocks into runs; long runs of boilerplate that is correctly left out are folded."""
    runs = []
    for is_plain, group in groupby(blocks, lambda block: block.is_plain):
        run = list(group)
        runs.append(Run(is_plain and len(run) >= FOLDED, run))
    return runs


def write_page(file: Path, predicted: PredictedPage, losses: PageLosses) -> None:
    """Write the view of a page: what was kept next to its gold."""
    _write(
        file,
        "page.html.j2",
        page=predicted.page,
        losses=losses,
        scores=dict(zip(PAGE_COLUMNS[2:], page_row(losses)[2:], strict=True)),
        threshold=predicted.threshold,
        runs=runs_of(block_views(predicted)),
        missing=predicted.missing,
        index=INDEX,
    )


def write_index(folder: Path, report: Report, files: dict[tuple[str, str], str]) -> Path:
    """Write the index and return its file; `files` names the file of each page that has one, by corpus and id."""
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
    file.write_text(environment().get_template(template).render(values), encoding="utf-8")


def environment(*folders: Path) -> Environment:
    """Return templates of these folders and of this package; texts are escaped, control characters dropped."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    templates = Environment(
        loader=FileSystemLoader([*folders, _TEMPLATES]),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_without_controls,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    templates.filters["value"] = format_value
    return templates


def _without_controls(value: object) -> object:
    """Drop characters from texts that HTML does not allow or that no file can hold."""
    if type(value) is not str:  # numbers, and markup of the templates' own
        return value
    return "".join(char for char in value if char in "\n\t" or unicodedata.category(char) not in ("Cc", "Cs"))
