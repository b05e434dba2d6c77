"""The colors of labels in terminals."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from rich.style import Style
from rich.text import Text

from boilerkit.labels import LABELS, Label

#: Each about as far from black as from white, so it is legible on dark and on light terminals.
COLORS = {
    Label.TITLE: "#5f5fff",
    Label.BODY: "#008700",
    Label.CAPTION: "#008787",
    Label.NAVIGATION: "#767676",
    Label.TICKER: "#ff0000",
    Label.RELATED: "#af5f00",
    Label.METADATA: "#5f8700",
    Label.SHARE: "#d70087",
    Label.COMMENTS: "#875fd7",
    Label.PROMOTION: "#d700d7",
    Label.NOTICE: "#af5f5f",
    Label.FOOTER: "#5f8787",
}


def colored(label: Label, text: str | None = None) -> Text:
    """Return the label, or a text about it, in its color; content is bold."""
    return Text(text or label, Style(color=COLORS[label], bold=label.is_content))


def label_counts(labels: Sequence[Label]) -> Text:
    """Return how often each label occurs, content first: "1 title, 12 body · 7 navigation"."""
    found = Counter(labels)
    halves = (
        [colored(label, f"{found[label]:,} {label}") for label in LABELS if found[label] and label.is_content is half]
        for half in (True, False)
    )
    return Text(" · ").join(Text(", ").join(half) for half in halves if half)
