"""Figures of timed pages: means, percentiles and ratios."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.results import page_set
from benchmarks.speed.pages import SavedPage
from benchmarks.speed.timing import OVER_TIME, PARSE, PageTimes
from benchmarks.systems import BOILERKIT

Array = NDArray[np.float64]

#: Systems that all are compared with, by the name of the column. A system that was not timed has no column.
REFERENCES = {"parse": PARSE, "resiliparse": "resiliparse", "boilerkit": BOILERKIT}


def page_results(
    times: Sequence[PageTimes], steps: Mapping[str, Sequence[float]], pages: Sequence[SavedPage]
) -> dict[str, Any]:
    """Return what results hold of single pages.

    There are rows for each system over all pages and by corpus, rows for each step of `extract`, the failures, and the
    figures of each page.
    """
    ms = {own.name: np.array(own.ms) for own in times}
    corpora = np.array([page.corpus for page in pages])
    return {
        "page_set": page_set(page.id for page in pages),
        "rows": [
            {"system": own.name, "version": own.version, **_row(own.name, ms, sum(page.size for page in pages))}
            | {
                "failures": sum(bool(error) for error in own.errors),
                "over_time": sum(error.startswith(OVER_TIME) for error in own.errors),
            }
            for own in times
        ],
        "rows_by_corpus": [
            {"corpus": str(corpus), "system": name, **_row(name, chosen, size)}
            for corpus in np.unique(corpora)
            for chosen in [{name: values[corpora == corpus] for name, values in ms.items()}]
            for size in [sum(page.size for page in pages if page.corpus == corpus)]
            for name in ms
        ],
        "steps": [{"step": step, **_step(np.array(values), ms)} for step, values in steps.items()],
        "failures": [
            {"system": own.name, "corpus": page.corpus, "id": page.id, "error": error}
            for own in times
            for page, error in zip(pages, own.errors, strict=True)
            if error
        ],
        "columns": {
            "corpus": [page.corpus for page in pages],
            "id": [page.id for page in pages],
            "bytes": [page.size for page in pages],
            "ms": {own.name: own.ms for own in times},
        },
    }


def _row(name: str, ms: Mapping[str, Array], n_bytes: int) -> dict[str, Any]:
    own = ms[name]
    row = {
        "mean_ms": round(float(own.mean()), 3),
        "median_ms": round(float(np.median(own)), 3),
        "p95_ms": round(float(np.percentile(own, 95)), 3),
        "pages_per_second": round(1000 / float(own.mean()), 2),
        "mb_per_second": round(n_bytes / 1000 / float(own.sum()), 3),
    }
    for reference, other in REFERENCES.items():
        if other in ms:
            ratios = own / ms[other]
            row |= {
                f"times_{reference}": round(float(own.mean() / ms[other].mean()), 3),
                f"times_{reference}_median": round(float(np.median(ratios)), 3),
                f"times_{reference}_p95": round(float(np.percentile(ratios, 95)), 3),
            }
    return row


def _step(own: Array, ms: Mapping[str, Array]) -> dict[str, Any]:
    return {
        "mean_ms": round(float(own.mean()), 4),
        "times_parse": round(float(own.mean() / ms[PARSE].mean()), 4),
        "share": round(float(own.mean() / ms[BOILERKIT].mean()), 4),
    }
