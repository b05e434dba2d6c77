"""The card of the model of the twelve labels."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

from boilerkit.cli.card import markdown_table
from boilerkit.cli.scores import kinds_figures
from boilerkit.html.features.labels import COLUMNS
from boilerkit.labels import LABELS
from boilerkit.learning.augmentation import GRAFTS
from boilerkit.learning.labels import (
    GUESSED_WEIGHT,
    LEARNING_RATE,
    N_ITERATIONS,
    N_SAMPLES,
    RARITY_POWER,
    ROWS_A_LABEL,
    STRIPS_WEIGHT,
)
from boilerkit.learning.label_evaluation import LabelReport
from boilerkit.learning.label_pages import UnlabelledPage, KindsLesson
from training.corpora import CORPORA

WEAKNESSES = (
    "Tickers: few training pages have one, and each looks different.",
    "Promotions, notices and related links take the same shapes; where their words are new they are confused.",
    "What the content model takes for content, or not, wrongly has a wrong label too.",
    "Few pages in scripts without spaces, and few in right-to-left scripts, were trained on.",
)


def kinds_card(lessons: list[KindsLesson], further: list[UnlabelledPage], report: LabelReport) -> dict[str, Any]:
    """The card as plain values. It holds no date: the same data gives the same files."""
    return {
        "purpose": "tells which of twelve labels each block of a web page has",
        "trained on": {
            "pages": len(lessons),
            "groups": len({lesson.group for lesson in lessons}),
            "blocks": sum(int((lesson.labels >= 0).sum()) for lesson in lessons),
            "gold": "every text block labelled by reading",
            "further pages": len(further),
            "from the corpora": [{"corpus": corpus.name, "licence": corpus.licence} for corpus in CORPORA],
        },
        "features": len(COLUMNS),
        "parameters": {
            "iterations of a tree a label": N_ITERATIONS,
            "models averaged": N_SAMPLES,
            "learning rate": LEARNING_RATE,
            "blocks of a label at most": ROWS_A_LABEL,
            "other pages that each ticker is set into": GRAFTS,
            "weight of those, against the tickers found": STRIPS_WEIGHT,
            "weight of a further page in the vocabulary": GUESSED_WEIGHT,
            "weight of a label k times rarer": f"k to the power of {RARITY_POWER}",
        },
        "out of fold": {
            "how": "5 folds by domain and publisher, vocabulary, guesses and trees made anew for each, the content "
            "model's answers out of fold; all blocks count the same",
            "likeliest label": kinds_figures(report.likeliest),
            "label that fits what is kept": kinds_figures(report.chosen),
            "expected calibration error": round(report.calibration_error, 4),
        },
        "known weaknesses": list(WEAKNESSES),
    }


def render(card: dict[str, Any], folder: Path) -> str:
    """The card as Markdown, with the day it was made and the sizes of the model's files."""
    trained, fold = card["trained on"], card["out of fold"]
    likeliest, chosen = fold["likeliest label"], fold["label that fits what is kept"]
    sizes = {file: f"{(folder / file).stat().st_size / 1e6:.2f} MB" for file in ("config.json", "arrays.npz")}
    parts = [
        "# Model card: boilerkit's model of the twelve labels",
        f"What it does: {card['purpose']}. Made on {datetime.date.today().isoformat()}.",
        "## Trained on",
        f"{trained['blocks']:,} blocks of {trained['pages']} pages of {trained['groups']} sites, {trained['gold']}, "
        "from these corpora:",
        markdown_table(trained["from the corpora"]),
        f"From {trained['further pages']:,} further pages of these corpora, whose labels were guessed by a first "
        "model, the vocabulary was learned too.",
        "No page, gold text or snippet of these is in the model's files; they hold hashes of words with their weights.",
        "## Out-of-fold scores",
        f"How: {fold['how']}.",
        "The likeliest label of each block, whatever the content model keeps. " + _summary(likeliest),
        markdown_table(likeliest["labels"]),
        "The label that users see: the likeliest that fits what the content model keeps. " + _summary(chosen),
        markdown_table(chosen["labels"]),
        "## Confusion",
        "Blocks by their label in the gold (rows) and their likeliest label (columns).",
        markdown_table(_confusion(likeliest["confusion"])),
        "## Calibration",
        "Expected calibration error of the likeliest label's probability over blocks: "
        f"{fold['expected calibration error']}.",
        "## Features and parameters",
        f"{card['features']} features.",
        markdown_table([{"parameter": name, "value": value} for name, value in card["parameters"].items()]),
        markdown_table([{"file": name, "size": size} for name, size in sizes.items()]),
        "## Known weaknesses",
        "\n".join(f"- {weakness}" for weakness in card["known weaknesses"]),
    ]
    return "\n\n".join(parts) + "\n"


def _summary(scores: dict[str, Any]) -> str:
    contents = scores["accuracy, content against boilerplate"]
    return f"Macro F1 {scores['macro F1']}, accuracy {scores['accuracy']}; content against boilerplate {contents}."


def _confusion(counts: list[list[int]]) -> list[dict[str, Any]]:
    return [
        {"gold": str(label)} | {str(answer): str(count) for answer, count in zip(LABELS, row, strict=True)}
        for label, row in zip(LABELS, counts, strict=True)
    ]
