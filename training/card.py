"""The card of the shipped model: what it was trained on, how, and how good it is."""

from __future__ import annotations

import datetime
from dataclasses import asdict
from pathlib import Path
from typing import Any

from boilerkit.cli.card import markdown_table, reliability
from boilerkit.html.features import FAMILIES, STAGE_ONE, STAGE_TWO
from boilerkit.learning.estimator import BoilerplateClassifier
from boilerkit.learning.evaluation import Calibration, Summary
from boilerkit.learning.training_pages import TrainingPage
from training.corpora import CORPORA

WEAKNESSES = (
    "Listings and collections: whether their cards are the content is often a matter of taste, and the gold differs.",
    "Product pages: reviews, options and offers beside the description.",
    "Reader comments below an article that look like the posts of a forum.",
    "A second article iter_pages below the first, and teaser lists with long summaries.",
    "Captions and standfirsts: corpora differ on whether they belong to the text.",
    "Pages that are put together by scripts, where their text is in no script as a whole.",
    "Few pages in scripts without spaces, and few in right-to-left scripts, were trained on.",
)


def card_of(
    classifier: BoilerplateClassifier,
    lessons: list[TrainingPage],
    scores: list[Summary],
    oracle: list[Summary],
    calibrated: Calibration,
) -> dict[str, Any]:
    """The card as plain values. It holds no date: the same data gives the same files."""
    params = classifier.get_params()
    return {
        "purpose": "tells the main content of web pages from boilerplate, block by block",
        "trained on": [
            {
                "corpus": corpus.name,
                "pages": sum(lesson.corpus == corpus.name for lesson in lessons),
                "groups": len({lesson.group for lesson in lessons if lesson.corpus == corpus.name}),
                "weight of a page": corpus.weight,
                "gold": corpus.gold,
                "licence": corpus.licence,
            }
            for corpus in CORPORA
        ],
        "features": {name: len(columns) for name, columns in FAMILIES.items()}
        | {"stage one": len(STAGE_ONE), "stage two": len(STAGE_TWO)},
        "parameters": {name: params[name] for name in params if name not in ("cache_dir", "n_jobs", "corpus_weights")},
        "out of fold": {
            "how": "5 folds by domain and publisher, everything trained anew for each, "
            f"one threshold of {classifier.threshold} for all pages; "
            "word F1 as in WCXB (mean over the pages), 4-gram F1 as in the article extraction benchmark "
            "(of mean precision and mean recall)",
            "scores": [_rounded(summary) for summary in scores],
            "oracle": [_rounded(summary) for summary in oracle if not summary.page_type],
            "calibration": calibrated.rounded(),
        },
        "known weaknesses": list(WEAKNESSES),
    }


def _rounded(summary: Summary) -> dict[str, Any]:
    return {name: round(value, 4) if isinstance(value, float) else value for name, value in asdict(summary).items()}


def render(card: dict[str, Any], folder: Path) -> str:
    """The card as Markdown, with the day it was made and the sizes of the model's files."""
    fold = card["out of fold"]
    sizes = {file: f"{(folder / file).stat().st_size / 1e6:.2f} MB" for file in ("config.json", "arrays.npz")}
    parts = [
        "# Model card: boilerkit's content model",
        f"What it does: {card['purpose']}. Made on {datetime.date.today().isoformat()}.",
        "## Trained on",
        markdown_table(card["trained on"]),
        "No page, gold text or snippet of these is in the model's files; they hold hashes of words with their weights.",
        "## Out-of-fold scores",
        f"How: {fold['how']}.",
        markdown_table(fold["scores"]),
        "Choosing the blocks by the gold itself (what the segmenter leaves possible; pages with gold):",
        markdown_table(fold["oracle"]),
        "## Calibration",
        "Blocks by their probability, weighed by their words, each page alike. Expected calibration error: "
        f"{fold['calibration']['expected_error']}.",
        markdown_table(reliability(fold["calibration"])),
        "## Features and parameters",
        markdown_table([{"what": name, "number": value} for name, value in card["features"].items()]),
        markdown_table([{"parameter": name, "value": value} for name, value in card["parameters"].items()]),
        markdown_table([{"file": name, "size": size} for name, size in sizes.items()]),
        "## Known weaknesses",
        "\n".join(f"- {weakness}" for weakness in card["known weaknesses"]),
    ]
    return "\n\n".join(parts) + "\n"
