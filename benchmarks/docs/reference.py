"""The generated sections of the pages on corpora and features."""

from __future__ import annotations

from benchmarks.corpora import CORPORA, FETCH, Corpus
from boilerkit.html.features import HTML_FEATURES
from boilerkit.model.card import markdown_table


def corpora() -> str:
    """Return a table for each corpus of the registry."""
    return "\n\n".join(f"## {corpus.name}\n\n{_corpus(corpus)}" for corpus in CORPORA.values())


def _corpus(corpus: Corpus) -> str:
    get = (
        f"`{FETCH} {corpus.name}`" if corpus.can_be_fetched else f"get it from its source, then `{corpus.name}:FOLDER`"
    )
    rows = {
        "source": f"<{corpus.source}>" if corpus.source.startswith("https:") else corpus.source,
        "paper": corpus.paper,
        "licence": corpus.licence,
        "gold": corpus.gold,
        "how to get it": get,
    }
    return "| | |\n| --- | --- |\n" + "\n".join(f"| {name} | {value} |" for name, value in rows.items())


def features() -> str:
    """Return a table for each group of features."""
    parts = []
    for group, columns in HTML_FEATURES.groups.items():
        rows = [{"feature": f"`{name}`", "description": description} for name, description in columns.items()]
        parts.append(f"## {group.capitalize()}\n\n{markdown_table(rows)}")
    return "\n\n".join(parts)
