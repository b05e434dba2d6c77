"""The cards of the shipped models: what they were trained on, how, and how good they are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from boilerkit.documents import feature_set
from boilerkit.learning.evaluation import Calibration, PageScore, oracle_pages, score_rows
from boilerkit.learning.pipeline import TrainingResult
from boilerkit.learning.training_pages import TrainingPage
from boilerkit.model.card import markdown_table, reliability_rows
from boilerkit.model.content import ContentModel
from training.corpora import CORPORA
from training.page_types import score_page_types

WEAKNESSES = {
    "html": (
        "Listings and collections: whether their cards are the content is a matter of taste, and the gold differs.",
        "Product pages: reviews, options and offers beside the description.",
        "Reader comments below an article that look like the posts of a forum, and posts that look like comments.",
        "A second article loaded below the first, and teaser lists with long summaries.",
        "Captions and standfirsts: corpora differ on whether they belong to the text.",
        "Pages that scripts assemble, where the text is in no script as a whole.",
        "Few training pages are in scripts without spaces or in right-to-left scripts.",
        "Tickers, promotions and notices: few training pages show them, and related links look alike.",
    ),
    "text": (
        "Product pages and collections: without markup a card looks like any other short lines.",
        "Forums: who wrote a post, and what is a signature, shows in markup alone.",
        "Pages whose whole text is one line: it is one block, kept or left out as a whole.",
        "Few training pages are in scripts without spaces or in right-to-left scripts.",
    ),
}


def build_card(pages: Sequence[TrainingPage], result: TrainingResult, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Return the card as plain values. It has no date: the same data gives the same files."""
    input_format = result.model.input_format
    features = feature_set(input_format)
    card: dict[str, Any] = {
        "purpose": "separates the main content of web pages from boilerplate, block by block, and labels each block",
        "trained on": [
            {
                "corpus": corpus.name,
                "pages": len({(page.id, page.key) for page in pages if page.corpus == corpus.name}),
                "groups": len({page.group for page in pages if page.corpus == corpus.name}),
                "weight of a page": corpus.weight,
                "gold": corpus.gold,
                "licence": corpus.licence,
            }
            for corpus in CORPORA
        ],
        "features": {name: len(columns) for name, columns in features.groups.items()}
        | {
            "stage one": len(features.stage_one),
            "stage two": len(features.stage_two),
            "labels": len(features.label_features),
        },
        "parameters": dict(parameters),
        "known weaknesses": list(WEAKNESSES[input_format]),
    }
    if result.out_of_fold:
        found = result.out_of_fold
        card["out of fold"] = {
            "calibration": found.calibration.rounded(),
            **out_of_fold_scores(result.model, pages, found.scores, found.confidence),
        }
    if result.out_of_fold and result.out_of_fold.types is not None:
        card["page types, out of fold"] = score_page_types(pages, result.out_of_fold.types)
    if result.label_report:
        card["labels, out of fold"] = {
            "pages": len(result.labelled),
            "most probable label": result.label_report.most_probable.to_dict(),
            "label that agrees with the text": result.label_report.assigned.to_dict(),
            "expected calibration error": round(result.label_report.calibration_error, 4),
        }
    return card


def out_of_fold_scores(
    model: ContentModel, pages: Sequence[TrainingPage], scores: Sequence[PageScore], confidence: Calibration | None
) -> dict[str, Any]:
    """Return what depends on the selection of blocks of what a card says of out-of-fold predictions."""
    comments = "; no comments are left out by their labels" if model.leaves_out_comments else ""
    return {
        "how": "five folds by site, everything trained from scratch for each, "
        f"a threshold of {model.threshold}, lower on pages of little text and on unsure pages that are neither "
        f"articles nor threads{comments}; "
        "word F1 as in WCXB (mean over the pages), "
        "4-gram F1 as in the article extraction benchmark (of mean precision and mean recall)",
        "scores": score_rows(scores),
        "oracle": [row for row in score_rows(oracle_pages(pages)) if not row["page_type"]],
        "confidence": confidence.rounded() if confidence else None,
    }


def render_card(card: Mapping[str, Any], title: str) -> str:
    """Return the card as Markdown."""
    parts = [
        f"# Model card: {title}",
        f"What it does: {card['purpose']}.",
        "## Trained on",
        markdown_table(card["trained on"]),
        "No page, gold text or snippet of these is in the model's files; they hold hashes of words with their weights.",
    ]
    if fold := card.get("out of fold"):
        parts += [
            "## Out-of-fold scores",
            f"How: {fold['how']}.",
            markdown_table(fold["scores"]),
            "Choosing the blocks by the gold itself (the best that the segmentation allows; pages with gold):",
            markdown_table(fold["oracle"]),
            "## Calibration",
            "Blocks by their probability, weighted by their words, each page alike. Expected calibration error: "
            f"{fold['calibration']['expected_error']}.",
            markdown_table(reliability_rows(fold["calibration"])),
        ]
    if confidence := (card.get("out of fold") or {}).get("confidence"):
        parts += [
            "## Confidence",
            "Pages by the word F1 that is expected of them, with the word F1 that they have; the curve is of other "
            f"folds. Expected calibration error: {confidence['expected_error']}.",
            markdown_table(reliability_rows(confidence)),
        ]
    if validation := card.get("validation"):
        parts += [
            "## Validation",
            "Pages of other kinds, which no model sees in training; weights, threshold and augmentation were chosen by "
            "these scores and by those above.",
            markdown_table(validation),
        ]
    if renderers := card.get("renderers"):
        parts += ["## Scores by renderer", markdown_table(renderers)]
    if types := card.get("page types, out of fold"):
        parts += [
            "## Page types",
            "Out of fold, on the pages of corpora that have several types: what a page most probably is. "
            f"Accuracy {types['accuracy']}.",
            markdown_table(types["types"]),
        ]
    if labels := card.get("labels, out of fold"):
        parts += ["## Labels", f"Out of fold, on {labels['pages']} pages whose every block was labelled by reading."]
        for name in ("most probable label", "label that agrees with the text"):
            scores = labels[name]
            summary = f"macro F1 {scores['macro F1']}, accuracy {scores['accuracy']}"
            parts += [f"The {name}: {summary}.", markdown_table(scores["labels"])]
    return "\n\n".join(
        [
            *parts,
            "## Features and parameters",
            markdown_table([{"what": name, "number": value} for name, value in card["features"].items()]),
            markdown_table([{"parameter": name, "value": value} for name, value in card["parameters"].items()]),
            "## Known weaknesses",
            "\n".join(f"- {weakness}" for weakness in card["known weaknesses"]) + "\n",
        ]
    )
