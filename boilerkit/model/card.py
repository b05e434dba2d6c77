"""The card of a model as Markdown, for people who find its folder."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

CARD = "README.md"

_INPUTS = {"html": "HTML", "text": "plain text"}
_BINS = ("upper", "predicted", "observed", "share")


def render_card(card: Mapping[str, Any]) -> str:
    """Return the card that `boilerkit train` writes; without a date, so that equal models have equal cards."""
    parts = [
        "# Model card",
        f"A boilerkit model for {_INPUTS[card['input format']]}.",
        "## Trained on",
        markdown_table(card["trained on"]),
    ]
    if base := card.get("base"):
        parts += ["## Adapted from", f"The model {base['model']}, which this model holds. What it was trained on:"]
        parts += [markdown_table(base["trained on"])] if base["trained on"] else ["unknown."]
    if compared := card.get("compared"):
        parts += ["## Compared", "By cross-validation on these pages.", markdown_table(compared)]
    if fold := card.get("out of fold"):
        calibration = fold["calibration"]
        parts += [
            "## Out-of-fold scores",
            f"How: {fold['how']}.",
            markdown_table(fold["scores"]),
            "## Calibration",
            f"Expected calibration error over blocks: {calibration['expected_error']}.",
            markdown_table(reliability_rows(calibration)),
        ]
    if labels := card.get("labels, out of fold"):
        parts += [
            "## Labels",
            f"Out of fold, on the blocks of {labels['pages']} pages; macro F1 {labels['macro F1']}.",
            markdown_table(labels["labels"]),
        ]
    parts += [
        "## Parameters",
        markdown_table([{"parameter": name, "value": value} for name, value in card["parameters"].items()]),
    ]
    return "\n\n".join(parts) + "\n"


def reliability_rows(calibration: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the lists of a card's calibration as rows, one per bin."""
    bins = zip(*(calibration[name] for name in _BINS), strict=True)
    return [dict(zip(_BINS, row, strict=True)) for row in bins]


def markdown_table(rows: Sequence[Mapping[str, Any]]) -> str:
    """Return rows of equal keys as a Markdown table; an empty cell reads "all"."""
    names = list(rows[0])
    lines = [names, ["---"] * len(names), *([_cell(row[name]) for name in names] for row in rows)]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def _cell(value: object) -> str:
    return " ".join(str(value).split()).replace("|", "\\|") or "all"
