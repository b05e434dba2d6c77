"""Writes docs/labels.md, with what the shipped model says of an example page: `python docs/make_labels.py`."""

from __future__ import annotations

import shlex
from pathlib import Path
from string import Template
from textwrap import shorten

from click.testing import CliRunner

import boilerkit
from boilerkit.cli import main
from boilerkit.cli.card import markdown_table
from boilerkit.labels import LABELS, Label

DOCS = Path(__file__).resolve().parent
PLACE = "examples/science-story.html"
EXAMPLE = DOCS.parent / PLACE

MEANINGS = {
    Label.TITLE: "The headline of the page, once. A standfirst below it is body.",
    Label.BODY: "The text that one came for: paragraphs with their subheadings, lists, tables, code and quotations; of "
    "a product its description, of a forum the posts, of a page that is itself a list its entries.",
    Label.CAPTION: "What stands below a picture or film of the main text, with the names of those who made it.",
    Label.NAVIGATION: "Ways to other places: menus, paths, page numbers, lists of contents, search and filters; the "
    "site's name and motto at the top.",
    Label.TICKER: "A strip of short headlines or figures (news, scores, prices, weather) that runs across any page of "
    "the site and has nothing to do with this one.",
    Label.RELATED: "Other pages held out to the reader: more on this, most read, newest, recommended, with their "
    "pictures and dates, beside the text, below it or between its paragraphs.",
    Label.METADATA: "About the page: who wrote it, when, from what source, how long it takes, how often it was read, "
    "under which topics it is filed; a box on the author.",
    Label.SHARE: "Buttons to send, post, save, print or follow.",
    Label.COMMENTS: "What readers wrote below an article, and the form in which they do.",
    Label.PROMOTION: "What is to be bought or joined: advertisements, newsletters, subscriptions, donations, apps.",
    Label.NOTICE: "What the site has to say for itself: cookies, logging in, paywalls, warnings, errors; the words on "
    "players and dialogues.",
    Label.FOOTER: "The end of the site: copyright, imprint, terms, addresses, links about the house.",
}

PAGE = """\
# The twelve labels

Written by `python docs/make_labels.py`, which runs the commands that are shown.

Each block of a page has one of twelve labels: three of content, nine of boilerplate. The examples are the longest
blocks of each label that the shipped model finds on [a page](../$place) that was written to try it on.

## Content

$content

## Boilerplate

$boilerplate

Where two fit, the narrower one counts: buttons to share in the footer are `share`, a newsletter in it is `promotion`. A
heading has the label of what stands below it.

## Labels and the text

Two models speak. The first says how likely each block is content, its `probability`; from that follows the page's text.
The second gives each block a probability of each label, its `probabilities`. A block's label is the likeliest one that
agrees with the text: what is in the text is title, body or caption; what is not has a label of boilerplate, or is a
title or a caption, for most gold texts leave these out. `is_kept` tells whether it is there. The
[model's card](../models/kinds/README.md) says how often each label is right, and with which others it is confused.

$blocks

In a terminal each label has its colour, and those of content are bold. `--only` shows the blocks of some labels;
`--json` gives everything.

$only

## A text of your own choice

`--keep`, and `keep=` in Python, make the text of the blocks that have certain labels.

$keep

```python
boilerkit.extract(html, keep={"title", "body", "caption"})
boilerkit.extract_many(pages, n_jobs=4, keep={"title", "body", "caption"})

page = boilerkit.analyze(html)
for block in page.blocks_with_label("ticker", "related"):
    print(block.label, block.probabilities["ticker"], block.text)
```

## In a browser

`boilerkit view $place --open` writes a web page that shows all blocks, and opens it; in Python it is
`page.view`. The legend switches labels on and off. Pointing at a block, or going to it with the arrow keys, shows the
probability that it is content and those of all labels. What is in the text is ticked, larger and has a solid edge. The
view is one file, asks for nothing from the network, and runs nothing that comes from the page that it shows.

![The example page in the view](pictures/view.png)

The picture is taken by `python docs/make_view_picture.py`.
"""


def labels_page() -> str:
    """The page."""
    page = boilerkit.analyze(EXAMPLE.read_bytes())
    return Template(PAGE).substitute(
        place=PLACE,
        content=_table(page, content=True),
        boilerplate=_table(page, content=False),
        blocks=_transcript(f"boilerkit blocks {PLACE}"),
        only=_transcript(f"boilerkit blocks {PLACE} --only ticker,share"),
        keep=_transcript(f"boilerkit extract {PLACE} --keep title,caption"),
    )


def _table(page: boilerkit.Page, content: bool) -> str:
    rows = [
        {"label": f"`{label}`", "what it is": MEANINGS[label], "for example": _example(page, label)}
        for label in LABELS
        if label.is_content is content
    ]
    return markdown_table(rows)


def _example(page: boilerkit.Page, label: Label) -> str:
    longest = max(page.blocks_with_label(label), key=lambda block: len(block.text), default=None)
    return "–" if longest is None else f"*{shorten(longest.text, 100, placeholder=' …')}*"


def _transcript(command: str) -> str:
    """A command and what it prints, run in this process."""
    arguments = [str(EXAMPLE) if word == PLACE else word for word in shlex.split(command)[1:]]
    printed = CliRunner(env={"FORCE_COLOR": None, "TTY_COMPATIBLE": None}).invoke(
        main, arguments, catch_exceptions=False
    )
    return f"```console\n$ {command}\n{printed.stdout.strip(chr(10))}\n```"


if __name__ == "__main__":
    (DOCS / "labels.md").write_text(labels_page(), encoding="utf-8")
