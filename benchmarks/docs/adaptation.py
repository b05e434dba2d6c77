"""What the README says of adapting the shipped model to few pages."""

from __future__ import annotations

from typing import Any

from benchmarks.adaptation import FILE
from benchmarks.plots import AdaptationPoint
from benchmarks.results import RESULTS, read_json
from boilerkit.model.card import markdown_table

#: The picture of docs/pictures.
ADAPTATION = "adaptation"

#: What the corpora are, by their names.
_CORPORA = {
    "blogs-2012": "blogs and news of 2012, many with long comments",
    "news-2008": "news of 2008",
    "world-press, 4 sites": "press of 2011 and 2012, other pages of the same four sites",
    "cleaneval": "mixed pages of 2007, with nothing in common (CleanEval)",
}


def adaptation_points() -> list[AdaptationPoint]:
    """Return the points of the picture."""
    return [
        AdaptationPoint(
            row["corpus"],
            row["pages"],
            row["shipped"],
            row["adapted"],
            row["shipped"] + row["least_gain"],
            row["shipped"] + row["most_gain"],
        )
        for row in _rows()
    ]


def adaptation_table() -> str:
    """Return the table of mean word F1 before and after, by corpus and number of pages."""
    return markdown_table(
        [
            {
                "corpus": _CORPORA.get(row["corpus"], row["corpus"]),
                "pages adapted to": row["pages"],
                "shipped": f"{row['shipped']:.3f}",
                "adapted": f"{row['adapted']:.3f}",
                "gain, points": f"{100 * row['gain']:+.1f}",
                "least and most": f"{100 * row['least_gain']:+.1f} to {100 * row['most_gain']:+.1f}",
            }
            for row in _rows()
        ]
    )


def _rows() -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = read_json(RESULTS / FILE)["points"]
    return rows
