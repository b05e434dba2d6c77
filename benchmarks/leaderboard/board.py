"""The leaderboard as HTML: the sections of the report, an overview, and pages with the texts next to their gold."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean

from benchmarks.accuracy import PageGold, outputs_folder
from benchmarks.leaderboard.diffs import PageTexts, write_page
from benchmarks.metrics import WORD_F1
from benchmarks.plots import by_page_type
from benchmarks.report.html import render
from benchmarks.report.loader import BenchmarkResults
from benchmarks.report.sections import Picture, Section, Table, sections_of
from benchmarks.results import safe_name
from benchmarks.run import run_system
from benchmarks.scores import Scores, leading_metric
from benchmarks.statistics import Interval
from benchmarks.systems import System
from benchmarks.tables import format_interval
from boilerkit.gold.pages import GoldPage

_SORT = Path(__file__).with_name("sort.js")

#: In the plot: more would not be distinguishable.
_MOST_SYSTEMS = 5

PAGES = "pages"


@dataclass(frozen=True)
class Board:
    """The scores of all systems on the pages of one corpus, the best first, with these pages and their gold."""

    scores: Sequence[Scores]
    pages: Sequence[GoldPage]
    golds: Sequence[PageGold]

    @property
    def corpus(self) -> str:
        """The name of the corpus."""
        return self.scores[0].corpus


def write_board(folder: Path, boards: Sequence[Board], systems: Sequence[System], n_diffs: int) -> None:
    """Write index.html and the pages that it leads to; `n_diffs` pages of each corpus are shown with their texts."""
    results = BenchmarkResults(scores=[board.scores for board in boards], speed=None, curves=[], learning=None)
    of_results = [section for section in sections_of(results) if section.id != "summary"]
    shutil.rmtree(folder / PAGES, ignore_errors=True)
    tables = [table for board in boards for table in _write_diffs(folder, board, systems, n_diffs)]
    how = of_results.pop()
    texts = [Section("texts", "Texts next to their gold", [_TEXTS_NOTE], tables)] if tables else []
    sections = [_overview(boards), *of_results, *texts, how]
    html = render(sections, "Leaderboard of main content extraction", _SORT.read_text(encoding="utf-8"))
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "index.html").write_text(html, encoding="utf-8")


# --- The overview -----------------------------------------------------------------------------------------------------

_OVERVIEW_NOTE = (
    "A click on a heading sorts by it. The rank is the mean over the corpora on which a system was measured, 1 is the "
    "best. Corpora differ in what they call content, so scores of different corpora do not compare."
)
_TEXTS_NOTE = (
    "Of each corpus, the pages on which its best system scores least. Each leads to the texts of all systems, with "
    "what they lack and what they have too much."
)


def _overview(boards: Sequence[Board]) -> Section:
    by_system: dict[str, dict[str, Interval]] = {}
    ranks: dict[str, list[int]] = {}
    for board in boards:
        metric = leading_metric(board.scores)
        scored = [(its.system, score) for its in board.scores if (score := its.score(metric)) is not None]
        for rank, (system, score) in enumerate(scored, 1):
            by_system.setdefault(system, {})[board.corpus] = score
            ranks.setdefault(system, []).append(rank)
    ordered = sorted(by_system, key=lambda system: fmean(ranks[system]))
    rows = [
        {"system": system, "mean rank": f"{fmean(ranks[system]):.1f}"}
        | {_heading(board): format_interval(by_system[system].get(board.corpus)) for board in boards}
        for system in ordered
    ]
    pictures = list(_pictures(boards, {system: by_system[system] for system in ordered[:_MOST_SYSTEMS]}))
    return Section("overview", "Overview", [_OVERVIEW_NOTE], [Table("", rows)], pictures)


def _heading(board: Board) -> str:
    return f"{board.corpus}: {leading_metric(board.scores).name}"


def _pictures(boards: Sequence[Board], best: Mapping[str, Mapping[str, Interval]]) -> Iterator[Picture]:
    pages = {board.corpus: len(board.pages) for board in boards if leading_metric(board.scores) == WORD_F1}
    if len(pages) > 1:
        yield Picture(
            "corpora",
            f"Word F1 of {len(best)} systems on {len(pages)} corpora",
            f"Word F1 with 95% intervals of the {len(best)} systems of the best mean rank.",
            by_page_type(best, pages),
        )


# --- Texts ------------------------------------------------------------------------------------------------------------


def _write_diffs(folder: Path, board: Board, systems: Sequence[System], count: int) -> Iterator[Table]:
    """Write the pages of a corpus that its best system is worst at, and yield the table that leads to them, if any."""
    column = {its.system: its.columns.get("word_f1", [None] * len(its.ids)) for its in board.scores}
    best = column[board.scores[0].system]
    scored = sorted((score, index) for index, score in enumerate(best) if score is not None)[:count]
    if not scored:
        return
    pages = [board.pages[index] for _, index in scored]
    texts = {
        system.name: [outcome.text for outcome in run_system(system, pages, outputs_folder(board.corpus))]
        for system in systems
    }
    place = folder / PAGES / safe_name(board.corpus)
    place.mkdir(parents=True, exist_ok=True)
    rows, links = [], []
    for number, (_, index) in enumerate(scored):
        page, scores = board.pages[index], {its.system: column[its.system][index] or 0.0 for its in board.scores}
        by_system = {system: texts[system][number] for system in scores}
        write_page(place / f"{number}.html", PageTexts(page, board.golds[index][1] or "", by_system, scores))
        links.append(f"{PAGES}/{safe_name(board.corpus)}/{number}.html")
        about = {"page": page.id, "type": page.page_type, "language": board.scores[0].languages[index]}
        rows.append(about | {system: f"{score:.3f}" for system, score in scores.items()})
    yield Table(f"{board.corpus}: word F1", rows, links=links)
