"""`docs`: write the generated sections of README.md and docs/, and the pictures of docs/pictures.

A section is between two lines of a page, `<!-- NAME: written by python -m benchmarks docs -->` and
`<!-- end of NAME -->`; everything else on the page is written by hand.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

import click

from benchmarks.docs import (
    archives,
    clusters,
    how_it_works,
    labels,
    metadata,
    performance,
    readme,
    reference,
    reliability,
    runs,
    structure,
)
from benchmarks.exceptions import BenchmarkError
from benchmarks.results import REPOSITORY

BY = "written by python -m benchmarks docs"

#: What writes each section, by page and by the name of the section.
SECTIONS: dict[str, Mapping[str, Callable[[], str]]] = {
    "README.md": {**readme.SECTIONS, **archives.SECTIONS},
    "docs/benchmarks.md": runs.SECTIONS,
    "docs/clusters.md": clusters.SECTIONS,
    "docs/corpora.md": {"corpora": reference.corpora},
    "docs/features.md": {"features": reference.features},
    "docs/how-it-works.md": how_it_works.SECTIONS,
    "docs/label-scores.md": {"label-scores": labels.label_scores},
    "docs/labels.md": labels.SECTIONS,
    "docs/limits.md": {"weaknesses": how_it_works.weaknesses},
    "docs/many-pages.md": archives.SECTIONS,
    "docs/metadata.md": metadata.SECTIONS,
    "docs/outputs.md": structure.SECTIONS,
    "docs/performance.md": performance.SECTIONS,
    "docs/reliability.md": reliability.SECTIONS,
}


@click.command("docs", short_help="Write the generated parts of README.md and docs/.")
def command() -> None:
    """Write the generated sections of README.md and docs/, and docs/pictures.

    They come from the shipped models, the registry of corpora and benchmarks/results. The pictures of the view
    and of labelling need Chromium and playwright, and stay as they are without them.
    """
    from benchmarks.docs.pictures import write_pictures

    for page in SECTIONS:
        file = REPOSITORY / page
        file.write_text(render(page, file.read_text(encoding="utf-8")), encoding="utf-8")
        click.echo(f"Written: {page}")
    write_pictures(REPOSITORY / "docs" / "pictures")


def render(page: str, text: str) -> str:
    """Return the text of a page with its generated sections up to date.

    Raises BenchmarkError if a section has no place on the page, or a place has no section.
    """
    unknown = sorted(set(re.findall(f"<!-- (.*?): {BY} -->", text)) - SECTIONS[page].keys())
    if unknown:
        raise BenchmarkError(f"{page} has a place for {', '.join(unknown)}, but nothing writes such a section")
    for name, write in SECTIONS[page].items():
        begin, end = f"<!-- {name}: {BY} -->\n", f"<!-- end of {name} -->"
        found = re.search(f"{begin}(.*?){end}", text, re.DOTALL)
        if found is None:
            raise BenchmarkError(f"{page} has no place for {name}: it needs the lines {begin.strip()} and {end}")
        text = f"{text[: found.start(1)]}{write()}\n{text[found.end(1) :]}"
    return text
