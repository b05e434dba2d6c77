"""Writes docs/corpora.md from the registry: `python -m benchmarks.corpora`."""

from __future__ import annotations

from pathlib import Path

from benchmarks.corpora import CORPORA, FETCH, Corpus

PAGE = Path(__file__).resolve().parents[2] / "docs" / "corpora.md"

INTRODUCTION = f"""# Corpora

Written by `python -m benchmarks.corpora`.

Where a benchmark command takes a corpus, give `NAME` for one that was fetched, `NAME:FOLDER` for one that is in a
folder of yours, or a gold file of your own ([training.md](training.md) describes them). `{FETCH} NAME`
clones the repository of a corpus into your cache folder. Pages that lack a file or their gold are left out; stderr
says how many and names the first. Of CleanEval and Dragnet the folder is that of the merged dataset
(`html-cleaning-dataset-merged`) or of the corpus in it."""


def corpora_page() -> str:
    """The page, a section for each corpus."""
    return "\n\n".join([INTRODUCTION, *map(_section, CORPORA.values())]) + "\n"


def _section(corpus: Corpus) -> str:
    get = f"`{FETCH} {corpus.name}`" if corpus.clone else f"get it from its source, then `{corpus.name}:FOLDER`"
    rows = {
        "source": f"<{corpus.source}>" if corpus.source.startswith("https:") else corpus.source,
        "paper": corpus.paper,
        "licence": corpus.licence,
        "gold": corpus.gold,
        "to fetch": get,
    }
    return f"## {corpus.name}\n\n| | |\n| --- | --- |\n" + "\n".join(f"| {name} | {it} |" for name, it in rows.items())


if __name__ == "__main__":
    PAGE.write_text(corpora_page(), encoding="utf-8")
