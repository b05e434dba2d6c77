"""Hooks of mkdocs: files outside of docs/ that the pages link become part of the site, and so do the links to them.

Links in docs/ lead to files of the repository, `../CHANGELOG.md` for one, so that they work where it is read as files.
"""

from __future__ import annotations

import re
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

ROOT = Path(__file__).resolve().parents[1]

#: Of the repository. Markdown becomes pages, everything else is copied.
OUTSIDE = (
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "SECURITY.md",
    "CITATION.cff",
    "LICENSE",
    "models/html/README.md",
    "models/plaintext/README.md",
    "examples/news-article.html",
    "examples/science-story.html",
    "examples/harbour-news.txt",
)


def on_files(files: Files, *, config: MkDocsConfig) -> Files:
    """Add the files outside of docs/."""
    for path in OUTSIDE:
        files.append(File.generated(config, path, abs_src_path=str(ROOT / path)))
    return files


def on_page_markdown(markdown: str, *, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Turn links between docs/ and the folders around it into links within the site."""
    if page.file.src_uri in OUTSIDE:
        return re.sub(r"\]\((?:\.\./)*docs/", lambda match: "](" + "../" * page.file.src_uri.count("/"), markdown)
    return markdown.replace("](../README.md", "](index.md").replace("](../", "](")
