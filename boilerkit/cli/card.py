"""The card of a model as Markdown, for people who find its folder."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

CARD = "README.md"

_BINS = ("upper", "predicted", "observed", "share")


def render(card: Mapping[str, Any]) -> str:
    """The card that `boilerkit train` writes; without a date, so that equal models have equal cards."""
    parts = ["# Model card", "A content model for boilerkit.", "## Trained on", _table(card["trained on"])]
    if fold := card.get("out of fold"):
        calibration = fold["calibration"]
        bins = zip(*(calibration[name] for name in _BINS), strict=True)
        parts += [
            "## Out-of-fold scores",
            f"How: {fold['how']}.",
            _table(fold["scores"]),
            "## Calibration",
            f"Expected calibration error over blocks: {calibration['expected_error']}.",
            _table([dict(zip(_BINS, row, strict=True)) for row in bins]),
        ]
    parts += [
        "## Parameters",
        _table([{"parameter": name, "value": value} for name, value in card["parameters"].items()]),
    ]
    return "\n\n".join(parts) + "\n"


def _table(rows: Sequence[Mapping[str, Any]]) -> str:
    names = list(rows[0])
    lines = [names, ["---"] * len(names), *([_cell(row[name]) for name in names] for row in rows)]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def _cell(value: object) -> str:
    return " ".join(str(value).split()).replace("|", "\\|") or "all"
