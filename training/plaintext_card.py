"""The cards of the models of flat text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from boilerkit.cli.card import markdown_table
from boilerkit.plaintext.features import FAMILIES, STAGE_ONE, STAGE_TWO
from boilerkit.learning.flat import FlatLesson
from boilerkit.learning.label_evaluation import LabelScores
from boilerkit.learning.stages import Settings
from training.corpora import CORPORA
from training.renderers import versions

_WEAKNESSES = (
    "Product pages and collections: without markup a card looks like any other short lines.",
    "Forums: who wrote a post, and what is a signature, shows in markup alone.",
    "Pages whose whole text is one line: it is one block, kept or left out as a whole.",
    "Few pages in scripts without spaces, and few in right-to-left scripts, were trained on.",
)


def flat_card(
    lessons: Sequence[FlatLesson],
    settings: Settings,
    strips: float,
    scores: list[dict[str, Any]],
    whole: list[dict[str, Any]],
    unseen: list[dict[str, Any]],
) -> dict[str, Any]:
    """The card as plain values. It holds no date: the same data gives the same files."""
    return {
        "purpose": "tells the main content of plain text that was made of web pages from boilerplate, block by block",
        "trained on": [
            {
                "corpus": corpus.name,
                "pages": len({lesson.id for lesson in lessons if lesson.corpus == corpus.name}),
                "weight of a page": corpus.weight,
                "licence": corpus.licence,
            }
            for corpus in CORPORA
        ],
        "forms": versions(),
        "strips": strips,
        "features": {name: len(columns) for name, columns in FAMILIES.items()}
        | {"stage one": len(STAGE_ONE), "stage two": len(STAGE_TWO)},
        "parameters": {name: value for name, value in asdict(settings).items() if name != "corpus_weights"},
        "out of fold": [
            _rounded(score | {"all_text": all_text["word_f1"]}) for score, all_text in zip(scores, whole, strict=True)
        ],
        "unseen form": [_rounded(score) for score in unseen],
        "known weaknesses": list(_WEAKNESSES),
    }


def _rounded(score: dict[str, Any]) -> dict[str, Any]:
    return {name: round(value, 4) if isinstance(value, float) else value for name, value in score.items()}


def render(card: dict[str, Any]) -> str:
    """The card of the content model as Markdown."""
    parts = [
        "# Model card: boilerkit's content model of flat text",
        f"What it does: {card['purpose']}.",
        "## Trained on",
        markdown_table(card["trained on"]),
        "Pages turned into plain text, each trained on in two of these forms: "
        + ", ".join(f"{form} ({version})" for form, version in card["forms"].items())
        + f". {card['strips']:.0%} of them came a second time with strips of other pages' headlines set in. No page, "
        "gold text or snippet of these is in the model's files; they hold hashes of words with their weights.",
        "## Out-of-fold scores",
        "Mean word F1 as in WCXB. Five folds by site, all forms of a page in one fold, everything trained anew for "
        "each, one threshold of 0.5. Features were chosen by these scores, so they are somewhat high. all_text: of "
        "keeping everything.",
        markdown_table(card["out of fold"]),
        "On the pages of WCXB in the first fold, trained on all forms and on all but one:",
        markdown_table(card["unseen form"]),
        "## Features and parameters",
        markdown_table([{"what": name, "number": value} for name, value in card["features"].items()]),
        markdown_table([{"parameter": name, "value": value} for name, value in card["parameters"].items()]),
        "## Known weaknesses",
        "\n".join(f"- {weakness}" for weakness in card["known weaknesses"]),
    ]
    return "\n\n".join(parts) + "\n"


def flat_kinds_card(n_pages: int, scores: dict[str, LabelScores]) -> dict[str, Any]:
    """The card of the labels model as plain values."""
    forms = list(scores)
    return {
        "purpose": "tells which of twelve labels a block of flat text has",
        "pages": n_pages,
        "out of fold": [
            {
                "form": form,
                "macro F1": round(found.macro_f1, 4),
                "accuracy": round(found.accuracy, 4),
                "content or not": round(found.content_accuracy, 4),
            }
            for form, found in scores.items()
        ],
        "labels": [
            {"label": str(score.label), "blocks": score.blocks}
            | {f"F1 {form}": round(scores[form].labels[place].f1, 4) for form in forms}
            for place, score in enumerate(scores[forms[0]].labels)
        ],
    }


def render_kinds(card: dict[str, Any]) -> str:
    """The card of the labels model as Markdown."""
    parts = [
        "# Model card: boilerkit's model of the twelve labels of flat text",
        f"What it does: {card['purpose']}.",
        f"Trained on {card['pages']} pages of wcxb, fundus and labelled_extra whose every block a person labelled, as "
        "plain text in four forms. The labels were aligned to the lines of the text.",
        "## Out-of-fold scores",
        "Labels as users see them, given what the content model keeps. Five folds by site, the same as the content "
        "model's, everything trained anew for each.",
        markdown_table(card["out of fold"]),
        "By label; blocks are those of the first form:",
        markdown_table(card["labels"]),
    ]
    return "\n\n".join(parts) + "\n"
