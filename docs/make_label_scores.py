"""Writes the figures of docs/label-scores.md and its picture: `python docs/make_label_scores.py`.

They come from the card of the shipped labels model, which `python -m training` writes.
"""

import re
from pathlib import Path
from typing import Any

from boilerkit.cli.card import markdown_table
from boilerkit.labels import LABELS
from boilerkit.model.labels_store import load_kinds_model

PAGE = Path(__file__).with_name("label-scores.md")
PICTURE = Path(__file__).parent / "pictures" / "label-confusion.png"
BEGIN, END = "<!-- written by python docs/make_label_scores.py -->", "<!-- end of what is written -->"


def current(page: str) -> str:
    """The page with its figures as they should be now."""
    figures = _figures(load_kinds_model().card)
    return re.sub(f"{BEGIN}.*{END}", lambda _: f"{BEGIN}\n{figures}\n{END}", page, flags=re.DOTALL)


def _figures(card: dict[str, Any]) -> str:
    trained, fold = card["trained on"], card["out of fold"]
    likeliest, chosen = fold["likeliest label"], fold["label that fits what is kept"]
    rows = [
        {"label": row["label"], "blocks": f"{row['blocks']:,}"}
        | {name: f"{row[key]:.3f}" for name, key in (("precision", "precision"), ("recall", "recall"), ("F1", "f1"))}
        for row in likeliest["labels"]
    ]
    parts = [
        f"On {trained['blocks']:,} blocks of {trained['pages']} pages of {trained['groups']} sites: macro F1 "
        f"**{likeliest['macro F1']:.3f}**, accuracy {likeliest['accuracy']:.3f}; as content against boilerplate "
        f"{likeliest['accuracy, content against boilerplate']:.3f}. The expected calibration error of the likeliest "
        f"label's probability is {fold['expected calibration error']:.3f}.",
        markdown_table(rows),
        f"Where the label has to agree with the page's text (`Block.label`), macro F1 is {chosen['macro F1']:.3f}.",
        f"![Blocks by their gold label and by the label that the model gives](pictures/{PICTURE.name})",
    ]
    return "\n\n".join(parts)


def main() -> None:
    """Write the page and the picture."""
    from benchmarks.plots import confusion, png_of

    PAGE.write_text(current(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
    counts = load_kinds_model().card["out of fold"]["likeliest label"]["confusion"]
    PICTURE.write_bytes(png_of(confusion(LABELS, counts)))


if __name__ == "__main__":
    main()
