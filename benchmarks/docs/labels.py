"""The generated sections of the pages on labels."""

from __future__ import annotations

from textwrap import shorten
from typing import Any

from benchmarks.docs.examples import STORY, analyze, transcript
from boilerkit.labels import LABELS, Label
from boilerkit.model.card import markdown_table
from boilerkit.model.storage import read_config, shipped_folder

CONFUSION = "label-confusion"

_MEANINGS = {
    Label.TITLE: "The headline of the page, once. A standfirst below it is body.",
    Label.BODY: "The main text: paragraphs with their subheadings, lists, tables, code and quotations; on a product "
    "page the description, on a forum the posts, on a page that is itself a list the entries.",
    Label.CAPTION: "The text below a picture or film of the main text, with its credits.",
    Label.NAVIGATION: "Ways to other places: menus, breadcrumbs, page numbers, tables of contents, search and filters; "
    "the site's name and motto at the top.",
    Label.TICKER: "A strip of short headlines or figures (news, scores, prices, weather) that appears on any page of "
    "the site and has nothing to do with this one.",
    Label.RELATED: "Links to other pages: more on this topic, most read, newest, recommended, with their "
    "pictures and dates, next to the text, below it or between its paragraphs.",
    Label.METADATA: "About the page: author, date, source, reading time, number of readers, topics; a box about the "
    "author.",
    Label.SHARE: "Buttons to send, post, save, print or follow.",
    Label.COMMENTS: "What readers wrote below an article, and the form for it.",
    Label.PROMOTION: "Things to buy or join: advertisements, newsletters, subscriptions, donations, apps.",
    Label.NOTICE: "Messages of the site: cookies, logging in, paywalls, warnings, errors; the words on players and "
    "dialogs.",
    Label.FOOTER: "The end of the page: copyright, imprint, terms, addresses, links about the company.",
}


def _meanings(content: bool) -> str:
    """Return a table of the labels of content or of boilerplate, with the longest block of each as an example."""
    page = analyze(STORY)
    rows = []
    for label in LABELS:
        if label.is_content is content:
            longest = max(page.blocks_with_label(label), key=lambda block: len(block.text), default=None)
            example = "–" if longest is None else f"*{shorten(longest.text, 100, placeholder=' …')}*"
            rows.append({"label": f"`{label}`", "meaning": _MEANINGS[label], "example": example})
    return markdown_table(rows)


#: Of docs/labels.md.
SECTIONS = {
    "content-labels": lambda: _meanings(content=True),
    "boilerplate-labels": lambda: _meanings(content=False),
    "blocks": lambda: transcript(f"boilerkit blocks {STORY}"),
    "some-blocks": lambda: transcript(f"boilerkit blocks {STORY} --only ticker,share"),
    "kept-labels": lambda: transcript(f"boilerkit extract {STORY} --keep title,caption"),
}


def label_results() -> dict[str, Any]:
    """Return the out-of-fold scores of the shipped label model for HTML, from its card."""
    results: dict[str, Any] = read_config(shipped_folder("html"))["card"]["labels, out of fold"]
    return results


def label_scores() -> str:
    """Return the out-of-fold scores of the shipped label model as tables."""
    results = label_results()
    best, agreeing = results["most probable label"], results["label that agrees with the text"]
    rows = [
        {"label": row["label"], "blocks": f"{row['blocks']:,}"}
        | {name: f"{row[key]:.3f}" for name, key in (("precision", "precision"), ("recall", "recall"), ("F1", "f1"))}
        for row in best["labels"]
    ]
    n_blocks = sum(row["blocks"] for row in best["labels"])
    return "\n\n".join(
        [
            f"On {n_blocks:,} blocks of {results['pages']} pages: macro F1 **{best['macro F1']:.3f}**, accuracy "
            f"{best['accuracy']:.3f}; as content against boilerplate "
            f"{best['accuracy, content against boilerplate']:.3f}. The expected calibration error of the most probable "
            f"label is {results['expected calibration error']:.3f}.",
            markdown_table(rows),
            f"If the label has to agree with the page's text (`Block.label`), macro F1 is {agreeing['macro F1']:.3f}.",
            f"![Blocks by their gold label and by the label that the model predicts](pictures/{CONFUSION}.png)",
        ]
    )
