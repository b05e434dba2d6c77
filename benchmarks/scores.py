"""What is known of one system on one corpus: columns over pages, stored; and the scores that they give."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.errors import BenchmarkError
from benchmarks.measures import MEASURES, Measure
from benchmarks.results import read_json, safe_name, write_json
from benchmarks.statistics import Interval, bootstrap, paired_difference

#: How a system's pages stand to its training; UNKNOWN of a model whose folder does not say what it was trained on.
HELD_OUT, OUT_OF_FOLD, UNKNOWN = "held out", "out of fold", "unknown"

#: Stands for pages of all types.
ALL = "all"


@dataclass(frozen=True)
class Scores:
    """The columns of one system on the pages of one corpus, in the corpus' order.

    `columns` holds for each name a value a page, None where the page's gold says nothing of it. `measured` is
    OUT_OF_FOLD where the system was trained on these pages and judged them by models that did not see them, UNKNOWN
    where nobody can tell, else HELD_OUT. `failures` says why the system gave nothing for a page, by the page's id; such
    a page counts as empty.
    """

    corpus: str
    system: str
    version: str
    measured: str
    context: Mapping[str, Any]
    failures: Mapping[str, str]
    ids: Sequence[str]
    page_types: Sequence[str]
    columns: Mapping[str, Sequence[float | None]]

    @cached_property
    def types(self) -> list[str]:
        """ALL, and the page types where there are several."""
        found = sorted(set(self.page_types) - {""})
        return [ALL, *found] if len(found) > 1 else [ALL]

    def of_measure(self, measure: Measure, page_type: str = ALL) -> NDArray[np.float64]:
        """The columns of a measure for the pages of a type that have them, [n_pages, n_columns]."""
        return self._table(measure)[self._chosen(measure, page_type)]

    def score(self, measure: Measure, page_type: str = ALL) -> Interval | None:
        """A measure over the pages of a type; None where no page has the gold for it."""
        columns = self.of_measure(measure, page_type)
        return bootstrap(columns, measure.of_corpus) if len(columns) else None

    def difference(self, other: Scores, measure: Measure, page_type: str = ALL) -> Interval | None:
        """This system's score less the other's; None where they have no such score, or of other pages."""
        if list(self.ids) != list(other.ids):
            return None
        ours, theirs = self.of_measure(measure, page_type), other.of_measure(measure, page_type)
        return paired_difference(ours, theirs, measure.of_corpus) if len(ours) and ours.shape == theirs.shape else None

    def _table(self, measure: Measure) -> NDArray[np.float64]:
        nothing: list[float | None] = [None] * len(self.ids)
        return np.array([self.columns.get(name, nothing) for name in measure.columns], dtype=np.float64).T

    def _chosen(self, measure: Measure, page_type: str) -> NDArray[np.bool_]:
        of_type = np.array([page_type in (ALL, its) for its in self.page_types], dtype=bool)
        return of_type & ~np.isnan(self._table(measure)).any(axis=1)


def measures_of(scores: Sequence[Scores]) -> list[Measure]:
    """The measures that some of the systems have on this corpus, in the order of tables."""
    return [measure for measure in MEASURES if any(len(its.of_measure(measure)) for its in scores)]


def file_of(folder: Path, corpus: str, system: str) -> Path:
    """Where a folder of results keeps the scores of a system on a corpus."""
    return folder / "accuracy" / safe_name(corpus) / f"{safe_name(system)}.json"


def write_scores(scores: Scores, folder: Path) -> None:
    """Keep scores in a folder of results."""
    pages = {"id": list(scores.ids), "page_type": list(scores.page_types)}
    columns = {
        name: [None if value is None else round(value, 5) for value in values]
        for name, values in scores.columns.items()
        if any(value is not None for value in values)
    }
    values = {
        "corpus": scores.corpus,
        "system": scores.system,
        "version": scores.version,
        "measured": scores.measured,
        "context": dict(scores.context),
        "failures": dict(scores.failures),
        "pages": pages | columns,
    }
    write_json(file_of(folder, scores.corpus, scores.system), values)


def read_scores(file: Path) -> Scores:
    """Read the scores of one system. Raises BenchmarkError where the file is missing or damaged."""
    values = read_json(file)
    try:
        pages = dict(values.pop("pages"))
        return Scores(ids=pages.pop("id"), page_types=pages.pop("page_type"), columns=pages, **values)
    except (KeyError, TypeError, ValueError) as error:
        raise BenchmarkError(f"{file} holds no scores ({error}): run accuracy again") from None


def all_scores(folder: Path, corpus: str) -> list[Scores]:
    """The scores of all systems on a corpus that a folder of results holds, the best first.

    The order is that of the first measure that the corpus has.
    """
    found = [read_scores(file) for file in sorted((folder / "accuracy" / safe_name(corpus)).glob("*.json"))]
    measures = measures_of(found)
    if not measures:
        return found

    def rank(its: Scores) -> float:
        columns = its.of_measure(_leading(measures))
        return -float(_leading(measures).of_corpus(columns.mean(axis=0))) if len(columns) else 0.0

    return sorted(found, key=rank)


def _leading(measures: Sequence[Measure]) -> Measure:
    """The measure that systems are ordered by: the first F1."""
    return next((measure for measure in measures if measure.name.endswith("F1")), measures[0])


def corpora_in(folder: Path) -> list[str]:
    """The corpora that a folder of results has scores of."""
    return sorted(path.name for path in (folder / "accuracy").glob("*") if path.is_dir())
