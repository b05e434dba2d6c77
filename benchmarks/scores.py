"""The scores of one system on one corpus: columns over pages, which are stored, and metrics computed from them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.exceptions import BenchmarkError
from benchmarks.metrics import METRICS, Metric
from benchmarks.results import page_set, read_json, safe_name, write_json
from benchmarks.statistics import Difference, Interval, bootstrap, paired_difference


class Provenance(StrEnum):
    """How the pages relate to a system's training; UNKNOWN if a model's folder does not name its training pages."""

    HELD_OUT = "held out"
    OUT_OF_FOLD = "out of fold"
    UNKNOWN = "unknown"


#: The page type and the language that mean all pages.
ALL = "all"

#: What files of results keep of each page besides its id and its columns, and the attribute that has it.
_ABOUT_PAGES = {"page_type": "page_types", "language": "languages", "site": "sites"}


@dataclass(frozen=True)
class Scores:
    """The columns of one system on the pages of one corpus, in the order of the corpus.

    `columns` holds one value per page for each name, None if the page has no gold for it. `provenance` is a Provenance,
    with the number of pages if it is out of fold for some of them only. `failures` says by page id why the system
    returned nothing for a page; such a page counts as empty. `page_types`, `languages` and `sites` are "" for pages of
    which they are not known.
    """

    corpus: str
    system: str
    version: str
    provenance: str
    context: Mapping[str, Any]
    failures: Mapping[str, str]
    ids: Sequence[str]
    page_types: Sequence[str]
    languages: Sequence[str]
    sites: Sequence[str]
    columns: Mapping[str, Sequence[float | None]]

    @cached_property
    def page_set(self) -> str:
        """The hash of the pages: only scores of the same pages belong in one table."""
        return page_set(self.ids)

    @cached_property
    def types(self) -> list[str]:
        """ALL, and the page types if there are several."""
        return _with_all(self.page_types)

    @cached_property
    def known_languages(self) -> list[str]:
        """ALL, and the languages if there are several."""
        return _with_all(self.languages)

    def columns_of(self, metric: Metric, page_type: str = ALL, language: str = ALL) -> NDArray[np.float64]:
        """Return the columns of a metric for the pages of a kind that have them, [n_pages, n_columns]."""
        return self._chosen(metric, page_type, language)[0]

    def score(self, metric: Metric, page_type: str = ALL, language: str = ALL) -> Interval | None:
        """Return a metric over the pages of a type and a language; None if no such page has gold for it."""
        columns, sites = self._chosen(metric, page_type, language)
        return bootstrap(columns, metric.of_corpus, sites) if len(columns) else None

    def difference(self, other: Scores, metric: Metric, page_type: str = ALL, language: str = ALL) -> Difference | None:
        """Return this system's score less the other's; None if they have no such score, or one of other pages."""
        if list(self.ids) != list(other.ids):
            return None
        (a, sites), (b, _) = (its._chosen(metric, page_type, language) for its in (self, other))
        return paired_difference(a, b, metric.of_corpus, sites) if len(a) and a.shape == b.shape else None

    def _chosen(self, metric: Metric, page_type: str, language: str) -> tuple[NDArray[np.float64], list[str]]:
        """Return the columns of a metric for some pages, and the sites of these pages."""
        nothing: list[float | None] = [None] * len(self.ids)
        columns = np.array([self.columns.get(name, nothing) for name in metric.columns], dtype=np.float64).T
        kinds = zip(self.page_types, self.languages, strict=True)
        of_kind = np.array([page_type in (ALL, its) and language in (ALL, code) for its, code in kinds], dtype=bool)
        chosen = of_kind & ~np.isnan(columns).any(axis=1)
        return columns[chosen], [site for site, its in zip(self.sites, chosen, strict=True) if its]


def _with_all(kinds: Sequence[str]) -> list[str]:
    known = sorted(set(kinds) - {""})
    return [ALL, *known] if len(known) > 1 else [ALL]


def metrics_of(scores: Sequence[Scores]) -> list[Metric]:
    """Return the metrics that some of the systems have on this corpus, in the order of tables."""
    return [metric for metric in METRICS if any(len(its.columns_of(metric)) for its in scores)]


def leading_metric(scores: Sequence[Scores]) -> Metric:
    """Return the metric that systems are ordered by: the first F1 that they have."""
    metrics = metrics_of(scores) or list(METRICS)
    return next((metric for metric in metrics if metric.name.endswith("F1")), metrics[0])


def best_first(scores: Iterable[Scores]) -> list[Scores]:
    """Return scores of one corpus in the order of the leading metric."""
    found = list(scores)
    metric = leading_metric(found)

    def rank(its: Scores) -> float:
        columns = its.columns_of(metric)
        return -float(metric.of_corpus(columns.mean(axis=0))) if len(columns) else 0.0

    return sorted(found, key=rank)


# --- Files ------------------------------------------------------------------------------------------------------------


def file_of(folder: Path, corpus: str, system: str) -> Path:
    """Return the file in which a folder of results keeps the scores of a system on a corpus."""
    return folder / "accuracy" / safe_name(corpus) / f"{safe_name(system)}.json"


def write_scores(scores: Scores, folder: Path) -> None:
    """Write scores to a folder of results."""
    about = {name: list(getattr(scores, attribute)) for name, attribute in _ABOUT_PAGES.items()}
    pages = {"id": list(scores.ids)} | {name: values for name, values in about.items() if any(values)}
    columns = {
        name: [None if value is None else round(value, 5) for value in values]
        for name, values in scores.columns.items()
        if any(value is not None for value in values)
    }
    values = {
        "corpus": scores.corpus,
        "system": scores.system,
        "version": scores.version,
        "provenance": scores.provenance,
        "context": dict(scores.context),
        "failures": dict(scores.failures),
        "page_set": scores.page_set,
        "pages": pages | columns,
    }
    write_json(file_of(folder, scores.corpus, scores.system), values)


def read_scores(file: Path) -> Scores:
    """Read the scores of one system. Raises BenchmarkError if the file is missing or damaged."""
    values = read_json(file)
    try:
        pages = dict(values.pop("pages"))
        stored = values.pop("page_set")
        ids = pages.pop("id")
        about = {attribute: pages.pop(name, [""] * len(ids)) for name, attribute in _ABOUT_PAGES.items()}
        scores = Scores(ids=ids, columns=pages, **about, **values)
    except (KeyError, TypeError, ValueError) as error:
        raise BenchmarkError(f"{file} holds no scores ({error}): run accuracy again") from None
    if scores.page_set != stored:
        raise BenchmarkError(f"{file} was changed: its pages are not those that were scored. Run accuracy again")
    return scores


def corpora_in(folder: Path) -> list[str]:
    """Return the corpora that a folder of results has scores of."""
    return sorted(path.name for path in (folder / "accuracy").glob("*") if path.is_dir())


def scores_by_page_set(folder: Path, corpus: str) -> list[list[Scores]]:
    """Return the scores of all systems on a corpus, those over the same pages together, the best first.

    The set with most pages comes first.
    """
    sets: dict[str, list[Scores]] = {}
    for file in sorted((folder / "accuracy" / safe_name(corpus)).glob("*.json")):
        scores = read_scores(file)
        sets.setdefault(scores.page_set, []).append(scores)
    return [best_first(its) for its in sorted(sets.values(), key=lambda its: -len(its[0].ids))]


def scores_of_one_page_set(folder: Path, corpus: str) -> list[Scores]:
    """Return the scores of all systems on a corpus, the best first.

    Raises BenchmarkError if there are none, or if they are of different pages.
    """
    sets = scores_by_page_set(folder, corpus)
    if not sets:
        raise BenchmarkError(f"there are no scores of {corpus} in {folder}: run accuracy first")
    if len(sets) > 1:
        runs = "; ".join(f"{len(its[0].ids)} pages: {', '.join(one.system for one in its)}" for its in sets)
        raise BenchmarkError(
            f"the scores of {corpus} in {folder} are of different pages ({runs}), so they do not belong in one table: "
            "run accuracy on the same pages for all systems"
        )
    return sets[0]
